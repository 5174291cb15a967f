package accreditation_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apptest/area"
	web "github.com/atmacena/cocare/internal/web/accreditation"
)

func TestEveryRouteIsForAdministrators(t *testing.T) {
	w := newWorld(t)
	for _, r := range web.Routes(web.Deps{}) {
		path := strings.NewReplacer(":id", "none", ":code", "none").Replace(r.Path)
		w.Do("ana", r.Method, path, nil).Is(http.StatusForbidden)
		if a := w.Do("", r.Method, path, nil); a.Code != http.StatusSeeOther || !strings.HasPrefix(a.Location, "/login") {
			t.Errorf("%s %s for a visitor: %d", r.Method, path, a.Code)
		}
		if path != r.Path {
			w.Do("dora", r.Method, path, nil).Is(http.StatusNotFound)
		}
	}
}

func TestNoApprovals(t *testing.T) {
	w := newWorld(t)
	w.Get("dora", "/admin/approvals").OK("No approvals yet", `href="/admin/approvals/new"`, `href="/admin/rules"`)
}

func TestAnApprovalIsRecordedAndRead(t *testing.T) {
	w := newWorld(t)
	w.Get("dora", "/admin/approvals/new").OK("NASW: National Association", "Every course", title, "Arkansas").Lacks("BOC / Mergener", "US-XX", `value="other"`)
	one := w.approve("accreditor", "ncbtmb", "course", w.course, "course_number", "88-1234-5", "hours", "1.5", "category", "General", "jurisdictions", "US-OR", "jurisdictions", "US-CA", "note", "Letter in the safe <1>.")
	w.Get("dora", "/admin/approvals").OK(`href="`+one+`"`, "NCBTMB", title, "88-1234", "Course: 88-1234-5", "January 1, 2026", "December 31, 2027", "Live", "1 entry")
	w.Get("dora", one).OK("National Certification Board for Therapeutic Massage", "1.5, as approved", "General", "Oregon, California", "Letter in the safe &lt;1&gt;.", "Approved by NASW (# {number}).",
		"Dora Li", "Approval recorded", "First day: 2026-01-01", `href="/admin/rules/ncbtmb"`, "End approval",
		title, "1.5 CE, through December 31, 2027", `aria-label="`+title+`: TMS and Ketamine for Treatment-Resistant Depression, rule by rule"`, "words ÷ 12000 words an hour", "1.5 hours, as approved", "rounded down to the half hour: 0.5 hours", "Met", "Verified", "Approved").Lacks("Not approved", "earns nothing")
	w.Get("dora", w.approve()).OK("Approved, earns nothing", "Age of references, in years: at most 10 is asked for", "at least 3", "Not met")
	w.Get("dora", w.approve("accreditor", "naadac")).OK("Every course", "As its rules work them out", "Everywhere", "Approved, earns nothing", "No rule works out hours")
	if n := w.recorded("approval.add"); n != 3 {
		t.Errorf("%d events", n)
	}
}

