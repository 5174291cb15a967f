package e2e

import (
	"net/url"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/refresher"
)

// refreshers are the questions after a course: not chosen, due, done, stopped; an
// answer that was right and one that was not; the link of a mail; and what
// instructors see of an edition with figures and of one without.
func (s *stage) refreshers() {
	const asked, offered, stopped, done, teacher = "certified@example.org", "greta.lindqvist@example.com", "imogen.hartwell@example.net", "solomon.teitelbaum@example.net", "instructor@example.org"
	const base = "/learn/" + slug + "/refresh"
	ctx := s.t.Context()
	s.add("refresher.show", "asked", asked, base)
	s.refused("refresher.show", "nothing-chosen", asked, base, 422)
	s.list[len(s.list)-1].fill = url.Values{} // the form, sent as it stands
	s.add("learn.list", "practice", asked, "/learn")
	s.add("certificate.show", "practice", asked, "/certificates/"+s.numberOf(asked))
	s.add("certificate.show", "practice-offered", offered, "/certificates/"+s.numberOf(offered))
	s.add("learn.show", "practice", asked, "/learn/"+slug)
	s.add("refresher.show", "offered", offered, base)
	s.add("learn.show", "practice-offered", offered, "/learn/"+slug)
	s.refused("refresher.show", "too-early", "therapist@example.org", base, 409)

	id := s.person(done).ID
	s.check(server.Refreshers.Start(ctx, id, slug, true))
	right := s.practice(id, true)
	wrong := s.practice(id, false)
	s.add("refresher.review", "right", done, base+"/reviews/"+right)
	s.add("refresher.review", "wrong", done, base+"/reviews/"+wrong)
	for s.practice(id, true) != "" { // the rest of the day
	}
	s.add("refresher.show", "done", done, base)

	id = s.person(stopped).ID
	s.check(server.Refreshers.Start(ctx, id, slug, false))
	s.check(server.Refreshers.Stop(ctx, id, slug))
	s.add("refresher.show", "stopped", stopped, base)

	over := "darius.kowalczyk@example.com"
	s.check(server.Refreshers.Start(ctx, s.person(over).ID, slug, true))
	for _, email := range []string{asked, over} { // the demonstration may have begun in somebody's night
		s.check(server.DB.Conn(ctx).Exec("UPDATE people SET time_zone = ? WHERE id = ?", whereItIsDay(time.Now()), s.person(email).ID).Error)
	}
	must[int](s.t)(server.Refreshers.SendMails(ctx))
	s.add("refresher.stop_page", "", "", mailed(s.t, asked, "/refreshers/stop/"))
	link := mailed(s.t, over, "/refreshers/stop/")
	s.check(server.Refreshers.StopByLink(ctx, strings.TrimPrefix(link, "/refreshers/stop/")))
	s.add("refresher.stop_page", "stopped", "", link)

	s.add("refresher.retention", "", teacher, "/teach/"+slug+"/retention")
	s.add("refresher.retention", "nothing", teacher, "/teach/"+short+"/retention")
}

// whereItIsDay is a time zone whose people may be written to now.
func whereItIsDay(now time.Time) string {
	for _, name := range []string{"UTC", "Asia/Tokyo"} {
		if zone, err := time.LoadLocation(name); err == nil && now.In(zone).Hour() >= refresher.MailFrom && now.In(zone).Hour() < refresher.MailUntil {
			return name
		}
	}
	return "America/Los_Angeles"
}

// numberOf is that of a valid certificate of the clinical course.
func (s *stage) numberOf(email string) string {
	s.t.Helper()
	e := s.enrollment(email, slug)
	return must[certificate.Certificate](s.t)(server.Certificates.OfEnrollment(s.t.Context(), e.ID)).Number
}

// practice answers what a person is asked now and returns the review, "" when nothing
// is left today.
func (s *stage) practice(personID string, right bool) string {
	s.t.Helper()
	ctx := s.t.Context()
	ask, ok := must[refresher.Standing](s.t)(server.Refreshers.Standing(ctx, personID, slug)).Next()
	if !ok {
		return ""
	}
	r := apptest.Solution(ask.Question)
	if !right {
		switch q := ask.Question; {
		case q.Kind.Choice():
			for _, o := range q.Options {
				if !o.Correct {
					r = question.Response{Choices: []string{o.ID}}
				}
			}
		case q.Kind == question.Numeric:
			r.Number = "1"
		}
	}
	return must[string](s.t)(server.Refreshers.Answer(ctx, personID, slug, refresher.Answer{QuestionID: ask.Question.ID, Reps: ask.Reps, Response: r}))
}
