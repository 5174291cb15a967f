package archtest

import (
	"archive/tar"
	"cmp"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/testneed"
)

// TestNothingVulnerableIsReached asks govulncheck, with a copy of the database
// that the environment names. It reads the whole program, which the test cache
// does not see: run it with -count=1.
func TestNothingVulnerableIsReached(t *testing.T) {
	if !testneed.Required(t, testneed.VulnDB) && (testing.Short() || dbtest.OnPostgres()) {
		t.Skip("skipped: the long run on SQLite looks at it")
	}
	program := testneed.Command(t, testneed.VulnDB, "govulncheck")
	cmd := exec.CommandContext(t.Context(), program, "-db", "file://"+vulnDB(t), "./...") //nolint:gosec // found on PATH
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("govulncheck: %v\n%s", err, out)
	}
}

// vulnDB unpacks the newest database and returns its folder.
func vulnDB(t *testing.T) string {
	t.Helper()
	dir := cmp.Or(os.Getenv("COCARE_VULNDB"), filepath.Join(root, "..", "shared", "security"))
	found, err := filepath.Glob(filepath.Join(dir, "vulndb-*.tar.gz"))
	if err != nil || len(found) == 0 {
		testneed.Missing(t, testneed.VulnDB, "no vulndb-*.tar.gz in "+dir+"; COCARE_VULNDB names its folder")
	}
	into := t.TempDir()
	if err := unpack(slices.Max(found), into); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"index", "*/index"} {
		if at, _ := filepath.Glob(filepath.Join(into, pattern)); len(at) == 1 {
			return filepath.Dir(at[0])
		}
	}
	t.Fatalf("%s holds no index", slices.Max(found))
	return ""
}

func unpack(archive, into string) error {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	plain, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	dir, err := os.OpenRoot(into)
	if err != nil {
		return err
	}
	defer dir.Close()
	for r := tar.NewReader(plain); ; {
		h, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case h.Typeflag != tar.TypeReg:
			continue
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if err := errors.Join(dir.MkdirAll(filepath.Dir(h.Name), 0o700), dir.WriteFile(h.Name, data, 0o600)); err != nil {
			return err
		}
	}
}
