package cli_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// withMedia is the bundled course with a handout and a recording in its folder.
func withMedia(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "course")
	check(t, os.CopyFS(dir, os.DirFS(bundled)))
	check(t, os.MkdirAll(filepath.Join(dir, "media", "blobs"), 0o750))
	blob := func(data []byte, ext string) string {
		sum := sha256.Sum256(data)
		check(t, os.WriteFile(filepath.Join(dir, "media", "blobs", hex.EncodeToString(sum[:])+"."+ext), data, 0o600))
		return hex.EncodeToString(sum[:])
	}
	pdf := []byte("%PDF-1.7\n%%EOF\n")
	wav := append([]byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data\x80\x3e\x00\x00"), bytes.Repeat([]byte{128}, 16000)...)
	list := fmt.Sprintf(`- id: sheet
  kind: handout
  title: Work sheet
  files: [{sha256: %s, bytes: %d, type: application/pdf}]
- id: talk
  kind: audio
  title: A talk
  transcript: media/talk.txt
  seconds: 2
  files: [{sha256: %s, bytes: %d, type: audio/wav}]
`, blob(pdf, "pdf"), len(pdf), blob(wav, "wav"), len(wav))
	check(t, os.WriteFile(filepath.Join(dir, "media.yaml"), []byte(list), 0o600))
	check(t, os.WriteFile(filepath.Join(dir, "media", "talk.txt"), []byte("A talk.\n"), 0o600))
	return dir
}

// TestMediaTravelWithTheCourse: a folder gives an export of the same bytes, also by way
// of a ZIP file on a machine that has nothing.
func TestMediaTravelWithTheCourse(t *testing.T) {
	dir := withMedia(t)
	run(t, nil, "", "course", "check", dir).want(t, 0, "0 errors")
	environ, home := house(t)
	run(t, environ, "", "course", "import", dir, "--publish").want(t, 0, "Edition 1")
	out := filepath.Join(home, "out")
	run(t, environ, "", "course", "export", "tms-ketamine", out).want(t, 0, "edition 1")
	same(t, dir, out)
	run(t, environ, "", "doctor").want(t, 0, "2 files that courses name match their hashes")

	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	check(t, z.AddFS(os.DirFS(out)))
	check(t, z.Close())
	file := filepath.Join(home, "course.zip")
	check(t, os.WriteFile(file, packed.Bytes(), 0o600))
	other, elsewhere := house(t)
	run(t, other, "", "course", "import", file, "--publish").want(t, 0, "Edition 1")
	again := filepath.Join(elsewhere, "again")
	run(t, other, "", "course", "export", "tms-ketamine", again).want(t, 0)
	same(t, dir, again)
	run(t, other, "", "course", "import", filepath.Join(dir, "course.yaml")).want(t, 1, "neither a folder nor a ZIP file")
}

func TestMediaThatAreNotWhatTheListSays(t *testing.T) {
	dir := withMedia(t)
	environ, home := house(t)
	files, err := filepath.Glob(filepath.Join(dir, "media", "blobs", "*.wav"))
	check(t, err)
	data, err := os.ReadFile(files[0])
	check(t, err)
	data[5000] ^= 1
	check(t, os.WriteFile(files[0], data, 0o600))
	run(t, nil, "", "course", "check", dir).want(t, 3, "media/blobs/", "other bytes")
	run(t, environ, "", "course", "import", dir).want(t, 3, "media/blobs/", "SHA-256")
	check(t, os.Remove(files[0]))
	run(t, environ, "", "course", "import", dir).want(t, 0, "Stored")
	run(t, environ, "", "course", "import", dir, "--publish").want(t, 3, "never uploaded to this course")
	run(t, environ, "", "doctor").want(t, 3, "is lost")
	run(t, environ, "", "course", "export", "tms-ketamine", filepath.Join(home, "out"), "--draft").want(t, 1, "no such file")
}

func TestABackupHasTheMedia(t *testing.T) {
	dir := withMedia(t)
	environ, home := house(t)
	run(t, environ, "", "course", "import", dir, "--publish").want(t, 0, "Edition 1")
	backup := filepath.Join(home, "monday.db")
	run(t, environ, "", "backup", backup).want(t, 0, "monday.db.media.tar: 2 files of media")
	run(t, environ, "", "backup", filepath.Join(home, "tuesday.db"), "--json").want(t, 0, `"media_files": 2`)
	media := filepath.Join(home, "data", "media")
	check(t, os.RemoveAll(media))
	run(t, environ, "", "doctor").want(t, 3, "is lost")
	run(t, environ, "", "restore", backup).want(t, 0, "Restored media: 2 files")
	run(t, environ, "", "doctor").want(t, 0, "2 files that courses name match")

	empty, bare := house(t)
	run(t, empty, "", "backup", filepath.Join(bare, "a.db")).want(t, 0)
	if found, _ := filepath.Glob(filepath.Join(bare, "*.media.tar*")); len(found) > 0 {
		t.Errorf("an empty backup of media: %s", strings.Join(found, ", "))
	}
}
