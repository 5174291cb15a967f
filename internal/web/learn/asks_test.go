package learn_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/learn"
)

// TestTheLicenseIsAskedForLast walks from the disclosure to a certificate without
// the credit.
func TestTheLicenseIsAskedForLast(t *testing.T) {
	w := newWorld(t)
	base := "/learn/" + slug
	e := w.enroll("p1")
	w.get(base + "/license").is(http.StatusNotFound)
	w.asks.License = []enrollment.LicenseAsk{{Accreditor: "nasw", Credit: "1 CE by <NASW>"}}
	w.get(base + "/disclosure").ok("Some credit (1 CE by &lt;NASW&gt;) is reported for a license")
	w.get(base+"/license").ok("Add a license", `href="/account/licenses?next=%2flearn%2f`+slug+`"`, "You can say so here when everything else is done").not(`name="not_needed"`)
	w.get(base).ok("Add the license that this credit is reported for", "exam, evaluation, a license.")
	w.post(base+"/license", "not_needed", "yes").is(http.StatusConflict, "when everything else is done")
	w.do("p2", http.MethodGet, base+"/license", nil).is(http.StatusNotFound)
	w.do("p2", http.MethodPost, base+"/license", map[string][]string{"not_needed": {"yes"}}).is(http.StatusNotFound)

	w.must(w.enrollments.AcknowledgeDisclosure(t.Context(), e))
	w.study(e)
	w.must(w.enrollments.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a1", Final: true, Passed: true, SubmittedAt: w.now()}))
	w.post(base+"/evaluation", w.evaluation()...).to(base + "/evaluation")
	w.get(base).ok("Add the license for your credit", `href="`+base+`/license"`, "Before your certificate: a license.")
	w.get(base+"/license").ok(`name="not_needed"`, "I do not need this credit: 1 CE by &lt;NASW&gt;", "cannot be added to it later")
	w.post(base+"/license").is(http.StatusUnprocessableEntity, "Tick the box to say that you do not need this credit")
	w.licenses = []string{"Counselor, Colorado, license 7"}
	w.get(base+"/license").ok("Your license is on your list", "Counselor, Colorado, license 7").not(`name="not_needed"`)
	w.post(base+"/license", "not_needed", "yes").is(http.StatusConflict, "No credit of this course waits for a license.")
	w.licenses = nil
	for range 2 {
		w.post(base+"/license", "not_needed", "yes").to(base)
	}
	w.get(base).ok("Say that credit for a license is not needed", "You have completed this course")
	w.get(base+"/license").ok("You have completed this course").not("Add a license", `name="not_needed"`)
}

func (w *world) block(requests bool) {
	w.asks = enrollment.Asks{Time: enrollment.TimeBlock, TimeBy: []string{"NASW", "APA"}, Requests: requests}
}

func TestTimeThatAnAccreditorAsksForIsShown(t *testing.T) {
	w := newWorld(t)
	base := "/learn/" + slug
	e := w.enroll("p1")
	w.get(base).ok("It stays on record. Nothing depends on it.")
	w.block(false)
	w.get(base + "/disclosure").ok("The exam opens when 92 minutes of active reading are on record.")
	w.must(w.enrollments.AcknowledgeDisclosure(t.Context(), e))
	w.get(base).ok("<strong>92 of 92 minutes are missing.</strong> The exam opens when they are on record, as NASW and APA ask.", "estimated from when you opened pages does not count for this",
		"Spend at least 92 minutes of active reading", "92 min of reading")
	w.block(true)
	w.get(base).not("estimated from when you opened pages does not count for this")
	w.block(false)
	w.study(e)
	lessons := w.edition.RequiredLessons()
	w.get(base).ok("Read on: 92 min are missing", `href="`+base+"/lessons/"+lessons[0].Slug+`"`)
	if err := w.enrollments.ExamGate(t.Context(), e); err == nil {
		t.Error("the exam is open")
	}
	for i, l := range lessons {
		for spent := 0; spent < l.Minutes*60; spent += 300 {
			w.pass(5 * time.Minute)
			b := enrollment.ActiveBatch{Token: l.ID + time.Duration(spent).String(), Seconds: 300, From: w.now().Add(-5 * time.Minute), Source: enrollment.FromBrowser}
			if _, err := w.enrollments.RecordActive(t.Context(), e, l.ID, b); err != nil {
				t.Fatal(err)
			}
		}
		if i == 0 {
			doc, err := goquery.NewDocumentFromReader(strings.NewReader(w.get(base).ok().Body))
			w.must(err)
			if href := doc.Find("a.button-primary").AttrOr("href", ""); href != base+"/lessons/"+lessons[1].Slug {
				t.Errorf("the next step leads to %s", href)
			}
		}
	}
	w.get(base).ok("The 92 minutes that the exam asks for are on record", "Go to the exam")
	e, err := w.enrollments.Get(t.Context(), e.ID)
	w.must(err)
	w.must(w.enrollments.ExamGate(t.Context(), e))
	w.asks = enrollment.Asks{Time: enrollment.TimeWarn, TimeBy: []string{"APA"}}
	w.get(base).ok("The 92 planned minutes are on record.")
}

func TestAWarningLetsOn(t *testing.T) {
	w := newWorld(t)
	base := "/learn/" + slug
	e := w.begun("p1")
	w.asks = enrollment.Asks{Time: enrollment.TimeWarn, TimeBy: []string{"APA"}}
	w.get(base).ok("92 of the 92 planned minutes are missing so far. You may go on without them.")
	w.study(e)
	w.get(base).ok("Your recorded time is below the 92 minutes planned", "Go to the exam")
}

// TestTheOutlineSaysWhatTheCoursePageSaysOfCredit, and a lesson, which reads no
// approvals, nothing of it.
func TestTheOutlineSaysWhatTheCoursePageSaysOfCredit(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	const unreviewed = "Not yet clinically reviewed"
	for _, credit := range []bool{false, true} {
		w.asks = enrollment.Asks{}
		if credit {
			w.asks.Earns = []enrollment.Earning{{By: "NASW", Centihours: 175}}
		}
		page := w.get(base).ok(unreviewed)
		if strings.Contains(page.Body, "not accredited") == credit {
			t.Errorf("credit %t, and the outline says otherwise", credit)
		}
		if lesson := w.get(base + "/lessons/" + w.edition.RequiredLessons()[0].Slug).ok(unreviewed); strings.Contains(lesson.Body, "accredited") {
			t.Error("a lesson speaks of accreditation")
		}
	}
}

// TestAfterCompletionTheOutlineSaysWhatTheCertificateBears, whatever is approved
// since; before there is one nobody knows.
func TestAfterCompletionTheOutlineSaysWhatTheCertificateBears(t *testing.T) {
	w := newWorld(t)
	e := w.begun("p1")
	w.must(w.db.Conn(t.Context()).Exec("UPDATE enrollments SET state = 'completed', completed_at = ? WHERE id = ?", w.now(), e.ID).Error)
	for _, c := range []struct {
		certificate learn.Certificate
		none        bool
	}{{learn.Certificate{}, false}, {learn.Certificate{Number: "N", Credit: true}, false}, {learn.Certificate{Number: "N", Issued: true, Credit: true}, false},
		{learn.Certificate{Number: "N", Issued: true}, true}} {
		w.certificate = c.certificate
		if page := w.get(base).ok("Not yet clinically reviewed"); strings.Contains(page.Body, "not accredited") != c.none {
			t.Errorf("%+v: the outline says otherwise", c.certificate)
		}
	}
}
