package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/conversation"
)

// Those who teach are told of a question, each once, in whichever roles; nobody else
// is.
func TestThoseWhoTeachAreToldOfAQuestion(t *testing.T) {
	r := newReader(t)
	ctx := t.Context()
	_, err := r.Accounts.Create(ctx, account.NewPerson{Email: "both@example.org", Name: "Bo", Password: "a long enough passphrase", TimeZone: awake(),
		Roles: []account.Role{account.Instructor, account.Administrator}})
	if err != nil {
		t.Fatal(err)
	}
	lesson := r.page[strings.LastIndex(r.page, "/")+1:]
	q, err := r.Conversation.Ask(ctx, conversation.NewThread{PersonID: r.personID, Slug: benchCourse, Lesson: lesson, Kind: conversation.Question, Anchor: "s-four-steps-down", Body: "What is a step?"})
	if err != nil {
		t.Fatal(err)
	}
	// The question is old enough for a digest, and it is morning for everybody.
	exec(t, r, "UPDATE conversation_threads SET asked_at = ?", r.Now().Add(-time.Hour))
	exec(t, r, "UPDATE people SET time_zone = ?", awake())
	for range 2 {
		if _, err := r.Conversation.SendDigests(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Jobs.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	told := map[string]int{}
	list, err := r.Outbox.List(ctx, "", 50)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		full, err := r.Outbox.Get(ctx, m.ID)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(full.Plain, "/teach/questions/"+q.ID) {
			told[full.Recipient]++
		}
	}
	if len(told) != 2 || told["Bo <both@example.org>"] != 1 || told["Ada <admin@example.org>"] != 1 {
		t.Errorf("told: %v", told)
	}
}

func exec(t *testing.T, r *reader, sql string, args ...any) {
	t.Helper()
	if err := r.DB.Conn(context.Background()).Exec(sql, args...).Error; err != nil {
		t.Fatal(err)
	}
}

// awake is a zone where it is day now.
func awake() string {
	if time.Now().UTC().Hour() >= 7 {
		return "UTC"
	}
	return "Asia/Tokyo"
}
