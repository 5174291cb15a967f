package catalog_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/web/catalog"
)

const title = "Two Tools, One Question: TMS and Ketamine for Treatment-Resistant Depression"

func TestEmptyCatalog(t *testing.T) {
	w := newWorld(t, false, false)
	w.get("", "/", "Courses for therapists", "!<ul class=\"cards\">")
	w.get("", "/courses", "No course is published yet")
	w.want(w.do("", http.MethodGet, "/courses/"+slug), http.StatusNotFound)
}

func TestLists(t *testing.T) {
	w := newWorld(t, true, true)
	for _, path := range []string{"/", "/courses"} {
		w.get("", path, `<a href="/courses/tms-ketamine">`+title, "Not yet clinically reviewed", "20 lessons, about 1.75 h; not accredited", "$149.00")
	}
}

func TestCoursePageSaysWhatIsTrue(t *testing.T) {
	w := newWorld(t, true, true)
	w.get("", "/courses/"+slug,
		"<title>"+title+" · CoCare</title>", `<link rel="canonical" href="http://127.0.0.1:8080/courses/tms-ketamine">`,
		"Not accredited; not yet clinically reviewed", "Estimated learning time 1.75 h; not accredited",
		"Explain how TRD is defined", "Licensed psychotherapists, counselors", "6. The therapist’s part", "What “treatment-resistant” means",
		"You need 80% to pass an exam of 30 questions, drawn from 48.", "3 attempts, at least 24 hours apart", "There is no time limit", "within 5 working days",
		"!Mergener", "!0.9 ×", "!quarter hour", // DECISIONS 10: the sum is not for visitors
		"names pending sign-off", "It was prompted by an article", "Licensed psychiatrist or psychiatric nurse practitioner",
		"Edition 1, published November 2", "First released</dt><dd>November 23, 2026", "May 23, 2027, unless", "365 days from enrollment", "$149.00",
		`href="/policies/refund"`, `href="/policies/grievance"`, `href="/policies/accommodation"`, `href="/policies/privacy"`, `href="/policies/terms"`,
		"!Record a review", "!passed its date")
	w.get("therapist", "/courses/"+slug, "Estimated learning time 1.75 h; not accredited", "!Mergener", "!0.9 ×", "!How it is worked out")
	w.get("instructor", "/courses/"+slug, `href="/teach/tms-ketamine/signoff"`, `href="/teach/tms-ketamine/signoff#hours"`)
	w.get("instructor", "/teach/"+slug+"/signoff", "Hours: not approved", "Mergener", "0.9 × (−22.3 &#43; 0.00209 × ", "rounded down to the quarter hour: 1.75 hours")
	// The day is the provider's: it is five hours behind.
	w.at = time.Date(2027, 5, 24, 4, 59, 0, 0, time.UTC)
	w.get("", "/courses/"+slug, "!passed its date")
	w.at = time.Date(2027, 5, 24, 5, 0, 0, 0, time.UTC)
	w.get("", "/courses/"+slug, "passed its date")
}

// TestTheCoursePageSaysWhoIssues the certificate.
func TestTheCoursePageSaysWhoIssues(t *testing.T) {
	w := newWorld(t, true, true)
	w.get("", "/courses/"+slug, "the certificate is there within seconds", "!the provider looks at your record")
	card := &w.current().Course.Card
	card.CertificateIssue = course.IssueByAdministrator
	w.get("", "/courses/"+slug, "the provider looks at your record and issues the certificate. It carries", "!within seconds")
	card.CertificateDays = 1
	w.get("", "/courses/"+slug, "issues the certificate, usually within 1 working day.")
}