func TestWhatIsWrongWithAnApprovalIsNamed(t *testing.T) {
	w := newWorld(t)
	for name, tt := range map[string]struct {
		fields []string
		says   string
	}{
		"no accreditor":   {form("accreditor", ""), "Choose the accreditor."},
		"a formula":       {form("accreditor", "boc"), "Choose the accreditor."},
		"no course":       {form("course", "nowhere"), "Choose the course, or every course."},
		"nothing chosen":  {form("course", ""), "Choose the course, or every course."},
		"no number":       {form("provider_number", " "), "Enter the number that the accreditor gave you"},
		"no day":          {form("from_on", "soon"), "Enter the date as year-month-day"},
		"too far ahead":   {form("until_on", "9999-12-31"), "Enter a date from 2000 through 2100."},
		"no such day":     {form("until_on", "2027-02-30"), "There is no such day."},
		"too long":        {form("until_on", "2096-01-01"), "That is more than 10 years"},
		"too long ago":    {form("from_on", "1900-01-01"), "Enter a date from 2000 through 2100."},
		"ends before":     {form("until_on", "2025-01-01"), "it must not be before the first"},
		"no statement":    {form("statement", ""), "Enter the approval statement, word for word"},
		"to fill in":      {form("statement", "By {provider}, # {number}."), "only {number} is filled in"},
		"no hours":        {form("hours", "an hour"), "Enter hours as 1.5, with two decimals at most, or nothing."},
		"thousandths":     {form("hours", "1.333"), "Enter hours as 1.5"},
		"thousands":       {form("hours", "1,500"), "Enter hours as 1.5"},
		"no hour":         {form("hours", "0"), "Enter hours from 0.25 to 100, or nothing."},
		"too few":         {form("hours", "0.2"), "Enter hours from 0.25 to 100, or nothing."},
		"too many":        {form("hours", "100.01"), "Enter hours from 0.25 to 100, or nothing."},
		"no place":        {form("jurisdictions", "US-XX"), "Choose states, provinces or territories of the list."},
		"cannot be kept":  {form("note", "\x00"), "cannot be"},
		"nobody can see":  {form("category", "Ge\u200bneral"), "nobody can see it"},
		"hidden":          {form("statement", "Approved\nby\u00ad NASW."), "Leave out the character U&#43;00AD"},
		"turned around":   {form("course_number", "12\u202e34"), "Leave out the character U&#43;202E"},
		"no letter":       {form("provider_number", "88-1234", "category", "🎓"), "A certificate cannot print “🎓” (U&#43;1F393)"},
		"another script":  {form("statement", "Approved by NASW (ก)."), "A certificate cannot print “ก”"},
		"an endless note": {form("note", strings.Repeat("x", 501)), "Use at most 500 characters"},
	} {
		t.Run(name, func(t *testing.T) {
			w.Post("dora", "/admin/approvals/new", append(tt.fields, "step", "save")...).Is(http.StatusUnprocessableEntity, tt.says)
			a := w.Post("dora", "/admin/approvals/new", tt.fields...).Is(http.StatusUnprocessableEntity, "There is a problem", tt.says, `href="#f-`)
			if name != "no number" && !strings.Contains(a.Body, `value="88-1234"`) {
				t.Error("what was typed is gone")
			}
		})
	}
	w.Post("dora", "/admin/approvals/new", form("statement", "", "jurisdictions", "US-OR")...).Is(422, "<details open>", `value="US-OR" checked`)
	w.Get("dora", "/admin/approvals").OK("No approvals yet")
}

// TestAnApprovalIsShownBeforeItIsRecorded: what learners read and what courses earn
// by it, or why nothing; only the second form records it.
func TestAnApprovalIsShownBeforeItIsRecorded(t *testing.T) {
	w := newWorld(t)
	post := func(changes ...string) area.Answer {
		t.Helper()
		return w.Post("dora", "/admin/approvals/new", form(changes...)...)
	}
	w.Get("dora", "/admin/approvals/new").OK(`<option value="">Choose the course, or every course</option>`, `<option value="every">Every course`)
	page := post("accreditor", "ncbtmb", "course", w.course, "hours", "1.5", "jurisdictions", "US-OR", "jurisdictions", "US-CA", "statement", "Approved (# {number}),\nby <them>.").
		OK("Nothing is recorded yet", "1.5, as approved", "Approved (# 88-1234),\nby &lt;them&gt;.", "Oregon, California", "Learners and visitors read: 1.5 CE, through December 31, 2027.",
			"What courses earn by it on November 28, 2026", `name="jurisdictions" value="US-CA"`, `name="statement" value="Approved (# {number}),`, `name="step" value="save"`).Lacks("are the hours right")
	if strings.Count(page.Body, `name="jurisdictions"`) != 2 {
		t.Error("what was typed is not carried on as it was")
	}
	post("hours", "1,5").OK("1.5, as approved")
	post("course", w.course, "hours", "99").OK("are the hours right?", "The approval names 99 hours, and learning the course takes about 1.75.")
	post().OK("let no credit through", "Age of references")
	post("from_on", "2027-03-01").OK("What courses earn by it on March 1, 2027", "people read it from March 1, 2027 on").Lacks("at once")
	post("from_on", "2025-01-01", "until_on", "2025-12-31").OK("Nothing: its last day has passed.", "nobody reads it").Lacks("at once")
	post("jurisdictions", "US-OR", "step", "back").OK("<textarea", `value="88-1234"`, `value="US-OR" checked`)
	w.Get("dora", "/admin/approvals").OK("No approvals yet")
	w.approve("course", w.course)
	post().OK("that approval</a> stands in front of this one")
	post("course", w.course).Is(http.StatusUnprocessableEntity, "is on record for some of these days")
}

