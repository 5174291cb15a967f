package certificate_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/pdf"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// held is an event of an evening in New York, which was the next day in London.
var held = enrollment.Attendance{EventID: "ev1", Title: "TMS, live", StartsAt: time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC), EndsAt: time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC),
	Zone: "America/New_York", Minutes: 104, Of: 165, Online: true, Presenters: "Dr. Vera Lindqvist", ListSHA256: strings.Repeat("ab", 32), Line: 7, RecordedBy: "dora"}

// attended is a completed enrollment by an event.
func (w *world) attended(person string, change ...func(a *enrollment.Attendance)) enrollment.Enrollment {
	w.t.Helper()
	a := held
	for _, f := range change {
		f(&a)
	}
	e := w.completed(person, 1, a.EndsAt)
	e.Attendance = &a
	return e
}

func TestTheFactsOfALiveEvent(t *testing.T) {
	w := newWorld(t)
	w.person("dora", "Dora Lee", "UTC")
	e := w.attended("p2")
	w.must(w.Completed(audit.WithActor(t.Context(), audit.Actor{PersonID: "dora"}), e))
	w.drain()
	c, err := w.OfEnrollment(t.Context(), e.ID)
	w.must(err)
	f := c.Facts
	if f.Title != "TMS, live" || f.Subtitle != "A live event of the course “TMS and Ketamine in Depression”" || f.Format != "Live event, online" || f.LearningTime != 150 ||
		f.Live.Attended() != "104 of 165 minutes" || f.Deed() != "has attended the live event" || c.State != certificate.Issued {
		t.Errorf("%+v", f)
	}
	// Where the holder is it was the next day; the line below the title says so.
	if f.CompletedOn != "2026-11-21" || f.When() != "held on November 20, 2026; completed on November 21, 2026" {
		t.Errorf("%s, %s", f.CompletedOn, f.When())
	}
	want := []string{"Instruction attended: 104 of 165 minutes (1.5 h); not accredited", "Live event held on November 20, 2026, 6:00 PM to 9:00 PM EST, online. Presented by Dr. Vera Lindqvist"}
	for i := range want {
		if f.Statements[i] != want[i] {
			t.Errorf("%q, want %q", f.Statements[i], want[i])
		}
	}
	if sum := strings.Join(f.LearningSum, "\n"); !strings.Contains(sum, "104 minutes attended ÷ 60 minutes an hour = 1.73 hours") {
		t.Errorf("%q", sum)
	}
	events, err := w.Events(t.Context(), c.ID)
	if err != nil || events[0].ActorID == nil || *events[0].ActorID != "dora" {
		t.Errorf("%+v, %v", events, err)
	}
	badge, err := w.Credential(t.Context(), c)
	w.must(err)
	for _, part := range []string{`"live_event"`, `"minutes_attended":104`, "/courses/intro#event-ev1", "Live event held on November 20, 2026", "The holder has done what the live event asked for: ", `"presenters":"Dr. Vera Lindqvist"`} {
		if !bytes.Contains(badge.JSON, []byte(part)) {
			t.Errorf("the badge lacks %s: %s", part, badge.JSON)
		}
	}
	for _, secret := range []string{held.ListSHA256, "dora", "1.73 hours"} {
		if bytes.Contains(badge.JSON, []byte(secret)) {
			t.Errorf("the badge says %s", secret)
		}
	}
	if w.post.about("is ready", "because you attended this live event") != 1 || w.post.about("completed this course") != 0 {
		t.Errorf("the mail: %+v", w.post.mails)
	}
	n, damaged, err := w.checkStored()
	if err != nil || n != 1 || len(damaged) != 0 {
		t.Errorf("%d, %v, %v", n, damaged, err)
	}
}

func TestALiveEventUnderTheTitleOfTheCourse(t *testing.T) {
	w := newWorld(t)
	w.credit = []certificate.CreditLine{{ApprovalID: "a1", Accreditor: "The Board of Examples", Unit: "contact hour", Centihours: 275, ProviderNumber: "P-9", Statement: "Approved."}}
	e := w.attended("p1", func(a *enrollment.Attendance) {
		a.Title, a.Online, a.Place, a.Minutes, a.Presenters = w.edition.Course.Card.Title, false, "Community Hall, Springfield", 170, ""
		a.EndsAt = a.EndsAt.AddDate(0, 0, 1)
	})
	w.must(w.Completed(t.Context(), e))
	c, err := w.OfEnrollment(t.Context(), e.ID)
	w.must(err)
	f := c.Facts
	if got := f.Statements[2]; !strings.HasPrefix(got, "Dates are local dates where the event was held (America/New_York). In the provider's time zone (UTC) the course was completed on November 22") {
		t.Errorf("%q", got) // nobody knows where the holder is
	}
	if f.Title != "TMS and Ketamine in Depression" || f.Subtitle != "What a therapist needs to know" || f.Format != "Live event, in person" || f.Live.Minutes != 165 ||
		f.Statements[0] != "Instruction attended: 165 of 165 minutes (2.75 h)" ||
		f.Statements[1] != "Live event held on November 20, 2026, 6:00 PM, to November 21, 2026, 9:00 PM EST, Community Hall, Springfield" || f.When() != "on November 20, 2026 to November 21, 2026" {
		t.Errorf("%+v, %s", f, f.When())
	}
}