func TestTheWayIn(t *testing.T) {
	const enroll = `action="/courses/tms-ketamine/enroll"`
	const register = `href="/register?next=/courses/tms-ketamine"`
	tests := []struct {
		name, role string
		state      enrollment.State
		may        error
		texts      []string
	}{
		{"visitor", "", "", nil, []string{register, `href="/login?next=/courses/tms-ketamine"`, "$149.00", "!You are enrolled", "!" + enroll}},
		{"therapist", "therapist", "", nil, []string{enroll, "!" + register, "!First confirm"}},
		{"unconfirmed", "guest", "", nil, []string{enroll, "First confirm your email address"}},
		{"learning", "therapist", enrollment.Active, enrollment.ErrAlreadyEnrolled, []string{`href="/learn/tms-ketamine"`, "Go on learning", "You are enrolled", "!Before you enroll", "!$149.00", "!" + enroll}},
		{"finished", "therapist", enrollment.Completed, enrollment.ErrNotRepeatable, []string{"Open your course", "It can be taken once", "!" + enroll}},
		{"too early", "therapist", enrollment.Completed, enrollment.ErrTooEarly, []string{"Open your course", "It can be taken again from November 25, 2026", "!" + enroll}},
		{"again", "therapist", enrollment.Completed, nil, []string{"Open your course", "Enroll again", enroll, "$149.00", "Before you enroll", "!You are enrolled", "!taken once"}},
		{"refunded", "therapist", enrollment.Refunded, nil, []string{enroll, "!Go on learning"}},
		{"refunded, certificate kept", "therapist", enrollment.Refunded, enrollment.ErrNotRepeatable, []string{"cannot be taken again", "!" + enroll, "!Go on learning"}},
	}
	w := newWorld(t, true, true)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.t = t
			clear(w.people)
			w.may = tt.may
			if tt.state != "" {
				w.people[tt.role] = tt.state
			}
			w.get(tt.role, "/courses/"+slug, tt.texts...)
		})
	}
}

// Nobody pays for an exam that they may not take without having been told.
func TestWhoWorksOnTheCourseIsToldBeforeTheyEnroll(t *testing.T) {
	w := newWorld(t, true, true)
	var asked string
	w.register(catalog.Deps{KeyReader: func(_ context.Context, person, courseID string) (bool, error) {
		asked = courseID
		return person == "instructor", nil
	}})
	w.get("instructor", "/courses/"+slug, "You work on this course, or did", "/enroll\"")
	if ed := w.current(); asked != ed.CourseID {
		t.Errorf("asked about %q, want %q", asked, ed.CourseID)
	}
	w.get("therapist", "/courses/"+slug, "!You work on this course", "/enroll\"")
	w.get("", "/courses/"+slug, "!You work on this course")
	w.people["instructor"], w.may = enrollment.Active, enrollment.ErrAlreadyEnrolled
	w.get("instructor", "/courses/"+slug, "!You work on this course")
}

