package account_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
)

func TestNamesOfMany(t *testing.T) {
	w := newWorld(t)
	a := w.create("a@example.com")
	b, err := w.svc.Create(t.Context(), account.NewPerson{Email: "b@example.com", Name: "Bo Borg", Password: good, Roles: account.Roles[:1]})
	w.must(err)
	ids := []string{b.ID, a.ID, b.ID, "", "nobody"}
	for n := range 1500 { // more than one statement takes
		ids = append(ids, fmt.Sprint("unknown ", n))
	}
	names, err := w.svc.Names(t.Context(), ids)
	if err != nil || !maps.Equal(names, map[string]string{a.ID: "Amina Diallo", b.ID: "Bo Borg"}) {
		t.Errorf("%v, %v", names, err)
	}
	if names, err := w.svc.Names(t.Context(), nil); err != nil || len(names) != 0 {
		t.Errorf("nobody's names: %v, %v", names, err)
	}
}

func TestListSearchesAndPagesByKey(t *testing.T) {
	w := newWorld(t)
	for n, name := range []string{"Ana", "Ana", "Béa", "Dora"} {
		_, err := w.svc.Create(t.Context(), account.NewPerson{Email: fmt.Sprintf("p%d@example.com", n), Name: name, Password: good, Roles: account.Roles[:1]})
		w.must(err)
	}
	var seen []string
	f := account.Filter{Limit: 2}
	for {
		page, more, err := w.svc.List(t.Context(), f)
		w.must(err)
		for _, p := range page {
			seen = append(seen, p.Email)
		}
		if !more {
			break
		}
		f.After = f.Key(page[len(page)-1])
	}
	if !slices.Equal(seen, []string{"p0@example.com", "p1@example.com", "p2@example.com", "p3@example.com"}) {
		t.Errorf("pages %v", seen)
	}
	var walked []string
	w.must(w.svc.Each(t.Context(), f, func(p account.Person) error { walked = append(walked, p.Email); return nil }))
	if !slices.Equal(walked, seen) {
		t.Errorf("walked %v", walked)
	}
	for q, want := range map[string]int64{"ANA": 2, "p2@": 1, "%": 0, "_": 0, `\`: 0, "nobody": 0, "": 4} {
		if n, _, err := w.svc.Count(t.Context(), account.Filter{Q: q}); err != nil || n != want {
			t.Errorf("%q: %d, %v, want %d", q, n, err, want)
		}
	}
	w.must(w.db.Conn(t.Context()).Exec("INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) "+
		"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT 'n' || i, 'n' || i, 'n' || i, 'Many', 'UTC', '', ? FROM n", w.now()).Error)
	if n, over, err := w.svc.Count(t.Context(), account.Filter{}); err != nil || n != 10_000 || !over {
		t.Errorf("of very many %d, %v, %v", n, over, err)
	}
	p, err := w.svc.FindByEmail(t.Context(), "p3@example.com")
	w.must(err)
	w.must(w.svc.SetLegalName(t.Context(), p.ID, "Ángela ŽELEZNÝ"))
	for q, want := range map[string]int64{"BÉA": 1, "bea": 1, "Ángela": 1, "železný": 1, "Dora": 1} {
		if n, _, err := w.svc.Count(t.Context(), account.Filter{Q: q}); err != nil || n != want {
			t.Errorf("%q: %d, %v, want %d", q, n, err, want)
		}
	}
}

func TestPeopleAreFoundByTheirLicenses(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com")
	l, err := w.svc.SaveLicense(t.Context(), account.License{PersonID: p.ID, Profession: "psychologist", Jurisdiction: "US-NY", Number: "PSY-118 73"})
	w.must(err)
	found := func(want int64, queries ...string) {
		t.Helper()
		for _, q := range queries {
			if n, _, err := w.svc.Count(t.Context(), account.Filter{Q: q}); err != nil || n != want {
				t.Errorf("%q: %d, %v, want %d", q, n, err, want)
			}
		}
	}
	found(1, "PSY11873", "psy-118", "11873")
	w.must(w.svc.SetLegalName(t.Context(), p.ID, "Amina B. Diallo"))
	found(1, "PSY11873", "amina b.")
	l.Number = "PSY9"
	_, err = w.svc.SaveLicense(t.Context(), l)
	w.must(err)
	found(0, "PSY11873")
	found(1, "psy9")
	w.must(w.svc.RemoveLicense(t.Context(), p.ID, l.ID))
	found(0, "psy9")
}

func TestListSortsByRoleAndState(t *testing.T) {
	w := newWorld(t)
	for email, change := range map[string]struct {
		roles []account.Role
		set   string
	}{
		"a@example.com": {[]account.Role{account.Therapist}, "blocked_at = created_at"},
		"b@example.com": {[]account.Role{account.Therapist, account.Administrator}, "name = name"},
		"c@example.com": {[]account.Role{account.Instructor}, "email_confirmed_at = NULL"},
		"d@example.com": {[]account.Role{account.Therapist}, "erased_at = created_at"},
	} {
		p := w.create(email, change.roles...)
		w.must(w.db.Conn(t.Context()).Exec("UPDATE people SET "+change.set+" WHERE id = ?", p.ID).Error)
	}
	w.must(w.db.Conn(t.Context()).Exec("DELETE FROM person_roles WHERE person_id = (SELECT id FROM people WHERE email = 'd@example.com')").Error)
	for sort, want := range map[string]string{"role": "dacb", "-role": "bcad", "state": "badc", "-state": "cdab"} {
		got := ""
		f := account.Filter{Sort: sort, Limit: 1}
		for more := true; more; {
			var list []account.Person
			var err error
			list, more, err = w.svc.List(t.Context(), f)
			w.must(err)
			got += list[0].Email[:1]
			f.After = f.Key(list[0])
		}
		if got != want {
			t.Errorf("%s: %s, want %s", sort, got, want)
		}
	}
	_, _, err := w.svc.List(t.Context(), account.Filter{Sort: "role", After: []string{"king", "x"}})
	w.kind(err, apperr.Invalid, "")
}

func TestListSortsBothWays(t *testing.T) {
	w := newWorld(t)
	for _, email := range []string{"C@example.com", "a@example.com", "B@example.com", "d@example.com"} {
		_, err := w.svc.Create(t.Context(), account.NewPerson{Email: email, Name: "Ana " + strings.ToUpper(email[:1]), Password: good, Roles: account.Roles[:1]})
		w.must(err)
		w.wait(time.Second)
	}
	letters := func(people []account.Person) (s string) {
		for _, p := range people {
			s += strings.ToLower(p.Email[:1])
		}
		return s
	}
	for sort, want := range map[string]string{"": "abcd", "name": "abcd", "-name": "dcba", "email": "abcd", "-email": "dcba", "created": "cabd", "-created": "dbac"} {
		f := account.Filter{Sort: sort, Limit: 3}
		first, more, err := w.svc.List(t.Context(), f)
		if err != nil || !more || letters(first) != want[:3] {
			t.Errorf("%q: %s, %v, %v", sort, letters(first), more, err)
			continue
		}
		f.After = f.Key(first[2])
		rest, more, err := w.svc.List(t.Context(), f)
		if err != nil || more || letters(rest) != want[3:] {
			t.Errorf("%q: then %s, %v, %v", sort, letters(rest), more, err)
			continue
		}
		f.After, f.Before, f.Limit = nil, f.Key(rest[0]), 2
		if back, more, err := w.svc.List(t.Context(), f); err != nil || !more || letters(back) != want[1:3] {
			t.Errorf("%q: back %s, %v, %v", sort, letters(back), more, err)
		}
	}
	for _, key := range [][]string{{"soon", "x"}, {"2026-01-01T00:00:00Z"}} {
		_, _, err := w.svc.List(t.Context(), account.Filter{Sort: "created", After: key})
		w.kind(err, apperr.Invalid, "")
	}
}

func TestEverybodyIsInOneState(t *testing.T) {
	w := newWorld(t)
	for n, change := range []string{"name = name", "email_confirmed_at = NULL", "blocked_at = created_at", "erased_at = created_at, blocked_at = created_at"} {
		p := w.create(fmt.Sprintf("p%d@example.com", n))
		w.must(w.db.Conn(t.Context()).Exec("UPDATE people SET "+change+" WHERE id = ?", p.ID).Error)
	}
	for _, state := range account.States {
		list, _, err := w.svc.List(t.Context(), account.Filter{State: state})
		if err != nil || len(list) != 1 || list[0].State() != state {
			t.Errorf("%s: %+v, %v", state, list, err)
		}
	}
}
