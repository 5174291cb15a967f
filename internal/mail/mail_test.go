package mail_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/mail"
)

var update = flag.Bool("update", false, "write the golden files")

var (
	site  = mail.Site{Provider: "Example Clinic", BaseURL: "https://ce.example.org"}
	from  = mail.Address{Name: "Example Clinic", Email: "noreply@example.org"}
	to    = mail.Address{Name: "Amina Diallo", Email: "amina@example.com"}
	quiet = slog.New(slog.DiscardHandler)
)

const base = "https://ce.example.org"

// samples has every mail; where one reads differently in some case, both.
var samples = map[string]mail.Message{
	"confirm_address":            mail.ConfirmAddress{Link: base + "/email/confirm/t0k3n", ValidFor: 48 * time.Hour},
	"address_already_registered": mail.AddressAlreadyRegistered{SignInLink: base + "/login", ResetLink: base + "/password/forgot"},
	"reset_password":             mail.ResetPassword{Link: base + "/password/reset/t0k3n", ValidFor: 30 * time.Minute},
	"password_changed":           mail.PasswordChanged{When: time.Date(2026, 11, 23, 21, 4, 0, 0, time.FixedZone("PST", -8*3600)), SecurityLink: base + "/account/security"},
	"address_changed":            mail.AddressChanged{NewMasked: "a•••@example.net", SupportLink: base + "/help"},
	"factors_removed":            mail.FactorsRemoved{SecurityLink: base + "/account/security"},
	"recovery_codes":             mail.RecoveryCodes{SecurityLink: base + "/account/security"},
	"new_factor":                 mail.NewFactor{What: "a passkey", SecurityLink: base + "/account/security"},
	"sessions_revoked":           mail.SessionsRevoked{SecurityLink: base + "/account/security"},
	"receipt": mail.Receipt{OrderNumber: "CC-1042", CourseTitle: "TMS & Ketamine: <Appraising> the Evidence", Amount: "$49.00",
		Seller: "Example Clinic", SellerAddress: "1 Example Street, Springfield", SellerTaxID: "EIN 12-3456789",
		OrderLink: base + "/orders/CC-1042", LearnLink: base + "/learn/tms-ketamine"},
	"enrolled":         mail.Enrolled{CourseTitle: "TMS and Ketamine", LearnLink: base + "/learn/tms-ketamine", AccessUntil: time.Date(2027, 11, 23, 0, 0, 0, 0, time.UTC)},
	"event_invitation": mail.EventInvitation{Title: "TMS and Ketamine, live", Link: base + "/password/reset/Xy-1_z", ForgotLink: base + "/password/forgot", ValidFor: 14 * 24 * time.Hour},
	"event_attended":   mail.EventAttended{Title: "TMS and Ketamine, live", Left: []string{"Pass the exam with 80% or more", "Send the course evaluation"}, LearnLink: base + "/learn/tms-ketamine"},
	"enrolled_no_end":  mail.Enrolled{CourseTitle: "TMS and Ketamine", LearnLink: base + "/learn/tms-ketamine"},
	"access_ending":    mail.AccessEnding{CourseTitle: "TMS and Ketamine", Days: 7, EndsAt: time.Date(2026, 12, 7, 18, 30, 0, 0, time.FixedZone("PST", -8*3600)), LearnLink: base + "/learn/tms-ketamine"},
	"license_expiring": mail.LicenseExpiring{License: "Psychologist, New York, license …480", Days: 30, ExpiresOn: time.Date(2026, 12, 23, 0, 0, 0, 0, time.UTC),
		Standing: []string{"18 of 36 hours count; 18 are missing.", "Law & ethics: 0 of 6 hours; 6 are missing."}, Link: base + "/wallet/licenses/l1"},
	"license_expires_today": mail.LicenseExpiring{License: "Psychologist, New York, license …480", ExpiresOn: time.Date(2026, 12, 23, 0, 0, 0, 0, time.UTC),
		Standing: []string{"You have not entered its renewal period yet."}, Link: base + "/wallet/licenses/l1"},
	"approval_ending": mail.ApprovalEnding{Accreditor: "National Association of Social Workers", Number: "88-1234", Days: 30,
		LastDay: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC), Link: base + "/admin/approvals/a1"},
	"approval_of_course_ends_today": mail.ApprovalEnding{Accreditor: "National Association of Social Workers", OfCourse: true, CourseTitle: "TMS & Ketamine",
		LastDay: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC), Link: base + "/admin/approvals/a1"},
	"approval_of_some_course": mail.ApprovalEnding{Accreditor: "National Association of Social Workers", OfCourse: true, Days: 1,
		LastDay: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC), Link: base + "/admin/approvals/a1"},
	"access_ends_soon":      mail.AccessEnding{CourseTitle: "TMS and Ketamine", Days: 1, EndsAt: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC), LearnLink: base + "/learn/tms-ketamine"},
	"access_extended":       mail.AccessExtended{CourseTitle: "TMS and Ketamine", LearnLink: base + "/learn/tms-ketamine", AccessUntil: time.Date(2027, 12, 23, 0, 0, 0, 0, time.UTC)},
	"correction_published":  mail.CorrectionPublished{CourseTitle: "TMS and Ketamine", Lesson: "What the trials show", Text: "Read 20.8 percent for 28.0 percent.", CourseLink: base + "/learn/tms-ketamine"},
	"enrollment_withdrawn":  mail.EnrollmentWithdrawn{CourseTitle: "TMS and Ketamine", HelpLink: base + "/requests/new?kind=help"},
	"enrollment_reinstated": mail.EnrollmentReinstated{CourseTitle: "TMS and Ketamine", LearnLink: base + "/learn/tms-ketamine", AccessUntil: time.Date(2027, 12, 23, 0, 0, 0, 0, time.UTC)},
	"attempt_granted":       mail.AttemptGranted{CourseTitle: "TMS and Ketamine", ExamLink: base + "/learn/tms-ketamine/exam"},
	"exam_passed":           mail.ExamGraded{CourseTitle: "TMS and Ketamine", Passed: true, LearnLink: base + "/learn/tms-ketamine/exam"},
	"exam_failed":           mail.ExamGraded{CourseTitle: "TMS and Ketamine", LearnLink: base + "/learn/tms-ketamine/exam"},
	"follow_up": mail.FollowUp{CourseTitle: "TMS and Ketamine", Questions: []string{"Which of your planned changes happened?"}, Days: 60,
		SentOn: time.Date(2026, 9, 24, 18, 30, 0, 0, time.UTC), Link: base + "/learn/tms-ketamine/follow-up", StopLink: base + "/learn/tms-ketamine/follow-up/withdraw"},
	"refresher": mail.Refresher{Courses: []mail.RefresherCourse{{Title: "TMS & Ketamine", Due: 4,
		Link: base + "/learn/tms-ketamine/refresh", StopLink: base + "/refreshers/stop/p1.5e11"}}, StopLink: base + "/refreshers/stop/a.11"},
	"refresher_of_two": mail.Refresher{Courses: []mail.RefresherCourse{
		{Title: "TMS and Ketamine", Due: 10, Link: base + "/learn/tms-ketamine/refresh", StopLink: base + "/refreshers/stop/p1.5e11"},
		{Title: "How Learning Is Recorded", Due: 1, Link: base + "/learn/how-learning-is-recorded/refresh", StopLink: base + "/refreshers/stop/p2.a11d"}}},
	"certificate_ready": mail.CertificateReady{CourseTitle: "TMS and Ketamine", Number: "7K2M-Q4XT-91PZ-C",
		Link: base + "/certificates/7K2M-Q4XT-91PZ-C"},
	"certificate_revoked": mail.CertificateRevoked{CourseTitle: "TMS and Ketamine", Number: "7K2M-Q4XT-91PZ-C", Reason: "Issued in the wrong name.\nA corrected one follows."},
	"certificate_reinstated": mail.CertificateReinstated{CourseTitle: "TMS and Ketamine", Number: "7K2M-Q4XT-91PZ-C", Reason: "The board has confirmed it.",
		Link: base + "/certificates/7K2M-Q4XT-91PZ-C"},
	"request_received":         mail.RequestReceived{Kind: "Accommodation", Reference: "R-17", AnswerDays: 5, Link: base + "/requests/R-17"},
	"request_received_visitor": mail.RequestReceived{Kind: "Help", Reference: "R-19", AnswerDays: 5},
	"request_answered_visitor": mail.RequestAnswered{Kind: "Help", Reference: "R-19", Answer: "Yes."},
	"request_answered":         mail.RequestAnswered{Kind: "Grievance", Reference: "R-18", Answer: "Thank you for telling us.\n\nWe <corrected> it.", Link: base + "/requests/R-18"},
	"paid_not_enrolled":        mail.PaidNotEnrolled{OrderNumber: "CC-1042", CourseTitle: "TMS and Ketamine", Amount: "$49.00", OrderLink: base + "/orders/CC-1042"},
	"payment_failed":           mail.PaymentFailed{OrderNumber: "CC-1042", CourseTitle: "TMS and Ketamine", Amount: "$49.00", CourseLink: base + "/courses/tms-ketamine"},
	"refunded":                 mail.Refunded{OrderNumber: "CC-1042", CourseTitle: "TMS and Ketamine", Amount: "$49.00", EnrollmentEnded: true},
	"refunded_certificate_stays": mail.Refunded{OrderNumber: "CC-1042", CourseTitle: "TMS and Ketamine", Amount: "$49.00", EnrollmentEnded: true,
		Certificate: "7K2M-Q4XT-91PZ-C", CertificateStays: true},
	"refunded_certificate_revoked": mail.Refunded{OrderNumber: "CC-1042", CourseTitle: "TMS and Ketamine", Amount: "$49.00", EnrollmentEnded: true,
		Certificate: "7K2M-Q4XT-91PZ-C", CertificateRevoked: true},
	"refunded_certificate_open": mail.Refunded{OrderNumber: "CC-1042", CourseTitle: "TMS and Ketamine", Amount: "$49.00", EnrollmentEnded: true,
		Certificate: "7K2M-Q4XT-91PZ-C"},
	"refunded_only": mail.Refunded{OrderNumber: "CC-1042", CourseTitle: "TMS and Ketamine", Amount: "$49.00"},
	"question_answered": mail.QuestionAnswered{CourseTitle: "TMS & Ketamine", LessonTitle: "Reading a trial", Text: "It is the sham arm.\n\nSee <Table 2>.",
		Link: base + "/questions/q1"},
	"question_closed": mail.QuestionAnswered{CourseTitle: "TMS & Ketamine", LessonTitle: "Reading a trial", Text: "It is about a client. Please ask your supervisor.",
		Closed: true, Link: base + "/questions/q1"},
	"report_confirmed": mail.ReportHandled{CourseTitle: "TMS & Ketamine", LessonTitle: "Reading a trial", Text: "The number is corrected beside the lesson.",
		Confirmed: true, Link: base + "/questions/q2"},
	"report_not_confirmed": mail.ReportHandled{CourseTitle: "TMS & Ketamine", LessonTitle: "Reading a trial", Text: "The paper says 24, as the lesson does.",
		Link: base + "/questions/q2"},
	"lesson_changed_report":   mail.LessonChanged{CourseTitle: "TMS & Ketamine", LessonTitle: "Reading a trial", Report: true, Edition: 3, Link: base + "/questions/q2"},
	"lesson_changed_question": mail.LessonChanged{CourseTitle: "TMS & Ketamine", LessonTitle: "Reading a trial", Edition: 2, Link: base + "/questions/q1"},
	"question_digest": mail.QuestionDigest{New: []mail.NewQuestion{
		{Kind: "Report of an inaccuracy", CourseTitle: "TMS & Ketamine", LessonTitle: "Reading a trial", Heading: "What “sham” means", Link: base + "/teach/questions/q2"},
		{Kind: "Question", CourseTitle: "TMS & Ketamine", LessonTitle: "Reading a trial", Link: base + "/teach/questions/q1"}},
		Open: 3, Link: base + "/teach/questions", SettingsLink: base + "/teach/questions/settings"},
	"question_digest_further": mail.QuestionDigest{New: []mail.NewQuestion{{Kind: "Question", CourseTitle: "TMS & Ketamine", LessonTitle: "Reading a trial",
		Link: base + "/teach/questions/q1"}}, Further: true, Open: 2, Link: base + "/teach/questions", SettingsLink: base + "/teach/questions/settings"},
	"question_digest_one": mail.QuestionDigest{New: []mail.NewQuestion{{Kind: "Question", CourseTitle: "TMS & Ketamine", LessonTitle: "Reading a trial",
		Link: base + "/teach/questions/q1"}}, Open: 1, Link: base + "/teach/questions", SettingsLink: base + "/teach/questions/settings"},
	"named_for_course":      mail.NamedForCourse{CourseTitle: "TMS & Ketamine", Part: "Accreditor guest", LastDay: time.Date(2027, 6, 30, 0, 0, 0, 0, time.UTC), Link: base + "/teach/tms-ketamine"},
	"named_for_course_open": mail.NamedForCourse{CourseTitle: "TMS & Ketamine", Part: "Author", Link: base + "/teach/tms-ketamine"},
	"named_for_course_exam": mail.NamedForCourse{CourseTitle: "TMS & Ketamine", Part: "Clinical reviewer", Link: base + "/teach/tms-ketamine", Underway: true},
	"report_corrected": mail.ReportHandled{CourseTitle: "TMS & Ketamine", LessonTitle: "Reading a trial", Text: "You are right.", Correction: "Read 20.8 for 28.0.",
		Confirmed: true, Link: base + "/questions/q2"},
	"role_changed": mail.RoleChanged{Roles: []string{"therapist", "instructor", "administrator"}, SecurityLink: base + "/account/security"},
}

