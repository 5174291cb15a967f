package e2e

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/share"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/witness"
	"github.com/atmacena/cocare/internal/witness/witnesstest"
)

func (s *stage) learning() {
	ed := edition(s.t)
	const half, done = "therapist@example.org", "certified@example.org"
	s.add("learn.list", "", half, "/learn")
	s.add("learn.list", "certified", done, "/learn")
	s.add("learn.list", "empty", "new@example.org", "/learn")
	for state, email := range map[string]string{"half": half, "certified": done, "ready": "ready@example.org", "waiting": "waiting@example.org", "failed": "failed-once@example.org"} {
		s.add("learn.show", state, email, "/learn/"+slug)
	}
	s.add("learn.disclosure", "acknowledged", half, "/learn/"+slug+"/disclosure")
	fresh := s.learner("begun.pages@example.org", "Begun Pages", 0)
	s.in(fresh, "learn.disclosure", "open", "/learn/"+slug+"/disclosure")
	s.in(fresh, "learn.show", "begun", "/learn/"+slug)
	for i, l := range ed.RequiredLessons() {
		s.same("lesson.show", strconv.Itoa(i+1), half, "/learn/"+slug+"/lessons/"+l.Slug)
	}
	s.add("lesson.show", "certified", done, "/learn/"+slug+"/lessons/"+ed.RequiredLessons()[0].Slug)
	for _, f := range ed.Course.Figures {
		s.same("figure.show", f.ID, half, "/learn/"+slug+"/figures/"+f.ID)
	}
	for _, m := range ed.Course.Modules {
		s.same("check.show", m.ID, half, "/learn/"+slug+"/checks/"+m.ID)
		s.same("check.show", m.ID+"-answered", "ready@example.org", "/learn/"+slug+"/checks/"+m.ID)
	}
	s.add("evaluation.show", "open", "nearly-done@example.org", "/learn/"+slug+"/evaluation")
	s.refused("evaluation.show", "later", half, "/learn/"+slug+"/evaluation", 409)
	s.add("evaluation.show", "sent", done, "/learn/"+slug+"/evaluation")
	s.as(half).Get("/learn/"+slug+"/lessons/"+ed.RequiredLessons()[0].Slug).Submit("form[action$='/note']", url.Values{"note": {"Ask about the second trial.\nWrite the dose down."}})
	s.add("note.list", "", half, "/learn/"+slug+"/notes")
	s.add("note.list", "empty", "waiting@example.org", "/learn/"+slug+"/notes")
	s.add("glossary.show", "", half, "/learn/"+slug+"/glossary")
	s.add("glossary.show", "empty", done, "/learn/"+short+"/glossary")
	s.add("course.search", "", half, "/learn/"+slug+"/search")
	s.add("course.search", "found", half, "/learn/"+slug+"/search?q=esketamine+trial")
	s.add("course.search", "nothing", half, "/learn/"+slug+"/search?q=zebra")
	s.add("learn.show", "free", done, "/learn/"+short)
}

