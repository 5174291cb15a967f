package account_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/apperr"
)

func nameError(name string) string {
	var c apperr.Check
	account.CheckName(&c, "name", account.CleanName(name))
	return fieldError(c.Err(), "name")
}

func fieldError(err error, name string) string {
	for _, f := range apperr.FieldsOf(err) {
		if f.Name == name {
			return f.Msg
		}
	}
	return ""
}

func TestNamesOfPeople(t *testing.T) {
	for _, name := range []string{
		"Anna Bell", "Zoe\u0308 Nguye\u0302\u0303n", "Seán O’Brien-Müller", "D'Arcy", "‘t Hooft", "Kaʻiulani Kealoha", "Oleksandr Derkachʼ",
		"Martin Luther King, Jr.", "Anna Bell, Psy.D., LCSW", "Marcel·la Puig", "J. R. R. Tolkien", "Ce Wang", "李 明", "佐々木 ハリー・ポッター",
		"علی\u200cرضا", "Արևիկ", "สำลี", "नेहा शर्मा", "정 수빈", "Ана Петровић", "Ńdidi Ọ̀ṣun", "Hoursby Creditson", strings.Repeat("a", account.MaxName),
	} {
		if why := nameError(name); why != "" {
			t.Errorf("%q: %s", name, why)
		}
	}
	if got := account.CleanName(" Zoe\u0308  Bell "); got != "Zo\u00eb Bell" {
		t.Errorf("%+q", got)
	}
}

// A certificate prints the name in its largest type, so nothing that vouches for
// anything may stand in it.
func TestNamesThatAreNoNames(t *testing.T) {
	for name, why := range map[string]string{
		"": "Enter your name", " . ": "letter",
		"Anna Bell, 12 CE credits, ACCREDITED":                       "“1”",
		"Anna Bell, Psy.D. (40.0 CE hours, APA approved sponsor 12)": "“(”",
		"Anna Bell, Accredited":                                      "accredited",
		"Anna Bell ACCRÉDITED":                                       "accredited",
		"Anna Bell Аccredited":                                       "two alphabets",
		"Anna Bell, twelve C.E.U.s":                                  "ceus",
		"Anna Bell Approved-Provider":                                "approved",
		"Anna Bell, forty CE-hours":                                  "hours",
		"Anna Cre-dits":                                              "credits",
		"Anna, B., C., D.":                                           "two commas",
		"Zoë 😀 Bell":                                                 "“😀”",
		"Zoë ̷Bell":                                                  "U+0337",
		"Zoë \u0301Bell":                                             "U+0301",
		"Be\u0337ll":                                                 "U+0337",
		"Bell\ufe0f":                                                 "U+FE0F",
		"a" + strings.Repeat("\u0301", 9):                            "accents",
		"﷽":                                                          "U+FDFD",
		"Zoë 𝕏":                                                      "U+1D54F",
		"Ａnna":                                                       "U+FF21",
		"Bell & Sons":                                                "“&”",
		"Ⅻ Bell":                                                     "U+216B",
		"Ada\u202e":                                                  "U+202E",
		"\u200b\u200d":                                               "U+200B",
		"\u200dAnna":                                                 "U+200D",
		"\u3164":                                                     "U+3164",
		"Anna\x07":                                                   "U+0007",
		"Anna http://x":                                              "“:”",
		strings.Repeat("a", account.MaxName+1):                       "80 characters",
	} {
		if got := nameError(name); !strings.Contains(got, why) || why == "" {
			t.Errorf("%+q: %q, want %q", name, got, why)
		}
	}
}

// What an administrator has set by hand, its bearer attests and keeps.
func TestAnAdministratorSetsANameThatReadsLikeCredit(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	p := w.create("a@example.com")
	i := w.signIn("a@example.com").Identity
	const name = "Anna Hours"
	f := account.Profile{Name: p.Name, LegalName: name, TimeZone: "UTC"}
	_, _, err := w.svc.UpdateProfile(ctx, i, f)
	w.kind(err, apperr.Invalid, "legal_name")
	w.kind(w.svc.ConfirmLegalName(ctx, p.ID, name), apperr.Invalid, "legal_name")
	w.kind(w.svc.SetLegalName(ctx, p.ID, "Anna Hours 12"), apperr.Invalid, "legal_name")
	w.must(w.svc.SetLegalName(ctx, p.ID, name))
	w.must(w.svc.ConfirmLegalName(ctx, p.ID, name))
	_, _, err = w.svc.UpdateProfile(ctx, i, f)
	w.must(err)

	n := account.NewPerson{Email: "b@example.com", Name: "Anna Bell", LegalName: "Anna Bell, 40 credits", Password: good, Roles: []account.Role{account.Therapist}}
	_, err = w.svc.Create(ctx, n)
	w.kind(err, apperr.Invalid, "legal_name")
	n.Name, n.LegalName = "Anna Bell, accredited", ""
	_, err = w.svc.Create(ctx, n)
	w.kind(err, apperr.Invalid, "name")
	r := registration("c@example.com")
	r.Name = "Anna Bell, approved"
	w.kind(w.svc.Register(ctx, r, home), apperr.Invalid, "name")
}

