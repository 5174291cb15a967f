package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/payment"
)

// ownCopy is what a person reads in the copy of their data that they download.
type ownCopy struct {
	raw      string
	Account  account.Data
	Learning []struct {
		Slug   string
		Notes  []struct{ LessonID, Text string }
		Checks []struct {
			QuestionID string
			Response   map[string]any
		}
		Attempts []struct {
			Seed    string
			Answers []struct {
				QuestionID, SavedAt string
				Response            map[string]any
				Points, MaxPoints   *int
			}
		}
	}
	Orders []struct {
		payment.Order
		Payments []payment.Payment
		Refunds  []payment.Refund
	}
	Requests []struct{ Answers []struct{ Body string } }
	ByYou    []struct {
		Action, ObjectKind, ObjectID, IP string
		Details                          map[string]any
	} `json:"security_record_by_you"`
	AboutYou []struct{ Action, ObjectID string } `json:"security_record_about_you"`
}

func copyOf(t *testing.T, email string) (c ownCopy) {
	t.Helper()
	p := server.As(t, email).Post("/account/data", nil)
	c.raw = string(p.Body)
	if err := json.Unmarshal(p.Body, &c); err != nil || p.Status != http.StatusOK || c.Account.Person.Email != email {
		t.Fatalf("%s: %d %v: %.300s", email, p.Status, err, c.raw)
	}
	return c
}

// The data page and the privacy policy promise every answer and attempt, the
// design that no key leaves the server before its time.
func TestAPersonsOwnCopyHoldsTheirAnswersAndNoKeys(t *testing.T) {
	for email, released := range map[string]bool{"certified@example.org": true, "failed-once@example.org": false} {
		c := copyOf(t, email)
		answers, checks := 0, 0
		for _, l := range c.Learning {
			checks += len(l.Checks)
			for _, a := range l.Attempts {
				if a.Seed != "" {
					t.Errorf("%s: what draws the form is there", email)
				}
				for _, i := range a.Answers {
					if len(i.Response) == 0 || i.SavedAt == "" {
						t.Errorf("%s: an answer without its content or instant: %+v", email, i)
					}
					if (i.Points != nil) != released {
						t.Errorf("%s: the marks of %s are there: %v", email, i.QuestionID, i.Points != nil)
					}
					answers++
				}
			}
		}
		if answers < 20 || checks < 10 {
			t.Errorf("%s: %d answers, %d check answers", email, answers, checks)
		}
		ed, err := server.Courses.Current(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range ed.Course.Bank {
			for _, o := range q.Options {
				if o.Rationale != "" && strings.Contains(c.raw, o.Rationale) {
					t.Fatalf("%s: the copy holds a rationale of %s", email, q.ID)
				}
			}
		}
		for _, forbidden := range []string{`"Rationale"`, "argon2", `"HTML"`} {
			if strings.Contains(c.raw, forbidden) {
				t.Errorf("%s: the copy holds %s", email, forbidden)
			}
		}
	}
}

func TestAPersonsOwnCopyHoldsTheRest(t *testing.T) {
	c := copyOf(t, "refunded@example.org")
	if len(c.Orders) == 0 || len(c.Orders[0].Refunds) == 0 || c.Orders[0].Refunds[0].Reason != "" || c.Orders[0].Refunds[0].RequestedBy != "" || len(c.Orders[0].Payments) == 0 {
		t.Errorf("orders %+v", c.Orders)
	}
	if len(c.Requests) == 0 || len(c.Requests[0].Answers) == 0 || c.Requests[0].Answers[0].Body == "" {
		t.Errorf("requests %+v", c.Requests)
	}
	if len(c.ByYou) == 0 || len(c.AboutYou) == 0 {
		t.Errorf("security record: %d by them, %d about them", len(c.ByYou), len(c.AboutYou))
	}
	admin := copyOf(t, "admin@example.org")
	for _, e := range admin.ByYou {
		if own := e.ObjectKind == "person" && e.ObjectID == admin.Account.Person.ID; !own && (e.ObjectID != "" || len(e.Details) > 0) {
			t.Errorf("an administrator's copy tells about others: %+v", e)
		}
	}
	if len(admin.ByYou) < 10 {
		t.Errorf("%d acts of the administrator", len(admin.ByYou))
	}
}

// The data page promises what is shared of certificates.
func TestAPersonsOwnCopyHoldsWhatIsShared(t *testing.T) {
	for email, want := range map[string]bool{"certified@example.org": true, "therapist@example.org": false} {
		c := copyOf(t, email)
		if _, after, there := strings.Cut(c.raw, `"certificate_sharing": `); !there || strings.HasPrefix(after, "[\n") != want || strings.Contains(c.raw, `"Shared": true`) != want {
			t.Errorf("%s: the copy holds what is shared: want %v, %.300s", email, want, after)
		}
	}
}

// The data page promises the license wallet.
func TestAPersonsOwnCopyHoldsTheWallet(t *testing.T) {
	for email, want := range map[string]bool{"therapist@example.org": true, "new@example.org": false} {
		c := copyOf(t, email)
		if got := strings.Contains(c.raw, "Couples in grief: two evenings"); got != want || !strings.Contains(c.raw, `"license_wallet_files"`) {
			t.Errorf("%s: the copy holds the wallet: %v", email, got)
		}
	}
}

// The data page promises questions about lessons; who answered is not in it.
func TestAPersonsOwnCopyHoldsTheirQuestions(t *testing.T) {
	teacher := must[account.Person](t)(server.Accounts.FindByEmail(t.Context(), "instructor@example.org"))
	for email, want := range map[string]bool{"certified@example.org": true, "new@example.org": false} {
		c := copyOf(t, email)
		asked, answered := strings.Contains(c.raw, "A flyer of a clinic near me"), strings.Contains(c.raw, "Say what the number rests on rather than")
		if asked != want || answered != want || strings.Contains(c.raw, teacher.ID) {
			t.Errorf("%s: the copy holds the question: %v, the answer: %v", email, asked, answered)
		}
	}
}

// The privacy policy promises the lists of who attended live events.
func TestAPersonsOwnCopyHoldsTheirRowsOfAttendanceLists(t *testing.T) {
	for email, want := range map[string]bool{"certified@example.org": true, "new@example.org": false} {
		c := copyOf(t, email)
		_, after, there := strings.Cut(c.raw, `"attendance_lists": `)
		if !there || strings.HasPrefix(after, "[\n") != want || strings.Contains(after, "nora.feld") {
			t.Errorf("%s: the copy holds rows of lists: want %v, %.300s", email, want, after)
		}
	}
}
