package catalog_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/enrollment"
)

const countURL = "/courses/" + slug + "/count"

func TestAVisitorAsksWhetherItCounts(t *testing.T) {
	w := newWorld(t, true, true)
	w.get("", "/courses/"+slug, `action="`+countURL+`"`, "Will it count for me?", `href="#count"`)
	w.get("", countURL+"?profession=nurse&jurisdiction=US-DC", "Ask your licensing board in the District of Columbia.", "Your board or college decides.", "!rules that we have read")
	w.get("", countURL+"?profession=clinical-social-worker&jurisdiction=US-NY", "The New York State Education Department (social work) accepts", "the rules that we have read, as of the days shown")
	w.get("", countURL, "Ask about your license", `name="profession"`, `name="jurisdiction"`, `name="renewal"`, "!noindex", "!The rules that we have read")
	california := countURL + "?profession=clinical-social-worker&jurisdiction=US-CA&renewal=2027-03-31"
	w.get("", california, "Clinical social worker, California, renewal March 31, 2027", "noindex",
		"No. The California Board of Behavioral Sciences accepts courses that an accreditor named in its rules has approved, and none of those has approved this one.",
		"Source: 16 CCR 1887.4.1. Read there on November 23, 2026.", "36 hours for each renewal", `value="US-CA" selected`, `value="2027-03-31"`, "!You could ask")
	w.get("", countURL+"?profession=professional-counselor&jurisdiction=US-LA",
		"Ask the Louisiana Licensed Professional Counselors Board of Examiners.", "At most 20 of 40 hours online.", "traumaces.com", "A report of the rule, read on November 23, 2026.",
		"You could ask: “Does a self-paced online course of about 1.75 hours, with an exam and a certificate, count toward my renewal?”")
	w.get("", countURL+"?profession=professional-counselor&jurisdiction=US-AL", "does not count courses that you take at your own pace", "reading and recordings do not count")
	w.get("", countURL+"?profession=psychologist&jurisdiction=CA-ON", "Ask your college or board in Ontario.", "and this course is not accredited")
	w.get("", countURL+"?profession=nurse&jurisdiction=other&renewal=2026-11-24", "Ask your licensing board or college.", "Your renewal on November 24, 2026 has passed")

	w.approve("nasw", func(a *accreditation.Approval) { a.Centihours = 150 })
	w.get("", california, "!Yes") // the course does not meet NASW's rules: nothing is earned
	w.approve("ncbtmb", func(a *accreditation.Approval) { a.Centihours = 150 })
	w.get("", california, "Ask the California Board of Behavioral Sciences. This course has 1.5 CE by NCBTMB, and the rule that we know does not name that approval.",
		"Complete the course by November 30, 2026", "approved by NCBTMB, count toward", "!NASW")
}

func TestACourseCountsByAnApproval(t *testing.T) {
	w := newWorld(t, true, true)
	body := "code: us-or\nkind: board\nname: Oregon Board\nshort: Oregon\nunit: hour\nprofessions: [nurse]\njurisdictions: [US-OR]\nfrom: 2026-01-01\nchecked_on: 2026-11-23\nrules:\n" +
		"  accepts: {value: [ncbtmb], mark: verified, source: OAR 877, checked_on: 2026-11-23, says: By NCBTMB.}\n" +
		"  self_paced: {value: {accepted: true, hours: 12}, mark: secondary, source: A <report>, checked_on: 2026-11-20, says: At most 12 hours.}\n"
	if err := w.approvals.SavePack(t.Context(), "us-or", body, "As we read it.", "admin", 0); err != nil {
		t.Fatal(err)
	}
	ask := countURL + "?profession=nurse&jurisdiction=US-OR&renewal=2026-11-29"
	w.get("", ask, "No. The Oregon Board", "!NCBTMB")
	w.approve("ncbtmb", func(a *accreditation.Approval) { a.Centihours, a.Category = 150, "Ethics" })
	w.get("", ask, "Yes, up to a limit. The Oregon Board accepts courses that NCBTMB has approved, and this is one: 1.5 CE.", "Complete the course by November 29, 2026, the day of your renewal.",
		"Self-paced courses count for at most 12 hours of a renewal.", "1.5 CE, Ethics, through November 30, 2026", "A &lt;report&gt;. A report of the rule, read on November 20, 2026.")
	w.approve("ncbtmb", func(a *accreditation.Approval) { a.Centihours, a.Category = 50, "Clinical" })
	w.get("", ask, "NCBTMB has approved, and this is one: 2 CE (1.5 CE in Ethics, 0.5 CE in Clinical).", "<dt>NCBTMB</dt><dd>1.5 CE, Ethics, through November 30, 2026<br>0.5 CE, Clinical, through November 30, 2026</dd>",
		"!count once")
	w.get("", countURL+"?profession=nurse&jurisdiction=US-WA", "approved by NCBTMB, count toward")
}

