package exam_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var gradeLink = regexp.MustCompile(`/teach/grading/[0-9a-f-]+`)

// gradeAll goes through the queue as the teacher does.
func (w *world) gradeAll() {
	w.t.Helper()
	for range 10 {
		found := gradeLink.FindString(w.get("teacher", "/teach/grading").is(200).Body)
		if found == "" {
			w.get("teacher", "/teach/grading").is(200, "Nothing waits for grading")
			return
		}
		page := w.get("teacher", found).is(200, "In my own words.", "Model answer")
		page.lacks("Ana", "p1@")
		form := url.Values{"comment": {"Well <i>put</i>."}, "deductions": {"0"}}
		for _, m := range regexp.MustCompile(`name="(line\d+)" value="(\d+)"`).FindAllStringSubmatch(page.Body, -1) {
			form.Set(m[1], m[2]) // the last, which is the highest
		}
		w.do("teacher", http.MethodPost, found, url.Values{"comment": {"typed"}}).is(422, "Choose the points for this line.", "typed")
		w.do("teacher", http.MethodPost, found+"/correct", form).is(422, "Say why, for the record")
		w.do("teacher", http.MethodPost, found, form).to("/teach/grading")
		w.do("teacher", http.MethodPost, found, form).to("/teach/grading") // a second click
		late := url.Values{"comment": {"Mine came second"}, "deductions": {"0"}}
		for name := range form {
			if strings.HasPrefix(name, "line") {
				late.Set(name, "0")
			}
		}
		w.do("admin", http.MethodPost, found, late).is(409, "Somebody has graded this answer meanwhile", "Well &lt;i&gt;put&lt;/i&gt;.").lacks("Mine came second")
		w.get("teacher", found).is(200, "This answer was graded", "Correct the marks").lacks("Store the marks")
	}
	w.t.Fatal("the queue does not end")
}

// TestCorrectingMarks: from the list of what was graded, with a reason.
func TestCorrectingMarks(t *testing.T) {
	w := newWorld(t)
	w.get("teacher", "/teach/grading?state=graded").is(200, "Nothing was graded yet")
	w.get("teacher", "/teach/grading?state=lost").is(422, "There is no such filter")
	address := w.begin()
	w.walk(address, 6)
	w.post("p1", address+"/submit").to(address + "/result")
	for found := gradeLink.FindString(w.get("teacher", "/teach/grading").Body); found != ""; found = gradeLink.FindString(w.get("teacher", "/teach/grading").Body) {
		form := url.Values{"deductions": {"0"}}
		for _, m := range regexp.MustCompile(`name="(line\d+)"`).FindAllStringSubmatch(w.get("teacher", found).Body, -1) {
			form.Set(m[1], "0")
		}
		w.do("teacher", http.MethodPost, found, form).to("/teach/grading")
	}
	w.get("p1", address+"/result").is(200, "Not passed this time")
	list := w.get("teacher", "/teach/grading?state=graded").is(200, "0 of 1 mark", `href="/teach/grading?state=graded" aria-current="page"`)
	list.lacks("Ana")
	for _, found := range gradeLink.FindAllString(list.Body, -1) {
		page := w.get("admin", found).is(200, "Correct the marks", `value="0" checked`)
		form := url.Values{"deductions": {"0"}, "comment": {"Read again."}, "reason": {"The rubric was misread."}}
		for _, m := range regexp.MustCompile(`name="(line\d+)" value="(\d+)"`).FindAllStringSubmatch(page.Body, -1) {
			form.Set(m[1], m[2]) // the last, which is the highest
		}
		w.do("p1", http.MethodPost, found+"/correct", form).is(403)
		form.Del("reason")
		w.do("admin", http.MethodPost, found+"/correct", form).is(422, "Say why, for the record", "Read again.")
		form.Set("reason", "The rubric was misread.")
		w.do("admin", http.MethodPost, found+"/correct", form).to("/teach/grading?state=graded")
		w.do("admin", http.MethodPost, found+"/correct", form).to("/teach/grading?state=graded") // a second click
		form.Set("line1", "0")
		if w.hall.outcomes[len(w.hall.outcomes)-1].Passed {
			w.do("admin", http.MethodPost, found+"/correct", form).is(409, "its result was final and the learner was told", "The rubric was misread.")
		}
	}
	w.get("p1", address+"/result").is(200, "You passed", "Read again.")
}
