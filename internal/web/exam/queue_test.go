package exam_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
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
	// The instant would tell: others know when somebody sat the exam.
	file.Lacks("Ana", "p1", "submitted", w.now().Format("2006-01-02T15:04"))
	list := w.Get("teacher", "/teach/grading")
	list.Lacks("Submitted", w.now().Format("3:04 PM"))
	item := regexp.MustCompile(`href="(/teach/grading/([0-9a-f-]+))"`).FindStringSubmatch(list.Body)
	if item == nil {
		t.Fatal("the list leads to no answer")
	}
	w.Get("teacher", item[1]).Is(200).Lacks("Submitted", w.now().Format("3:04 PM"))
	if id := uuid.MustParse(item[2]); id.Version() != 4 {
		t.Errorf("the address %s tells when the attempt began", id)
	}
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
