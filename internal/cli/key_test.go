package cli_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/db"
)

type key struct {
	ID, Purpose, State, Public string
	NotTrustedAfter            string `json:"not_trusted_after"`
}

func keys(t *testing.T, environ []string) (list []key) {
	t.Helper()
	r := run(t, environ, "", "key", "list", "--json")
	r.want(t, 0)
	if err := json.Unmarshal([]byte(r.out), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestACompromisedKeyIsDistrustedByName(t *testing.T) {
	environ, dir := house(t)
	run(t, environ, "", "key", "rotate", "--json").want(t, 0, `"purpose": "session"`, `"state": "signs"`, `"rotated": true`)
	id := keys(t, environ)[0].ID
	distrust := func(more ...string) []string { return append([]string{"key", "distrust", id}, more...) }
	run(t, environ, "", distrust()...).want(t, 2, "--after")
	run(t, environ, id+"\n", distrust("--after", "yesterday")...).want(t, 2, "2026-11-23T09:30:00Z")
	run(t, environ, "yes\n", distrust("--after", "now")...).want(t, 2, id, "cannot be undone", "nothing was done")
	run(t, environ, "", distrust("--after", "now")...).want(t, 2, "nothing was done")
	run(t, environ, "", distrust("--after", "2999-01-01", "--yes")...).want(t, 2, "has not come yet")
	run(t, environ, "", "key", "distrust", "unknown", "--after", "now", "--yes").want(t, 1, "no such key")
	run(t, environ, id+"\n", distrust("--after", "2026-01-02T03:04:05Z")...).want(t, 0, "access tokens are dead", "not trusted after 2026-01-02T03:04:05Z")
	run(t, environ, "", distrust("--after", "2026-01-02T03:04:05Z", "--yes", "--json")...).want(t, 0, `"state": "distrusted"`)
	run(t, environ, "", distrust("--after", "now", "--yes")...).want(t, 1, "moved back")

	signs, distrusted := 0, 0
	for _, k := range keys(t, environ) {
		switch {
		case k.State == "signs":
			signs++
		case k.ID == id && k.NotTrustedAfter == "2026-01-02T03:04:05Z":
			distrusted++
		}
	}
	if signs != 1 || distrusted != 1 {
		t.Errorf("%d sign, %d distrusted", signs, distrusted)
	}
	run(t, environ, "", "key", "list").want(t, 0, id, "not trusted after", ", signs")
	run(t, environ, "", "doctor").want(t, 0, "1 of them distrusted")
	d, err := db.Open(t.Context(), db.Config{Path: filepath.Join(dir, "data", "cocare.db"), Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var events int
	err = d.Read(t.Context()).Raw("SELECT count(*) FROM audit_events WHERE action = 'key.distrust' AND object_id = ? AND actor_id = 'cli'", id).Scan(&events).Error
	if err != nil || events != 1 {
		t.Errorf("%d events for one act, %v", events, err)
	}
}

// TestKeysAreRotatedByPurpose: each leaves an event and the old key, and says what
// follows; the log's is not rotated.
func TestKeysAreRotatedByPurpose(t *testing.T) {
	environ, dir := house(t)
	for purpose, words := range map[string]string{"session": "Nobody is signed out", "credential": "/.well-known/did.json", "document": "Its root certificate is new too"} {
		run(t, environ, "", "key", "rotate", "--purpose", purpose).want(t, 0, "A fresh key signs", words, purpose, ", signs")
		run(t, environ, "", "key", "rotate", "--purpose", purpose, "--json").want(t, 0, `"purpose": "`+purpose+`"`, `"state": "signs"`, `"brought": false`)
	}
	nameless := slices.DeleteFunc(slices.Clone(environ), func(v string) bool { return strings.HasPrefix(v, "COCARE_PROVIDER_NAME=") })
	run(t, nameless, "", "key", "rotate", "--purpose", "document").want(t, 2, "COCARE_PROVIDER_NAME", "bear this name")
	var document, badge string
	for _, k := range keys(t, environ) {
		if document == "" && k.Purpose == "document" {
			document = k.ID
		}
		if badge == "" && k.Purpose == "credential" {
			badge = k.ID
		}
	}
	run(t, nameless, document+"\n", "key", "distrust", document, "--after", "now").want(t, 2, "COCARE_PROVIDER_NAME", "bear this name")
	run(t, nameless, "", "key", "distrust", badge, "--after", "now", "--yes").want(t, 0, "believes none of the badges")
	run(t, environ, "", "key", "rotate", "--purpose", "log").want(t, 1, "witnesses", "cocare key distrust")
	run(t, environ, "", "key", "rotate", "--purpose", "master").want(t, 2, "--purpose")
	states := map[string]map[string]int{}
	for _, k := range keys(t, environ) {
		if states[k.Purpose] == nil {
			states[k.Purpose] = map[string]int{}
		}
		states[k.Purpose][k.State]++
	}
	for purpose, fallen := range map[string]int{"session": 0, "credential": 1, "document": 0} {
		if s := states[purpose]; s["signs"] != 1 || s["retired"] != 2 || s["distrusted"] != fallen {
			t.Errorf("%s: %v", purpose, s)
		}
	}
	d, err := db.Open(t.Context(), db.Config{Path: filepath.Join(dir, "data", "cocare.db"), Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var events int
	err = d.Read(t.Context()).Raw("SELECT count(*) FROM audit_events WHERE action = 'key.rotate' AND actor_id = 'cli'").Scan(&events).Error
	if err != nil || events != 6 {
		t.Errorf("%d events, %v", events, err)
	}
	run(t, environ, "", "doctor").want(t, 0, "keys open")
}

// TestNoCommandMakesANamelessKey: where nobody has told it the provider's name, and
// where it refuses.
func TestNoCommandMakesANamelessKey(t *testing.T) {
	environ, _ := house(t)
	bare := environ[:2]
	for _, args := range [][]string{{"key", "rotate", "--purpose", "document"}, {"key", "rotate", "--purpose", "log"}} {
		if r := run(t, bare, "", args...); r.code == 0 {
			t.Errorf("%v: %s", args, r.out)
		}
	}
	run(t, bare, "", "key", "rotate", "--purpose", "credential").want(t, 0, "A fresh key signs")
	for _, k := range keys(t, bare) {
		if k.Purpose == "document" || k.Purpose == "log" {
			t.Errorf("there is one: %+v", k)
		}
	}
}

// TestKeysAreListedAsTheSitePublishesThem.
func TestKeysAreListedAsTheSitePublishesThem(t *testing.T) {
	environ, _ := house(t)
	for _, purpose := range []string{"credential", "document"} {
		run(t, environ, "", "key", "rotate", "--purpose", purpose).want(t, 0, map[string]string{"credential": "z6Mk", "document": "SHA-256 of its root"}[purpose])
	}
	r := run(t, environ, "", "key", "list")
	r.want(t, 0, "    z6Mk", "in issuer.json and did.json", "root certificate at /keys", "kid in /.well-known/jwks.json")
	for _, k := range keys(t, environ) {
		if k.Public == "" && k.State == "signs" || k.Purpose == "session" && k.Public != k.ID {
			t.Errorf("%+v", k)
		}
	}
}