func (s *stage) exams() {
	for state, email := range map[string]string{"ready": "ready@example.org", "failed": "failed-once@example.org", "waiting": "waiting@example.org", "passed": "certified@example.org", "out": "terrence.blackwood@example.com"} {
		s.add("exam.show", state, email, "/learn/"+slug+"/exam")
		e := s.enrollment(email, slug)
		s.add("admin.exam.show", state, "admin@example.org", "/admin/exams/"+e.ID)
		if last, ok := must[exam.Overview](s.t)(server.Exams.Overview(s.t.Context(), e)).Last(); ok {
			s.add("exam.result", state, email, "/learn/"+slug+"/exam/"+last.ID+"/result")
		}
	}
	s.add("exam.show", "closed", "therapist@example.org", "/learn/"+slug+"/exam")
	b := s.learner("sitting.pages@example.org", "Sitting Pages", 20)
	e := s.enrollment("sitting.pages@example.org", slug)
	a := must[exam.Attempt](s.t)(server.Exams.Begin(s.t.Context(), exam.Beginning{PersonID: e.PersonID, EnrollmentID: e.ID, LegalName: "Sitting Pages", Attested: true}))
	base := "/learn/" + slug + "/exam"
	s.in(b, "exam.show", "open", base)
	kinds := map[question.Kind]bool{}
	for _, i := range must[exam.Sitting](s.t)(server.Exams.Sitting(s.t.Context(), e.PersonID, a.ID)).Items {
		if !kinds[i.Question.Kind] {
			kinds[i.Question.Kind] = true
			s.in(b, "exam.question", string(i.Question.Kind), base+"/"+a.ID+"?q="+strconv.Itoa(i.Position))
		}
	}
	s.in(b, "exam.review", "", base+"/"+a.ID+"/review")
	s.add("admin.exam.show", "open", "admin@example.org", "/admin/exams/"+e.ID)

	const teacher = "instructor@example.org"
	s.add("grading.list", "", teacher, "/teach/grading")
	q := must[exam.Queue](s.t)(server.Exams.Queue(s.t.Context(), s.person(teacher).ID, exam.QueueFilter{Limit: 1}))
	if len(q.Waiting) == 0 {
		s.t.Fatal("no short answer waits in the demonstration")
	}
	s.add("grading.show", "", teacher, "/teach/grading/"+q.Waiting[0].ItemID)
	s.add("grading.list", "graded", teacher, "/teach/grading?state=graded")
	q = must[exam.Queue](s.t)(server.Exams.Queue(s.t.Context(), s.person(teacher).ID, exam.QueueFilter{Graded: true, Limit: 1}))
	s.add("grading.show", "graded", teacher, "/teach/grading/"+q.Waiting[0].ItemID)
	s.add("signoff.show", "", teacher, "/teach/"+slug+"/signoff")
	s.add("signoff.show", "earlier", teacher, "/teach/"+slug+"/signoff?edition=1")
	ed := edition(s.t)
	err := server.Courses.RecordSignoff(s.t.Context(), ed.ID, course.SignedOff{SignoffID: "legal", Name: "Ada Rivera", License: "Bar 1, Oregon",
		On: server.Now().AddDate(0, 0, -2).Format(time.DateOnly), HashSeen: ed.Hash, Lessons: []string{"m6-l1"}}, "test")
	if err != nil {
		s.t.Fatal(err)
	}
	s.add("signoff.retract_page", "", teacher, "/teach/"+slug+"/signoff/"+edition(s.t).Overlays.Signoffs[0].ID+"/retract")
	s.add("signoff.show", "medical", "admin@example.org", "/teach/"+slug+"/signoff?review=medical")
}

