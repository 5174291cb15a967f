package doctor_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/doctor"
)

// publish puts the bundled course on sale, in USD.
func publish(t *testing.T, a *app.App) {
	t.Helper()
	const slug = "tms-ketamine"
	_, err := a.Courses.Import(t.Context(), courses.Bundled()[slug], "test")
	if err == nil {
		_, err = a.Courses.Publish(t.Context(), slug, "", "test")
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestDoctorNamesCoursesInAnotherCurrency(t *testing.T) {
	for _, tt := range []struct {
		sells, fixed string // by the first order
		state        doctor.State
		detail       string
	}{
		{"USD", "", doctor.OK, "all in USD"},
		{"USD", "USD", doctor.OK, "all in USD"},
		{"CAD", "", doctor.Warn, "tms-ketamine (USD)"},
		{"USD", "CAD", doctor.Warn, "the first order fixed CAD"},
	} {
		a := tool(t)
		publish(t, a)
		a.Config.ProviderCurrency = tt.sells // changed afterward
		if tt.fixed != "" {
			err := a.DB.Conn(t.Context()).Exec("INSERT INTO settings (name, value, updated_at) VALUES ('payment.currency', ?, ?)", tt.fixed, db.Now()).Error
			if err != nil {
				t.Fatal(err)
			}
		}
		if f := finding(t, a, "prices"); f.State != tt.state || !strings.Contains(f.Detail, tt.detail) {
			t.Errorf("%+v: %+v", tt, f)
		}
	}
}
