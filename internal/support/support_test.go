package support_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/support"
)

func TestAVisitorsMailHasNoLink(t *testing.T) {
	w := newWorld(t)
	for _, person := range []string{"", "ana"} {
		n := ask(person)
		r, err := w.Submit(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Reply(t.Context(), r.ID, support.Answer{By: "ben", Body: "Yes."}); err != nil {
			t.Fatal(err)
		}
		want := ""
		if person != "" {
			want = "https://learn.example.org/requests/" + r.ID
		}
		last := w.mails.sent[len(w.mails.sent)-2:]
		if last[0].(mail.RequestReceived).Link != want || last[1].(mail.RequestAnswered).Link != want {
			t.Errorf("person %q: %+v", person, last)
		}
	}
}

func TestSubmitNamesEveryWrongField(t *testing.T) {
	w := newWorld(t)
	_, err := w.Submit(t.Context(), support.NewRequest{Kind: "complaint", Email: "ana@", Body: strings.Repeat("x", 5001)})
	var fields []string
	for _, f := range apperr.FieldsOf(err) {
		fields = append(fields, f.Name)
	}
	if got := fmt.Sprint(fields); got != "[kind name email body]" {
		t.Errorf("fields %s, error %v", got, err)
	}
}

func TestOnlyTheOwnerSeesARequestAndNoInternalNote(t *testing.T) {
	w := newWorld(t)
	r, err := w.Submit(t.Context(), ask("ana"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Own(t.Context(), "ben", r.ID); !errors.Is(err, support.ErrNoRequest) {
		t.Errorf("somebody else's request: %v", err)
	}
	for _, a := range []support.Answer{{By: "ben", Body: "Log shows a clock change.", Internal: true}, {By: "ben", Body: "You may sit it again."}} {
		if err := w.Reply(t.Context(), r.ID, a); err != nil {
			t.Fatal(err)
		}
	}
	got, msgs, err := w.Own(t.Context(), "ana", r.ID)
	if err != nil || len(msgs) != 1 || msgs[0].Body != "You may sit it again." || got.State != support.Answered || got.AnsweredAt == nil {
		t.Errorf("owner sees %+v %+v, %v", got, msgs, err)
	}
	if _, all, _ := w.Get(t.Context(), r.ID); len(all) != 2 {
		t.Errorf("administrators see %d messages", len(all))
	}
}

func TestAClosedRequestStaysClosed(t *testing.T) {
	w := newWorld(t)
	r, err := w.Submit(t.Context(), ask("ana"))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Reply(t.Context(), r.ID, support.Answer{By: "ben", Body: "Done.", Close: true}); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("closing without an outcome: %v", err)
	}
	if err := w.Reply(t.Context(), r.ID, support.Answer{By: "ben", Body: "Done.", Close: true, Outcome: "Upheld; new attempt"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Reply(t.Context(), r.ID, support.Answer{By: "ben", Body: "Again."}); !errors.Is(err, support.ErrClosed) {
		t.Errorf("reply after the end: %v", err)
	}
}

func TestAnAnsweredRequestIsClosedByItsOutcome(t *testing.T) {
	w := newWorld(t)
	r, err := w.Submit(t.Context(), ask("ana"))
	if err != nil {
		t.Fatal(err)
	}
	end := support.Answer{By: "ben", Close: true, Outcome: "Upheld; new attempt"}
	if err := w.Reply(t.Context(), r.ID, end); len(apperr.FieldsOf(err)) != 1 || apperr.FieldsOf(err)[0].Name != "body" {
		t.Errorf("closed without an answer: %v", err)
	}
	for _, a := range []support.Answer{{By: "ben", Body: "You may sit it again."}, end} {
		if err := w.Reply(t.Context(), r.ID, a); err != nil {
			t.Fatal(err)
		}
	}
	got, msgs, err := w.Get(t.Context(), r.ID)
	if err != nil || got.State != support.Closed || got.Outcome != end.Outcome || len(msgs) != 1 || len(w.mails.sent) != 2 {
		t.Errorf("%+v, %d messages, %d mails, %v", got, len(msgs), len(w.mails.sent), err)
	}
	if err := w.Reply(t.Context(), r.ID, end); !errors.Is(err, support.ErrClosed) {
		t.Errorf("closed again: %v", err)
	}
}

func TestPoliciesKeepTheirVersions(t *testing.T) {
	w := newWorld(t)
	provider := support.Provider{Name: "Example CE", Address: "1 Example Street", Email: "help@example.org"}
	for range 2 { // a second start changes nothing
		if err := w.SeedPolicies(t.Context(), provider); err != nil {
			t.Fatal(err)
		}
	}
	list, err := w.Policies(t.Context())
	if err != nil || len(list) != len(support.PolicyNames) {
		t.Fatalf("%d policies, %v", len(list), err)
	}
	for _, p := range list {
		if strings.ContainsAny(p.Body, "{}") || !strings.Contains(p.Body, "help@example.org") {
			t.Errorf("%s is not filled in", p.Name)
		}
	}
	refund := list[2]
	second, err := w.PublishPolicy(t.Context(), "refund", "Refunds", "Sixty days.", "Longer", "ben", 1)
	if err != nil || second.Version != 2 {
		t.Fatalf("%+v, %v", second, err)
	}
	if _, err := w.PublishPolicy(t.Context(), "refund", "Refunds", "Ten days.", "Shorter", "ben", 1); !apperr.Is(err, apperr.Conflict) {
		t.Errorf("publishing over a newer version: %v", err)
	}
	if old, err := w.Policy(t.Context(), "refund", 1); err != nil || old.Body != refund.Body {
		t.Errorf("version 1 changed: %v", err)
	}
}

func TestAccommodationsTakeTheMostGenerous(t *testing.T) {
	w := newWorld(t)
	for _, a := range []support.Accommodation{
		{PersonID: "ana", ExtraTimePercent: 25, Reason: "note on file", GrantedBy: "ben"},
		{PersonID: "ana", ExtraTimePercent: 50, ExtraAttempts: 1, Reason: "note on file", GrantedBy: "ben"},
	} {
		if err := w.Grant(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	e, err := w.EffectiveFor(t.Context(), "ana", "any")
	if err != nil || e != (support.Effective{ExtraTimePercent: 50, ExtraAttempts: 1}) {
		t.Fatalf("%+v, %v", e, err)
	}
	list, _ := w.Accommodations(t.Context(), "ana")
	if err := w.End(t.Context(), list[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := w.End(t.Context(), list[0].ID); err != nil {
		t.Errorf("ending twice: %v", err)
	}
	if e, _ := w.EffectiveFor(t.Context(), "ana", "any"); e.ExtraTimePercent != 25 {
		t.Errorf("after the end %+v", e)
	}
	course := "none"
	err = w.Grant(t.Context(), support.Accommodation{PersonID: "ana", CourseID: &course, ExtraAttempts: 1, Reason: "x", GrantedBy: "ben"})
	if fields := apperr.FieldsOf(err); len(fields) != 1 || fields[0].Name != "course" {
		t.Errorf("an unknown course: %v", err)
	}
	if err := w.Grant(t.Context(), support.Accommodation{PersonID: "ana", Reason: "x", GrantedBy: "ben"}); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("an empty accommodation: %v", err)
	}
}

// TestTheAuditLogNamesTheCourse of an accommodation, where it begins and where it ends.
func TestTheAuditLogNamesTheCourse(t *testing.T) {
	w := newWorld(t)
	at := db.Now()
	if err := w.db.Conn(t.Context()).Exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at)
		VALUES ('c1', 'intro', 'Intro', '', ?, 'ben', ?)`, at, at).Error; err != nil {
		t.Fatal(err)
	}
	one := "c1"
	for _, course := range []*string{nil, &one} {
		if err := w.Grant(t.Context(), support.Accommodation{PersonID: "ben", CourseID: course, ExtraAttempts: 1, Reason: "x", GrantedBy: "ana"}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := w.Accommodations(t.Context(), "ben")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		if err := w.End(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
	}
	for _, action := range []string{"accommodation.grant", "accommodation.end"} {
		events, err := audit.New(w.db, db.Now).List(t.Context(), audit.Filter{Action: action, ObjectKind: "person", ObjectID: "ben"})
		courses := map[any]string{}
		for _, e := range events {
			courses[e.Details["course"]], _ = e.Details["accommodation"].(string)
		}
		if err != nil || len(events) != 2 || len(courses) != 2 || courses["every course"] == "" || courses["intro"] == "" {
			t.Errorf("%s: %v, %v", action, courses, err)
		}
	}
}
