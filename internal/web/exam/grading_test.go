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
		found := gradeLink.FindString(w.Get("teacher", "/teach/grading").Is(200).Body)
		if found == "" {
			w.Get("teacher", "/teach/grading").Is(200, "Nothing waits for grading")
			return
		}
		page := w.Get("teacher", found).Is(200, "In my own words.", "Model answer")
		page.Lacks("Ana", "p1@")
		form := url.Values{"comment": {"Well <i>put</i>."}, "deductions": {"0"}}
		for _, m := range regexp.MustCompile(`name="(line\d+)" value="(\d+)"`).FindAllStringSubmatch(page.Body, -1) {
			form.Set(m[1], m[2]) // the last, which is the highest
		}
		w.Do("teacher", http.MethodPost, found, url.Values{"comment": {"typed"}}).Is(422, "Choose the points for line 1, “", "Choose the points for line 2, “", "typed")
		w.Do("teacher", http.MethodPost, found+"/correct", form).Is(422, "Say why, for the record")
		w.Do("teacher", http.MethodPost, found, form).To("/teach/grading")
		w.Do("teacher", http.MethodPost, found, form).To("/teach/grading") // a second click
		late := url.Values{"comment": {"Mine came second"}, "deductions": {"0"}}
		for name := range form {
			if strings.HasPrefix(name, "line") {
				late.Set(name, "0")
			}
		}
		w.Do("admin", http.MethodPost, found, late).Is(409, "Somebody has graded this answer meanwhile", "Well &lt;i&gt;put&lt;/i&gt;.").Lacks("Mine came second")
		w.Get("teacher", found).Is(200, "This answer was graded", "Correct the marks").Lacks("Store the marks")
	}
	w.t.Fatal("the queue does not end")
}

// TestCorrectingMarks: from the list of what was graded, with a reason.
func TestCorrectingMarks(t *testing.T) {
	w := newWorld(t)
	w.Get("teacher", "/teach/grading?state=graded").Is(200, "Nothing was graded yet")
	w.Get("teacher", "/teach/grading?state=lost").Is(422, "There is no such filter")
	address := w.begin()
	w.walk(address, 6)
	w.Post("p1", address+"/submit").To(address + "/result")
	for found := gradeLink.FindString(w.Get("teacher", "/teach/grading").Body); found != ""; found = gradeLink.FindString(w.Get("teacher", "/teach/grading").Body) {
		form := url.Values{"deductions": {"0"}}
		for _, m := range regexp.MustCompile(`name="(line\d+)"`).FindAllStringSubmatch(w.Get("teacher", found).Body, -1) {
			form.Set(m[1], "0")
		}
		w.Do("teacher", http.MethodPost, found, form).To("/teach/grading")
	}
	w.Get("p1", address+"/result").Is(200, "Not passed this time")
	list := w.Get("teacher", "/teach/grading?state=graded").Is(200, "0 of 1 mark", `href="/teach/grading?state=graded" aria-current="page"`)
	list.Lacks("Ana")
	for _, found := range gradeLink.FindAllString(list.Body, -1) {
		page := w.Get("admin", found).Is(200, "Correct the marks", `value="0" checked`)
		form := url.Values{"deductions": {"0"}, "comment": {"Read again."}, "reason": {"The rubric was misread."}}
		for _, m := range regexp.MustCompile(`name="(line\d+)" value="(\d+)"`).FindAllStringSubmatch(page.Body, -1) {
			form.Set(m[1], m[2]) // the last, which is the highest
		}
		w.Do("p1", http.MethodPost, found+"/correct", form).Is(403)
		form.Del("reason")
		w.Do("admin", http.MethodPost, found+"/correct", form).Is(422, "Say why, for the record", "Read again.")
		form.Set("reason", "The rubric was misread.")
		w.Do("admin", http.MethodPost, found+"/correct", form).To("/teach/grading?state=graded")
		w.Do("admin", http.MethodPost, found+"/correct", form).To("/teach/grading?state=graded") // a second click
		form.Set("line1", "0")
		if w.hall.outcomes[len(w.hall.outcomes)-1].Passed {
			w.Do("admin", http.MethodPost, found+"/correct", form).Is(409, "its result was final and the learner was told", "The rubric was misread.")
		}
	}
	w.Get("p1", address+"/result").Is(200, "You passed", "Read again.")
}