// TestNoMailIsWiderThanItsWindow: a long address breaks, wherever it stands.
func TestNoMailIsWiderThanItsWindow(t *testing.T) {
	m, q, box, _ := newMailer(t)
	for name, msg := range samples {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(deliver(t, m, q, box, to, msg).HTML))
		if err != nil {
			t.Fatal(err)
		}
		outer := doc.Find("body > *")
		if style := outer.AttrOr("style", ""); outer.Length() != 1 || !strings.Contains(style, "overflow-wrap: anywhere") || !strings.Contains(style, "word-break: break-word") {
			t.Errorf("%s: %q around all of it", name, style)
		}
		doc.Find("[style], [width]").Each(func(_ int, s *goquery.Selection) {
			style := s.AttrOr("style", "")
			if strings.Contains(style, "nowrap") || strings.Contains(style, "white-space: pre;") || s.AttrOr("width", "") != "" {
				t.Errorf("%s: %q does not break", name, style)
			}
			if strings.Contains(style, "inline-block") && !strings.Contains(style, "max-width: 100%") {
				t.Errorf("%s: a button without a bound", name)
			}
		})
	}
}

// newMailer returns a mailer into an outbox.
func newMailer(t *testing.T) (*mail.Mailer, *job.Queue, *mail.Outbox, *db.DB) {
	t.Helper()
	d := dbtest.New(t)
	q := job.New(d, quiet, db.Now)
	box := mail.NewOutbox(d)
	return mail.New(q, box, from, site), q, box, d
}

