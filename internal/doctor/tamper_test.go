package doctor_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/doctor"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/translog"
)

func execute(t *testing.T, a *app.App, sql string, args ...any) {
	t.Helper()
	if err := a.DB.Conn(t.Context()).Exec(sql, args...).Error; err != nil {
		t.Fatal(err)
	}
}

// again is finding of a program that was examined before.
func again(t *testing.T, a *app.App, name string) doctor.Finding {
	t.Helper()
	a.Jobs = job.New(a.DB, a.Log, a.Now)
	return finding(t, a, name)
}

func TestDoctorMissesTheKeyOfTheLog(t *testing.T) {
	a := tool(t)
	if _, err := a.TransLog.Append(t.Context(), translog.Facts, "c1", sha256.Sum256(nil)); err != nil {
		t.Fatal(err)
	}
	if f := again(t, a, "keys"); f.State != doctor.OK {
		t.Errorf("%+v", f)
	}
	execute(t, a, "DELETE FROM signing_keys WHERE purpose = 'log'")
	if f := again(t, a, "keys"); f.State != doctor.Bad || !strings.Contains(f.Detail, "signs the log of certificates is missing") {
		t.Errorf("%+v", f)
	}
	if keys, err := a.TransLog.VerifierKeys(t.Context()); err != nil || len(keys) != 0 {
		t.Errorf("doctor made %d keys, %v", len(keys), err)
	}
}

// TestDoctorMissesADeletedCertificate: the log has it, nothing else.
func TestDoctorMissesADeletedCertificate(t *testing.T) {
	a := tool(t)
	if _, err := a.TransLog.Append(t.Context(), translog.Facts, "c1", sha256.Sum256(nil)); err != nil {
		t.Fatal(err)
	}
	if f := finding(t, a, "certificates"); f.State != doctor.Bad || !strings.Contains(f.Detail, "flaws in 1: c1 (it is in the log and not in the register") {
		t.Errorf("%+v", f)
	}
}

// TestDoctorPrintsTheRootAsCheckpointsDo, so that the two can be compared.
func TestDoctorPrintsTheRootAsCheckpointsDo(t *testing.T) {
	a := tool(t)
	if _, err := a.TransLog.Append(t.Context(), translog.Facts, "c1", sha256.Sum256(nil)); err != nil {
		t.Fatal(err)
	}
	c, err := a.TransLog.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	root := strings.Split(string(c.Note), "\n")[2]
	if f := finding(t, a, "transparency log"); f.State != doctor.OK || !strings.Contains(f.Detail, " root "+root+" ") {
		t.Errorf("%+v has nothing of %s", f, root)
	}
}

func TestDoctorWarnsOfANamelessRoot(t *testing.T) {
	a := tool(t)
	key, _, err := a.RotateKey(t.Context(), "document")
	if err != nil {
		t.Fatal(err)
	}
	private, _, err := a.Keys.Signing(t.Context(), "document")
	if err != nil {
		t.Fatal(err)
	}
	id, err := pades.NewIdentity(private.Signer(), "", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if f := again(t, a, "keys"); f.State != doctor.OK {
		t.Errorf("%+v", f)
	}
	execute(t, a, "UPDATE signing_keys SET chain = ? WHERE id = ?", append(id.Chain[0].Raw, id.Chain[1].Raw...), key.ID)
	if f := again(t, a, "keys"); f.State != doctor.Warn || !strings.Contains(f.Detail, "names nobody") || !strings.Contains(f.Detail, "key rotate --purpose document") {
		t.Errorf("%+v", f)
	}
	execute(t, a, "UPDATE signing_keys SET not_trusted_after = created_at WHERE id = ?", key.ID)
	if f := again(t, a, "keys"); f.State != doctor.Bad || !strings.Contains(f.Detail, "signs still") {
		t.Errorf("%+v", f)
	}
}

// TestDoctorJudgesTheOperatorsKeyAsServeDoes.
func TestDoctorJudgesTheOperatorsKeyAsServeDoes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "document.pem")
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id, err := pades.NewIdentity(key, "Example Board", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write := func(certificates int) {
		t.Helper()
		text := append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), pades.EncodeChain(id.Chain[:certificates])...)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(2)
	a := toolAt(t, time.Now, func(c *config.Config) { c.DocumentKeyFile = file })
	if f := again(t, a, "settings"); f.State != doctor.OK {
		t.Errorf("a good file: %+v", f)
	}
	write(1)
	if f := again(t, a, "settings"); f.State != doctor.Bad || !strings.Contains(f.Detail, "does not lead to a root") {
		t.Errorf("without its root: %+v", f)
	}
	write(2)
	if _, _, err := a.Keys.Adopt(t.Context(), id.Key, id.Chain); err != nil {
		t.Fatal(err)
	}
	execute(t, a, "UPDATE signing_keys SET retired_at = created_at")
	if f := again(t, a, "settings"); f.State != doctor.Bad || !strings.Contains(f.Detail, "was retired or distrusted") {
		t.Errorf("retired: %+v", f)
	}
}

// TestDoctorHashesEveryEdition, not the newest alone.
func TestDoctorHashesEveryEdition(t *testing.T) {
	a := tool(t)
	const slug = "how-learning-is-recorded"
	dir := t.TempDir()
	if err := os.CopyFS(dir, courses.Bundled()[slug]); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		if i > 0 {
			file := filepath.Join(dir, "disclosure.md")
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, fmt.Append(text, "\nNothing more.\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := a.Courses.Import(t.Context(), os.DirFS(dir), "test"); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Courses.Publish(t.Context(), slug, "", "test"); err != nil {
			t.Fatal(err)
		}
	}
	if f := again(t, a, "editions"); f.State != doctor.OK || !strings.Contains(f.Detail, "2 match") {
		t.Errorf("%+v", f)
	}
	execute(t, a, "UPDATE edition_files SET content = ? WHERE path = 'disclosure.md' AND edition_id = (SELECT id FROM editions WHERE number = 1)", []byte("x"))
	if f := again(t, a, "editions"); f.State != doctor.Bad || !strings.Contains(f.Detail, slug+", edition 1") || strings.Contains(f.Detail, "edition 2") {
		t.Errorf("%+v", f)
	}
	if f := again(t, a, "courses"); f.State == doctor.Bad {
		t.Errorf("the newest is sound: %+v", f)
	}
}
