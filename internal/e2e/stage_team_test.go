package e2e

import (
	"net/url"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/team"
)

// team is a course that four people work on, seen by an author, a clinical reviewer
// and an accreditor.
func (s *stage) team() {
	const slug, teacher, clinician, guest = "with-a-team", "instructor@example.org", "cleo.clinician@example.org", "gus.guest@example.org"
	ctx, at := s.t.Context(), "/teach/"+slug
	ed := shortCopy(s.t, slug, "")
	if _, err := server.Accounts.FindByEmail(ctx, guest); err != nil { // the stage is set for the first time
		s.fillTeam(slug, ed.Course.Lessons()[0].File, teacher, clinician, guest)
	}
	s.add("team.show", "nobody", teacher, "/teach/"+short+"/people")
	s.add("team.show", "author", teacher, at+"/people")
	s.add("team.show", "guest", guest, at+"/people")
	s.add("comment.list", "author", teacher, at+"/comments")
	s.add("comment.list", "reviewer", clinician, at+"/comments")
	s.add("comment.list", "nothing", teacher, "/teach/"+short+"/comments")
	s.add("course.show", "author", teacher, "/courses/"+slug)
	s.add("studio.list", "guest", guest, "/teach")
	s.add("studio.show", "guest", guest, at)
	s.add("studio.file", "guest", guest, at+"/file?"+url.Values{"path": {ed.Course.Lessons()[0].File}}.Encode())
}

func (s *stage) fillTeam(slug, lesson, teacher, clinician, guest string) {
	ctx := s.t.Context()
	check := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	until := server.Now().AddDate(0, 2, 0)
	for email, role := range map[string]account.Role{clinician: account.Instructor, guest: account.Guest} {
		n := account.NewPerson{Email: email, Name: "Robin Pages", Password: apptest.Password, Published: true, TimeZone: "America/New_York", Roles: []account.Role{role}}
		if role == account.Guest {
			n.GuestUntil = &until
		}
		must[account.Person](s.t)(server.Accounts.Create(ctx, n))
	}
	for _, m := range []team.Adding{{Email: teacher, Role: team.Author}, {Email: clinician, Role: team.Clinician}, {Email: guest, Role: team.Accreditor, Until: until.Format("2006-01-02")}} {
		m.Slug = slug
		check(server.Team.Add(ctx, m, "test"))
	}
	by := s.person(clinician).ID
	check(server.Team.Say(ctx, slug, lesson, "These words are no longer there.", "Is this still so?", by))
	check(server.Team.Say(ctx, slug, "course.yaml", "", "The summary could name who it is for.", by))
	list := must[team.CommentPage](s.t)(server.Team.Comments(ctx, slug, team.CommentFilter{Path: "course.yaml"})).Rows
	check(server.Team.Close(ctx, slug, list[0].ID, "It does now.", s.person(teacher).ID))
}
