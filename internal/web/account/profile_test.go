package account_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/atmacena/cocare/internal/account"
	webaccount "github.com/atmacena/cocare/internal/web/account"
)

// A pending change looks alike whether or not somebody has the address, and stands
// there until the link has expired.
func TestAPendingAddressIsShown(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	w.create("taken@example.com", "Tilda Taken", account.Therapist)
	b := w.as("a@example.com")
	for _, to := range []string{"new@example.com", "taken@example.com"} {
		p := b.get("/account/email").submit("form[action='/account/email']", "email", to, "current_password", good)
		if text := p.wants(http.StatusOK, "Changes to "+to).text(); strings.Count(text, "Changes to") != 1 {
			t.Errorf("%s: %s", to, text)
		}
	}
	w.wait(time.Minute)
	p := b.get("/account").submit("form[action='/account/email/resend']").wants(http.StatusOK, "on its way", "Changes to taken@example.com")
	if p.Find("form[action='/account/email'] button, form[action='/account/email/cancel'] button").Text() != "Cancel the change" {
		t.Error("no way to cancel")
	}
	for range 2 {
		if text := p.submit("form[action='/account/email/cancel']").wants(http.StatusOK, "The change is canceled").text(); strings.Contains(text, "Changes to") {
			t.Errorf("after the cancel: %s", text)
		}
	}
	p.submit("form[action='/account/email/resend']").wants(http.StatusGone, "was canceled or has expired")
	b.get("/account/email").submit("form[action='/account/email']", "email", "new@example.com", "current_password", good).wants(http.StatusOK, "Changes to new@example.com")
	w.wait(3 * 24 * time.Hour)
	if text := b.get("/account").wants(http.StatusOK).text(); strings.Contains(text, "Changes to") {
		t.Errorf("the link has expired: %s", text)
	}
}

func TestALockedLegalNameIsNoField(t *testing.T) {
	locked := false
	w := newWorld(t, func(d *account.Deps, _ *webaccount.Deps) {
		d.LegalNameLocked = func(context.Context, string) (bool, error) { return locked, nil }
	})
	p := w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.as("a@example.com")
	stale := b.get("/account").submit("form[action='/account']", "legal_name", "Amina B. Diallo").wants(http.StatusOK, "Your profile is saved")
	locked = true
	page := b.get("/account").wants(http.StatusOK, "Amina B. Diallo", "so we change it for you", "Ask for a change of your legal name")
	if page.Find("[name=legal_name]").Length() != 0 {
		t.Error("a locked name looks as if one could type it")
	}
	page.submit("form[action='/account']", "name", "Ami").wants(http.StatusOK, "Your profile is saved")
	stale.submit("form[action='/account']", "legal_name", "Somebody Else").wants(http.StatusUnprocessableEntity, "ask an administrator")
	if got, err := w.svc.Get(t.Context(), p.ID); err != nil || got.LegalName != "Amina B. Diallo" || got.Name != "Ami" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestFormsTakeNamesOfOneLength(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Administrator)
	b := w.as("a@example.com")
	p, err := w.svc.FindByEmail(t.Context(), "a@example.com")
	w.must(err)
	for path, names := range map[string]string{"/account": "[name=name], [name=legal_name]", "/admin/people/" + p.ID + "/edit": "[name=legal_name]"} {
		b.get(path).Find(names).Each(func(_ int, s *goquery.Selection) {
			if got := s.AttrOr("maxlength", ""); got != strconv.Itoa(account.MaxName) {
				t.Errorf("%s takes %s characters, want %d", path, got, account.MaxName)
			}
		})
	}
}
