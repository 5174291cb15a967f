package attendance_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/account"
)

// TestWhatWasTickedBelongsToThePageThatWasSeen: of a list that was checked again
// neither the rows nor the attestation.
func TestWhatWasTickedBelongsToThePageThatWasSeen(t *testing.T) {
	b := server.As(t, admin)
	somebody(t, "ticked@example.com", "Tia Ticked")
	somebody(t, "other.ticked@example.com", "Olga Ticked")
	check := send(t, b, hold(t, b, "Ticked").URL.Path, "a.csv", []byte("email,name\nticked@example.com,Rosa Lind\nother.ticked@example.com,Rita Lind\n"))
	ask := check.Follow("a[href$='/issue']")
	if err := server.Accounts.SetLegalName(t.Context(), must[account.Person](t)(server.Accounts.FindByEmail(t.Context(), "ticked@example.com")).ID, "Tia Other"); err != nil {
		t.Fatal(err)
	}
	check.Submit("form[action$='/check']", nil)
	p := ask.Submit("form[action$='/issue']", url.Values{"attested": {"yes"}, "row": {"1"}})
	has(t, p, "was checked again", "Tia Other")
	if p.Status != 409 || p.Find("input[checked]").Length() != 0 {
		t.Errorf("%d: %d ticks", p.Status, p.Find("input[checked]").Length())
	}
}

// TestAListThatSomebodyElseStartedSaysSo, whether they saw the same or not.
func TestAListThatSomebodyElseStartedSaysSo(t *testing.T) {
	b := server.As(t, admin)
	const said = "This list was started already"
	for name, again := range map[string]bool{"same": false, "another": true} {
		email := name + ".started@example.com"
		check := send(t, b, hold(t, b, "Started: "+name).URL.Path, "a.csv", []byte("email,name\n"+email+",Stan Started\n"))
		ask := check.Follow("a[href$='/issue']")
		id := check.URL.Path[strings.LastIndex(check.URL.Path, "/")+1:]
		if again {
			somebody(t, email, "Stan Started")
			check.Submit("form[action$='/check']", nil)
		}
		l, err := server.Attendance.List(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if err := server.Attendance.Start(t.Context(), id, l.CheckSHA256, nil, true, "somebody else"); err != nil {
			t.Fatal(err)
		}
		if p := ask.Submit("form[action$='/issue']", url.Values{"attested": {"yes"}}); p.URL.Path != check.URL.Path || !p.Has(said) {
			t.Errorf("%s: at %s: %s", name, p.URL, p.Text())
		}
		if p := b.Get(check.URL.Path + "/issue"); p.URL.Path != check.URL.Path || !p.Has(said) {
			t.Errorf("%s, the page: at %s: %s", name, p.URL, p.Text())
		}
	}
}

// TestEveryListIsReached, however many there are.
func TestEveryListIsReached(t *testing.T) {
	b := server.As(t, admin)
	path := hold(t, b, "Many lists").URL.Path
	event := path[strings.LastIndex(path, "/")+1:]
	now := server.Now().UTC()
	for i := range 120 {
		err := server.DB.Conn(t.Context()).Exec(`INSERT INTO attendance_lists (id, event_id, name, sha256, size, total, state, uploaded_by, uploaded_at, checked_at, event_version, check_sha256,
			started_by, started_at, finished_at) VALUES (?, ?, ?, ?, 1, 1, 'finished', 'x', ?, ?, 1, ?, 'x', ?, ?)`,
			fmt.Sprintf("many-%03d", i), event, fmt.Sprintf("list %03d.csv", i), strings.Repeat("a", 64), now, now, strings.Repeat("b", 64), now, now).Error
		if err != nil {
			t.Fatal(err)
		}
	}
	p := b.Get(path)
	has(t, p, "list 119.csv", "50 of 120 shown")
	p = p.Follow("a[rel=next]")
	has(t, p, "list 069.csv", "list 020.csv")
	p = p.Follow("a[rel=next]")
	has(t, p, "list 019.csv", "list 000.csv", "20 of 120 shown")
	has(t, p.Follow("a[rel=prev]"), "list 069.csv")
	if p := b.Post(path+"/lists", url.Values{"file": {"x"}}); p.Status != 422 || !p.Has("list 119.csv") || p.Find("a[rel=next]").Length() != 0 {
		t.Errorf("%d: %s", p.Status, p.Text())
	}
}
