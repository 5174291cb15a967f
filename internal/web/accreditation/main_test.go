package accreditation_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/apptest/area"
)

// TestMain fails a whole run that leaves a template of this area unseen.
func TestMain(m *testing.M) {
	area.Main(m, "accreditation", "partials/approval-", "partials/credit-sum", "partials/credit-mark", "partials/credit-trail", "partials/rules-")
}
