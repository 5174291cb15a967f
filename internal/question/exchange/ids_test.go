package exchange_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question/exchange"
)

// TestNoIDComesTwice: however many questions of a file have the same one.
func TestNoIDComesTwice(t *testing.T) {
	_, items := read(t, []byte("id,kind,prompt,correct\n"+numbered(9_999, "1,true-false,Q%d,true\n")))
	seen := map[string]bool{}
	for _, it := range items {
		id := it.Question.ID
		if it.Verdict() == exchange.Refused || seen[id] {
			t.Errorf("%q: %v", id, it.Notes)
		}
		seen[id] = true
	}
	if len(seen) != 9_999 {
		t.Errorf("%d IDs", len(seen))
	}
}

// TestPlace: an ID is looked for until it is free, also where somebody has taken all of
// them on purpose, and the same question is found under its own again.
func TestPlace(t *testing.T) {
	valid := regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`)
	for _, id := range []string{"1", strings.Repeat("a", 32)} {
		taken, mine := map[string][8]byte{}, [8]byte{1}
		for range 50 {
			name, there := exchange.Place(id, mine, taken)
			if _, is := taken[name]; is || there || !valid.MatchString(name) {
				t.Fatalf("%s: %q, %v", id, name, there)
			}
			if again, _ := exchange.Place(id, mine, taken); again != name {
				t.Errorf("%s, then %s", name, again)
			}
			taken[name] = mine
			if found, there := exchange.Place(id, mine, taken); !there || found != name {
				t.Errorf("%s is not found: %s", name, found)
			}
			taken[name] = [8]byte{2}
		}
	}
}
