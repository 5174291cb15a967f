package doctor_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/doctor"
)

// TestDoctorNamesWhoseTheStoreOfMediaIs, if it is another's: nothing is deleted in it.
func TestDoctorNamesWhoseTheStoreOfMediaIs(t *testing.T) {
	dir := t.TempDir()
	at := func(c *config.Config) { c.Media = dir }
	if f := finding(t, toolAt(t, time.Now, at), "media"); f.State != doctor.OK {
		t.Errorf("nobody's: %+v", f)
	}
	if err := os.WriteFile(filepath.Join(dir, "owner"), []byte("0190-other https://ce.example.net\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if f := finding(t, toolAt(t, time.Now, at), "media"); f.State != doctor.Bad || !strings.Contains(f.Detail, "belongs to another installation (the database 0190-other, served at https://ce.example.net)") {
		t.Errorf("another's: %+v", f)
	}
}
