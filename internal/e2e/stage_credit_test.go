package e2e

import (
	"net/url"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// accreditation records approvals of every standing. Only the short course earns
// credit by one: what other tests say of the clinical course stays true.
func (s *stage) accreditation() {
	const admin = "admin@example.org"
	ctx, by, today := s.t.Context(), s.person(admin).ID, server.Accreditation.Today()
	day := func(n int) string { return today.AddDate(0, 0, n).Format(time.DateOnly) }
	ed := must[*course.Edition](s.t)(server.Courses.Current(ctx, short))
	for state, a := range map[string]accreditation.Approval{
		"soon": {Accreditor: "nasw", ProviderNumber: "88-1234", FromOn: day(-300), UntilOn: day(40), Statement: "Approved by NASW (# {number}).", Category: "General"},
		"live": {Accreditor: "ncbtmb", CourseID: ed.CourseID, ProviderNumber: "451-9", CourseNumber: "451-9-1", FromOn: day(-1), UntilOn: day(400),
			Statement: "Approved by NCBTMB as a continuing education provider (# {number}).", Centihours: 50, Category: "Ethics", Jurisdictions: []string{"US-OR", "CA-ON"}, Note: "Letter of November."},
		// Its rules let no credit through, and it stands in front of the provider's.
		"front": {Accreditor: "nasw", CourseID: ed.CourseID, ProviderNumber: "88-1234-5", FromOn: day(-1), UntilOn: day(40), Statement: "Approved by NASW."},
		"ahead": {Accreditor: "apa", ProviderNumber: "1", FromOn: day(10), UntilOn: day(400), Statement: "Approved by APA."},
		"void":  {Accreditor: "nbcc", ProviderNumber: "7", FromOn: day(-1), UntilOn: day(400), Statement: "Approved by NBCC."},
		"ended": {Accreditor: "nbcc", ProviderNumber: "8", FromOn: day(-9), UntilOn: day(400), Statement: "Approved by NBCC."},
	} {
		s.check(server.Accreditation.Approve(ctx, a, accreditation.Sure{}, by))
		for _, stored := range must[[]accreditation.Approval](s.t)(server.Accreditation.Approvals(ctx)) {
			if stored.ProviderNumber != a.ProviderNumber {
				continue
			}
			if state == "void" || state == "ended" {
				s.check(server.Accreditation.End(ctx, stored.ID, day(-2), state == "void", "For the stage."))
			}
			s.add("admin.approval.show", state, admin, "/admin/approvals/"+stored.ID)
		}
	}
	s.rules(by)
	s.licenseAsked(by)
	s.add("admin.approval.list", "", admin, "/admin/approvals")
	s.add("admin.approval.new", "", admin, "/admin/approvals/new")
	s.answered("admin.approval.new", "review", admin, "/admin/approvals/new", url.Values{"accreditor": {"ancc"}, "course": {"every"}, "provider_number": {"50-1"},
		"from_on": {day(0)}, "until_on": {day(700)}, "statement": {"Approved by ANCC (# {number})."}, "hours": {"30"}, "note": {"Letter of November."}})
	s.answered("admin.approval.new", "beside", admin, "/admin/approvals/new", url.Values{"accreditor": {"ncbtmb"}, "course": {ed.CourseID}, "provider_number": {"451-9"},
		"from_on": {day(0)}, "until_on": {day(300)}, "statement": {"Approved by NCBTMB (# {number})."}, "category": {"Clinical"}, "hours": {"4"}})
	s.add("course.show", "credit", "", "/courses/"+short)
	for state, query := range map[string]string{"form": "", "no": "?profession=clinical-social-worker&jurisdiction=US-CA&renewal=2027-03-31",
		"ask": "?profession=professional-counselor&jurisdiction=US-LA"} {
		s.add("course.count", state, "", "/courses/"+short+"/count"+query)
	}
	s.refused("course.count", "wrong", "", "/courses/"+short+"/count?profession=nurse", 422)
	s.add("course.count", "licenses", "therapist@example.org", "/courses/"+short+"/count")
	s.add("signoff.show", "credit", "instructor@example.org", "/teach/"+short+"/signoff")
}

// licenseAsked is a course whose credit is reported for a license, and whose
// accreditor asks about time.
func (s *stage) licenseAsked(by string) {
	const slug, last = "license-asked", "last.pages@example.org"
	ctx, today := s.t.Context(), server.Accreditation.Today()
	ed := shortCopy(s.t, slug, "")
	p := must[accreditation.Pack](s.t)(server.Accreditation.Pack(ctx, "naadac"))
	body := strings.Replace(p.Text, "code: naadac", "code: stage-body", 1) +
		"  certificate_fields: {value: [name, license], mark: verified, source: A letter, checked_on: 2026-11-23, says: The license number.}\n" +
		"  active_time: {value: {policy: warn}, mark: verified, source: A letter, checked_on: 2026-11-23, says: Tell them.}\n"
	must[string](s.t)(server.Accreditation.AddPack(ctx, body, "For the stage.", by))
	s.check(server.Accreditation.Approve(ctx, accreditation.Approval{Accreditor: "stage-body", CourseID: ed.CourseID, ProviderNumber: "12", Centihours: 50,
		FromOn: today.AddDate(0, 0, -1).Format(time.DateOnly), UntilOn: today.AddDate(1, 0, 0).Format(time.DateOnly), Statement: "Approved for the stage."}, accreditation.Sure{}, by))
	allDoneIn(s.t, ed, last, "Last Pages")
	s.add("license.ask", "last", last, "/learn/"+slug+"/license")
	s.add("learn.show", "license", last, "/learn/"+slug)
	s.add("learn.disclosure", "license", last, "/learn/"+slug+"/disclosure")
	s.add("course.show", "license", "", "/courses/"+slug)
	s.add("course.count", "cap", "", "/courses/"+slug+"/count?profession=addiction-counselor&jurisdiction=CA-ON")
	holder := s.person("therapist@example.org")
	must[enrollment.Enrollment](s.t)(server.Enrollments.Enroll(ctx, enrollment.NewEnrollment{PersonID: holder.ID, EditionID: ed.ID, Source: "free"}))
	s.add("license.ask", "listed", holder.Email, "/learn/"+slug+"/license")
}

// rules changes a pack and confirms a rule.
func (s *stage) rules(by string) {
	const admin = "admin@example.org"
	ctx := s.t.Context()
	p := must[accreditation.Pack](s.t)(server.Accreditation.Pack(ctx, "naadac"))
	s.check(server.Accreditation.SavePack(ctx, "naadac", strings.Replace(p.Text, "hours: 8,", "hours: 6,", 1), "By their letter.", by, 0))
	nbcc := must[accreditation.Pack](s.t)(server.Accreditation.Pack(ctx, "nbcc"))
	s.check(server.Accreditation.Confirm(ctx, "nbcc", "attempts", nbcc.RuleHash("attempts"), "Ms. Reed of NBCC, by phone.", by))
	s.add("admin.rules.list", "", admin, "/admin/rules")
	s.add("admin.rules.new", "", admin, "/admin/rules/new")
	for state, code := range map[string]string{"unverified": "nbcc", "changed": "naadac", "board": "us-ca-bbs", "formula": "boc"} {
		s.add("admin.rules.show", state, admin, "/admin/rules/"+code)
	}
	s.add("admin.rules.edit", "", admin, "/admin/rules/nasw/edit")
	s.answered("admin.rules.edit", "preview", admin, "/admin/rules/ncbtmb/edit", url.Values{"note": {"By their letter."},
		"body": {strings.Replace(must[accreditation.Pack](s.t)(server.Accreditation.Pack(ctx, "ncbtmb")).Text, "words_per_hour: 12000", "words_per_hour: 3000", 1)}})
	s.answered("admin.rules.edit", "board", admin, "/admin/rules/us-ny-sw/edit", url.Values{"note": {"By their letter."},
		"body": {strings.Replace(must[accreditation.Pack](s.t)(server.Accreditation.Pack(ctx, "us-ny-sw")).Text, "accepted: true, hours: 12", "accepted: false", 1)}})
	s.add("admin.rules.edit", "changed", admin, "/admin/rules/naadac/edit")
}

func (s *stage) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}