func TestWhatIsTypedWrongIsSaidThere(t *testing.T) {
	w := newWorld(t, true, true)
	for query, texts := range map[string][]string{
		"?profession=nurse": {"Choose the state, province or territory", `value="nurse" selected`},
		"?profession=nurse&jurisdiction=US-CA&renewal=9999-12-31": {"Enter a date from 2000 through 2100.", `value="9999-12-31"`},
		"?profession=wizard&jurisdiction=US-CA&renewal=31.3.2027": {"Choose your profession.", "Enter the date as year-month-day", `value="31.3.2027"`, `value="US-CA" selected`},
	} {
		w.want(w.do("", http.MethodGet, countURL+query), http.StatusUnprocessableEntity, append(texts, "!The rules that we have read")...)
	}
	w.want(w.do("", http.MethodGet, countURL+"?profession=%00"), http.StatusUnprocessableEntity)
	w.want(w.do("", http.MethodGet, "/courses/nowhere/count"), http.StatusNotFound)
	w.get("", countURL+"?utm_source=mail", "Ask about your license")
}

func TestLicensesAreAnsweredForWhoIsSignedIn(t *testing.T) {
	w := newWorld(t, true, true)
	day := "2027-06-30"
	w.licenses = map[string][]account.License{"therapist": {
		{ID: "1", Profession: "clinical-social-worker", Jurisdiction: "US-CA", Number: "LCSW 77", ExpiresOn: &day},
		{ID: "2", Profession: "professional-counselor", Jurisdiction: "US-AL", Number: "AL-1"},
		{ID: "3", Profession: "of the past", Jurisdiction: "US-XX", Number: "9"},
	}}
	w.get("therapist", countURL, "Your licenses", "Clinical social worker, California, LCSW 77", "Professional counselor, Alabama, AL-1", "of the past, US-XX, 9", "Ask your licensing board or college.",
		`value="clinical-social-worker" selected`, `value="2027-06-30"`, "Ask about another license")
	w.get("therapist", countURL+"?profession=nurse&jurisdiction=CA-ON", `value="nurse" selected`, "Nurse, Ontario", "Your licenses")
	w.get("therapist", "/courses/"+slug, "<strong>Clinical social worker, California:</strong> No. ", "Rules, sources and dates", `!name="profession"`)
	w.get("", countURL, "!Your licenses", "!LCSW 77")
	w.get("instructor", "/courses/"+slug, `name="profession"`)
}

// TestNoAnswerNamesWhoHasNotApproved asks for professions and places
// (DECISIONS 10).
func TestNoAnswerNamesWhoHasNotApproved(t *testing.T) {
	w := newWorld(t, true, true)
	var names []*regexp.Regexp
	add := func(list ...string) {
		for _, n := range list {
			names = append(names, regexp.MustCompile(`(?i)\b`+regexp.QuoteMeta(n)+`\b`))
		}
	}
	add("aswb", "camft", "cpa", "nasp")
	for _, f := range pack.Bundled() {
		if f.Pack.Kind == pack.Accreditor {
			add(f.Pack.Code, f.Pack.Name, f.Pack.Short)
		}
	}
	ask := func(profession, place string) {
		t.Helper()
		body := w.get("", countURL+"?profession="+profession+"&jurisdiction="+place)
		for _, n := range names {
			if n.MatchString(body) {
				t.Errorf("%s in %s: the page says %s", profession, place, n)
			}
		}
	}
	for _, profession := range lists.Professions {
		ask(profession.Code, "US-CA")
	}
	for _, place := range lists.Jurisdictions {
		ask("professional-counselor", place.Code)
	}
	ask("social-worker", "US-NY")
	ask("mental-health-counselor", "US-IA")
	ask("mental-health-counselor", "US-FL")
}

// TestWhatAccreditorsAskForIsSaidBefore somebody pays.
func TestWhatAccreditorsAskForIsSaidBefore(t *testing.T) {
	w := newWorld(t, true, true)
	w.get("", "/courses/"+slug, "Active reading time is kept on record. Nothing depends on it.", "!is reported for a license")
	w.asks = enrollment.Asks{Time: enrollment.TimeWarn}
	w.get("", "/courses/"+slug, "We tell you when it is below 92 minutes; you may go on all the same.")
	w.asks = enrollment.Asks{Time: enrollment.TimeBlock, License: []enrollment.LicenseAsk{{Accreditor: "nasw", Credit: "1 CE by NASW"}}}
	w.get("", "/courses/"+slug, "The exam opens when 92 minutes of it are on record.", "Credit (1 CE by NASW) is reported for a license.")
}
