package doctor_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/doctor"
)

// publish puts the bundled course on sale in a currency.
func publish(t *testing.T, a *app.App, currency string) {
	t.Helper()
	const slug = "tms-ketamine"
	folder := fstest.MapFS{}
	src := courses.Bundled()[slug]
	err := fs.WalkDir(src, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(src, p)
		if p == "course.yaml" {
			data = []byte(strings.Replace(string(data), "currency: USD", "currency: "+currency, 1))
		}
		folder[p] = &fstest.MapFile{Data: data}
		return err
	})
	if err == nil {
		_, err = a.Courses.Import(t.Context(), folder, "test")
	}
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
		{"CAD", "", doctor.Warn, "tms-ketamine (CAD)"},
		{"USD", "CAD", doctor.Warn, "the first order fixed CAD"},
	} {
		a := tool(t)
		publish(t, a, tt.sells)
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