func TestAFormSentTwiceRecordsOne(t *testing.T) {
	w := newWorld(t)
	key := regexp.MustCompile(`name="_once" value="([^"]+)"`).FindStringSubmatch(w.Post("dora", "/admin/approvals/new", form()...).OK().Body)
	if key == nil {
		t.Fatal("no key")
	}
	for range 2 {
		w.Post("dora", "/admin/approvals/new", append(saving(form()...), "_once", key[1])...).To("/admin/approvals")
	}
	if list, err := w.Approvals(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("%d approvals, %v", len(list), err)
	}
}

// TestNothingIsRecordedThatNoReviewShowed: neither without it, nor with other words
// than it showed.
func TestNothingIsRecordedThatNoReviewShowed(t *testing.T) {
	w := newWorld(t)
	typed := form("statement", "Approved\r\nby NASW.", "jurisdictions", "US-OR", "jurisdictions", "US-CA")
	page := w.Post("dora", "/admin/approvals/new", append(typed, "step", "save")...).OK("Nothing is recorded yet").Body
	shown := regexp.MustCompile(`name="seen" value="([0-9a-f]+)"`).FindStringSubmatch(page)
	if shown == nil {
		t.Fatal("the review says nothing of what it showed")
	}
	w.Post("dora", "/admin/approvals/new", append(form("note", "Otherwise."), "step", "save", "seen", shown[1])...).OK("Nothing is recorded yet", "Otherwise.")
	w.Get("dora", "/admin/approvals").OK("No approvals yet")
	w.Post("dora", "/admin/approvals/new", append(form("statement", "Approved\nby NASW.", "jurisdictions", "US-OR", "jurisdictions", "US-CA"), "step", "save", "seen", shown[1])...).Says("/admin/approvals", "approval.added")

	p, err := w.Pack(t.Context(), "nasw")
	w.must(err)
	for path, fields := range map[string][]string{"/admin/rules/nasw/edit": {"base", "0", "body", p.Text + "# More.\n", "note", "So."},
		"/admin/rules/new": {"body", strings.Replace(p.Text, "code: nasw", "code: ours", 1), "note", "So."}} {
		w.Post("dora", path, append(fields, "step", "save")...).OK("Nothing is saved yet", `name="seen" value="`)
	}
	if w.recorded("rules.save") != 0 {
		t.Error("rules are saved that nobody has seen")
	}
}

// TestHoursInDoubtAreAskedAbout: more than the body counts, or than the course takes,
// by the approval itself or with those beside it.
func TestHoursInDoubtAreAskedAbout(t *testing.T) {
	w := newWorld(t)
	fields := form("accreditor", "naadac", "course", w.course, "category", "Ethics", "hours", "9")
	w.Post("dora", "/admin/approvals/new", fields...).OK("More than counts", "The approval names 9 hours, and by the rules of NAADAC, at most 8 hours within 24 hours count.", "are the hours right?", `name="sure"`)
	w.Post("dora", "/admin/approvals/new", saving(fields...)...).Is(422, `href="#f-sure"`, "Compare the hours with the accreditor’s letter.", `name="category" value="Ethics"`)
	if n := w.recorded("approval.add"); n != 0 {
		t.Fatalf("%d are recorded", n)
	}
	w.Post("dora", "/admin/approvals/new", append(saving(fields...), "sure", "yes")...).Says("/admin/approvals", "approval.added")
	one := w.approve("course", w.course, "category", "Ethics", "hours", ".5", "provider_number", "7")
	w.Post("dora", "/admin/approvals/new", form("course", w.course, "category", "Clinical", "hours", "1")...).Is(200, `<a href="`+one+`">Ethics, 0.5, number 7</a>`, "A certificate prints in all", "1.5 CE, each category").Lacks(`name="sure"`)
	w.Post("dora", "/admin/approvals/new", form("course", w.course, "category", "Clinical", "hours", "3.25")...).OK("With the approvals beside it, it names 3.75 hours, and learning the course takes about 1.75.", `name="sure"`)
	w.approve("course", w.course, "category", "Clinical", "hours", "1")
	w.Get("dora", one).OK("Beside it", "Clinical, 1, number 88-1234", "1.5 CE, each category")
	w.Post("dora", "/admin/approvals/new", form("course", w.course, "hours", "1")...).Is(422, `href="#f-category"`, "Without a category, this one would grant the whole credit besides.")
	w.Post("dora", "/admin/approvals/new", form("course", w.course, "category", "Law")...).Is(422, `href="#f-hours"`, "Enter the hours in this category")
}

