package cli_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/cli"
)

const bundled = "../../courses/tms-ketamine"

type result struct {
	code     int
	out, err string
}

func run(t *testing.T, environ []string, in string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	code := cli.Run(cli.Environment{Args: args, Environ: environ, In: strings.NewReader(in), Out: &out, Err: &errs, Context: t.Context()})
	return result{code, out.String(), errs.String()}
}

func (r result) want(t *testing.T, code int, says ...string) {
	t.Helper()
	if r.code != code {
		t.Fatalf("exit %d, want %d\nout: %s\nerr: %s", r.code, code, r.out, r.err)
	}
	for _, s := range says {
		if !strings.Contains(r.out+r.err, s) {
			t.Errorf("says nothing of %q\nout: %s\nerr: %s", s, r.out, r.err)
		}
	}
}

func TestUsage(t *testing.T) {
	run(t, nil, "", "--help").want(t, 0, "Exit codes", "demo", "doctor")
	run(t, nil, "").want(t, 0, "demo")
	run(t, nil, "", "bake").want(t, 2, "\nSee: cocare --help\n")
	run(t, nil, "", "course", "check").want(t, 2, "<dir>", "\nSee: cocare course check --help\n")
	run(t, nil, "", "course", "bake").want(t, 2, "\nSee: cocare course --help\n")
	run(t, nil, "", "key", "distrust", "x").want(t, 2, "--after", "\nSee: cocare key distrust --help\n")
	run(t, nil, "", "doctor", "--bake").want(t, 2, "\nSee: cocare doctor --help\n")
	for _, args := range [][]string{{}, {"course"}, {"course", "check"}, {"key", "distrust"}} {
		asked, help := run(t, nil, "", append([]string{"help"}, args...)...), run(t, nil, "", append(args, "--help")...)
		if asked.code != 0 || asked != help || !strings.HasPrefix(help.out, "Usage: ") {
			t.Errorf("help %v: %+v, not %+v", args, asked, help)
		}
	}
	run(t, nil, "", "help", "bake").want(t, 2, "bake", "\nSee: cocare --help\n")
	run(t, nil, "", "certificate", "verify", "--help").want(t, 0, "Without --keys, exit code 0 means only that", "anybody can make such a file")
	run(t, nil, "", "version").want(t, 0, "go1")
	run(t, nil, "", "version", "--json").want(t, 0, `"go"`)
	run(t, nil, "", "config").want(t, 0, "COCARE_BASE_URL", "COCARE_MASTER_KEY_FILE")
}

// house is a migrated installation for serve, without a demonstration.
func house(t *testing.T) (environ []string, dir string) {
	t.Helper()
	dir = t.TempDir()
	key := filepath.Join(dir, "master.key")
	if err := os.WriteFile(key, []byte(base64.StdEncoding.EncodeToString(make([]byte, 32))), 0o600); err != nil {
		t.Fatal(err)
	}
	environ = []string{
		"COCARE_DATA_DIR=" + filepath.Join(dir, "data"), "COCARE_MASTER_KEY_FILE=" + key, "COCARE_BASE_URL=https://learn.example.org",
		"COCARE_PROVIDER_NAME=Example CE", "COCARE_PROVIDER_EMAIL=help@example.org", "COCARE_SMTP_HOST=127.0.0.1", "COCARE_SMTP_FROM=no-reply@example.org",
	}
	run(t, environ, "", "migrate").want(t, 0, "up to date")
	return environ, dir
}

