package app_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/db"
)

// TestNothingIsWrittenIntoADeletedFile: who sends a form hears it, and finds
// there what they typed.
func TestNothingIsWrittenIntoADeletedFile(t *testing.T) {
	a, _ := replicas(t)
	if a.DB.Engine() != db.SQLite {
		t.Skip("there is no file")
	}
	_, err := a.Accounts.Create(t.Context(), account.NewPerson{Email: "ana@example.org", Name: "Ana Quist", Password: password,
		Roles: []account.Role{account.Therapist}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(a.DB.Path()); err != nil {
		t.Skip("an open file cannot be deleted here:", err)
	}
	for path, form := range map[string]url.Values{
		"/login":    {"email": {"ana@example.org"}, "password": {password}},
		"/register": {"email": {"bo@example.org"}, "name": {"Bo Lind"}, "password": {password}, "time_zone": {"UTC"}, "profession": {lists.Professions[0].Code}},
	} {
		res := visit(a.Handler, http.MethodPost, path, form, nil)
		if body := res.Body.String(); res.Code != http.StatusServiceUnavailable || !strings.Contains(body, db.ErrUnavailable.Msg) ||
			!strings.Contains(body, `value="`+form.Get("email")+`"`) || strings.Contains(body, password) {
			t.Errorf("%s: %d %s", path, res.Code, body)
		}
	}
}