// A paid course asks for the policies at its checkout; a free one has none.
func TestAFreeCourseSaysWhatEnrollingAccepts(t *testing.T) {
	w := newWorld(t, true, true)
	const free = "how-learning-is-recorded"
	if _, err := w.courses.Import(t.Context(), courses.Bundled()[free], "test"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.courses.Publish(t.Context(), free, "", "test"); err != nil {
		t.Fatal(err)
	}
	w.get("therapist", "/courses/"+free, "By enrolling you say that you have read and accept", `<a href="/policies/refund">Refunds, version 3</a>`, `name="policies" value="refund@3"`, `value="terms@1"`)
	w.get("", "/courses/"+free, "!By enrolling you say that you have read and accept", "Before you enroll", "drawn from 9", "from a bank of 9", "!Short answers are graded", "You see your result at once")
	w.get("therapist", "/courses/"+slug, "!By enrolling you say that you have read and accept", "!name=\"policies\"", "Before you enroll")
	ed, err := w.courses.Current(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	w.paying = []payment.Order{{CourseID: "another", Number: "AAAAA-AAAAA"}, {CourseID: ed.CourseID, Number: "4F7QK-9M2XT"}}
	w.get("therapist", "/courses/"+slug, "Your payment is not confirmed yet", `href="/orders/4F7QK-9M2XT"`, "!/enroll\"")
	w.get("", "/courses/"+slug, "!Your payment")
	w.people["therapist"], w.may = enrollment.Active, enrollment.ErrAlreadyEnrolled
	w.get("therapist", "/courses/"+slug, "Go on learning", "!Your payment is not confirmed yet", "!/enroll\"")
	w.people["therapist"], w.may = enrollment.Completed, nil
	w.get("therapist", "/courses/"+slug, "Open your course", "Your payment is not confirmed yet", "!/enroll\"")
	delete(w.people, "therapist")
	w.paying = nil
}

func TestWhereNothingCanBePaid(t *testing.T) {
	w := newWorld(t, true, true)
	w.register(catalog.Deps{NoSales: true})
	for _, role := range []string{"", "therapist"} {
		w.get(role, "/courses/"+slug, "Not open for enrollment", "It cannot be bought here yet", "!/enroll\"", "!Register to enroll")
	}
	w.people["therapist"], w.may = enrollment.Active, enrollment.ErrAlreadyEnrolled
	w.get("therapist", "/courses/"+slug, "Go on learning", "!Not open for enrollment")
}

func TestServeClosesWhatIsNotReviewed(t *testing.T) {
	w := newWorld(t, false, true)
	w.get("therapist", "/courses/"+slug, "Not open for enrollment", "!/enroll\"")
	w.people["therapist"], w.may = enrollment.Active, enrollment.ErrAlreadyEnrolled
	w.get("therapist", "/courses/"+slug, "Go on learning", "!Not open for enrollment")
	clear(w.people)
	for _, s := range w.current().Course.Signoffs {
		err := w.courses.RecordSignoff(t.Context(), w.current().ID, course.SignedOff{SignoffID: s.ID, Name: "Ada Rivera", License: "MD 1, Oregon", On: "2026-11-24", HashSeen: w.current().Hash}, "test")
		if err != nil {
			t.Fatal(err)
		}
	}
	w.get("therapist", "/courses/"+slug, "!Not open for enrollment", "!not yet clinically reviewed", "Medical review by Ada Rivera, November 24, 2026", "!MD 1", `/enroll"`)
}

func TestCorrectionsAreShown(t *testing.T) {
	w := newWorld(t, true, true)
	ed := w.current()
	if err := w.courses.AddErratum(t.Context(), ed.ID, course.Erratum{Text: "Read <3> for 4."}, "test"); err != nil {
		t.Fatal(err)
	}
	if err := w.courses.WithdrawLessons(t.Context(), []string{ed.ID}, course.Withdrawing{LessonID: "m1-l2", Reason: "Wrong.", Hollows: []int{ed.Number}}, "test"); err != nil {
		t.Fatal(err)
	}
	if err := w.courses.AddErratum(t.Context(), ed.ID, course.Erratum{LessonID: "m1-l1", Text: "Two trials, not three."}, "test"); err != nil {
		t.Fatal(err)
	}
	const lesson = `href="/learn/tms-ketamine/lessons/what-treatment-resistant-means"`
	w.get("", "/courses/"+slug, "Read &lt;3&gt; for 4.", "withdrawn", "19 lessons (1 withdrawn) in 6 modules", "2 lessons (1 withdrawn), ", "Edition 1, published November 25, 2026", "First released</dt><dd>November 23, 2026", "another figure: ", "Correction of the whole course", "Correction of “What ‘treatment-resistant’ means”", "!"+lesson)
	w.people["therapist"], w.edition1 = enrollment.Active, ed.ID
	w.get("therapist", "/courses/"+slug, lesson)
	w.edition1 = "an earlier one" // which may not have the lesson
	w.get("therapist", "/courses/"+slug, "Correction of “What", "!"+lesson)
}

func TestCorrections(t *testing.T) {
	w := newWorld(t, false, true)
	page := "/teach/" + slug + "/signoff"
	for _, door := range []string{"errata", "withdrawals"} {
		w.want(w.do("therapist", http.MethodPost, "/teach/"+slug+"/"+door), http.StatusForbidden)
		w.want(w.do("instructor", http.MethodPost, "/teach/none/"+door), http.StatusNotFound)
	}
	erratum, withdrawal := "/teach/"+slug+"/errata", "/teach/"+slug+"/withdrawals"
	w.want(w.do("instructor", http.MethodPost, erratum, "lesson", "m2-l1", "text", " "), 422, "Write what was wrong", `<option value="m2-l1" selected>`, "<details open>")
	w.want(w.do("instructor", http.MethodPost, erratum, "lesson", "m9-l1", "text", "x"), http.StatusNotFound)
	w.want(w.do("instructor", http.MethodPost, withdrawal, "reason", "Wrong <b>dose</b>."), 422, "Choose the lesson.", "Confirm that", "Wrong &lt;b&gt;dose")
	w.want(w.do("instructor", http.MethodPost, withdrawal, "withdraw", "m2-l1", "certain", "yes"), 422, "Write why")
	if o := w.current().Overlays; len(o.Errata)+len(o.Withdrawn) != 0 {
		t.Fatalf("something was recorded: %+v", o)
	}
	for path, fields := range map[string][]string{
		erratum: {"lesson", "", "text", "Read 3 for 4."}, withdrawal: {"withdraw", "m2-l1", "reason", "Unsafe.", "certain", "yes"},
	} {
		if rec := w.do("administrator", http.MethodPost, path, fields...); rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != page {
			t.Errorf("%s: %d\n%s", path, rec.Code, rec.Body)
		}
	}
	w.get("instructor", page, "November 25, 2026. The whole course: Read 3 for 4.", ", withdrawn: Unsafe.", "!m2-l1:")
	w.want(w.do("instructor", http.MethodPost, withdrawal, "withdraw", "m2-l1", "reason", "Again.", "certain", "yes"), http.StatusConflict, "withdrawn already")
}

func TestSignoff(t *testing.T) {
	w := newWorld(t, false, true)
	path := "/teach/" + slug + "/signoff"
	w.want(w.do("therapist", http.MethodGet, path), http.StatusForbidden)
	w.want(w.do("", http.MethodPost, path), http.StatusSeeOther)
	w.want(w.do("instructor", http.MethodGet, "/teach/none/signoff"), http.StatusNotFound)
	w.want(w.do("instructor", http.MethodGet, path+"?review=none"), http.StatusNotFound)
	w.get("instructor", path, "Reviews and corrections of edition 1", "Medical review", `href="?review=medical"`)
	w.get("administrator", path+"?review=legal", "Record: Legal review", "Scope: what your license covers", `name="lessons" value="m6-l4" checked`, `name="hash" value="`+w.current().Hash)

	fields := []string{"signoff", "legal", "hash", w.current().Hash, "name", "Ada Rivera", "license", "Bar 1, Oregon", "on", "2026-11-24", "lessons", "m6-l1", "sure", "yes"}
	without := func(name, with string) []string {
		out := slices.Clone(fields)
		i := slices.Index(out, name)
		out[i+1] = with
		return out
	}
	for name, tt := range map[string]struct {
		fields []string
		status int
		text   string
	}{
		"no name":        {without("name", ""), 422, "Write the reviewer’s full name."},
		"no license":     {without("license", " "), 422, "Write the kind, number and place"},
		"future":         {without("on", "2027-01-01"), 422, "lies in the future"},
		"not sure":       {fields[:len(fields)-2], 422, "Confirm that the review took place."},
		"nothing read":   {slices.Concat(fields[:10], fields[12:]), 422, "Tick what was reviewed."},
		"foreign lesson": {without("lessons", "m1-l1"), 422, "Choose lessons that this review covers."},
		"another text":   {without("hash", "0"), 409, "is not the one you looked at"},
	} {
		body := w.want(w.do("instructor", http.MethodPost, path, tt.fields...), tt.status, tt.text)
		if name != "no name" && len(body) > 0 {
			w.want(w.do("instructor", http.MethodPost, path, tt.fields...), tt.status, `value="Ada Rivera"`)
		}
	}
	w.want(w.do("instructor", http.MethodPost, path, without("signoff", "x")...), http.StatusUnprocessableEntity)
	if n := len(w.current().Overlays.Signoffs); n != 0 {
		t.Fatalf("%d records after refusals", n)
	}
	rec := w.do("instructor", http.MethodPost, path, fields...)
	if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != path {
		t.Fatalf("%d to %q\n%s", rec.Code, rec.Header().Get("Location"), rec.Body)
	}
	w.get("instructor", path, "Ada Rivera, Bar 1, Oregon; November 24, 2026", "Scope: what your license covers", "1 part left", "Add a record", `tabindex="0" role="region"`)
	w.want(w.do("instructor", http.MethodPost, path, fields...), http.StatusConflict, "recorded already")
}

// A reviewer signs for themselves; who writes the course also records what others
// reviewed on paper.
func TestAReviewerSignsInTheirOwnName(t *testing.T) {
	w := newWorld(t, false, true)
	w.guests = true
	w.register(catalog.Deps{})
	path := "/teach/" + slug + "/signoff"
	w.get("guest", path+"?review=medical", "Reviewer: <strong>Ana Ruiz</strong>", "I reviewed this text", `!name="name"`)
	w.get("instructor", path+"?review=medical", `name="name"`, "The person named above")
	rec := w.do("guest", http.MethodPost, path, "signoff", "legal", "hash", w.current().Hash, "name", "Somebody Else", "license", "Bar 1, Oregon", "on", "2026-11-24", "lessons", "m6-l1", "sure", "yes")
	if rec.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", rec.Code, rec.Body)
	}
	if s := w.current().Overlays.Signoffs; len(s) != 1 || s[0].Name != "Ana Ruiz" {
		t.Errorf("recorded: %+v", s)
	}
}

// TestWhoRecordedAReviewIsSaid: what somebody else recorded is not said to be signed by
// the reviewer, to nobody; and who works on the course reads who recorded it, and when.
func TestWhoRecordedAReviewIsSaid(t *testing.T) {
	w := newWorld(t, false, true)
	w.guests = true
	w.register(catalog.Deps{})
	path := "/teach/" + slug + "/signoff"
	w.get("instructor", path+"?review=medical", "the record says that you made it and that the reviewer did not sign it")
	w.get("guest", path+"?review=medical", "!the record says that you made it")
	post := func(role, review, name string) {
		t.Helper()
		fields := []string{"signoff", review, "hash", w.current().Hash, "name", name, "license", "Bar 1, Oregon", "on", "2026-11-20", "sure", "yes"}
		if review == "legal" {
			fields = append(fields, "lessons", "m6-l1", "lessons", "m6-l4")
		}
		if rec := w.do(role, http.MethodPost, path, fields...); rec.Code != http.StatusSeeOther {
			t.Fatalf("%d\n%s", rec.Code, rec.Body)
		}
	}
	post("instructor", "legal", "Ada Rivera")
	const unsigned = "recorded by an author or administrator of the course, not signed by the reviewer"
	recorded := "Recorded by Ana Ruiz on November 25, 2026, not signed by the reviewer."
	for _, role := range []string{"instructor", "guest"} { // who are an author and a reviewer, or an accreditor
		w.get(role, path, recorded, "!Signed by")
	}
	for _, role := range []string{"", "therapist", "administrator"} {
		w.get(role, "/courses/"+slug, "Legal review by Ada Rivera, November 20, 2026; "+unsigned, "!Ana Ruiz on")
	}
	id := w.current().Overlays.Signoffs[0].ID
	w.get("instructor", path+"/"+id+"/retract", recorded)
	if rec := w.do("instructor", http.MethodPost, path+"/"+id+"/retract", "reason", "Another Rivera."); rec.Code != http.StatusSeeOther {
		t.Fatal(rec.Code)
	}
	w.get("guest", path, recorded, "Another Rivera.")

	post("guest", "legal", "")
	w.get("guest", path, "Signed by the reviewer on November 25, 2026.")
	w.get("", "/courses/"+slug, "Legal review by Ana Ruiz, November 20, 2026</li>", "!"+unsigned)
	post("instructor", "wording", " ana  ruiz ") // who checks what they write signs it
	w.get("", "/courses/"+slug, "!"+unsigned)
	w.names["guest"] = "Vera <b>"
	w.get("instructor", path, "Signed by the reviewer on November 25, 2026, whose account is called Vera &lt;b&gt; now.")
	delete(w.names, "instructor")
	w.get("guest", path, "Recorded by somebody whose account is gone on November 25, 2026")
}

// TestWhoCanEnroll is said as it is: a demonstration waits for no review.
func TestWhoCanEnroll(t *testing.T) {
	for demo, texts := range map[bool][]string{
		false: {"People can enroll when no review is open.", "!because this is a demonstration"},
		true:  {"People can enroll although reviews are open, because this is a demonstration", "!when no review is open"},
	} {
		newWorld(t, demo, true).get("instructor", "/teach/"+slug+"/signoff", texts...)
	}
	w := newWorld(t, false, true)
	w.second()
	w.get("instructor", "/teach/"+slug+"/signoff?edition=1", "Nobody new enrolls in this edition.", "!People can enroll")
}

func TestFormsSentTwiceRecordOne(t *testing.T) {
	w := newWorld(t, false, true)
	path := "/teach/" + slug + "/signoff"
	key := regexp.MustCompile(`name="_once" value="([^"]+)"`).FindStringSubmatch(w.get("instructor", path+"?review=legal", `min="2024-11-25"`, `max="2026-11-25"`))
	if key == nil {
		t.Fatal("no key")
	}
	for door, fields := range map[string][]string{
		path:                              {"_once", key[1], "signoff", "legal", "hash", w.current().Hash, "name", "Ada Rivera", "license", "Bar 1", "on", "2026-11-24", "lessons", "m6-l1", "sure", "yes"},
		"/teach/" + slug + "/errata":      {"_once", key[1], "lesson", "", "text", "Read 3 for 4."},
		"/teach/" + slug + "/withdrawals": {"_once", key[1], "withdraw", "m2-l1", "reason", "Unsafe.", "certain", "yes"},
	} {
		for range 2 {
			if rec := w.do("instructor", http.MethodPost, door, fields...); rec.Code != http.StatusSeeOther {
				t.Errorf("%s: %d\n%s", door, rec.Code, rec.Body)
			}
		}
	}
	if o := w.current().Overlays; len(o.Signoffs) != 1 || len(o.Errata) != 1 || len(o.Withdrawn) != 1 {
		t.Errorf("%+v", o)
	}
}

// TestWhoRetracts: who recorded it, an author or an administrator; no other reviewer.
func TestWhoRetracts(t *testing.T) {
	w := newWorld(t, false, true)
	w.guests = true
	w.register(catalog.Deps{})
	page := "/teach/" + slug + "/signoff"
	for n, by := range []string{"guest", "another"} {
		err := w.courses.RecordSignoff(t.Context(), w.current().ID, course.SignedOff{SignoffID: "medical", Name: "Ada Rivera", License: fmt.Sprint("MD ", n), On: "2026-11-24", HashSeen: w.current().Hash}, by)
		if err != nil {
			t.Fatal(err)
		}
	}
	own, other := page+"/"+w.current().Overlays.Signoffs[0].ID+"/retract", page+"/"+w.current().Overlays.Signoffs[1].ID+"/retract"
	w.get("guest", page, `href="`+own+`"`, `!href="`+other+`"`)
	w.get("instructor", page, `href="`+own+`"`, `href="`+other+`"`)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		w.want(w.do("guest", method, other, "reason", "I do not like it."), http.StatusForbidden, "Only who recorded this review")
	}
	w.get("guest", own)
	if n := len(w.current().Overlays.Signoffs); n != 2 {
		t.Fatalf("%d records", n)
	}
	for by, path := range map[string]string{"guest": own, "instructor": other} {
		if rec := w.do(by, http.MethodPost, path, "reason", "The license had lapsed."); rec.Code != http.StatusSeeOther {
			t.Errorf("%s: %d", by, rec.Code)
		}
	}
}

