package insight

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/exam/analysis"
	"github.com/atmacena/cocare/internal/question"
)

func item(fields ...string) string { return strings.Join(fields, nextField) }

func newTestBank() *bank {
	return newBank(&course.Edition{Course: &course.Course{Bank: []*question.Question{{ID: "E1"}, {ID: "E2", Kind: question.ShortAnswer}}}})
}

func TestReadSheet(t *testing.T) {
	b := newTestBank()
	text := item("E2", "500", "2000", "") + nextItem + item("E1", "1000", "1000", `{"choices":["A"]}`)
	got, err := b.readSheet(text, nil)
	want := []analysis.Mark{{Item: 1, Points: 250, Choice: analysis.NoChoice}, {Item: 0, Points: 1000, Choice: 0}}
	if err != nil || len(got) != 2 || got[0] != want[0] || got[1] != want[1] || b.answers[0].texts[0] != `{"choices":["A"]}` {
		t.Errorf("%+v: %v", got, err)
	}
	if ids := b.written(); len(ids) != 1 || ids[0] != "E2" {
		t.Errorf("%v", ids)
	}
	for _, bad := range []string{"E1", item("E9", "0", "1000", "{}"), item("E1", "x", "1000", "{}"), item("E1", "0", "0", "{}"), item("E1", "-1", "1000", "{}"), item("E1", "2000", "1000", "{}"), nextItem} {
		if _, err := b.readSheet(bad, nil); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}

func FuzzReadSheet(f *testing.F) {
	f.Add("")
	f.Add(nextItem)
	f.Add(item("E2", "500", "1000", "") + nextItem + item("E1", "0", "1000", `{}`))
	f.Fuzz(func(t *testing.T, text string) {
		b := newTestBank()
		sheet, err := b.readSheet(text, nil)
		if err != nil {
			return
		}
		for _, m := range sheet {
			if m.Points < 0 || m.Points > analysis.Whole || m.Item < 0 || m.Item > 1 || m.Choice >= len(b.answers[m.Item].texts) {
				t.Errorf("%q: %+v", text, m)
			}
		}
	})
}
