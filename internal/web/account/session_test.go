package account_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	webaccount "github.com/atmacena/cocare/internal/web/account"
)

func TestExpiredTokenIsRenewedWithoutLosingTheBody(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.as("a@example.com")
	before := b.cookie("session")
	w.wait(11 * time.Minute)
	p := b.post("/echo", "words", "every word of it")
	if p.status != http.StatusOK || p.body != "a@example.com said every word of it" {
		t.Fatalf("%d %q", p.status, p.body)
	}
	if b.cookie("session") == before {
		t.Error("no new access token")
	}
	w.wait(11 * time.Minute)
	b.get("/account").wants(http.StatusOK)
}

func TestTwentyParallelRequestsStaySignedIn(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.as("a@example.com")
	w.wait(11 * time.Minute)
	session, refresh := b.cookie("session"), b.cookie("refresh")
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { // each as the browser sent it before any answer came
			r := httptest.NewRequest(http.MethodPost, w.base+"/echo", strings.NewReader("words=x"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.AddCookie(&http.Cookie{Name: "session", Value: session})
			r.AddCookie(&http.Cookie{Name: "refresh", Value: refresh})
			rec := httptest.NewRecorder()
			w.echo.ServeHTTP(rec, r)
			if rec.Code != http.StatusOK {
				t.Errorf("status %d: %s", rec.Code, rec.Header().Get("Location"))
			}
			if res := rec.Result(); len(res.Cookies()) > 0 {
				w.mu.Lock()
				defer w.mu.Unlock()
				u, _ := url.Parse(w.base)
				b.http.Jar.SetCookies(u, res.Cookies())
			}
		})
	}
	wg.Wait()
	w.wait(11 * time.Minute)
	b.get("/account").wants(http.StatusOK)
}

func TestReplayedRefreshSignsEverybodyOut(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	owner, thief := w.as("a@example.com"), w.browser()
	stolen := owner.cookie("refresh")
	w.wait(11 * time.Minute)
	owner.get("/account").wants(http.StatusOK)
	w.wait(31 * time.Second)
	thief.setCookie("refresh", stolen)
	if p := thief.get("/account"); !strings.HasPrefix(p.path, "/login") {
		t.Errorf("the thief is at %s", p.path)
	}
	if p := owner.get("/account"); p.path != "/login?next=%2Faccount" || owner.cookie("refresh") != "" {
		t.Errorf("the owner is at %s", p.path)
	}
}

func TestForgedCookiesAreNobody(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	good := w.as("a@example.com").cookie("session")
	for name, value := range map[string]string{
		"garbage":   "garbage",
		"tampered":  good[:len(good)-4] + "AAAA",
		"alg none":  "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0." + strings.Split(good, ".")[1] + ".",
		"too large": strings.Repeat("x", 3900),
	} {
		b := w.browser()
		b.setCookie("session", value)
		if p := b.get("/account"); !strings.HasPrefix(p.path, "/login") {
			t.Errorf("%s: at %s", name, p.path)
		}
	}
}

func TestCookiesAreLockedDown(t *testing.T) {
	w := newWorld(t, func(_ *account.Deps, d *webaccount.Deps) { d.HTTPS = true })
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	form := url.Values{"email": {"a@example.com"}, "password": {good}}
	r := httptest.NewRequest(http.MethodPost, w.base+"/login", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	w.echo.ServeHTTP(rec, r)
	seen := 0
	for _, c := range rec.Result().Cookies() {
		if c.Name != "__Host-session" && c.Name != "__Host-refresh" {
			continue
		}
		seen++
		if !c.HttpOnly || !c.Secure || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode || c.MaxAge <= 0 {
			t.Errorf("cookie %+v", c)
		}
	}
	if seen != 2 {
		t.Errorf("cookies %v", rec.Header()["Set-Cookie"])
	}
}

func TestForeignFormIsRefused(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.as("a@example.com")
	b.do(http.MethodPost, "/logout", "", "Sec-Fetch-Site", "cross-site").wants(http.StatusForbidden)
	b.get("/account").wants(http.StatusOK)
}

func TestAdministratorIsLedToTheSecondFactor(t *testing.T) {
	w := newWorld(t, func(d *account.Deps, _ *webaccount.Deps) { d.RequireAdminFactor = true })
	w.create("admin@example.com", "Ada Admin", account.Administrator)
	b := w.as("admin@example.com")
	if p := b.get("/admin/people"); p.path != "/account/security" {
		t.Fatalf("at %s", p.path)
	}
	b.get("/account/security").wants(http.StatusOK, "Set up a second factor first")
	w.enrollTOTP(b)
	b.get("/admin/people").wants(http.StatusOK, "Ada Admin")
}

// The browser stays known after the sign-out, and after a reset it is known, too.
func TestStrangersKeepNobodyOutOfTheirBrowser(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	old, fresh := w.as("a@example.com"), w.browser()
	old.get("/account").submit("form[action='/logout']")
	signIn := func(b *browser, password string) *page {
		return b.get("/login").submit("form[action='/login']", "email", "a@example.com", "password", password)
	}
	for range 12 { // the same network address as the owner's
		signIn(w.browser(), "wrong wrong wrong")
	}
	signIn(fresh, good).wants(http.StatusTooManyRequests)
	signIn(old, good).wants(http.StatusOK, "Your account")
	fresh.get("/password/forgot").submit("form[action='/password/forgot']", "email", "a@example.com")
	fresh.get(w.link()).submit("main form", "password", "trombone Quarry lichen 58").wants(http.StatusOK, "Your new password is set")
	signIn(fresh, "trombone Quarry lichen 58").wants(http.StatusOK, "Your account")
}