func TestRetract(t *testing.T) {
	w := newWorld(t, false, true)
	page := "/teach/" + slug + "/signoff"
	hash := w.current().Hash
	err := w.courses.RecordSignoff(t.Context(), w.current().ID, course.SignedOff{SignoffID: "medical", Name: "Ada <Rivera>", License: "MD 1", On: "2026-11-24", HashSeen: hash}, "test")
	if err != nil {
		t.Fatal(err)
	}
	path := page + "/" + w.current().Overlays.Signoffs[0].ID + "/retract"
	w.get("instructor", page, `href="`+path+`"`)
	w.want(w.do("therapist", http.MethodGet, path), http.StatusForbidden)
	w.get("administrator", path, "Medical review of edition 1", "Ada &lt;Rivera&gt;, MD 1", "November 24, 2026")
	w.want(w.do("instructor", http.MethodPost, path, "reason", " "), 422, "Write why", `href="#f-reason"`)
	for range 2 {
		rec := w.do("instructor", http.MethodPost, path, "reason", "The license had lapsed.")
		if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != page {
			t.Fatalf("%d to %q\n%s", rec.Code, rec.Header().Get("Location"), rec.Body)
		}
	}
	if rec := w.do("instructor", http.MethodGet, path); rec.Code != http.StatusSeeOther {
		t.Errorf("the page of what was retracted: %d", rec.Code)
	}
	w.get("instructor", page, "Retracted", "November 25, 2026: The license had lapsed.", `!href="`+path+`"`)
	w.get("", "/courses/"+slug, "!Rivera")
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		w.want(w.do("instructor", method, page+"/none/retract", "reason", "x"), http.StatusNotFound)
	}
}