func TestOperatorsFirstDay(t *testing.T) {
	environ, dir := house(t)
	run(t, environ, "", "migrate").want(t, 0, "The schema is up to date.")
	create := []string{"user", "create", "--email", "you@example.org", "--name", "Ada Quist", "--role", "administrator"}
	run(t, environ, "password1234\n", create...).want(t, 2, "password")
	run(t, environ, "nine quiet herons\n", create...).want(t, 0, "Ada Quist", "second factor")
	run(t, environ, "nine quiet herons\n", create...).want(t, 2, "uses this address")
	run(t, environ, "", "course", "import", bundled, "--publish").want(t, 0, "Edition 1 is published", "not yet signed off")

	forged := filepath.Join(dir, "forged.pdf")
	if err := os.WriteFile(forged, []byte("%PDF-1.7 nothing of ours"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, environ, "", "certificate", "verify", "--register", forged).want(t, 3, "Unknown")
	run(t, environ, "", "key", "rotate").want(t, 0, "fresh key")
	run(t, environ, "", "doctor").want(t, 0, "audit chain", "up to date on sqlite", "2 keys open")

	run(t, environ, "", "order", "refund", "NONE-0000", "--reason", "test").want(t, 1, "no such order")
	run(t, environ, "", "order", "refund", "NONE-0000").want(t, 2, "--reason")

	backup := filepath.Join(dir, "backup.db")
	run(t, environ, "", "backup", backup).want(t, 0, "master key")
	run(t, environ, "", "backup", backup).want(t, 1, "name a new file")
	run(t, environ, "", "restore", backup).want(t, 0, "kept as")
	run(t, environ, "", "doctor", "--json").want(t, 0, `"state": "ok"`)
}

// TestToolsNeedNoMailServer: what stands beside a server needs the data and,
// where keys are opened, the master key.
func TestToolsNeedNoMailServer(t *testing.T) {
	environ, dir := house(t)
	bare := environ[:2]
	backup, try := filepath.Join(dir, "backup.db"), filepath.Join(dir, "try")
	run(t, bare, "nine quiet herons\n", "user", "create", "--email", "you@example.org", "--name", "Ada Quist", "--role", "administrator").want(t, 0, "Ada Quist")
	run(t, bare, "", "course", "import", bundled).want(t, 0, "Stored")
	run(t, bare, "", "key", "rotate").want(t, 0, "fresh key")
	run(t, bare[:1], "", "backup", backup).want(t, 0, "Wrote")
	run(t, bare[:1], "", "restore", backup, "--data", try).want(t, 0, "Restored")
	run(t, bare[:1], "", "migrate", "--data", try).want(t, 0, "up to date")
	run(t, bare, "", "doctor", "--data", try).want(t, 0, "no damage found")
	run(t, bare, "", "certificate", "verify", "--register", backup, "--data", try).want(t, 3, "Unknown")
	run(t, bare[:1], "", "doctor", "--data", try).want(t, 2, "COCARE_MASTER_KEY_FILE")
}

// A typing error in the folder's name must not end in a fresh, empty database
// that is then backed up for years.
func TestToolsMakeNoDatabase(t *testing.T) {
	environ, dir := house(t)
	typo := filepath.Join(dir, "no-such-folder")
	for _, args := range [][]string{{"backup", filepath.Join(dir, "b.db")}, {"doctor"}, {"key", "rotate"}, {"course", "import", bundled}, {"serve", "--addr", "127.0.0.1:0"}} {
		run(t, environ, "", append(args, "--data", typo)...).want(t, 1, "there is no database here", "cocare migrate")
	}
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(empty, "cocare.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, environ, "", "backup", filepath.Join(dir, "b.db"), "--data", empty).want(t, 1, "not a database of cocare")
	for _, path := range []string{typo, filepath.Join(dir, "b.db")} {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s was made", path)
		}
	}
}

func TestDoctorReportsWhatStopsTheRest(t *testing.T) {
	environ, dir := house(t)
	run(t, environ, "", "key", "rotate").want(t, 0, "fresh key")
	other := filepath.Join(dir, "other.key")
	if err := os.WriteFile(other, []byte(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 32))), 0o600); err != nil {
		t.Fatal(err)
	}
	wrong := append(slices.Clone(environ), "COCARE_MASTER_KEY_FILE="+other)
	run(t, wrong, "", "doctor").want(t, 3, "bad   start", "another master key", "ok    schema", "ok    database integrity")
	run(t, wrong, "", "doctor", "--json").want(t, 3, `"name": "start"`)
}

func TestTheDatabaseIsItsOwnersAlone(t *testing.T) {
	_, dir := house(t)
	open := filepath.Join(dir, "open")
	if err := os.Mkdir(open, 0o755); err != nil {
		t.Fatal(err)
	}
	run(t, nil, "", "migrate", "--data", open).want(t, 0, "up to date")
	info, err := os.Stat(filepath.Join(open, "cocare.db"))
	if err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// TestWarningsAreSaid by every command that reads the settings.
func TestWarningsAreSaid(t *testing.T) {
	environ, dir := house(t)
	const typo = "COCARE_SMPT_HOST"
	environ = append(environ, typo+"=smtp.example.org")
	for _, args := range [][]string{{"migrate"}, {"doctor"}, {"backup", filepath.Join(dir, "b.db")}, {"key", "rotate"}} {
		r := run(t, environ, "", args...)
		if r.code != 0 || !strings.Contains(r.err, typo) {
			t.Errorf("%v: exit %d, %s", args, r.code, r.err)
		}
	}
	stop, said := start(t, environ, "serve", "--addr", "127.0.0.1:0")
	stop()
	if !strings.Contains(said(), `"msg":"`+typo) {
		t.Errorf("serve: %s", said())
	}
	stop, said = start(t, []string{typo + "=x", "COCARE_SMTP_HOST=smtp.example.org"}, "demo", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "demo"))
	stop()
	if !strings.Contains(said(), typo) || !strings.Contains(said(), "demo ignores COCARE_SMTP_HOST") {
		t.Errorf("demo: %s", said())
	}
}