// TestCoursesOfOneTitleAreToldApart where one is chosen, and wherever it is named.
func TestCoursesOfOneTitleAreToldApart(t *testing.T) {
	w := newWorld(t)
	w.Get("dora", "/admin/approvals/new").OK(title).Lacks("(" + slug + ")")
	other := w.copied("tms-copy")
	w.Get("dora", "/admin/approvals/new").OK(other.Course.Card.Title+" ("+slug+")</option>", other.Course.Card.Title+" (tms-copy)</option>")
	one := w.approve("course", other.CourseID, "accreditor", "ncbtmb")
	w.Get("dora", "/admin/approvals").OK(other.Course.Card.Title + " (tms-copy)")
	w.Get("dora", one).OK(other.Course.Card.Title+" (tms-copy): ", other.Course.Card.Title+" (tms-copy), rule by rule")
	p, err := w.Pack(t.Context(), "ncbtmb")
	w.must(err)
	w.Post("dora", "/admin/rules/ncbtmb/edit", "base", "0", "body", p.Text+"# More.\n", "note", "So.").OK("("+slug+")</th>", "(tms-copy)</th>")
}

// TestAnApprovalInTheShadowSaysSo, with a link to the one that counts.
func TestAnApprovalInTheShadowSaysSo(t *testing.T) {
	w := newWorld(t)
	all := w.approve("live_events", "yes")
	w.Get("dora", all).OK("Approved, earns nothing").Lacks("stands in front")
	own := w.approve("course", w.course)
	w.Get("dora", all).OK(title, `nothing more. The accreditor has approved this course itself, and <a href="`+own+`">that approval</a> stands in front of this one, except for live events`).Lacks("Approved, earns nothing")
	w.Get("dora", own).Lacks("stands in front")
}

// TestWhoEndsAnApprovalReadsWhatRestsOnIt, before and after.
func TestWhoEndsAnApprovalReadsWhatRestsOnIt(t *testing.T) {
	w := newWorld(t)
	one := w.approve()
	w.Get("dora", one).OK("No certificate rests on it.").Lacks("/admin/certificates?approval")
	w.rest = 1
	link := `<a href="/admin/certificates?approval=` + strings.TrimPrefix(one, "/admin/approvals/") + `">`
	if page := w.Get("dora", one).OK(link+"1 certificate rests on it</a>.", "What must not stand is revoked there."); strings.Count(page.Body, link) != 2 {
		t.Error("it stands in the facts and above the form")
	}
	w.rest = 3
	w.Post("dora", one+"/end", "how", "early", "ended_on", "2026-06-30", "reason", "They wrote so.").To(one)
	w.Get("dora", one).OK(link+"More than 2 certificates rest on it</a>.", "Make it void")
	w.Post("dora", one+"/end", "how", "void", "reason", "Wrong.").To(one)
	if page := w.Get("dora", one).OK(link); strings.Count(page.Body, link) != 1 {
		t.Error("no form is left, the facts are")
	}
}

// TestTheSameApprovalTwiceIsRefused, with a link to the one on record.
func TestTheSameApprovalTwiceIsRefused(t *testing.T) {
	w := newWorld(t)
	one := w.approve("accreditor", "nbcc", "course", w.course, "provider_number", "ACEP 7777", "from_on", "2026-06-01")
	w.Post("dora", "/admin/approvals/new", form("accreditor", "nbcc", "course", w.course, "provider_number", "ACEP 7777", "from_on", "2026-06-01", "statement", "Otherwise.")...).
		Is(http.StatusUnprocessableEntity, `href="#f-from_on"`, "number ACEP 7777, June 1, 2026 to December 31, 2027", `<a href="`+one+`">NBCC ACEP, ACEP 7777, June 1, 2026 to December 31, 2027</a>`, "Otherwise.")
	if list, err := w.Approvals(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("%d approvals, %v", len(list), err)
	}
}

