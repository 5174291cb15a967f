package support_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/support"
)

func TestRequestsFilterAndPage(t *testing.T) {
	w := newWorld(t)
	for i := range 5 {
		n := ask("ana")
		n.Name, n.Email = "Zoë ŽELEZNÁ", fmt.Sprintf("100%%Person_%d@example.org", i)
		if i == 4 {
			n.Kind = support.Help
		}
		if _, err := w.Submit(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	f := support.Filter{Kind: support.Grievance, Q: "100%person_", Limit: 2}
	first, err := w.Requests(t.Context(), f)
	if err != nil || first.Total != 4 || len(first.Rows) != 2 || !first.More || first.Earlier {
		t.Fatalf("first page %+v, %v", first, err)
	}
	f.After = first.Rows[1].ID
	last, err := w.Requests(t.Context(), f)
	if err != nil || len(last.Rows) != 2 || last.More || !last.Earlier {
		t.Errorf("the rows fill the last page: %+v, %v", last, err)
	}
	f.After, f.Before = "", last.Rows[0].ID
	if back, err := w.Requests(t.Context(), f); err != nil || len(back.Rows) != 2 || back.Rows[0].ID != first.Rows[0].ID || !back.More || back.Earlier {
		t.Errorf("back: %+v, %v", back, err)
	}
	for q, want := range map[string]int64{"železná": 5, "ZOE": 5, "ZOË": 5, "zoe_": 0, first.Rows[0].Reference: 1} {
		if p, err := w.Requests(t.Context(), support.Filter{Q: q, Limit: 3}); err != nil || p.Total != want {
			t.Errorf("%q: %d, %v, want %d", q, p.Total, err, want)
		}
	}
	if p, _ := w.Requests(t.Context(), support.Filter{Q: "%", Limit: 3, State: support.Closed}); p.Total != 0 {
		t.Errorf("%d closed", p.Total)
	}
}

func TestRequestsSort(t *testing.T) {
	w := newWorld(t)
	var ids []string // help is promised in 5 days, a grievance in 10
	for _, kind := range []support.Kind{support.Grievance, support.Help, support.Grievance, support.Help} {
		n := ask("ana")
		n.Kind = kind
		r, err := w.Submit(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.ID)
		w.now = w.now.Add(time.Hour)
	}
	for sort, order := range map[string][]int{"": {3, 2, 1, 0}, "filed": {0, 1, 2, 3}, "-filed": {3, 2, 1, 0}, "due": {1, 3, 0, 2}, "-due": {2, 0, 3, 1}} {
		f, got := support.Filter{Sort: sort, Limit: 3}, ""
		page, err := w.Requests(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		f.After = page.Rows[2].ID
		rest, err := w.Requests(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		f.After, f.Before = "", rest.Rows[0].ID
		back, err := w.Requests(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range append(page.Rows, rest.Rows...) {
			got += fmt.Sprint(slices.Index(ids, r.ID), " ")
		}
		if want := strings.Trim(fmt.Sprint(order), "[]") + " "; got != want || back.Rows[0].ID != page.Rows[0].ID {
			t.Errorf("%q: %swant %s", sort, got, want)
		}
		n := 0
		if err := w.Each(t.Context(), support.Filter{Sort: sort}, func(support.Request) error { n++; return nil }); err != nil || n != 4 {
			t.Errorf("each: %d, %v", n, err)
		}
	}
	if p, err := w.Requests(t.Context(), support.Filter{Limit: 1 << 40}); err != nil || len(p.Rows) != 4 {
		t.Errorf("a boundless page: %d rows, %v", len(p.Rows), err)
	}
}
