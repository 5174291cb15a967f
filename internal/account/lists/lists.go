// Package lists holds the fixed choices of an account: professions,
// jurisdictions, time zones. It is data and imports nothing of the project.
package lists

import "slices"

// Choice is an entry of a fixed list: what is stored and what is shown.
type Choice struct{ Code, Name string }

// Professions that hold licenses we record. "other" asks for nothing more.
var Professions = []Choice{
	{"psychologist", "Psychologist"},
	{"clinical-social-worker", "Clinical social worker"},
	{"social-worker", "Social worker"},
	{"mental-health-counselor", "Mental health counselor"},
	{"professional-counselor", "Professional counselor"},
	{"marriage-family-therapist", "Marriage and family therapist"},
	{"psychotherapist", "Psychotherapist"},
	{"addiction-counselor", "Addiction counselor"},
	{"school-counselor", "School counselor"},
	{"creative-arts-therapist", "Creative arts therapist"},
	{"occupational-therapist", "Occupational therapist"},
	{"psychiatric-nurse", "Psychiatric nurse or nurse practitioner"},
	{"nurse", "Nurse"},
	{"psychiatrist", "Psychiatrist"},
	{"physician", "Physician"},
	{"physician-assistant", "Physician assistant or associate"},
	{"other", "Other profession"},
}

// Jurisdictions are the US states and DC, the Canadian provinces and
// territories (ISO 3166-2), and "other" (DECISIONS 11).
var Jurisdictions = []Choice{
	{"US-AL", "Alabama"}, {"US-AK", "Alaska"}, {"US-AZ", "Arizona"}, {"US-AR", "Arkansas"}, {"US-CA", "California"},
	{"US-CO", "Colorado"}, {"US-CT", "Connecticut"}, {"US-DE", "Delaware"}, {"US-DC", "District of Columbia"},
	{"US-FL", "Florida"}, {"US-GA", "Georgia"}, {"US-HI", "Hawaii"}, {"US-ID", "Idaho"}, {"US-IL", "Illinois"},
	{"US-IN", "Indiana"}, {"US-IA", "Iowa"}, {"US-KS", "Kansas"}, {"US-KY", "Kentucky"}, {"US-LA", "Louisiana"},
	{"US-ME", "Maine"}, {"US-MD", "Maryland"}, {"US-MA", "Massachusetts"}, {"US-MI", "Michigan"}, {"US-MN", "Minnesota"},
	{"US-MS", "Mississippi"}, {"US-MO", "Missouri"}, {"US-MT", "Montana"}, {"US-NE", "Nebraska"}, {"US-NV", "Nevada"},
	{"US-NH", "New Hampshire"}, {"US-NJ", "New Jersey"}, {"US-NM", "New Mexico"}, {"US-NY", "New York"},
	{"US-NC", "North Carolina"}, {"US-ND", "North Dakota"}, {"US-OH", "Ohio"}, {"US-OK", "Oklahoma"}, {"US-OR", "Oregon"},
	{"US-PA", "Pennsylvania"}, {"US-RI", "Rhode Island"}, {"US-SC", "South Carolina"}, {"US-SD", "South Dakota"},
	{"US-TN", "Tennessee"}, {"US-TX", "Texas"}, {"US-UT", "Utah"}, {"US-VT", "Vermont"}, {"US-VA", "Virginia"},
	{"US-WA", "Washington"}, {"US-WV", "West Virginia"}, {"US-WI", "Wisconsin"}, {"US-WY", "Wyoming"},
	{"CA-AB", "Alberta"}, {"CA-BC", "British Columbia"}, {"CA-MB", "Manitoba"}, {"CA-NB", "New Brunswick"},
	{"CA-NL", "Newfoundland and Labrador"}, {"CA-NT", "Northwest Territories"}, {"CA-NS", "Nova Scotia"},
	{"CA-NU", "Nunavut"}, {"CA-ON", "Ontario"}, {"CA-PE", "Prince Edward Island"}, {"CA-QC", "Quebec"},
	{"CA-SK", "Saskatchewan"}, {"CA-YT", "Yukon"},
	{"other", "Other"},
}

// withArticle are the jurisdictions that a sentence calls with one.
var withArticle = []string{"US-DC", "CA-NT"}

// PlaceOf is a jurisdiction as it stands in a sentence, after "in".
func PlaceOf(code string) string {
	name := NameOf(Jurisdictions, code)
	if slices.Contains(withArticle, code) {
		return "the " + name
	}
	return name
}

// Zones are the time zones that an account may have: those of the United States
// and Canada first, then one or two for each further offset. Certificates print
// dates of the holder's zone, so it is one of these and not any that exists.
var Zones = []Choice{
	{"America/New_York", "Eastern Time (New York)"}, {"America/Toronto", "Eastern Time (Toronto)"}, {"America/Detroit", "Eastern Time (Detroit)"},
	{"America/Indiana/Indianapolis", "Eastern Time (Indianapolis)"}, {"America/Chicago", "Central Time (Chicago)"}, {"America/Winnipeg", "Central Time (Winnipeg)"},
	{"America/Denver", "Mountain Time (Denver)"}, {"America/Edmonton", "Mountain Time (Edmonton)"}, {"America/Boise", "Mountain Time (Boise)"},
	{"America/Phoenix", "Mountain Time, no daylight saving (Phoenix)"}, {"America/Los_Angeles", "Pacific Time (Los Angeles)"},
	{"America/Vancouver", "Pacific Time (Vancouver)"}, {"America/Whitehorse", "Yukon (Whitehorse)"}, {"America/Anchorage", "Alaska (Anchorage)"},
	{"Pacific/Honolulu", "Hawaii (Honolulu)"}, {"America/Halifax", "Atlantic Time (Halifax)"},
	{"America/St_Johns", "Newfoundland (St. John's)"}, {"America/Regina", "Saskatchewan (Regina)"},
	{"America/Puerto_Rico", "Puerto Rico"}, {"America/Mexico_City", "Mexico City"}, {"America/Sao_Paulo", "São Paulo"},
	{"Europe/London", "London"}, {"Europe/Berlin", "Berlin, Paris, Rome"}, {"Europe/Athens", "Athens, Helsinki"},
	{"Europe/Istanbul", "Istanbul"}, {"Africa/Lagos", "Lagos"}, {"Africa/Johannesburg", "Johannesburg"},
	{"Asia/Jerusalem", "Jerusalem"}, {"Asia/Dubai", "Dubai"}, {"Asia/Kolkata", "India (Kolkata)"},
	{"Asia/Shanghai", "China (Shanghai)"}, {"Asia/Singapore", "Singapore"}, {"Asia/Tokyo", "Tokyo"}, {"Asia/Seoul", "Seoul"},
	{"Australia/Perth", "Perth"}, {"Australia/Sydney", "Sydney, Melbourne"}, {"Pacific/Auckland", "Auckland"},
	{"UTC", "Universal Time (UTC)"},
}

// NameOf returns the name of a code in a list, the code itself if it is not in
// it.
func NameOf(list []Choice, code string) string {
	if i := slices.IndexFunc(list, func(c Choice) bool { return c.Code == code }); i >= 0 {
		return list[i].Name
	}
	return code
}

// Has reports whether a code is in a list.
func Has(list []Choice, code string) bool {
	return slices.ContainsFunc(list, func(c Choice) bool { return c.Code == code })
}
