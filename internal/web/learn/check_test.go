package learn_test

import (
	"net/http"
	"testing"
)

// TestAnsweringOneQuestionKeepsTheOthers: they stand in one form, and what is
// chosen there is on the page that comes back.
func TestAnsweringOneQuestionKeepsTheOthers(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	const path = base + "/checks/m1"
	const first, second = `name="answer-K1.1" value="A"`, `name="answer-K1.4" value="B"`
	w.get(path).ok(first, second, `name="question" value="K1.1" formaction="`+path+`#q-K1.1"`, `name="question" value="K1.4"`).not(second + " checked")

	w.post(path, "question", "K1.1", "answer-K1.4", "B").is(422, "There is a problem", second+" checked")
	w.post(path, "question", "K1.1", "answer-K1.1", "A", "answer-K1.4", "B").ok("1 of ", second+" checked", "Try again", `name="again" value="K1.1"`).not(first)
	w.get(path).ok("1 of ").not(second + " checked") // nothing of it was saved

	// The answered one is opened again, and closed by nothing but an answer.
	w.post(path, "again", "K1.1").to(path + "?again=K1.1#q-K1.1")
	w.post(path, "again", "K1.1", "answer-K1.4", "B").ok(first, second+" checked").not(first + " checked")
	w.post(path, "question", "K1.4", "answer-K1.1", "A", "answer-K1.4", "B").ok("2 of ", first+" checked", `name="again" value="K1.4"`)
	w.post(path, "question", "K1.1", "answer-K1.1", "A").to(path + "#q-K1.1")
}

// TestTheReturnKeyAnswersWhatIsTyped: it names no question.
func TestTheReturnKeyAnswersWhatIsTyped(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	const path = base + "/checks/m1"
	w.post(path, "question", "").is(http.StatusUnprocessableEntity, "Press Answer below the question")
	w.post(path, "answer-K1.1", "A", "answer-K1.4", "B").is(http.StatusUnprocessableEntity, "Press Answer below", `name="answer-K1.1" value="A" checked`, `name="answer-K1.4" value="B" checked`)
	w.post(path, "answer-K1.4", "B").to(path + "#q-K1.4")
	w.post(path, "question", "none", "answer-K1.1", "A").is(http.StatusNotFound)
	w.get(path).ok("1 of ")
}
