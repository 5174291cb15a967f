package db_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/db"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"  Émile   ØSTERGAARD ": "emile østergaard", "Łukasz": "łukasz", "Олександра": "олександра", "Ελένη": "ελενη",
		"王小明": "王小明", "محمد": "محمد", "a\xffb": "ab", "": "",
	} {
		if got := db.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
	if got := db.Contains(`50%_\Émile`); got != `%50\%\_\\emile%` {
		t.Errorf("Contains = %q", got)
	}
}
