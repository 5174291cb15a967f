package scaffold

import (
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course/content"
)

// Beginning is what a new course starts from.
type Beginning struct {
	Slug, Title string
	Author      string    // the name of who begins it
	Currency    string    // in which the site sells
	Today       time.Time // in the provider's zone
}

// Check reports what is wrong with it: Invalid (title, slug).
func (b Beginning) Check() error {
	var c apperr.Check
	c.Name("title", b.Title, content.MaxTitle, "Give the course a title.")
	c.Require(!content.Reserved(b.Slug), "slug", "This is an address here already. Use another.")
	c.Require(content.Slug(b.Slug) || content.Reserved(b.Slug), "slug", "Use lower case words joined by hyphens, as in grief-in-groups. It stands in addresses and stays.")
	return c.Err()
}

// Course is the folder of a new course: free, with one module, one lesson and one
// objective. It cannot be published before what has to be written is.
func Course(b Beginning) content.Files {
	day := b.Today.Format(time.DateOnly)
	todo := func(what string) string { return text(Placeholder + ": " + what) }
	files := content.Files{
		"course.yaml": fmt.Appendf(nil, `slug: %s
title: %s
subtitle: ""
language: en-US
summary: %s
audience: %s
level: Introductory
prerequisites: None.
not_for: ""
format: Self-paced text.
authors:
  - name: %s
    credentials: ""
    role: author
    disclosure: %s
    disclosed_on: ""
released_on: %s
checked_on: %s
expires_on: %s
footer: If you or a client may be in immediate danger, call the emergency number where you are.
footer_facts: []
price: {amount: "0.00", currency: %s}
access_days: 365
reminder_days: [30, 7]
repeat_after_days: 0
lesson_order: any
exam:
  pass_percent: 80
  attempts: 3
  wait_hours: 24
  time_limit_minutes: 0
  grading_days: 5
credit:
  formula: mergener
  difficulty: 3
  questions: 1
  round: down-quarter
time_policy: record
planned_minutes: 5
`, b.Slug, text(b.Title), todo("two or three sentences for the catalog"), todo("for whom it is"), text(b.Author), todo("interests of the author, or that there are none"),
			day, day, b.Today.AddDate(1, 0, 0).Format(time.DateOnly), b.Currency),
		"objectives.yaml": fmt.Appendf(nil, "- id: LO1\n  text: %s\n  verb: Explain\n  level: Understand\n", todo("explain what")),
		"facts.yaml":      []byte("[]\n"),
		"references.yaml": []byte("[]\n"),
		"signoff.yaml":    []byte("[]\n"),
		"exam.yaml":       []byte("blueprint:\n  - {objective: LO1, bank: 1, draw: 1}\n"),
		"exam/lo1.yaml":   []byte(questions("E1", []string{"LO1"})),
		"evaluation.yaml": fmt.Appendf(nil, `scale: [Strongly disagree, Disagree, Neither, Agree, Strongly agree]
items:
  - {id: lo1, kind: scale, objective: LO1, text: %s, required: true}
  - {id: clear, kind: scale, text: "The course was clear.", required: true}
`, todo("I can explain what")),
		"disclosure.md": []byte(Placeholder + ": what the course is, who pays for it, which interests the authors have, and what passing takes.\n"),
		"lint.yaml": []byte(`banned: []
prefer: []
names: []
cleared_not_approved: false
devices: []
medicines: []
outcome_words: []
planned_words_tolerance_percent: 15
required_boxes: []
required_footer: true
`),
	}
	const module = "modules/01-first/module.yaml"
	files[module] = fmt.Appendf(nil, "id: m1\ntitle: First module\naim: %s\nobjectives: [LO1]\nplanned_words: 500\n", todo("what learners take from it"))
	files[strings.Replace(module, "module.yaml", "01-first-lesson.md", 1)] = lesson("m1-l1", "first-lesson", "First lesson", []string{"LO1"})
	return files
}