func TestServeNamesEverythingThatIsMissing(t *testing.T) {
	run(t, nil, "", "serve").want(t, 2, "COCARE_BASE_URL", "COCARE_MASTER_KEY_FILE", "COCARE_PROVIDER_NAME", "COCARE_SMTP_HOST")
	run(t, []string{"COCARE_ADDR=0.0.0.0:8080"}, "", "demo").want(t, 2, "COCARE_ADDR")
}

func TestServeRefusesAnOldSchemaAndADemonstration(t *testing.T) {
	environ, dir := house(t)
	run(t, environ, "", "serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "fresh")).want(t, 1, "cocare migrate")

	demo := filepath.Join(dir, "demo")
	stop, _ := start(t, nil, "demo", "--addr", "127.0.0.1:0", "--data", demo)
	stop()
	run(t, environ, "", "serve", "--addr", "127.0.0.1:0", "--data", demo).want(t, 1, "demonstration")
	run(t, nil, "", "doctor", "--data", demo).want(t, 0, "audit chain", "no damage found") // tools may be tried on it
	run(t, environ, "", "restore", filepath.Join(demo, "cocare.db"), "--data", filepath.Join(dir, "target")).want(t, 1, "demonstration")
}

// start runs a server until stop is called; said is then what it wrote to
// standard error.
func start(t *testing.T, environ []string, args ...string) (stop func(), said func() string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	var errs bytes.Buffer
	var wg sync.WaitGroup
	code := 0
	wg.Go(func() {
		code = cli.Run(cli.Environment{Args: args, Environ: environ, In: strings.NewReader(""), Out: w, Err: &errs, Context: ctx})
		w.Close()
	})
	line := make([]byte, 4096)
	n, _ := r.Read(line)
	go io.Copy(io.Discard, r)
	url, ok := strings.CutPrefix(strings.TrimSpace(strings.SplitN(string(line[:n]), "\n", 2)[0]), "ready ")
	if !ok {
		cancel()
		wg.Wait()
		t.Fatalf("no ready line: %q\n%s", line[:n], errs.String())
	}
	client := http.Client{Timeout: 10 * time.Second}
	res, err := client.Get(url + "/readyz")
	if err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("not ready at %s: %v", url, err)
	}
	if err == nil {
		res.Body.Close()
	}
	return func() {
		client.CloseIdleConnections()
		cancel()
		wg.Wait()
		if code != 0 {
			t.Errorf("stopped with exit %d\n%s", code, errs.String())
		}
	}, errs.String
}

func TestServeStopsCleanly(t *testing.T) {
	environ, dir := house(t)
	stop, _ := start(t, environ, "serve", "--addr", "127.0.0.1:0")
	stop()
	if wal, err := os.Stat(filepath.Join(dir, "data", "cocare.db-wal")); err == nil && wal.Size() > 0 {
		t.Errorf("the write-ahead log still holds %d bytes", wal.Size())
	}
}

// full takes nothing, as a disk does that is full.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAResultThatIsLostIsAFailure(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"config"}, {"version", "--json"}} {
		var errs bytes.Buffer
		code := cli.Run(cli.Environment{Args: args, In: strings.NewReader(""), Out: full{}, Err: &errs, Context: t.Context()})
		if code != 1 || !strings.Contains(errs.String(), "no space left") {
			t.Errorf("%v: exit %d, %s", args, code, errs.String())
		}
	}
}

