package exam_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
)

// ofKind is the attempt's first item of a kind, with the address of its page.
func (w *world) ofKind(address string, k question.Kind) (exam.Item, string) {
	w.t.Helper()
	for _, i := range w.sitting(address).Items {
		if i.Question.Kind == k {
			return i, address + "?q=" + strconv.Itoa(i.Position)
		}
	}
	w.t.Fatalf("the form has no %s", k)
	return exam.Item{}, ""
}

// movable are the kinds whose options, items or rows have IDs of the author's.
var movable = []question.Kind{question.SingleChoice, question.MultipleResponse, question.TrueFalse, question.Ordering, question.Matching}

// oneOfEach draws every question of a movable kind, so that a form has them all.
func (w *world) oneOfEach() {
	w.t.Helper()
	var bank []*question.Question
	for _, k := range movable {
		i := slices.IndexFunc(w.edition.Course.Bank, func(q *question.Question) bool { return q.Kind == k })
		if i < 0 {
			w.t.Fatalf("the bank has no %s", k)
		}
		bank = append(bank, w.edition.Course.Bank[i])
	}
	c := w.edition.Course
	c.Bank, c.Exam.Blueprint, c.Exam.Require, c.Exam.Limits = bank, nil, nil, nil
	rows := map[string]int{}
	for _, q := range bank {
		rows[q.Objectives[0]]++
	}
	for objective, n := range rows {
		c.Exam.Blueprint = append(c.Exam.Blueprint, course.BlueprintRow{Objective: objective, Draw: n})
	}
}

var controls = regexp.MustCompile(`(?s)<div class="question .*?<label class="flag">`)

// TestThePageNamesNothingAsTheAuthorDid: in what the question's controls carry
// there is no ID of the author's, only places.
func TestThePageNamesNothingAsTheAuthorDid(t *testing.T) {
	w := newWorld(t)
	w.oneOfEach()
	address := w.begin()
	named := regexp.MustCompile(`(?:name="answer\.|id="f-answer-|for="f-answer-|<option value="|<input type="(?:radio|checkbox)"[^>]* value=")([^"]+)"`)
	for _, k := range movable {
		item, at := w.ofKind(address, k)
		part := controls.FindString(w.Get("p1", at).Is(200).Body)
		found := named.FindAllStringSubmatch(part, -1)
		if len(found) < 2 {
			t.Fatalf("%s: %d names in %s", item.Question.ID, len(found), part)
		}
		for _, m := range found {
			if n, err := strconv.Atoi(m[1]); m[1] != "hint" && (err != nil || n < 1 || n > 9) {
				t.Errorf("%s: %s is no place", item.Question.ID, m[0])
			}
		}
	}
}

// TestASharedKeyIsWorthNothing: the author's letters are refused at the field,
// by a button and by the script, and nothing is stored.
func TestASharedKeyIsWorthNothing(t *testing.T) {
	w := newWorld(t)
	w.oneOfEach()
	address := w.begin()
	for _, k := range movable {
		item, _ := w.ofKind(address, k)
		form, says := url.Values{"go": {"stay"}}, "Load the page again."
		switch {
		case k.Choice():
			form.Set("answer", item.Order[0])
		case k == question.Ordering:
			form.Set("answer.1", "9")
			says = "Choose a position from 1 to"
		default:
			form.Set("answer.1", item.Question.Left[0].Match)
		}
		to := address + "/answers/" + item.Question.ID
		w.Do("p1", http.MethodPost, to, form).Is(422, says, "field-bad", `href="#f-answer`)
		w.Do("p1", http.MethodPost, to, form, "Accept", "application/json").Is(422, says)
		if got, _ := w.sitting(address).Item(item.Question.ID); got.SavedAt != nil {
			t.Errorf("%s: %+v is stored", item.Question.ID, got.Response)
		}
	}
}

// TestTheSamePlaceIsAnotherOptionInAnotherAttempt, and each is stored, shown
// again and graded as the option that it was.
func TestTheSamePlaceIsAnotherOptionInAnotherAttempt(t *testing.T) {
	w := newWorld(t)
	w.oneOfEach()
	w.edition.Course.Card.Attempts = 20
	first := map[string]bool{}
	for range 8 {
		address := w.begin()
		item, at := w.ofKind(address, question.SingleChoice)
		to := address + "/answers/" + item.Question.ID
		w.pass(time.Second)
		w.Do("p1", http.MethodPost, to, url.Values{"answer": {"1"}}, "Accept", "application/json").Is(200, `"state":"answered"`)
		got, _ := w.sitting(address).Item(item.Question.ID)
		if fmt.Sprint(got.Response.Choices) != fmt.Sprint(item.Order[:1]) {
			t.Fatalf("stored %v, the first is %s", got.Response.Choices, item.Order[0])
		}
		first[item.Order[0]] = true
		page := w.Get("p1", at).Is(200, `id="f-answer" name="answer" value="1" checked`)
		if n := strings.Count(page.Body, " checked"); n != 1 {
			t.Errorf("%d are checked", n)
		}
		w.Post("p1", address+"/submit").To(address + "/result")
		got, _ = w.sitting(address).Item(item.Question.ID)
		if want := question.Grade(item.Question, question.Response{Choices: item.Order[:1]}); got.Result.Correct != want.Correct {
			t.Errorf("graded %+v, want %+v", got.Result, want)
		}
		w.pass(24 * time.Hour)
	}
	if len(first) < 2 {
		t.Errorf("in eight attempts always %v stood first", first)
	}
}

// TestEveryKindComesBackOnAnotherDevice: what was saved stands in the controls,
// and the page sends it again unchanged.
func TestEveryKindComesBackOnAnotherDevice(t *testing.T) {
	w := newWorld(t)
	w.oneOfEach()
	address := w.begin()
	for _, k := range movable {
		item, at := w.ofKind(address, k)
		to := address + "/answers/" + item.Question.ID
		w.pass(time.Second)
		w.Do("p1", http.MethodPost, to, right(item), "Accept", "application/json").Is(200)
		stored, _ := w.sitting(address).Item(item.Question.ID)
		if !question.Grade(item.Question, stored.Response).Correct {
			t.Errorf("%s: %+v is stored for the key", item.Question.ID, stored.Response)
		}
		page := w.Get("p1", at).Is(200)
		for name, values := range right(item) {
			for _, v := range values {
				if !holds(page.Body, name, v) {
					t.Errorf("%s: %s is not %s again in %s", item.Question.ID, name, v, controls.FindString(page.Body))
				}
			}
		}
	}
}

// holds reports whether a control of a page has a value chosen.
func holds(body, name, value string) bool {
	if strings.Contains(body, `name="`+name+`" value="`+value+`" checked`) {
		return true
	}
	_, rest, _ := strings.Cut(body, `name="`+name+`"`)
	list, _, _ := strings.Cut(rest, "</select>")
	return strings.Contains(list, `<option value="`+value+`" selected`)
}
