package e2e

import (
	"net/url"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/enrollment"
)

// page is an address with what is needed to see it.
type page struct {
	route  string // its name in the server's table; "" for an address without one
	state  string // which of several; "" for the only one
	b      *apptest.Browser
	path   string
	fill   url.Values // the page is the answer to the first form at path, filled in so
	status int        // 200 unless set
	again  bool       // looks as another page does, with other words: a shorter look is enough
}

// name is the page's, for subtests and files.
func (p page) name() string {
	name := p.route
	if name == "" {
		name = "none"
	}
	if p.state != "" {
		name += "-" + p.state
	}
	return name
}

// get opens the page.
func (p page) get() *apptest.Page {
	doc := p.b.Get(p.path)
	if p.fill == nil {
		return doc
	}
	return doc.Submit("main form[method=post]", p.fill)
}

// stage makes what the seeded demonstration lacks (open links, an exam in
// progress, a second factor half set up) and lists the pages.
type stage struct {
	t     *testing.T
	list  []page
	doors map[string]*apptest.Browser
}

func newStage(t *testing.T) *stage {
	forgetTries(t)
	s := &stage{t: t, doors: map[string]*apptest.Browser{"": server.Browser(t)}}
	s.public()
	s.accounts()
	s.wallet()
	s.buying()
	s.learning()
	s.exams()
	s.certificates()
	s.toIssue()
	s.studio()
	s.removed()
	s.forms()
	s.questions()
	s.media()
	s.conversations()
	s.editions()
	s.insight()
	s.team()
	s.previews()
	s.events()
	s.requests()
	s.administration()
	s.accreditation()
	s.evaluations()
	s.refreshers()
	return s
}

// forgetTries empties the counters of doors that guess: all tests of this
// package come from one address.
func forgetTries(t testing.TB) {
	t.Helper()
	if err := server.DB.Conn(t.Context()).Exec("DELETE FROM rate_limits").Error; err != nil {
		t.Fatal(err)
	}
}

// as is a browser in which a person is signed in.
func (s *stage) as(email string) *apptest.Browser {
	if s.doors[email] == nil {
		s.doors[email] = server.As(s.t, email)
	}
	return s.doors[email]
}

func (s *stage) add(route, state, email, path string) {
	s.list = append(s.list, page{route: route, state: state, b: s.as(email), path: path})
}

// in adds a page that a particular browser sees.
func (s *stage) in(b *apptest.Browser, route, state, path string) {
	s.list = append(s.list, page{route: route, state: state, b: b, path: path})
}

// answered adds the page that answers the first form at path.
func (s *stage) answered(route, state, email, path string, fill url.Values) {
	s.list = append(s.list, page{route: route, state: state, b: s.as(email), path: path, fill: fill})
}

func (s *stage) refused(route, state, email, path string, status int) {
	s.list = append(s.list, page{route: route, state: state, b: s.as(email), path: path, status: status})
}

// same adds a page that differs from the one before in its words alone.
func (s *stage) same(route, state, email, path string) {
	s.list = append(s.list, page{route: route, state: state, b: s.as(email), path: path, again: true})
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (s *stage) person(email string) account.Person {
	return must[account.Person](s.t)(server.Accounts.FindByEmail(s.t.Context(), email))
}

func (s *stage) enrollment(email, slug string) enrollment.Enrollment {
	return must[enrollment.Enrollment](s.t)(server.Enrollments.Find(s.t.Context(), s.person(email).ID, slug, 0))
}

// mailed returns a link of the newest mail to an address, once it is there.
func mailed(t testing.TB, email, prefix string) string {
	t.Helper()
	link := ""
	within(t, "a mail with "+prefix+" to "+email, func() bool {
		for _, m := range must[[]mailStored](t)(server.Outbox.List(t.Context(), "", 50)) {
			if !strings.Contains(m.Recipient, email) {
				continue
			}
			full := must[mailStored](t)(server.Outbox.Get(t.Context(), m.ID))
			if i := strings.Index(full.Plain, prefix); i >= 0 {
				link = strings.Fields(full.Plain[i:])[0]
				return true
			}
		}
		return false
	})
	return link
}

// learner makes a person who has finished so many lessons, and with the last of
// them all checks, by the services.
func (s *stage) learner(email, name string, lessons int) *apptest.Browser {
	learner(s.t, email, name, lessons)
	return s.as(email)
}

func learner(t testing.TB, email, name string, lessons int) enrollment.Enrollment {
	t.Helper()
	ctx, ed := t.Context(), edition(t)
	p := must[account.Person](t)(server.Accounts.Create(ctx, account.NewPerson{Email: email, Name: name, Password: apptest.Password, Published: true,
		TimeZone: "America/New_York", Roles: []account.Role{account.Therapist}}))
	e := must[enrollment.Enrollment](t)(server.Enrollments.Enroll(ctx, enrollment.NewEnrollment{PersonID: p.ID, EditionID: ed.ID, Source: "admin"}))
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	if lessons > 0 {
		check(server.Enrollments.AcknowledgeDisclosure(ctx, e))
	}
	for i, l := range ed.RequiredLessons() {
		if i < lessons {
			check(server.Enrollments.FinishLesson(ctx, e, l.ID))
		}
	}
	for _, m := range ed.Course.Modules {
		for _, q := range ed.Check(m.ID) {
			if lessons >= len(ed.RequiredLessons()) {
				must[enrollment.CheckAnswer](t)(server.Enrollments.SaveCheckAnswer(ctx, e, q.ID, apptest.Solution(q)))
			}
		}
	}
	return e
}
