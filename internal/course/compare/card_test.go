package compare_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course/compare"
	"github.com/atmacena/cocare/internal/course/content"
)

// TestTheCardIsReadWhole: nothing that a course card says is missing where it is read in
// words, but its address.
func TestTheCardIsReadWhole(t *testing.T) {
	text := func(at int) string {
		c, _ := aCourse(at)
		var b strings.Builder
		for _, p := range compare.Card(c) {
			for _, r := range p.Rows {
				b.WriteString(r.Title + strings.Join(r.Lines, "\n") + "\n")
			}
		}
		return b.String()
	}
	before := text(-1)
	_, names := aCourse(-1)
	cards := 0
	for at, name := range names {
		if !strings.HasPrefix(name, "Card.") {
			continue
		}
		cards++
		if (text(at) == before) != (name == "Card.Slug") {
			t.Errorf("%s: read %v", name, text(at) != before)
		}
	}
	if cards < 20 {
		t.Errorf("%d fields", cards)
	}
	empty, _ := aCourse(-1)
	empty.Card.Summary = ""
	for _, p := range compare.Card(empty) {
		for _, r := range p.Rows {
			if r.Title == "Summary" {
				t.Error("what is empty stands there")
			}
		}
	}
}

// TestReviewsGoByTheirNames, not by their IDs.
func TestReviewsGoByTheirNames(t *testing.T) {
	after := &content.Course{Signoffs: []content.Signoff{{ID: "review-1", Kind: "therapist", Text: "Read it all."}}}
	if got := of(compare.Courses(&content.Course{}, after), "reviews"); len(got) != 1 || got[0].Title != "Therapist review" {
		t.Errorf("%+v", got)
	}
	after.Signoffs = append(after.Signoffs, content.Signoff{ID: "review-2", Kind: "therapist", Text: "Read the cases."})
	if got := of(compare.Courses(&content.Course{}, after), "reviews"); len(got) < 2 || got[0].Title != "Therapist review (review-1)" {
		t.Errorf("%+v", got)
	}
	one := &content.Course{Card: content.Card{CreditQuestions: 1}}
	if got := of(compare.Courses(&content.Course{}, one), "credit"); len(got) != 1 || !strings.Contains(got[0].After, "1 question,") {
		t.Errorf("%+v", got)
	}
}
