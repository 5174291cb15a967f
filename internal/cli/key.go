package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/keyring"
)

// keyView is a key as --json prints it. Public is how the site publishes it, at
// publishedAt: the key ID of a session key, the SHA-256 of the root certificate of a
// document key, and the public keys of the others; empty before there is any.
type keyView struct {
	ID              string          `json:"id"`
	Purpose         keyring.Purpose `json:"purpose"`
	Public          string          `json:"public"`
	State           string          `json:"state"`   // signs, retired or distrusted
	Brought         bool            `json:"brought"` // by the operator, in a file
	CreatedAt       time.Time       `json:"created_at"`
	RetiredAt       *time.Time      `json:"retired_at"`
	NotTrustedAfter *time.Time      `json:"not_trusted_after"`
}

// publishedAt says where what keyView.Public has can be compared.
var publishedAt = map[keyring.Purpose]string{
	keyring.Session:    "kid in /.well-known/jwks.json",
	keyring.Document:   "SHA-256 of its root certificate at /keys",
	keyring.Credential: "public key at /keys, in issuer.json and did.json",
	keyring.Log:        "public key at /log and /keys",
}

func viewKey(a *app.App, k keyring.Key) keyView {
	v := keyView{k.ID, k.Purpose, a.Seals.Published(k), "signs", k.Brought, k.CreatedAt, k.RetiredAt, k.NotTrustedAfter}
	switch {
	case k.NotTrustedAfter != nil:
		v.State = "distrusted"
	case k.RetiredAt != nil:
		v.State = "retired"
	}
	return v
}

// text is its line, with one of what the site publishes of it.
func (v keyView) text() string {
	if v.Public == "" {
		return v.line()
	}
	return v.line() + "\n    " + v.Public + " (" + publishedAt[v.Purpose] + ")"
}

// line says it in words.
func (v keyView) line() string {
	came := "made"
	if v.Brought {
		came = "brought"
	}
	s := fmt.Sprintf("%s  %-10s %s %s", v.ID, v.Purpose, came, v.CreatedAt.Format(time.RFC3339))
	switch {
	case v.NotTrustedAfter != nil:
		return s + ", not trusted after " + v.NotTrustedAfter.Format(time.RFC3339)
	case v.RetiredAt != nil:
		return s + ", retired " + v.RetiredAt.Format(time.RFC3339)
	}
	return s + ", signs"
}

// keyList names every key.
type keyList struct {
	store
	JSON bool `help:"Print JSON."`
}