func deliver(t *testing.T, m *mail.Mailer, q *job.Queue, box *mail.Outbox, to mail.Address, msg mail.Message) mail.Stored {
	t.Helper()
	if err := m.Queue(t.Context(), to, msg); err != nil {
		t.Fatal(err)
	}
	if err := q.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	page, err := box.List(t.Context(), "", 1)
	if err != nil || len(page) != 1 {
		t.Fatalf("outbox: %v, %v", page, err)
	}
	stored, err := box.Get(t.Context(), page[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// A link that opens an account must not be readable in the queue.
func TestMailsWaitSealed(t *testing.T) {
	d := dbtest.New(t)
	ring := func(master byte) *keyring.Ring {
		r, err := keyring.New(d, bytes.Repeat([]byte{master}, 32), db.Now)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	mine := ring(7)
	q, box := job.New(d, quiet, db.Now), mail.NewOutbox(d)
	m := mail.New(q, box, from, site, mail.Sealed(mine))
	msg := mail.ResetPassword{Link: base + "/password/reset/secret-token", ValidFor: time.Hour}
	if err := m.Queue(t.Context(), to, msg); err != nil {
		t.Fatal(err)
	}
	var payload string
	if err := d.Read(t.Context()).Raw("SELECT payload FROM jobs").Scan(&payload).Error; err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"secret-token", to.Email, "password"} {
		if payload == "" || strings.Contains(payload, word) {
			t.Errorf("the queue tells %q: %s", word, payload)
		}
	}
	if got := deliver(t, m, q, box, to, msg); !strings.Contains(got.Plain, "secret-token") {
		t.Errorf("sent without its link: %s", got.Plain)
	}

	// Another server's key opens nothing: the mail waits for somebody to look.
	if err := m.Queue(t.Context(), to, msg); err != nil {
		t.Fatal(err)
	}
	other := job.New(d, quiet, db.Now)
	mail.New(other, box, from, site, mail.Sealed(ring(8)))
	if err := other.Drain(t.Context()); err == nil {
		t.Error("sent by another key")
	}
	if dead, err := other.List(t.Context(), job.Dead, ""); err != nil || len(dead) != 1 || strings.Contains(fmt.Sprint(dead), "secret-token") {
		t.Errorf("%+v, %v", dead, err)
	}
}

func TestMailSharesTheFateOfItsAct(t *testing.T) {
	m, q, box, d := newMailer(t)
	boom := errors.New("boom")
	err := d.InTx(t.Context(), func(ctx context.Context) error {
		if err := m.Queue(ctx, to, samples["receipt"]); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if err := q.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if page, err := box.List(t.Context(), "", 10); err != nil || len(page) != 0 {
		t.Errorf("a mail about what did not happen: %v, %v", page, err)
	}
}

func TestAddressesThatCannotReceive(t *testing.T) {
	m, _, _, _ := newMailer(t)
	for _, email := range []string{"", "nobody", "a@b@c", "Amina <amina@example.com>", "a@example.com\r\nBcc: b@example.com",
		"a@example.com, b@example.com", `"a b"@example.com`, " a@example.com", strings.Repeat("a", 250) + "@example.com"} {
		err := m.Queue(t.Context(), mail.Address{Email: email}, samples["receipt"])
		if !errors.Is(err, mail.ErrAddress) {
			t.Errorf("%q: %v", email, err)
		}
	}
}

// TestAMailNamesItsSender: a command beside the server, without the server's
// settings, must not queue what could never be sent or leads nowhere.
func TestAMailNamesItsSender(t *testing.T) {
	for name, m := range map[string]struct {
		from mail.Address
		site mail.Site
	}{
		"no sender":   {mail.Address{Name: "Example Clinic"}, site},
		"no address":  {from, mail.Site{Provider: "Example Clinic"}},
		"no provider": {from, mail.Site{BaseURL: "https://ce.example.org"}},
	} {
		q := job.New(dbtest.New(t), quiet, db.Now)
		err := mail.New(q, mail.Nowhere{}, m.from, m.site).Queue(t.Context(), to, samples["receipt"])
		if !errors.Is(err, mail.ErrNoSender) {
			t.Errorf("%s: %v", name, err)
		}
	}
	q := job.New(dbtest.New(t), quiet, db.Now)
	if err := mail.New(q, mail.Nowhere{}, from, site).Queue(t.Context(), to, samples["receipt"]); err != nil {
		t.Fatal(err)
	}
	if err := q.Drain(t.Context()); err == nil {
		t.Error("sent nowhere without an error")
	}
	if s, err := q.Stats(t.Context()); err != nil || s.Ready != 1 {
		t.Errorf("the mail does not wait for the server: %+v, %v", s, err)
	}
}

func TestOutboxPages(t *testing.T) {
	m, q, box, _ := newMailer(t)
	for i := range 5 {
		deliver(t, m, q, box, to, mail.Refunded{OrderNumber: fmt.Sprint(i)})
	}
	var seen []string
	before := ""
	for {
		page, err := box.List(t.Context(), before, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range page {
			seen = append(seen, strings.TrimPrefix(s.Subject, "Refund for order "))
			before = s.ID
		}
		if len(page) < 2 {
			break
		}
	}
	if got := strings.Join(seen, ""); got != "43210" {
		t.Errorf("pages show %s", got)
	}
	if _, err := box.Get(t.Context(), "unknown"); !errors.Is(err, mail.ErrNotFound) {
		t.Errorf("unknown mail: %v", err)
	}
	again := mail.Mail{ID: "same", To: to, Subject: "once"}
	for range 2 {
		if err := box.Send(t.Context(), again); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := box.Get(t.Context(), "same"); err != nil || got.Recipient != "Amina Diallo <amina@example.com>" {
		t.Errorf("%+v, %v", got, err)
	}
}