// A name that was stored before a rule came stays, where nobody changes it.
func TestAnOldNameStays(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com")
	i := w.signIn("a@example.com").Identity
	old := strings.Repeat("Anna ", 23) + "Bell"
	w.must(w.db.Conn(t.Context()).Exec("UPDATE people SET name = ?, legal_name = ? WHERE id = ?", old, old, p.ID).Error)
	_, now, err := w.svc.UpdateProfile(t.Context(), i, account.Profile{Name: old, LegalName: old, TimeZone: "America/Chicago"})
	if err != nil || now.Name != old || now.TimeZone != "America/Chicago" {
		t.Errorf("%+v, %v", now, err)
	}
	_, _, err = w.svc.UpdateProfile(t.Context(), i, account.Profile{Name: old + " II", LegalName: old, TimeZone: "America/Chicago"})
	w.kind(err, apperr.Invalid, "name")
}

func TestLicenseNumbers(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com")
	for number, good := range map[string]bool{
		"PSY 12345": true, "LPC.0014733": true, "35.123456": true, "LMFT#8812": true, "MFC/2041": true, "L 4821 A": true, "nurse-77": true,
		"APA APPROVED 40 CE HOURS": false, "APPROVED40": false, "ACCREDITATION 1": false, "CEU-40": false, "40 HOURS": false, "A B 1": true, "A B C 1": false,
		"(77)": false, "none": false, "": false, "７７": false, strings.Repeat("1", 24): true, strings.Repeat("1", 25): false,
	} {
		_, err := w.svc.SaveLicense(t.Context(), account.License{PersonID: p.ID, Profession: "nurse", Jurisdiction: "CA-ON", Number: number})
		if good && err != nil || !good && fieldError(err, "number") == "" {
			t.Errorf("%q: %v", number, err)
		}
	}
}

// A certificate prints every license, so there are no more than it has room for.
func TestLicensesFitACertificate(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com")
	add := func(jurisdiction, number string) (account.License, error) {
		return w.svc.SaveLicense(t.Context(), account.License{PersonID: p.ID, Profession: "nurse", Jurisdiction: jurisdiction, Number: number})
	}
	for n := range account.MaxLicenses {
		_, err := add("CA-ON", strconv.Itoa(100+n))
		w.must(err)
	}
	_, err := add("CA-ON", "900")
	w.kind(err, apperr.Conflict, "")
	if !strings.Contains(apperr.Message(err), "12 licenses") {
		t.Error(apperr.Message(err))
	}
	if _, err := add("CA-ON", "100"); err != nil {
		t.Error("a second click:", err)
	}
}

// The second click on the button that adds a license finds it added; whoever
// makes a license into another of the list is told.
func TestALicenseIsNotChangedIntoAnother(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com")
	l := account.License{PersonID: p.ID, Profession: "nurse", Jurisdiction: "CA-ON", Number: "77"}
	_, err := w.svc.SaveLicense(t.Context(), l)
	w.must(err)
	l.Number = "78"
	other, err := w.svc.SaveLicense(t.Context(), l)
	w.must(err)
	other.Number = "77"
	_, err = w.svc.SaveLicense(t.Context(), other)
	w.kind(err, apperr.Invalid, "number")
	if list, err := w.svc.Licenses(t.Context(), p.ID); err != nil || len(list) != 2 || list[1].Number != "78" {
		t.Errorf("%+v, %v", list, err)
	}
}

// Whoever could name any zone could choose the day that a certificate prints.
func TestZonesOfTheListOnly(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com")
	i := w.signIn("a@example.com").Identity
	for _, zone := range []string{"Pacific/Kiritimati", "Etc/GMT+12", "Local", ""} {
		_, _, err := w.svc.UpdateProfile(t.Context(), i, account.Profile{Name: p.Name, TimeZone: zone})
		w.kind(err, apperr.Invalid, "time_zone")
	}
	for _, zone := range lists.Zones {
		if _, err := time.LoadLocation(zone.Code); err != nil {
			t.Error(err)
		}
	}
}