// Run implements the command.
func (k *keyList) Run(ctx context.Context, e *Environment) (err error) {
	a, err := k.openApp(ctx, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	keys, err := a.Keys.List(ctx)
	if err != nil {
		return err
	}
	views := make([]keyView, len(keys))
	for i, key := range keys {
		views[i] = viewKey(a, key)
	}
	if k.JSON {
		return printJSON(e.Out, views)
	}
	for _, v := range views {
		fmt.Fprintln(e.Out, v.text())
	}
	return nil
}

// keyRotate has a fresh key sign.
type keyRotate struct {
	store
	Purpose keyring.Purpose `enum:"session,credential,document,log" default:"session" help:"What the key signs: session, credential (Open Badges and the list of those that were taken back) or document (PDF files). That of the log is not rotated, and made anew only where it is lost."`
	JSON    bool            `help:"Print JSON."`
}

// rotation is the key that signs now, as --json prints it.
type rotation struct {
	keyView
	Rotated bool `json:"rotated"` // by this command; false: somebody else has, at the same moment
}

// rotatedWords say what follows from a rotation.
var rotatedWords = map[keyring.Purpose]string{
	keyring.Session: "A fresh key signs sessions from now on; running servers follow within half a minute. Nobody is signed out.",
	keyring.Credential: "A fresh key signs Open Badges and status lists from now on, on every running server. What the old one signed stays valid. " +
		"Whoever keeps a copy of /keys/issuer.json or /.well-known/did.json needs the new one.",
	keyring.Document: "A fresh key signs PDF files from now on, on every running server. What the old one signed stays valid. " +
		"Its root certificate is new too: whoever told a PDF reader to trust the old one, or keeps a copy of /keys/issuer.json, gets the new one at /keys.",
	keyring.Log: "The log has a key again. Nothing that the lost one signed is believed any more. " + tellTheKey,
}

// tellTheKey follows from another key of the log.
const tellTheKey = "Tell your witnesses the fresh key, which stands at /log: until then they refuse the log. Tell those who keep checkpoints too, in another way than by the site."

// Run implements the command.
func (k *keyRotate) Run(ctx context.Context, e *Environment) (err error) {
	ctx = acting(ctx)
	a, err := k.openApp(ctx, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	key, rotated, err := a.RotateKey(ctx, k.Purpose)
	if err != nil {
		return err
	}
	v := viewKey(a, key)
	switch {
	case k.JSON:
		return printJSON(e.Out, rotation{v, rotated})
	case !rotated:
		fmt.Fprintln(e.Out, "Somebody else has rotated it at this moment. This one signs now:")
	default:
		fmt.Fprintln(e.Out, rotatedWords[k.Purpose])
	}
	fmt.Fprintln(e.Out, v.text())
	return nil
}

// keyDistrust says for good that a key is compromised.
type keyDistrust struct {
	store
	Key   string `arg:"" help:"The key's ID, as cocare key list prints it."`
	After string `required:"" help:"Last moment at which the key was surely yours alone: now, a day such as 2026-11-23 (its beginning, UTC), or 2026-11-23T09:30:00Z." placeholder:"TIME"`
	Yes   bool   `help:"Do not ask for the key's ID again."`
	JSON  bool   `help:"Print JSON."`
}

// Run implements the command.
func (k *keyDistrust) Run(ctx context.Context, e *Environment) (err error) {
	ctx = acting(ctx)
	after, err := parseMoment(k.After, time.Now())
	if err != nil {
		return err
	}
	a, err := k.openApp(ctx, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	key, err := a.Keys.Find(ctx, k.Key)
	if err != nil {
		return err
	}
	if err := a.MayDistrust(key); err != nil {
		return err
	}
	fails, err := a.FailOffline(ctx, key, after)
	if err != nil {
		return err
	}
	if !k.Yes {
		if err := confirmKey(e, viewKey(a, key), after, fails); err != nil {
			return err
		}
	}
	if key, err = a.DistrustKey(ctx, k.Key, after); err != nil {
		return err
	}
	v := viewKey(a, key)
	if k.JSON {
		return printJSON(e.Out, v)
	}
	fmt.Fprintln(e.Out, v.line())
	fmt.Fprintln(e.Out, distrustedWords[key.Purpose])
	if fails > 0 {
		fmt.Fprintln(e.Out, offline(fails))
	}
	fmt.Fprintln(e.Out, "A fresh key signs in its place. The event is in the audit log.")
	return nil
}

// distrustedWords say what follows when a key is distrusted.
var distrustedWords = map[keyring.Purpose]string{
	keyring.Session:    "Its access tokens are dead, on running servers within about a second; browsers get new ones by themselves. It has left /.well-known/jwks.json.",
	keyring.Credential: "Software of others believes none of the badges that it signed, whatever their date: did.json marks it as revoked. The pages of their holders say so; what can be done stands in docs/deployment.md, under Keys.",
	keyring.Document:   "Whoever told a PDF reader to trust its root certificate takes that back; the one to trust from now on is at /keys.",
	keyring.Log:        "Its checkpoints bear no time, so none of them counts any more; the lines of the log stay, and the fresh key begins where this one ended. " + tellTheKey,
}

// offline says what distrusting a key means for certificates.
func offline(n int64) string {
	what := fmt.Sprintf("%d certificates were issued since then: their signatures", n)
	if n == 1 {
		what = "1 certificate was issued since then: its signature"
	}
	return what + " will no longer be believed where nobody asks this site. /verify still knows them."
}

// parseMoment reads a time as people type it.
func parseMoment(s string, now time.Time) (time.Time, error) {
	if s == "now" {
		return now, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usage("--after %q is no time; write now, 2026-11-23 or 2026-11-23T09:30:00Z", s)
}

// confirmKey asks for the ID of the key that is meant: nobody distrusts one by a
// slip.
func confirmKey(e *Environment, k keyView, after time.Time, fails int64) error {
	fmt.Fprintf(e.Err, "%s\nNothing that it signed after %s will be trusted again. This cannot be undone.\n",
		k.text(), after.UTC().Format(time.RFC3339))
	if k.Purpose == keyring.Log {
		fmt.Fprintln(e.Err, distrustedWords[k.Purpose])
	}
	if fails > 0 {
		fmt.Fprintln(e.Err, offline(fails))
	}
	fmt.Fprint(e.Err, "Type the key's ID to go on: ")
	line, err := bufio.NewReader(io.LimitReader(e.In, 256)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) || strings.TrimSpace(line) != k.ID {
		fmt.Fprintln(e.Err)
		return usage("that is not its ID; nothing was done. A script passes --yes")
	}
	return nil
}
