package exam_test

import (
	"net/http"
	"testing"
)

func TestWhatWillBePrintedIsShownBeforeTheExam(t *testing.T) {
	w := newWorld(t)
	w.Get("p1", introURL).Is(http.StatusOK, "What will be printed", "None listed", "Add a license", "next=%2flearn%2f"+slug+"%2fexam")
}