// TestALiveEventIsIssuedWhereCoursesWaitForAnAdministrator, who recorded it, and only
// under a legal name.
func TestALiveEventIsIssuedWhereCoursesWaitForAnAdministrator(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.CertificateIssue = course.IssueByAdministrator
	e := w.attended("p1")
	w.holders["p1"] = certificate.Holder{Name: "Ana", NoLegalName: true, TimeZone: "UTC"}
	w.kind(w.Completed(t.Context(), e), apperr.Conflict)
	w.setHolder("p1", "Ana Ruiz", "UTC")
	e.Exam = enrollment.ExamOutcome{AttemptID: "a1", Final: true, Passed: true, SubmittedAt: began} // under whatever name it was taken
	w.must(w.Completed(t.Context(), e))
	c, err := w.OfEnrollment(t.Context(), e.ID)
	w.must(err)
	if c.HolderName != "Ana Ruiz" {
		t.Errorf("issued to %s", c.HolderName)
	}
	if name, _, err := w.WouldPrint(t.Context(), e); err != nil || name != "Ana Ruiz" {
		t.Errorf("%s, %v", name, err)
	}
	w.drain()
	w.setHolder("p1", "Ana Soto", "UTC")
	next, err := w.replace(t.Context(), c.Number, "Married", "dora")
	w.must(err)
	if next.Facts.Live == nil || next.Facts.Statements[0] != c.Facts.Statements[0] || next.Facts.Title != "TMS, live" {
		t.Errorf("%+v", next.Facts)
	}
}

// TestTheLongestEventIsPrinted: what the form of an event takes fits the pages.
func TestTheLongestEventIsPrinted(t *testing.T) {
	w := newWorld(t)
	for i := range 12 {
		w.licenses = append(w.licenses, certificate.License{Profession: "Marriage and family therapist", Jurisdiction: "Newfoundland and Labrador", Number: "LICENSE 123456789012 " + string(rune('A'+i))})
	}
	w.setHolder("p1", strings.TrimSpace(strings.Repeat("Wilhelmina ", 7)), "America/New_York")
	e := w.attended("p1", func(a *enrollment.Attendance) {
		a.Title, a.Place, a.Presenters = words("Evidence", 150), words("Hall", 120), words("Presenter", 300)
	})
	w.must(w.Completed(t.Context(), e))
	w.drain()
	c, err := w.OfEnrollment(t.Context(), e.ID)
	if w.must(err); c.State != certificate.Issued {
		t.Errorf("%s", c.State)
	}
}

// words fill so many characters.
func words(word string, n int) string {
	text := strings.Repeat(word+" ", n/len(word)+1)
	return strings.TrimSpace(text[:n])
}

// TestOldRecordsSayNothingOfEvents: their hashes are in the log.
func TestOldRecordsSayNothingOfEvents(t *testing.T) {
	record, err := certificate.Facts{Number: "1", Title: "TMS"}.Record().JSON()
	if err != nil || bytes.Contains(record, []byte("live")) {
		t.Errorf("%s, %v", record, err)
	}
	facts, err := json.Marshal(certificate.Facts{Number: "1"})
	if err != nil || bytes.Contains(facts, []byte("live")) {
		t.Errorf("%s, %v", facts, err)
	}
}

func TestTextThatCannotBePrinted(t *testing.T) {
	err := certificate.PrintableText("title", "Live \U00013000")
	if fields := apperr.FieldsOf(err); len(fields) != 1 || fields[0].Name != "title" {
		t.Errorf("%v", err)
	}
	if ok, _ := pdf.Covers("Live"); !ok || certificate.PrintableText("title", "Live") != nil {
		t.Error("plain letters are refused")
	}
}

// TestAFieldThatCertificatesPrint holds nothing that is hidden or that fonts lack;
// only a text of several lines may break.
func TestAFieldThatCertificatesPrint(t *testing.T) {
	for text, says := range map[string]string{"": "Enter it.", "88-1234": "", "Ge\u00adneral": "Leave out the character U+00AD", "a\ufeff": "U+FEFF", "\u202eb": "U+202E",
		"Ethics 🎓": "cannot print “🎓” (U+1F393)", "กข": "cannot print", "four": "", "fives": "at most 4", "a\nb": "U+000A", "a\u2028b": "U+2028"} {
		var one, lines apperr.Check
		limit := 4
		if says != "at most 4" {
			limit = 20
		}
		certificate.CheckField(&one, "category", text, limit, "Enter it.")
		certificate.CheckFieldOfLines(&lines, "category", text, limit, "Enter it.")
		for i, err := range []error{one.Err(), lines.Err()} {
			fields := apperr.FieldsOf(err)
			switch {
			case says == "" || i == 1 && text == "a\nb":
				if err != nil {
					t.Errorf("%q: %v", text, err)
				}
			case len(fields) != 1 || fields[0].Name != "category" || !strings.Contains(fields[0].Msg, says):
				t.Errorf("%q: %v, want %q", text, err, says)
			}
		}
	}
}