// fallenKey makes a document key and distrusts it, once: nothing was signed with it.
func (s *stage) fallenKey() {
	if n := must[int](s.t)(server.Keys.Distrusted(s.t.Context(), keyring.Document)); n > 0 {
		return
	}
	key, _, err := server.RotateKey(s.t.Context(), keyring.Document)
	if err == nil {
		_, err = server.DistrustKey(s.t.Context(), key.ID, key.CreatedAt)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) certificates() {
	const holder, admin = "certified@example.org", "admin@example.org"
	s.add("certificate.list", "", holder, "/certificates")
	s.add("certificate.list", "empty", "new@example.org", "/certificates")
	s.add("verify.new", "", "", "/verify")
	s.witnesses()
	s.add("log.show", "", "", "/log")
	s.fallenKey()
	s.add("keys.show", "", "", "/keys")
	const archives = "/admin/certificates/archives"
	s.add("admin.certificate.archive.new", "", admin, archives+"/new")
	s.archive(admin)
	s.add("admin.certificate.archive.list", "", admin, archives)
	s.refused("verify.show", "unknown", "", "/verify/7K2M-Q9XD-4T8RB", http.StatusNotFound)
	s.sharing(holder)
	for _, state := range []certificate.State{certificate.Issued, certificate.Revoked, certificate.Superseded} {
		page, err := server.Certificates.List(s.t.Context(), certificate.Filter{State: state, Limit: 100})
		// Those of people whom other tests register have another password, who attended
		// the workshop none yet.
		list := slices.DeleteFunc(page.Certificates, func(c certificate.Certificate) bool {
			return c.Facts.Live != nil || strings.HasSuffix(s.mailOf(c.PersonID), "@"+walkers)
		})
		if err != nil || len(list) == 0 {
			s.t.Fatalf("no certificate is %s: %v", state, err)
		}
		number, name := list[0].Number, string(state)
		s.add("verify.show", name, "", "/verify/"+number)
		s.add("admin.certificate.show", name, admin, "/admin/certificates/"+number)
		s.add("certificate.show", name, s.mailOf(list[0].PersonID), "/certificates/"+number)
		if state != certificate.Issued {
			s.check(server.Shares.Save(s.t.Context(), list[0].PersonID, number, share.Choice{Shared: true, Name: true, Completed: true}))
			s.add("credential.show", name, "", "/credentials/"+number)
		}
		if state == certificate.Revoked {
			s.add("share.edit", name, s.mailOf(list[0].PersonID), "/certificates/"+number+"/share")
		}
		if state == certificate.Issued {
			s.add("certificate.show", "admin", admin, "/certificates/"+number)
			s.add("admin.certificate.revoke.new", "", admin, "/admin/certificates/"+number+"/revoke")
			s.add("admin.certificate.replace.new", "", admin, "/admin/certificates/"+number+"/replace")
		}
		if state == certificate.Revoked {
			s.add("admin.certificate.reinstate.new", "", admin, "/admin/certificates/"+number+"/reinstate")
		}
	}
}

// sharing looks at the certificate that the demonstration shares, and at one that
// is not shared.
func (s *stage) sharing(holder string) {
	shared := false
	for _, c := range must[[]certificate.Certificate](s.t)(server.Certificates.ByPerson(s.t.Context(), s.person(holder).ID)) {
		path := "/certificates/" + c.Number
		if _, err := server.Shares.Public(s.t.Context(), c.Number); err != nil {
			s.add("share.edit", "off", holder, path+"/share")
			s.refused("credential.show", "not-shared", "", "/credentials/"+c.Number, http.StatusNotFound)
			continue
		}
		shared = true
		s.add("share.edit", "", holder, path+"/share")
		s.add("certificate.show", "shared", holder, path)
		s.add("credential.show", "", "", "/credentials/"+c.Number)
		s.add("credential.show", "own", holder, "/credentials/"+c.Number)
	}
	if !shared {
		s.t.Fatal("nothing is shared in the demonstration")
	}
}

// witnesses are three that once were asked: two saw another log, and one has a key
// that would fill the page.
func (s *stage) witnesses() {
	for name, state := range map[string]struct {
		kind  witnesstest.Kind
		alarm witness.Alarm
	}{"longer.example": {witnesstest.Ed25519, witness.Shorter}, "other.example": {witnesstest.Ed25519, witness.Changed}, "left.example": {witnesstest.MLDSA44, witness.None}} {
		key, now := witnesstest.New(s.t, name, state.kind, nil).Key, server.Now()
		err := server.DB.Conn(s.t.Context()).Exec(`INSERT INTO witnesses (origin, witness, size, cosigned_at, failures, problem, ask_at, alarm, alarm_at, seen)
			VALUES (?, ?, 7, ?, 0, '', ?, ?, ?, 1000)`, server.TransLog.Origin(), key, now, now, state.alarm, now).Error
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

// archive makes one of all certificates, and waits for it.
func (s *stage) archive(admin string) {
	s.t.Helper()
	person := must[account.Person](s.t)(server.Accounts.FindByEmail(s.t.Context(), admin))
	if err := server.Archives.Request(s.t.Context(), certificate.Filter{}, "All that were issued", person.ID); err != nil {
		s.t.Fatal(err)
	}
	for range 200 {
		list, err := server.Archives.List(s.t.Context())
		if err != nil {
			s.t.Fatal(err)
		}
		if list[0].Ready() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatal("the archive was not written within ten seconds")
}

// toIssue is what an administrator is to issue, and what its learner sees.
func (s *stage) toIssue() {
	const admin, holder, list = "admin@example.org", "waiting.pages@example.org", "/admin/certificates/to-issue"
	e := allDone(s.t, holder, "Waiting Pages")
	s.add("admin.certificate.to_issue", "", admin, list)
	s.add("admin.certificate.to_issue", "empty", admin, list+"?q=nobody-of-this-name")
	s.add("admin.certificate.to_issue", "person", admin, list+"?person="+e.PersonID)
	s.add("admin.certificate.issue.new", "", admin, list+"/"+e.ID)
	s.add("admin.certificate.issue_several.new", "", admin, list+"/confirm?id="+e.ID)
	s.add("admin.enrollment.show", "to-issue", admin, "/admin/enrollments/"+e.ID)
	s.add("certificate.list", "to-issue", holder, "/certificates")
	s.add("learn.list", "to-issue", holder, "/learn")
	s.add("learn.show", "to-issue", holder, "/learn/"+signed)
	s.add("evaluation.show", "to-issue", holder, "/learn/"+signed+"/evaluation")
	s.add("course.show", "to-issue", "", "/courses/"+signed)
	s.add("admin.certificate.list", "stuck", admin, "/admin/certificates?state=preparing")
	stuck := "/admin/certificates/" + s.stuck("stuck.pages@example.org")
	s.add("admin.certificate.show", "stuck", admin, stuck)
	s.add("admin.certificate.freeze.new", "", admin, stuck+"/freeze")
	s.add("verify.show", "dropped", "", "/verify/"+s.dropped("dropped.pages@example.org"))
}

// stuck is the number of a certificate whose job was given up.
func (s *stage) stuck(email string) string {
	e := allDone(s.t, email, "Stuck Pages")
	var c certificate.Certificate
	err := server.DB.InTx(s.t.Context(), func(ctx context.Context) (err error) {
		if c, err = server.Certificates.Issue(ctx, e.ID, s.person("admin@example.org").ID); err != nil {
			return err
		}
		return server.DB.Conn(ctx).Exec("UPDATE jobs SET state = 'dead', attempts = 12, died_at = ? WHERE unique_key = ?", server.Now(), certificate.JobKind+":"+c.ID).Error
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return c.Number
}

// dropped is the number of a certificate whose replacement was revoked before it
// was printed.
func (s *stage) dropped(email string) string {
	ctx, by, e := s.t.Context(), s.person("admin@example.org").ID, allDone(s.t, email, "Dropped Pages")
	c := must[certificate.Certificate](s.t)(server.Certificates.Issue(ctx, e.ID, by))
	within(s.t, "the certificate", func() bool {
		now, err := server.Certificates.ByNumber(ctx, c.Number)
		return err == nil && now.Public()
	})
	s.check(server.Accounts.SetLegalName(ctx, e.PersonID, "Dropped Leaves"))
	s.check(server.DB.InTx(ctx, func(ctx context.Context) error {
		next, err := server.Certificates.Replace(ctx, c.Number, "Dropped Leaves", "Married.", by)
		if err != nil {
			return err
		}
		return server.Certificates.Revoke(ctx, next.Number, "Issued by mistake.", by)
	}))
	return c.Number
}

func (s *stage) mailOf(personID string) string {
	return must[account.Person](s.t)(server.Accounts.Get(s.t.Context(), personID)).Email
}
