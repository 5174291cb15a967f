package conversation_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/apptest/area"
)

func TestMain(m *testing.M) { area.Main(m, "conversation", "conversation-") }
