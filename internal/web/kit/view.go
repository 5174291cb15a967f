package kit

import (
	"net/url"
	"strings"
	"time"
)

// Link is a label with an address.
type Link struct{ Label, Href string }

// NavItem is one entry of the site's navigation. Post makes it a button that
// posts, as sign out must.
type NavItem struct {
	Label, Href string
	Post        bool
	Current     bool // set by the kit
}

// Site is what a page knows of the organization.
type Site struct {
	Name    string
	BaseURL string         // without a slash at the end
	Zone    *time.Location // nil means UTC
	Demo    bool
	// DemoLinks stand in the demo's banner, Footer at the end of every page.
	// Only addresses that exist.
	DemoLinks, Footer []Link
	// Help is the address of the request form, "" if there is none.
	Help string
	Logo Logo // the zero Logo shows the program's mark and the name
}

// Logo is a picture in place of the name, from Assets.AddLogo.
type Logo struct {
	URL           string
	Width, Height int // pixels
}

// View is what a template gets as its dot. Handlers pass one to Render to set
// the first block of fields, or pass the data alone.
type View struct {
	Title       string // wins over the template's own "title"
	Description string // for search engines
	Canonical   string // path; "" means none
	NoIndex     bool
	Refresh     int // seconds until the page loads itself again; 0 is never. It must say so and hold nothing that a person types
	Form        *Form
	Data        any

	// Set by Render.
	Viewer    *Viewer
	Site      Site
	Nav       []NavItem
	Flash     *Flash
	Path      string
	RequestID string
	Status    int
	Now       time.Time
	Theme     string // "", "light" or "dark"
	query     url.Values
}

func (v *View) zone() *time.Location {
	switch {
	case v.Viewer != nil && v.Viewer.Zone != nil:
		return v.Viewer.Zone
	case v.Site.Zone != nil:
		return v.Site.Zone
	default:
		return time.UTC
	}
}

// Date prints the day of an instant in the viewer's zone; for a date without
// an instant use the function day. All of these take a time.Time or *time.Time
// and print nothing for none.
func (v *View) Date(t any) string { return format(t, v.zone(), dayLayout) }

// In prints day, time and zone for somebody in another zone than the viewer's.
func In(zone *time.Location, t time.Time) string { return format(t, zone, dateTimeLayout) }

// Day prints a day for somebody in another zone than the viewer's.
func Day(zone *time.Location, t time.Time) string { return format(t, zone, dayLayout) }

// DateTime prints day, time and zone.
func (v *View) DateTime(t any) string { return format(t, v.zone(), dateTimeLayout) }

// Clock prints hours and minutes, as 9:04 PM.
func (v *View) Clock(t any) string { return format(t, v.zone(), clockLayout) }

// Local prints an instant as a datetime-local control wants it.
func (v *View) Local(t any) string { return format(t, v.zone(), "2006-01-02T15:04") }

// ZoneName names the zone that the methods above use, as people say it.
func (v *View) ZoneName() string { return ZoneWords(v.zone()) }

// ZoneWords names a zone by its city, as in Los Angeles time; what has no city
// keeps its name, as UTC.
func ZoneWords(zone *time.Location) string {
	name := zone.String()
	at := strings.LastIndexByte(name, '/')
	if at < 0 || strings.HasPrefix(name, "Etc/") {
		return name[at+1:]
	}
	return strings.ReplaceAll(name[at+1:], "_", " ") + " time"
}

// zoneNamed is ZoneWords for the name of a zone; one that this machine does not
// know is left as it is.
func zoneNamed(name string) string {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return name
	}
	return ZoneWords(zone)
}

// Is reports whether the viewer holds one of the named roles.
func (v *View) Is(roles ...string) bool { return v.Viewer.Is(roles...) }

// Query returns a parameter of the page's address.
func (v *View) Query(name string) string { return v.query.Get(name) }

// Filtered reports whether the page's address narrows its list.
func (v *View) Filtered() bool {
	for name, list := range v.query {
		switch name {
		case "sort", "after", "before", "page":
			continue
		}
		if strings.Join(list, "") != "" {
			return true
		}
	}
	return false
}

// With returns the page's address with parameters replaced, "" removing one.
// A place in a list (after, before) is dropped unless it is set here.
func (v *View) With(pairs ...string) string {
	return withQuery(v.Path, v.query, pairs...)
}

// Export is the address of the list as a file: everything that the page is
// filtered and sorted by, from the start.
func (v *View) Export(path string) string { return withQuery(path, v.query) }

func withQuery(path string, query url.Values, pairs ...string) string {
	q := make(url.Values, len(query))
	for k, list := range query {
		if k != "after" && k != "before" {
			q[k] = list
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Del(pairs[i])
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// SortColumn is a table heading that sorts; the partial "th" draws it.
type SortColumn struct {
	Label, Href, State string // State is "", ascending or descending
	Class              string
}

// Sort returns the heading of the column that ?sort=key sorts by; ?sort=-key
// is the other way round.
func (v *View) Sort(key, label string, class ...string) SortColumn {
	col := SortColumn{Label: label, Href: v.With("sort", key), Class: strings.Join(class, " ")}
	switch v.query.Get("sort") {
	case key:
		col.State, col.Href = "ascending", v.With("sort", "-"+key)
	case "-" + key:
		col.State = "descending"
	}
	return col
}

// markCurrent marks the entry whose address holds the page's, the longest one.
func markCurrent(nav []NavItem, path string) {
	best, length := -1, 0
	for i := range nav {
		href := nav[i].Href
		nav[i].Current = false
		if (path == href || strings.HasPrefix(path, strings.TrimSuffix(href, "/")+"/") && href != "/") && len(href) > length {
			best, length = i, len(href)
		}
	}
	if best >= 0 {
		nav[best].Current = true
	}
}
