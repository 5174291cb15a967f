package db_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/db"
)

func TestFold(t *testing.T) {
	for _, tt := range [][2]string{
		{"  Émile   ØSTERGAARD ", "emile østergaard"}, {"Łukasz", "łukasz"}, {"Олександра", "олександра"}, {"Ελένη", "ελενη"},
		{"王小明", "王小明"}, {"محمد", "محمد"}, {"a\xffb", "ab"}, {"", ""},
	} {
		if got := db.Fold(tt[0]); got != tt[1] {
			t.Errorf("Fold(%q) = %q, want %q", tt[0], got, tt[1])
		}
	}
	if got := db.Contains(`50%_\Émile`); got != `%50\%\_\\emile%` {
		t.Errorf("Contains = %q", got)
	}
}