// TestExitCodesFollowTheirList, and words name no part of the program.
func TestExitCodesFollowTheirList(t *testing.T) {
	environ, dir := house(t)
	create := []string{"user", "create", "--email", "you@example.org", "--name", "Ada Quist", "--role", "administrator"}
	run(t, environ, "", create...).want(t, 2, "no password was given")
	run(t, environ, "\n", create...).want(t, 2, "no password was given")
	run(t, environ, "", "order", "refund", "NOPE", "--reason", " ").want(t, 2, "--reason", "Say why")

	run(t, environ, "", "key", "rotate").want(t, 0)
	other := filepath.Join(dir, "other.key")
	if err := os.WriteFile(other, []byte(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 32))), 0o600); err != nil {
		t.Fatal(err)
	}
	wrong := append(slices.Clone(environ), "COCARE_MASTER_KEY_FILE="+other)
	r := run(t, wrong, "", "key", "list")
	r.want(t, 2, "cocare: the stored keys were sealed with another master key")

	onPostgres := append(slices.Clone(environ), "COCARE_DATABASE_URL=postgres://cocare@127.0.0.1:1/cocare")
	run(t, onPostgres, "", "doctor", "--data", dir).want(t, 2, "leave one of the two out")
	run(t, environ, "quiet herons \xff\xfe nine\n", create...).want(t, 2, "no UTF-8")
	run(t, environ, "nine quiet herons\n", append(create, "--role", "administrator")...).want(t, 0, "Created Ada Quist <you@example.org>, administrator.")

	large := filepath.Join(dir, "large.pdf")
	if err := os.WriteFile(large, make([]byte, 10<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, environ, "", "certificate", "verify", "--register", large).want(t, 3, "Unknown", "5 MB")

	own := filepath.Join(dir, "own")
	if err := os.CopyFS(own, os.DirFS(bundled)); err != nil {
		t.Fatal(err)
	}
	card := filepath.Join(own, "course.yaml")
	text, err := os.ReadFile(card)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(card, bytes.Replace(text, []byte("currency: USD"), []byte("currency: EUR"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	// Nothing is signed, so no master key is asked for.
	run(t, environ[:1], "", "course", "import", own, "--publish").want(t, 3, "course.yaml:22", "EUR", "COCARE_PROVIDER_CURRENCY")
	run(t, environ[:1], "", "course", "export", "tms-ketamine", filepath.Join(dir, "out"), "--draft").want(t, 0, "the draft")
	run(t, environ, "", "backup", filepath.Join(dir, "nowhere", "b.db")).want(t, 1, "there is no folder")
}

// TestAnOverdueCourseIsNamed wherever an operator brings it in.
func TestAnOverdueCourseIsNamed(t *testing.T) {
	environ, dir := house(t)
	own := filepath.Join(dir, "own")
	if err := os.CopyFS(own, os.DirFS("../../courses/how-learning-is-recorded")); err != nil {
		t.Fatal(err)
	}
	card := filepath.Join(own, "course.yaml")
	text, err := os.ReadFile(card)
	if err != nil {
		t.Fatal(err)
	}
	old := regexp.MustCompile(`(?m)^(released_on|checked_on): .*$`).ReplaceAll(text, []byte("$1: 2024-01-01"))
	old = regexp.MustCompile(`(?m)^expires_on: .*$`).ReplaceAll(old, []byte("expires_on: 2025-01-01"))
	if err := os.WriteFile(card, old, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, environ, "", "course", "check", own).want(t, 0, "checked again by 2025-01-01", "1 warning")
	r := run(t, environ, "", "course", "import", own, "--publish")
	if r.want(t, 0, "is published"); !strings.Contains(r.err, "checked again by 2025-01-01") {
		t.Errorf("%s", r.err)
	}
}

// TestABackupOfWhatTakesNoWrite is made without a server too: a full disk is a
// reason for one.
func TestABackupOfWhatTakesNoWrite(t *testing.T) {
	environ, dir := house(t)
	data := filepath.Join(dir, "data", "cocare.db")
	if err := os.Symlink(filepath.Join(dir, "nowhere", "shm"), data+"-shm"); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	file := filepath.Join(dir, "b.db")
	r := run(t, environ, "", "backup", file)
	if r.want(t, 0, "Wrote"); !strings.Contains(r.err, "the audit log has no event of it") {
		t.Errorf("%s", r.err)
	}
	run(t, environ, "", "doctor").want(t, 3, "disk is full or the folder read-only")
	run(t, environ, "", "restore", file, "--data", filepath.Join(dir, "other")).want(t, 0, "Restored")
}

func TestOneServerToAFolder(t *testing.T) {
	environ, _ := house(t)
	stop, _ := start(t, environ, "serve", "--addr", "127.0.0.1:0")
	defer stop()
	run(t, environ, "", "serve", "--addr", "127.0.0.1:0").want(t, 1, "a cocare server is running on this database")
}
