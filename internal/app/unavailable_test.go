package app_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/db"
)

// TestAFormSurvivesADatabaseThatTakesNothing: who sends one hears it, and finds
// there what they typed.
func TestAFormSurvivesADatabaseThatTakesNothing(t *testing.T) {
	for name, stop := range map[string]func(a *app.App) error{
		"read-only": func(a *app.App) error { return a.DB.Conn(t.Context()).Exec("PRAGMA query_only = 1").Error },
		"deleted":   func(a *app.App) error { return os.Remove(a.DB.Path()) },
	} {
		t.Run(name, func(t *testing.T) {
			a, _ := replicas(t)
			if a.DB.Engine() != db.SQLite {
				t.Skip("it is done to SQLite's file")
			}
			_, err := a.Accounts.Create(t.Context(), account.NewPerson{Email: "ana@example.org", Name: "Ana Quist", Password: password,
				Roles: []account.Role{account.Therapist}})
			if err != nil {
				t.Fatal(err)
			}
			if err := stop(a); err != nil {
				t.Skip("not here:", err)
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
		})
	}
}
