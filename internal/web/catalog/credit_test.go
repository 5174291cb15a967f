package catalog_test

import (
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/credit/pack"
)

// approve records an approval that is live through November.
func (w *world) approve(accreditor string, change func(a *accreditation.Approval)) {
	w.t.Helper()
	a := accreditation.Approval{Accreditor: accreditor, ProviderNumber: "451-<9>", FromOn: "2026-01-01", UntilOn: "2026-11-30",
		Statement: "Approved by the board (# {number})."}
	if change != nil {
		change(&a)
	}
	if err := w.approvals.Approve(w.t.Context(), a, accreditation.Sure{}, "admin"); err != nil {
		w.t.Fatal(err)
	}
}

// TestCreditIsShownOnlyWhereItIsApproved (DECISIONS 10).
func TestCreditIsShownOnlyWhereItIsApproved(t *testing.T) {
	w := newWorld(t, true, true)
	before := w.get("", "/courses/"+slug, "Not accredited", "1.75 h; not accredited")
	// An approval whose rules the course does not meet, and one of another course.
	w.approve("nasw", nil)
	w.approve("ncbtmb", func(a *accreditation.Approval) { a.FromOn, a.UntilOn = "2026-01-01", "2026-11-24" })
	if got := w.get("", "/courses/"+slug); got != before {
		t.Error("the page changed, although nothing earns credit")
	}
	for _, f := range pack.Bundled() {
		w.get("therapist", "/courses/"+slug, "!"+f.Pack.Name, "!"+f.Pack.Short)
	}
	w.approve("ncbtmb", func(a *accreditation.Approval) {
		a.FromOn, a.Centihours, a.Category, a.Jurisdictions = "2026-11-25", 150, "Ethics", []string{"US-OR", "CA-ON"}
	})
	for _, role := range []string{"", "therapist"} {
		w.get(role, "/courses/"+slug, "Continuing education credit; not yet clinically reviewed", "1.5 CE in Ethics by NCBTMB", "unless it is checked again; the last day of credit stands with the credit", "<h3>NCBTMB: 1.5 CE</h3>",
			"Approved by the board (# 451-&lt;9&gt;).", "Ethics", "Oregon, Ontario", "November 30, 2026", "Estimated learning time 1.75 h.",
			"!ot accredited", "!NASW", "!words ÷", "!rounded", "!Findings")
		for _, list := range []string{"/", "/courses"} {
			w.get(role, list, "about 1.75 h<", "Credit: 1.5 CE in Ethics by NCBTMB. It does not count everywhere; the course’s page says where.", "!not accredited", "!NASW", "!451-", "!Approved by")
		}
	}
	w.at = time.Date(2026, 12, 1, 4, 59, 0, 0, time.UTC) // still November where the provider is
	w.get("", "/courses/"+slug, "1.5 CE in Ethics by NCBTMB")
	w.at = time.Date(2026, 12, 1, 5, 0, 0, 0, time.UTC)
	if got := w.get("", "/courses/"+slug); got != before {
		t.Error("the approval is over, and the page is not as it was")
	}
	w.get("", "/courses", "about 1.75 h; not accredited", "!Credit:", "!NCBTMB")
	w.approve("ncbtmb", func(a *accreditation.Approval) { a.FromOn, a.UntilOn, a.Centihours = "2026-12-01", "2026-12-31", 100 })
	w.get("", "/courses", "Credit: 1 CE by NCBTMB.</p>", "!everywhere")
}

// TestEverySumIsForThoseWhoTeach: a sum for each pack that works out hours.
func TestEverySumIsForThoseWhoTeach(t *testing.T) {
	w := newWorld(t, true, true)
	page := "/teach/" + slug + "/signoff"
	texts := []string{"Hours: not approved", "Words of the lessons", "Nobody has measured it", "Not approved", "!>Approved<",
		"words ÷ 6000 words an hour", "minutes = ", "rounded down to the half hour: 1 hour", "at most 10", "Not met", "Unverified", "Secondary",
		"No rule works out hours", "!/admin/rules"}
	for _, f := range pack.Bundled() {
		if f.Pack.Rules.Hours != nil {
			texts = append(texts, "<summary>"+f.Pack.Short+": ")
		}
	}
	w.get("instructor", page, texts...)
	w.get("administrator", page, `href="/admin/rules"`)
	w.approve("nasw", nil)
	w.get("instructor", page, "Hours: approved, earns nothing", "Approved, earns nothing", "There is an approval, but the rules let no credit through: why is said below.", "!No accreditor has approved", "There is an approval, but its rules let no credit through", "Age of references, in years: at most 10")
	w.approve("ncbtmb", nil)
	w.get("instructor", page, `<h2 id="hours">Hours</h2>`, ">Approved<", "Learners and visitors read: 0.5 CE, through November 30, 2026", "!No accreditor has approved")
}

// TestAnApprovalOfItsOwnHoursIsHeldAgainstThem, in what stops it and in the table
// below alike.
func TestAnApprovalOfItsOwnHoursIsHeldAgainstThem(t *testing.T) {
	w := newWorld(t, true, true)
	page := "/teach/" + slug + "/signoff"
	w.get("instructor", page, "at least 6 for the first hour, and 6 for each further hour", "!at least 0<")
	w.approve("apa", func(a *accreditation.Approval) { a.Centihours = 9900 })
	w.get("instructor", page, "APA: no credit", "Questions of the exam: at least 594 is asked for", ">at least 594<", "99 h, as approved", "!at least 0<", "!at least 6 for the first",
		"!the reading time of pilot readers is asked for")
}
