// Package coursetest writes courses of any size for tests and benchmarks.
package coursetest

import (
	"fmt"
	"strings"

	"github.com/atmacena/cocare/internal/course/content"
)

// Size is how much a course holds.
type Size struct{ Modules, Lessons, Questions, Words int } // Lessons and Questions in all, Words of each lesson

// Slug is the short name of every course that this package writes.
const Slug = "a-large-course"

// LessonFile is where lesson n stands, from 0.
func (s Size) LessonFile(n int) string {
	per := s.Lessons / s.Modules
	return fmt.Sprintf("modules/%02d-part/%02d-lesson-%d.md", n/per+1, n%per+1, n)
}

// Course is a course without a mistake: one objective for each module, a fact for
// each lesson.
func (s Size) Course() content.Files {
	files := content.Files{
		"course.yaml": fmt.Appendf(nil, `slug: %s
title: A Large Course
subtitle: ""
language: en-US
summary: What a course of this size costs.
audience: Machines.
level: Introductory
prerequisites: None.
not_for: ""
format: Text.
authors:
  - {name: The maintainers, credentials: "", role: author, disclosure: None., disclosed_on: 2026-11-23}
released_on: 2026-11-23
checked_on: 2026-11-23
expires_on: 2027-11-23
footer: Ask for help.
footer_facts: []
price: {amount: "0.00", currency: USD}
access_days: 365
reminder_days: [30, 7]
repeat_after_days: 0
lesson_order: any
exam: {pass_percent: 80, attempts: 3, wait_hours: 24, time_limit_minutes: 0, grading_days: 5}
credit: {formula: mergener, difficulty: 1, questions: %d, round: nearest-quarter}
time_policy: record
planned_minutes: 500
`, Slug, s.Modules),
		"references.yaml": []byte("- {id: ada-2020, number: 1, type: article, author: [{family: Ada, given: B}], title: On size, container-title: J Size, issued: \"2020\"}\n"),
		"signoff.yaml":    []byte("[]\n"),
		"disclosure.md":   []byte("Nobody pays for this course.\n"),
		"lint.yaml": []byte(`banned:
  - {words: [cures, heals, rewires, resets, breakthrough, proven], why: "Say what was measured."}
prefer:
  - {not: students, use: learners}
names: [CoCare]
cleared_not_approved: false
devices: []
medicines: []
outcome_words: []
planned_words_tolerance_percent: 90
required_boxes: []
required_footer: true
`),
	}
	s.lists(files)
	for n := range s.Lessons {
		files[s.LessonFile(n)] = []byte(s.Lesson(n))
	}
	s.bank(files)
	return files
}

func (s Size) lists(files content.Files) {
	var objectives, facts, glossary, blueprint, evaluation strings.Builder
	for m := range s.Modules {
		fmt.Fprintf(&objectives, "- {id: LO%d, text: Explain part %d., verb: Explain, level: Understand}\n", m+1, m+1)
		fmt.Fprintf(&blueprint, "  - {objective: LO%d, bank: %d, draw: 1}\n", m+1, s.Questions/s.Modules)
		fmt.Fprintf(&evaluation, "  - {id: lo%d, kind: scale, objective: LO%d, text: \"I can explain part %d.\", required: true}\n", m+1, m+1, m+1)
		files[fmt.Sprintf("modules/%02d-part/module.yaml", m+1)] = fmt.Appendf(nil, "id: m%d\ntitle: Part %d\naim: Know it.\nobjectives: [LO%d]\nplanned_words: 9000\n", m+1, m+1, m+1)
	}
	for n := range s.Lessons {
		fmt.Fprintf(&facts, "- id: F-%d\n  title: Fact %d\n  text: What lesson %d says was seen in %d people.\n  status: verified-p\n  references: [ada-2020]\n  source: Read in full.\n\n", n, n, n, n+20)
		fmt.Fprintf(&glossary, "- {id: term-%d, term: word %d, meaning: What the word %d means.}\n", n, n, n)
	}
	files["objectives.yaml"], files["facts.yaml"], files["glossary.yaml"] = []byte(objectives.String()), []byte(facts.String()), []byte(glossary.String())
	files["exam.yaml"] = []byte("blueprint:\n" + blueprint.String())
	files["evaluation.yaml"] = []byte("scale: [no, maybe, yes]\nitems:\n" + evaluation.String())
}

// Lesson is the text of lesson n, of about as many words as the size says.
func (s Size) Lesson(n int) string {
	var out strings.Builder
	fmt.Fprintf(&out, "---\nid: l%d\nslug: lesson-%d\ntitle: Lesson %d\nobjectives: [LO%d]\nminutes: 5\nwords: %d\njurisdictions: []\nroles: []\n---\n",
		n, n, n, n/(s.Lessons/s.Modules)+1, s.Words)
	const words = 75 // of a turn
	for i := range max(1, s.Words/words) {
		word := "word"
		if i == 0 {
			word = fmt.Sprintf("[word](term:term-%d)", n)
		}
		fmt.Fprintf(&out, `
## What part %d of it says

People who were asked said that it helped them, and %d of them came back to say so again [@F-%d]. What they *remember* is not what they were told, and **nobody** knows why; a %s for it is older than the thing [@F-%d].

- One reads a line, and then another one. {.plain}
- One stops where it was, and begins again with [what came before](lesson:l%d). {.plain}

::: practice What you can do
Ask first, and write down what was said in the words in which it was said.
{.plain}
:::
`, i+1, n+20, n, word, n, max(0, n-1))
	}
	return out.String()
}

// bank writes the questions, as many to a file as an objective has.
func (s Size) bank(files content.Files) {
	per := s.Questions / s.Modules
	for m := range s.Modules {
		var out strings.Builder
		for i := range per {
			fmt.Fprintf(&out, `- id: Q%d-%d
  kind: single-choice
  prompt: Which of these lines does lesson %d of part %d hold, when somebody reads it aloud?
  options:
    - id: A
      text: The line that it begins with
      rationale: "Correct: it is there."
      correct: true
    - id: B
      text: A line from another book
      rationale: Nobody wrote it there.
    - id: C
      text: The line that was left out
      rationale: It was left out.
  objectives: [LO%d]
  facts: [F-%d]

`, m+1, i+1, i+1, m+1, m+1, m*(s.Lessons/s.Modules))
		}
		files[fmt.Sprintf("exam/lo%d.yaml", m+1)] = []byte(out.String())
	}
}
