package learn

import (
	"strconv"
	"testing"
)

// TestEditionsThatNobodyReadsAreLetGo: those that were read last stay rendered.
func TestEditionsThatNobodyReadsAreLetGo(t *testing.T) {
	var s shelf
	for i := range maxStills {
		s.keep(strconv.Itoa(i), &still{})
	}
	s.m["0"].used.Store(s.turn.Add(1)) // somebody reads it
	s.keep("another", &still{})
	if len(s.m) != maxStills || s.m["0"] == nil || s.m["1"] != nil || s.m["another"] == nil {
		t.Errorf("%d are kept; the first %v, the second %v", len(s.m), s.m["0"] != nil, s.m["1"] != nil)
	}
}
