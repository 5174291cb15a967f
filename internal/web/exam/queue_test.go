package exam_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestTheGradingQueue is filtered, counted and handed out as a file, and says
// nowhere whose the answers are.
func TestTheGradingQueue(t *testing.T) {
	w := newWorld(t)
	address := w.begin()
	w.walk(address, 6)
	w.Post("p1", address+"/submit").To(address + "/result")
	w.Get("teacher", "/teach/grading").Is(200, "All of them hold up a result.", "waits for this", `action="/teach/grading.csv"`)
	w.Get("teacher", "/teach/grading?course="+slug).Is(200, "waits for this", `action="/teach/grading.csv?course=`+slug)
	w.Get("teacher", "/teach/grading?course=other").Is(200, "No answers match")
	w.Get("teacher", "/teach/grading?q=nothing+like+it").Is(200, "No answers match", `value="nothing like it"`)
	file := w.Do("teacher", http.MethodPost, "/teach/grading.csv", nil).Is(200, "result_waits", ",yes,")
	file.Lacks("Ana", "p1")
	if n := strings.Count(strings.TrimSpace(file.Body), "\n"); n < 1 {
		t.Errorf("%d rows", n)
	}
	w.Do("teacher", http.MethodPost, "/teach/grading.csv?state=graded", nil).Is(200).Lacks(",yes,")
	w.Do("p1", http.MethodPost, "/teach/grading.csv", nil).Is(403)
	var n int
	w.must(w.db.Read(t.Context()).Raw("SELECT COUNT(*) FROM audit_events WHERE action = 'grading.export'").Scan(&n).Error)
	if n != 2 {
		t.Errorf("%d events", n)
	}
}
