package e2e

import (
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/enrollment"
)

// events looks at live events and their lists in every state, and at what an
// attendee sees.
func (s *stage) events() {
	const admin, events = "admin@example.org", "/admin/certificates/events"
	s.add("admin.event.list", "", admin, events)
	s.add("admin.event.new", "", admin, events+"/new")
	held := must[attendance.Page](s.t)(server.Attendance.Events(s.t.Context(), attendance.Filter{})).Events
	workshop := held[len(held)-1] // that of the demonstration
	report := must[attendance.ListPage](s.t)(server.Attendance.Lists(s.t.Context(), workshop.ID, attendance.Filter{})).Lists[0]
	s.add("admin.event.show", "", admin, events+"/"+workshop.ID)
	s.add("admin.event.check", "finished", admin, events+"/"+workshop.ID+"/lists/"+report.ID)
	s.refused("admin.event.edit", "used", admin, events+"/"+workshop.ID+"/edit", 409)
	s.add("admin.event.check", "refused", admin, events+"/"+workshop.ID+"/lists/"+report.ID+"?outcome=refused")

	s.account("Maya Early", "maya.early@example.org")
	body := must[[]byte](s.t)(server.Attendance.File(s.t.Context(), report.ID))
	e := s.event("Two Tools, Online")
	s.approved(e)
	l := s.attendanceList(e, unused(string(body)))
	s.add("admin.event.show", "credit", admin, events+"/"+e.ID)
	s.add("admin.event.edit", "", admin, events+"/"+e.ID+"/edit")
	s.add("admin.event.check", "", admin, events+"/"+e.ID+"/lists/"+l.ID)
	s.add("admin.event.issue_page", "", admin, events+"/"+e.ID+"/lists/"+l.ID+"/issue")
	changed := s.event("Changed since")
	stale := s.attendanceList(changed, "email,name\nnew.person@example.com,New Person\n")
	d := changed.Draft()
	d.Exam = true
	s.check(server.Attendance.Change(s.t.Context(), changed.ID, 1, d))
	s.add("admin.event.check", "stale", admin, events+"/"+changed.ID+"/lists/"+stale.ID)
	stopped := s.event("Given up")
	l = s.attendanceList(stopped, "email,name\nnew.person@example.com,New Person\nother.person@example.com,Other Person\n")
	s.giveUp(l)
	s.add("admin.event.check", "stopped", admin, events+"/"+stopped.ID+"/lists/"+l.ID)
	old := s.event("Long done")
	l = s.attendanceList(old, "email,name,minutes\nlate.person@example.com,Late Person,20\n")
	s.forget(l)
	s.add("admin.event.check", "forgotten", admin, events+"/"+old.ID+"/lists/"+l.ID)
	s.attendee()
}

// event is one of yesterday whose evaluation is asked for.
func (s *stage) event(title string) attendance.Event {
	day := time.Now().AddDate(0, 0, -1).Format(time.DateOnly)
	return must[attendance.Event](s.t)(server.Attendance.Create(s.t.Context(), attendance.Draft{EditionID: edition(s.t).ID, Title: title, TimeZone: "America/Chicago",
		StartsOn: day, StartsAt: "13:00", EndsAt: "16:00", Online: true, Disclosed: true, Evaluation: true}, s.person("admin@example.org").ID))
}

func (s *stage) attendanceList(e attendance.Event, text string) attendance.List {
	return must[attendance.List](s.t)(server.Attendance.Upload(s.t.Context(), e.ID, "attendance.csv", []byte(text), s.person("admin@example.org").ID))
}

// unused is a list with some of its people under addresses that nobody has yet.
func unused(list string) string {
	for _, name := range []string{"tobias.amsel", "ruth.obrien", "leon.brandt"} {
		list = strings.ReplaceAll(list, name+"@", name+".second@")
	}
	return strings.ReplaceAll(list, ",165,", ",all,") + "maya.early@example.org,Maya Early,all,yes,,,\r\n"
}

