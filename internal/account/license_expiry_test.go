package account_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
)

// TestAnExpiryMovesAlone: whoever moves the day has read the license a moment ago,
// and the person may have corrected the rest since.
func TestAnExpiryMovesAlone(t *testing.T) {
	w := newWorld(t)
	p, other := w.create("ana@example.org"), w.create("ben@example.org")
	day, next, later := "2027-06-30", "2028-06-30", "2029-06-30"
	l, err := w.svc.SaveLicense(t.Context(), account.License{PersonID: p.ID, Profession: "nurse", Jurisdiction: "CA-ON", Number: "11", ExpiresOn: &day})
	if err != nil {
		t.Fatal(err)
	}
	seen := l
	l.Number = "12"
	if _, err := w.svc.SaveLicense(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	holds := func(number, expires string) {
		t.Helper()
		list, err := w.svc.Licenses(t.Context(), p.ID)
		if err != nil || len(list) != 1 || list[0].Number != number || (list[0].ExpiresOn == nil) != (expires == "") || expires != "" && *list[0].ExpiresOn != expires {
			t.Errorf("%+v, %v", list, err)
		}
	}
	move := func(from, to *string, want bool) {
		t.Helper()
		if moved, err := w.svc.MoveExpiry(t.Context(), p.ID, l.ID, from, to); err != nil || moved != want {
			t.Errorf("moved %v, %v", moved, err)
		}
	}
	move(seen.ExpiresOn, &next, true)
	holds("12", next)
	move(&day, &later, false) // somebody else moved it
	holds("12", next)
	move(&next, nil, true)
	holds("12", "")
	move(nil, &later, true)
	holds("12", later)
	if _, err := w.svc.MoveExpiry(t.Context(), other.ID, l.ID, &later, nil); !apperr.Is(err, apperr.NotFound) {
		t.Errorf("of somebody else: %v", err)
	}
	wrong := "2028-02-30"
	if moved, err := w.svc.MoveExpiry(t.Context(), p.ID, l.ID, &later, &wrong); !apperr.Is(err, apperr.Invalid) || moved {
		t.Errorf("no day: %v, %v", moved, err)
	}
}
