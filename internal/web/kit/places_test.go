package kit_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/web/kit"
)

func TestPlaces(t *testing.T) {
	p := kit.Places{All: 3, Each: 2}
	a, b := p.Take("ana"), p.Take("ana")
	if a == nil || b == nil || p.Take("ana") != nil {
		t.Fatal("ana has two places")
	}
	if p.Take("ben") == nil || p.Take("eva") != nil {
		t.Fatal("there are three places")
	}
	a()
	if p.Take("eva") == nil || p.Take("ana") != nil {
		t.Error("a place that was given back is not there, or another's")
	}
	b()
	if p.Take("ana") == nil {
		t.Error("ana has a place again")
	}
}