func TestStandingsInTheList(t *testing.T) {
	w := newWorld(t)
	for _, days := range [][2]string{{"2026-01-01", "2026-11-27"}, {"2026-01-01", "2026-11-28"}, {"2026-01-01", "2026-11-29"}, {"2026-01-01", "2027-01-31"}, {"2026-12-01", "2027-12-31"}} {
		w.approve("from_on", days[0], "until_on", days[1], "category", "Category "+days[1], "hours", "0.25")
	}
	w.Get("dora", "/admin/approvals").OK("Ended", "Ends today", "Ends in 1 day<", "Ends in 64 days", "Ahead", "5 entries")
	first := func(path string) string {
		t.Helper()
		_, rest, _ := strings.Cut(w.Get("dora", path).OK().Body, "<tbody>")
		row, _, _ := strings.Cut(rest, "</tr>")
		return row
	}
	if a, b := first("/admin/approvals?sort=until"), first("/admin/approvals?sort=-until"); !strings.Contains(a, "November 27, 2026") || !strings.Contains(b, "December 31, 2027") {
		t.Errorf("%s\n%s", a, b)
	}
}

func TestAnApprovalEnds(t *testing.T) {
	w := newWorld(t)
	one := w.approve()
	for says, fields := range map[string][]string{
		"Choose whether it ends early or never counted.": {"reason", "They wrote so."},
		"The approval ends on December 31, 2027 anyway":  {"how", "early", "ended_on", "2027-12-31", "reason", "They wrote so."},
		"Enter the date as year-month-day":               {"how", "early", "ended_on", "", "reason", "They wrote so."},
		"Say why.":                                       {"how", "void", "reason", " "},
		"The approval begins on January 1, 2026":         {"how", "early", "ended_on", "2025-12-31", "reason", "They wrote so."},
	} {
		w.Post("dora", one+"/end", fields...).Is(http.StatusUnprocessableEntity, says, `<span class="sr">Error: </span>`+says)
	}
	for range 2 {
		w.Post("adam", one+"/end", "how", "early", "ended_on", "2026-11-30", "reason", "They wrote so.").Says(one, "approval.ended")
	}
	w.Get("dora", one).OK("Ends in 2 days", "Ended early", "November 30, 2026", "They wrote so.", "Approval ended", "Adam Poe", "Last day: 2026-11-30", "Make it void").Lacks("It ends early")
	w.Get("dora", "/admin/approvals").OK("Ended November 30, 2026")
	w.Post("dora", one+"/end", "how", "early", "ended_on", "2026-11-29", "reason", "Another.").Is(http.StatusConflict, "has ended already", "make the approval void and record it again")
	// What is left open of another end is no matter: no field of it is on the page.
	for _, fields := range [][]string{{"reason", "Another."}, {"how", "early", "ended_on", "", "reason", "Another."}, {"how", "early", "ended_on", "2026-11-29", "reason", ""}} {
		w.Post("dora", one+"/end", fields...).Is(http.StatusConflict, "has ended already").Lacks("Choose whether", "Enter the day", "Say why.")
	}
	w.at = w.at.Add(72 * time.Hour)
	w.Get("dora", one).OK("Ended", "Not approved")
	w.Post("dora", one+"/end", "how", "void", "reason", " ").Is(http.StatusUnprocessableEntity, "Say why.")
	w.Post("dora", one+"/end", "how", "void", "reason", "The day was wrong.").Says(one, "approval.ended")
	w.Get("dora", one).OK("They wrote so.", "Void: it never counted", "The day was wrong.").Lacks("/end\"")
	w.Post("dora", one+"/end", "reason", "Again.").Is(http.StatusConflict, "This approval is void already.").Lacks("Choose whether")

	other := w.approve("accreditor", "nbcc")
	w.Post("dora", other+"/end", "how", "void", "ended_on", "2026-11-30", "reason", "The wrong body.").To(other)
	w.Get("dora", other).OK("Void", "it never counted", "The wrong body.", "Never counted: Yes", "Not approved")
}

func TestApprovalsLeaveAsAFile(t *testing.T) {
	w := newWorld(t)
	w.approve("hours", "1.5", "jurisdictions", "US-OR", "live_events", "yes")
	a := w.Post("dora", "/admin/approvals.csv").OK("nasw,Every course,88-1234,,2026-01-01,2027-12-31,live,,,,,1.5,US-OR,yes,Approved by NASW (# {number}).,")
	if n := w.recorded("approvals.export"); n != 1 || a.Header.Get("Content-Disposition") != `attachment; filename="approvals.csv"` {
		t.Errorf("%d events, %v", n, a.Header)
	}
	w.stale = true
	w.Post("dora", "/admin/approvals.csv").To("/factor")
}
