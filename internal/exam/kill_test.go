package exam_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/testneed"
)

// envKilled tells this test binary that it is the process to be killed, and
// names the database.
const envKilled = "COCARE_TEST_EXAM_KILLED"

const (
	killedLearners = 16
	savesEach      = 1 << 20 // nobody gets that far
)

// TestKillLosesNoAcknowledgedAnswer kills a process at random moments in which
// it saves answers and submits exams for many learners at once. What it
// acknowledged before must be there afterwards.
func TestKillLosesNoAcknowledgedAnswer(t *testing.T) {
	path := dbtest.DiskConfig(t).Path
	d, err := db.Open(t.Context(), db.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	w := worldOn(t, d)
	attempts := map[string]bool{}
	for round := range testneed.Rounds(12) {
		for i := range killedLearners {
			person := fmt.Sprint("r", round, "p", i)
			w.seed(person)
			attempts[w.begin(w.ready(person)).ID] = true
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		acks := killedRun(t, path, time.Duration(rand.IntN(400))*time.Millisecond)
		if d, err = db.Open(t.Context(), db.Config{Path: path}); err != nil {
			t.Fatalf("round %d: open after the kill: %v", round, err)
		}
		w = worldOn(t, d)
		checkAcks(t, w, round, acks)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

// ack is a line that the killed process wrote after an acknowledgment.
type ack struct {
	verb, attempt, question string
	revision                int64
}

// killedRun lets a process work until some time after its first acknowledgment,
// kills it and returns what it wrote.
func killedRun(t *testing.T, path string, after time.Duration) (acks []ack) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProcessToBeKilled$", "-test.v") //nolint:gosec // ourselves
	cmd.Env = append(os.Environ(), envKilled+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var a ack
		if n, _ := fmt.Sscan(lines.Text(), &a.verb, &a.attempt, &a.question, &a.revision); n != 4 || a.verb != "saved" && a.verb != "submitted" {
			continue
		}
		if acks = append(acks, a); len(acks) == 1 {
			time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); err == nil || len(acks) == 0 {
		t.Fatalf("the process ended by itself (%v) after %d acknowledgments", err, len(acks))
	}
	return acks
}

func checkAcks(t *testing.T, w *world, round int, acks []ack) {
	t.Helper()
	saved, submitted := 0, 0
	for _, a := range acks {
		if a.verb == "submitted" {
			submitted++
			if n := w.count("SELECT COUNT(*) FROM exam_attempts WHERE id = ? AND state = 'graded'", a.attempt); n != 1 {
				t.Errorf("round %d: submitted attempt %s is not graded", round, a.attempt)
			}
			continue
		}
		saved++
		var got struct {
			Revision int64
			Response string
		}
		w.must(w.db.Read(t.Context()).Raw("SELECT revision, response FROM exam_items WHERE attempt_id = ? AND question_id = ?", a.attempt, a.question).Scan(&got).Error)
		switch want := response(a.question, a.revision); {
		case got.Revision < a.revision:
			t.Errorf("round %d: attempt %s question %s: acknowledged revision %d is lost, %d is stored", round, a.attempt, a.question, a.revision, got.Revision)
		case got.Revision == a.revision && got.Response != want:
			t.Errorf("round %d: attempt %s question %s: stored %s, acknowledged %s", round, a.attempt, a.question, got.Response, want)
		}
	}
	var whole string
	w.must(w.db.Read(t.Context()).Raw("PRAGMA integrity_check").Scan(&whole).Error)
	if whole != "ok" {
		t.Errorf("round %d: integrity check: %s", round, whole)
	}
	t.Logf("round %d: %d saved answers and %d submits acknowledged before the kill", round, saved, submitted)
}

// response is the stored form of the answer that a revision stands for.
func response(questionID string, revision int64) string {
	if questionID[0] == 't' {
		return `{"text":"answer ` + strconv.FormatInt(revision, 10) + `"}`
	}
	return `{"choices":["` + string('A'+rune(revision%3)) + `"]}`
}

// TestProcessToBeKilled is the body of the process, and nothing otherwise.
func TestProcessToBeKilled(t *testing.T) {
	path := os.Getenv(envKilled)
	if path == "" {
		t.Skip("this is the process that TestKillLosesNoAcknowledgedAnswer kills")
	}
	d, err := db.Open(t.Context(), db.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	w := worldOn(t, d)
	var open []string
	w.must(d.Read(t.Context()).Raw("SELECT id FROM exam_attempts WHERE state = 'in_progress' ORDER BY id DESC LIMIT ?", killedLearners).Scan(&open).Error)
	var mu sync.Mutex
	say := func(a ack) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Println(a.verb, a.attempt, a.question, a.revision)
	}
	var wg sync.WaitGroup
	for n, id := range open {
		wg.Go(func() { w.untilKilled(id, n < killedLearners/4, say) })
	}
	wg.Wait()
}

// untilKilled saves answers for ever; some learners submit on the way.
func (w *world) untilKilled(attemptID string, submits bool, say func(ack)) {
	ctx := context.Background()
	var person string
	w.must(w.db.Read(ctx).Raw("SELECT person_id FROM exam_attempts WHERE id = ?", attemptID).Scan(&person).Error)
	sit, err := w.Sitting(ctx, person, attemptID)
	w.must(err)
	base := w.clock.now().UnixMilli()
	for k := range int64(savesEach) {
		it := sit.Items[k%int64(len(sit.Items))]
		a := exam.Answer{QuestionID: it.Question.ID, Response: choice(string('A' + rune((base+k)%3))), Revision: base + k}
		if it.Question.Kind == question.ShortAnswer {
			a.Response = question.Response{Text: "answer " + strconv.FormatInt(base+k, 10)}
		}
		saved, err := w.SaveAnswer(ctx, person, attemptID, a)
		w.must(err)
		say(ack{"saved", attemptID, it.Question.ID, saved.Revision})
		if submits && k == 20 {
			_, err := w.Submit(ctx, person, attemptID)
			w.must(err)
			say(ack{"submitted", attemptID, "-", 0})
			return
		}
	}
}
