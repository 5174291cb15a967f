package account_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apptest/chrome"
	webaccount "github.com/atmacena/cocare/internal/web/account"
)

// chromium opens a browser with a virtual authenticator inside.
func chromium(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(chrome.Context(t), 3*time.Minute)
	t.Cleanup(cancel)
	// Without frames to draw, a view transition would swallow the clicks.
	calm := emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}})
	err := chromedp.Run(ctx, calm, webauthn.Enable(), chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
			DefaultBackupEligibility: true, DefaultBackupState: true,
		}).Do(ctx)
		return err
	}))
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

func TestPasskeyInABrowser(t *testing.T) {
	ctx := chromium(t)
	w := newWorld(t)
	p := w.create("a@example.com", "Amina Diallo", account.Therapist)
	signIn := chromedp.Tasks{
		chromedp.Navigate(w.base + "/login"),
		chromedp.SendKeys("#f-email", "a@example.com"), chromedp.SendKeys("#f-password", good),
		chromedp.Click("main form .button-primary"),
	}
	var text, refused string
	err := chromedp.Run(ctx, signIn,
		chromedp.WaitVisible(`a[href="/account/security"]`),
		chromedp.Navigate(w.base+"/account/security/passkeys"),
		chromedp.Click("[data-passkey]"), // no name yet: the form says so and sends nothing
		chromedp.SendKeys("#f-passkey_name", "Test phone"),
		chromedp.Click("[data-passkey]"),
		chromedp.WaitVisible(`form[action$="/recovery-codes"]`),
		chromedp.Text("main", &text),
		// The same device again: the browser knows that it has one.
		chromedp.Navigate(w.base+"/account/security/passkeys"),
		chromedp.SendKeys("#f-passkey_name", "Again"), chromedp.Click("[data-passkey]"),
		chromedp.Poll(`document.querySelector("[data-passkey-error]").textContent`, &refused, chromedp.WithPollingTimeout(10*time.Second)),
	)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, "Test phone") || !strings.Contains(text, "synced") || !strings.Contains(refused, "already") {
		t.Errorf("page %q, second try %q", text, refused)
	}

	err = chromedp.Run(ctx,
		chromedp.Evaluate(`document.querySelector('form[action="/logout"]').requestSubmit()`, nil),
		chromedp.WaitVisible("#f-password"),
		signIn,
		chromedp.WaitVisible("[data-passkey]"),
		chromedp.Click("[data-passkey]"),
		chromedp.WaitVisible(`a[href="/account/security"]`),
		chromedp.Text("main", &text),
	)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, "Your account") {
		t.Errorf("after the passkey: %q", text)
	}
	keys, err := w.svc.Passkeys(t.Context(), p.ID)
	if err != nil || len(keys) != 1 || !keys[0].Synced || keys[0].LastUsedAt == nil {
		t.Errorf("%+v, %v", keys, err)
	}
	var stored string
	w.must(w.db.Read(t.Context()).Raw("SELECT credential FROM passkeys").Scan(&stored).Error)
	var c struct {
		Flags struct{ BackupEligible, BackupState bool }
	}
	if err := json.Unmarshal([]byte(stored), &c); err != nil || !c.Flags.BackupEligible || !c.Flags.BackupState {
		t.Errorf("backup flags are lost: %s, %v", stored, err)
	}
}

// TestPasskeyAnswersAreChecked sends answers that no authenticator gave.
func TestPasskeyAnswersAreChecked(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	w.create("b@example.com", "Bo Borg", account.Therapist)
	b, other := w.as("a@example.com"), w.as("b@example.com")
	var ch struct {
		ID      string
		Options json.RawMessage
	}
	w.must(json.Unmarshal([]byte(b.post("/account/security/passkeys/challenge").body), &ch))
	if !strings.Contains(string(ch.Options), `"challenge"`) {
		t.Fatalf("options %s", ch.Options)
	}
	for _, answer := range []string{"", "{}", "garbage", `{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"oA"}}`} {
		b.post("/account/security/passkeys", "challenge", ch.ID, "passkey_name", "X", "passkey", answer).wants(422, "was not accepted")
	}
	other.post("/account/security/passkeys", "challenge", ch.ID, "passkey_name", "X", "passkey", "{}").wants(422, "was not accepted")
	b.post("/account/security/passkeys", "challenge", ch.ID, "passkey_name", "", "passkey", "{}").wants(422, "Give the passkey a name")
	b.post("/account/security/passkeys/none/remove").wants(404)
	if p := b.post("/account/security/confirm/passkey"); p.status != http.StatusConflict {
		t.Errorf("a challenge without a passkey: %d", p.status)
	}
	if p := w.browser().do("POST", "/login/factor/passkey", "", "Accept", "application/json"); p.status != 401 {
		t.Errorf("a challenge without a ticket: %d", p.status)
	}
}

// Browsers know no passkeys at a number: whoever opened the demonstration so is
// led to the name, where they work.
func TestPasskeysOfADemonstrationOpenedByItsNumber(t *testing.T) {
	number := func(base string) string { return strings.Replace(base, "localhost", "127.0.0.1", 1) }
	w := newWorld(t, func(d *account.Deps, _ *webaccount.Deps) { d.BaseURL = number(d.BaseURL) })
	p := w.create("a@example.com", "Amina Diallo", account.Therapist)
	w.as("a@example.com").get("/account/security").wants(http.StatusOK, "Add a passkey")
	challenge := w.as("a@example.com").post("/account/security/passkeys/challenge").body
	if !strings.Contains(challenge, `"rp":{"name":"CoCare","id":"localhost"}`) {
		t.Errorf("challenge %s", challenge)
	}

	name := w.base
	w.base, w.demo = number(w.base), true
	w.reopen()
	b := w.as("a@example.com")
	for _, path := range []string{"/account/security", "/account/security/passkeys"} {
		if link := b.get(path).Find("main a:contains('at localhost')").AttrOr("href", ""); link != name+path {
			t.Errorf("%s leads to %q", path, link)
		}
	}
	w.must(w.db.Conn(t.Context()).Exec("INSERT INTO passkeys (id, person_id, name, credential, created_at) VALUES ('k', ?, 'k', '{}', ?)", p.ID, w.now()).Error)
	second := w.browser().get("/login?next=/account/data").submit("form[action='/login']", "email", "a@example.com", "password", good).wants(http.StatusOK, "Second step")
	if link := second.Find("main a:contains('at localhost')").AttrOr("href", ""); link != name+"/login?next=%2Faccount%2Fdata" || second.Find("[data-passkey]").Length() != 0 {
		t.Errorf("the second step leads to %q", link)
	}
}
