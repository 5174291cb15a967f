package questions_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/apptest/area"
)

// TestMain fails a whole run that leaves a template of this area unseen.
func TestMain(m *testing.M) { area.Main(m, "questions") }