// approved records approvals of live events that held on the day of the event alone:
// one earns credit, the other is stopped by its rules.
func (s *stage) approved(e attendance.Event) {
	for _, code := range []string{"ancc", "apa"} {
		day := e.EndsAt.Format(time.DateOnly)
		s.check(server.Accreditation.Approve(s.t.Context(), accreditation.Approval{Accreditor: code, CourseID: e.CourseID, ProviderNumber: "P-" + code, FromOn: day, UntilOn: day,
			Statement: "Approved for this try.", OfEvents: true}, accreditation.Sure{}, s.person("admin@example.org").ID))
	}
}

// giveUp makes a list look as it does when its job was given up midway. While a job
// works on it, its page looks again by itself: the tests of its area open that.
func (s *stage) giveUp(l attendance.List) {
	now := server.Now()
	s.check(server.DB.Conn(s.t.Context()).Exec("UPDATE attendance_lists SET state = 'started', started_by = ?, started_at = ?, attestation = ? WHERE id = ?",
		l.UploadedBy, now, attendance.Attestation, l.ID).Error)
	s.check(server.DB.Conn(s.t.Context()).Exec("UPDATE attendance_rows SET outcome = 'refused', outcome_note = 'The account with this address is blocked.', done_at = ? WHERE list_id = ? AND position = 1", now, l.ID).Error)
}

// forget makes a list look as it does when it was done so long ago that its file is
// deleted.
func (s *stage) forget(l attendance.List) {
	db, then := server.DB.Conn(s.t.Context()), server.Now().AddDate(0, 0, -attendance.Keep-1)
	s.check(db.Exec("UPDATE attendance_rows SET outcome = 'refused', outcome_note = note, done_at = ? WHERE list_id = ?", then, l.ID).Error)
	s.check(db.Exec("UPDATE attendance_lists SET state = 'finished', started_by = ?, started_at = ?, finished_at = ?, attestation = ? WHERE id = ?",
		l.UploadedBy, then, then, attendance.Attestation, l.ID).Error)
	must[int](s.t)(server.Attendance.Forget(s.t.Context()))
}

// account is one of a therapist.
func (s *stage) account(name, email string) {
	must[account.Person](s.t)(server.Accounts.Create(s.t.Context(), account.NewPerson{Email: email, Name: name, LegalName: name, Password: apptest.Password, Published: true,
		TimeZone: "America/Chicago", Roles: []account.Role{account.Therapist}}))
}

// attendee has attended and waits for the evaluation; another has it behind them.
func (s *stage) attendee() {
	ctx := s.t.Context()
	var rows []string
	for _, name := range []string{"Wanda Waits", "Dora Done"} {
		email := strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@example.org"
		s.account(name, email)
		paper := ""
		if strings.HasPrefix(name, "Dora") {
			paper = "yes"
		}
		rows = append(rows, email+","+name+","+paper)
	}
	l := s.attendanceList(s.event("Two Tools, Live Online"), "email,name,evaluation\n"+strings.Join(rows, "\n")+"\n")
	s.check(server.Attendance.Start(ctx, l.ID, l.CheckSHA256, nil, true, l.UploadedBy))
	const waits, done = "wanda.waits@example.org", "dora.done@example.org"
	var cert certificate.Certificate
	within(s.t, "the certificate of the attendee", func() bool {
		list := must[[]certificate.Certificate](s.t)(server.Certificates.ByPerson(ctx, s.person(done).ID))
		if len(list) == 1 {
			cert = list[0]
		}
		return cert.State == certificate.Issued
	})
	waiting := must[enrollment.Enrollment](s.t)(server.Enrollments.Find(ctx, s.person(waits).ID, slug, 0))
	s.add("learn.show", "event", waits, "/learn/"+slug)
	s.add("learn.list", "event", waits, "/learn")
	s.add("evaluation.show", "event", waits, "/learn/"+slug+"/evaluation")
	s.refused("lesson.show", "event", waits, "/learn/"+slug+"/lessons/"+edition(s.t).Course.Lessons()[0].Slug, 409)
	s.add("admin.enrollment.show", "event", "admin@example.org", "/admin/enrollments/"+waiting.ID)
	s.add("learn.show", "event-done", done, "/learn/"+slug)
	s.add("certificate.list", "event", done, "/certificates")
	s.add("certificate.show", "event", done, "/certificates/"+cert.Number)
	s.add("verify.show", "event", "", "/verify/"+cert.Number)
	s.add("admin.certificate.show", "event", "admin@example.org", "/admin/certificates/"+cert.Number)
}