// TestTheLastLessonIsWithdrawnKnowingly: where nobody could complete the course without a
// lesson, the form says so and asks once more, for that lesson.
func TestTheLastLessonIsWithdrawnKnowingly(t *testing.T) {
	w := newWorld(t, false, true)
	page, withdrawal := "/teach/"+slug+"/signoff", "/teach/"+slug+"/withdrawals"
	last := ""
	for _, l := range w.current().Course.Lessons() {
		if ed := w.current(); !w.courses.Completable(ed.Without(l.ID)) {
			last = l.ID
			break
		}
		w.want(w.do("instructor", http.MethodPost, withdrawal, "withdraw", l.ID, "reason", "Unsafe.", "certain", "yes"), http.StatusSeeOther)
	}
	w.get("instructor", page, "!Nobody can complete")
	sent := []string{"withdraw", last, "reason", "Unsafe.", "certain", "yes"}
	w.want(w.do("instructor", http.MethodPost, withdrawal, sent...), 422, "Without it nobody can complete edition 1", `name="hollow" value="yes"`, `name="hollowed" value="`+last+` 1"`)
	w.want(w.do("instructor", http.MethodPost, withdrawal, append(sent, "hollow", "yes", "hollowed", "m1-l1 1")...), 422, "Confirm it")
	w.want(w.do("instructor", http.MethodPost, withdrawal, append(sent, "hollow", "yes", "hollowed", last+" 2")...), 422, "Confirm it") // of another edition
	w.want(w.do("instructor", http.MethodPost, withdrawal, append(sent, "hollowed", last+" 1")...), 422, "Confirm it")
	if _, gone := w.current().Withdrawn(last); gone || last == "" {
		t.Fatalf("%q was withdrawn unasked", last)
	}
	w.want(w.do("instructor", http.MethodPost, withdrawal, append(sent, "hollow", "yes", "hollowed", last+" 1")...), http.StatusSeeOther)
	w.get("instructor", page, "Nobody can complete this edition", "until another edition is published")
}
