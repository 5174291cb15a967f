package flow_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/certificate/pdf/flow"
)

var style = flow.Style{Size: 40, Min: 20, Lines: 2, Leading: 1.2}

// texts are of every script that the faces print, short and absurdly long.
var texts = []string{
	"Ana", "Dr. Maximiliane-Friederike von Wolfenstein-Hohenberg zu Aschaffenburg, LMFT", "Ελένη Παπαδοπούλου", "Олександра Шевченко",
	"محمد عبد الله بن سلمان", "מרים בת־אל כהן", "王小明", "김민수", strings.Repeat("m", 300), strings.Repeat("深刻な", 200),
	strings.Repeat("a rather long title ", 40), strings.Repeat("עברית ", 100), strings.Repeat("i", 100_000),
}

func TestNothingIsWiderThanItsColumn(t *testing.T) {
	for _, text := range texts[:len(texts)-1] {
		s := flow.Set(text, 300, style)
		checkWidth(t, text, s)
		if got := joined(s); got != text {
			t.Errorf("%.40q became %.60q", text, got)
		}
	}
}

func TestFitHasAtMostItsLines(t *testing.T) {
	for _, text := range texts {
		s := flow.Fit(text, 300, style)
		checkWidth(t, text, s)
		got := joined(s)
		if len(s.Rows) == 0 || len(s.Rows) > style.Lines || s.Size < style.Min-.001 && len(s.Rows) > 1 {
			t.Errorf("%.40q: %d lines at size %v", text, len(s.Rows), s.Size)
		}
		if got == text {
			continue
		}
		head, cut := strings.CutSuffix(got, "…")
		if !cut || !strings.HasPrefix(text, head) || head != strings.TrimSpace(head) || len(head) < 20 {
			t.Errorf("%.40q became %q", text, got)
		}
		if whole := flow.Set(text[:min(len(text), 4000)], 300, style); len(whole.Rows) <= style.Lines {
			t.Errorf("%.40q was cut although it fits", text)
		}
	}
}

func checkWidth(t *testing.T, text string, s flow.Setting) {
	t.Helper()
	for _, r := range s.Rows {
		if w := r.Width * s.Size; w > 300.001 {
			t.Errorf("%.40q: a line is %v wide", text, w)
		}
	}
}

func joined(s flow.Setting) string {
	var b strings.Builder
	for _, r := range s.Rows {
		b.WriteString(r.Text)
	}
	return b.String()
}
