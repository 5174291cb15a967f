package enrollment_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
)

func TestReadEvaluation(t *testing.T) {
	w := newWorld(t)
	ev := w.edition.Course.Evaluation
	answers, consents, err := enrollment.ReadEvaluation(ev, goodForm())
	if err != nil || fmt.Sprint(answers) != "map[barriers:[time payer] change:[I will ask five things.] lo1:[4] minutes.reading:[60]]" || fmt.Sprint(consents) != "[followup]" {
		t.Errorf("%v, %v, %v", answers, consents, err)
	}
	for _, c := range []struct{ field, value, bad string }{
		{"lo1", "", "lo1"},
		{"lo1", "6", "lo1"},
		{"lo1", "good", "lo1"},
		{"barriers", "rain", "barriers"},
		{"change", strings.Repeat("x", 5001), "change"},
		{"minutes.questions", "-5", "minutes.questions"},
		{"minutes.reading", "an hour", "minutes.reading"},
	} {
		form := goodForm()
		form[c.field] = []string{c.value}
		_, _, err := enrollment.ReadEvaluation(ev, form)
		fields := apperr.FieldsOf(err)
		if len(fields) != 1 || fields[0].Name != c.bad {
			t.Errorf("%s=%.10q: %v", c.field, c.value, err)
		}
	}
}

func TestEvaluationOnce(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.study(e)
	w.pass(e)
	if err := w.SubmitEvaluation(t.Context(), e, nil); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("an empty form: %v", err)
	}
	w.must(w.SubmitEvaluation(t.Context(), e, goodForm()))
	if err := w.SubmitEvaluation(t.Context(), e, goodForm()); !errors.Is(err, enrollment.ErrEvaluationSent) {
		t.Errorf("a second time: %v", err)
	}
	if n := w.count("SELECT COUNT(*) FROM evaluation_consents WHERE enrollment_id = ?", e.ID); n != 1 {
		t.Errorf("%d consents by name", n)
	}
	if list, err := w.Consents(t.Context(), e.ID); err != nil || len(list) != 1 || list[0].ItemID != "followup" || list[0].GivenAt.IsZero() {
		t.Errorf("consents %+v, %v", list, err)
	}
}

// TestEvaluationIsAnonymous looks for anything that would join an answer with
// its sender: a key, an instant, an order.
func TestEvaluationIsAnonymous(t *testing.T) {
	w := newWorld(t)
	const n = 40
	var sent []string
	for i := range n {
		id := fmt.Sprintf("q%02d", i)
		w.exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) VALUES (?, ?, ?, ?, 'UTC', 'x', ?)`,
			id, id+"@example.org", id+"@example.org", id, w.clock.now())
		e := w.enroll(id)
		w.must(w.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a" + id, SubmittedAt: w.clock.now()}))
		form := goodForm()
		form["change"] = []string{"from " + id}
		w.must(w.SubmitEvaluation(t.Context(), e, form))
		sent = append(sent, "from "+id)
		w.clock.add(time.Minute)
	}
	check := func(when string) {
		t.Helper()
		var rows []map[string]any
		w.must(w.db.Read(t.Context()).Raw("SELECT * FROM evaluation_answers").Scan(&rows).Error)
		if len(rows) != n {
			t.Fatalf("%s: %d answers", when, len(rows))
		}
		var ids []string
		for _, r := range rows {
			if len(r) != 4 || r["edition_id"] != "ed1" || r["month"] != "2026-11" {
				t.Errorf("%s: a row holds %v", when, r)
			}
			id := r["id"].(string)
			ids = append(ids, id)
			if id[14] != '4' {
				t.Errorf("%s: %s is not a random ID", when, id)
			}
		}
		// In the order of the keys, the only one there is, the answers stand
		// mixed: that 40 random keys are in the order of sending by chance
		// happens once in 40!.
		var texts []string
		w.must(w.db.Read(t.Context()).Raw("SELECT answers FROM evaluation_answers ORDER BY id").Scan(&texts).Error)
		var inOrder []string
		for _, body := range texts {
			_, rest, _ := strings.Cut(body, `"change":["`)
			text, _, _ := strings.Cut(rest, `"`)
			inOrder = append(inOrder, text)
		}
		if slices.Equal(inOrder, sent) {
			t.Errorf("%s: the keys tell the order of sending", when)
		}
		if when == "mixed" && !slices.IsSorted(ids) {
			t.Errorf("after mixing, the rows do not lie in the order of their keys: %v", ids)
		}
	}
	check("fresh")
	w.must(w.MixEvaluations(t.Context()))
	check("mixed")
}

// TestMixingGoesBatchByBatch: more answers than one transaction takes, in two
// editions; none is lost, and old months stay as they are.
func TestMixingGoesBatchByBatch(t *testing.T) {
	w := newWorld(t)
	w.exec(`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES ('ed2', 'c1', 2, 'e1', '', ?, '')`, w.clock.now())
	rows := func(edition, month string, n int) {
		var values []string
		var args []any
		for range n {
			values, args = append(values, "(?, ?, ?, ?)"), append(args, uuid.NewString(), edition, month, "{}")
		}
		w.exec("INSERT INTO evaluation_answers (id, edition_id, month, answers) VALUES "+strings.Join(values, ", "), args...)
	}
	rows("ed1", "2026-11", 1100)
	rows("ed2", "2026-10", 500)
	rows("ed2", "2026-09", 3)
	w.must(w.MixEvaluations(t.Context()))
	for edition, want := range map[string]int{"ed1": 1100, "ed2": 500} {
		var ids []string
		w.must(w.db.Read(t.Context()).Raw("SELECT id FROM evaluation_answers WHERE edition_id = ? AND month <> '2026-09'", edition).Scan(&ids).Error)
		if len(ids) != want || !slices.IsSorted(ids) {
			t.Errorf("%s: %d answers, in the order of their keys: %v", edition, len(ids), slices.IsSorted(ids))
		}
	}
	if n := w.count("SELECT COUNT(*) FROM evaluation_answers WHERE month = '2026-09'"); n != 3 {
		t.Errorf("%d old ones", n)
	}
}
