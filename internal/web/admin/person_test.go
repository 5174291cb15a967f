package admin_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/support"
	"github.com/atmacena/cocare/internal/web/admin"
)

func TestThePageOfAPersonHasWhatEverybodyElseKnowsOfThem(t *testing.T) {
	w := newWorld(t)
	ctx, ana := t.Context(), w.id["ana"]
	tables := func(person string) string {
		t.Helper()
		list, err := admin.PersonTables(w.Deps)(ctx, person)
		w.must(err)
		var out strings.Builder
		for _, table := range list {
			fmt.Fprintf(&out, "%s (%s) %d rows:", table.Title, table.All, len(table.Rows))
			for _, row := range table.Rows {
				if len(row) != len(table.Head) {
					t.Errorf("%s: %d cells under %d headings", table.Title, len(row), len(table.Head))
				}
				for _, c := range row {
					fmt.Fprintf(&out, " %s %s %s |", c.Text, c.Href, c.Note)
				}
			}
			out.WriteString("\n")
		}
		return out.String()
	}
	if got := tables(ana); strings.Count(got, "0 rows") != 6 {
		t.Errorf("of somebody new\n%s", got)
	}
	e := w.enroll("ana", w.short)
	w.enroll("bo", w.short)
	for n := range 7 {
		w.order(n, "ana", "USD", 14900, w.at, false, "")
	}
	done := e
	done.CompletedAt = &w.at
	w.must(w.Certificates.Completed(ctx, done))
	r, err := w.Support.Submit(ctx, support.NewRequest{Kind: support.AccommodationAsked, PersonID: ana, Confirmed: true, Name: "Ana", Email: "ana@example.org", Body: "More time."})
	w.must(err)
	for _, courseID := range []*string{nil, &w.long.CourseID} {
		w.must(w.Support.Grant(ctx, support.Accommodation{PersonID: ana, CourseID: courseID, RequestID: &r.ID, ExtraTimePercent: 50, Reason: "r", GrantedBy: w.id["admin"]}))
	}
	got := tables(ana)
	for _, want := range []string{
		"Enrollments (/admin/enrollments?person=" + ana + ") 1 rows:", w.short.Course.Card.Title + " /admin/enrollments/" + e.ID + " Edition 1", "0 of ",
		"Orders (/admin/orders?person=" + ana + ") 5 rows:", "$149.00", "ABCDE-00006 /admin/orders/ABCDE-00006",
		"Certificates (/admin/certificates?person=" + ana + ") 1 rows:", "Ana Ruiz",
		"Requests (/admin/requests?person=" + ana + ") 1 rows: " + r.Reference + " /admin/requests/" + r.ID, "Accommodation",
		"Accommodations () 2 rows:", "It holds", "Look at it /admin/requests/" + r.ID,
		"Mail (/admin/mail?person=" + ana + ") 2 rows:", "Enrolled", "Request received", "ana@example.org",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q\n%s", want, got)
		}
	}
}
