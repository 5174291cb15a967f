package content

import (
	"fmt"
	"slices"

	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/reason"
)

// checkCourse holds the parts of a course against each other.
func (l *loader) checkCourse() {
	l.phases(l.checkFooter, l.checkGate, l.checkObjectives, l.checkVerbs, l.checkReferences, l.checkChecks, func() { l.checkQuestions(l.c.Bank) },
		l.checkExam, l.checkFigures, l.checkMedia, l.checkCases, func() { l.eachLesson((*loader).checkLesson) })
}

// checkChecks: learners answer at the end of every module, or of none.
func (l *loader) checkChecks() {
	some := slices.ContainsFunc(l.c.Modules, func(m *Module) bool { return len(m.Check) > 0 })
	for _, m := range l.c.Modules {
		if file := l.moduleFile[m.ID]; some && len(m.Check) == 0 {
			l.because(reason.Complete).errorf(file, l.end(file), "write check.yaml beside it", "module %s has no check, though others have one", m.ID)
		}
		l.checkQuestions(m.Check)
	}
}

func (l *loader) checkFooter() {
	if l.c.Lint.RequiredFooter && l.c.Card.Footer == "" && l.cardDoc.Root != nil { // a card that cannot be read lacks nothing
		l.because(reason.Crisis).errorf("course.yaml", l.cardDoc.line("footer"), "write the line that every lesson ends with", "footer is missing")
	}
	for i, id := range l.c.Card.FooterFacts {
		if !l.isFact(id) {
			l.because(reason.There).errorf("course.yaml", l.cardDoc.line("footer_facts[%d]", i), "name an id of facts.yaml", "there is no fact %q", clip(id))
		}
	}
}

// checkObjectives: what a course promises, it teaches, tests and asks about.
func (l *loader) checkObjectives() {
	r := l.because(reason.Reflected)
	for i, o := range l.c.Objectives {
		line := l.objectiveDoc.line("[%d].id", i)
		if !slices.ContainsFunc(l.order, func(t *lessonText) bool { return slices.Contains(t.Objectives, o.ID) }) {
			r.errorf("objectives.yaml", line, "name it among the objectives of a lesson", "no lesson serves objective %s", o.ID)
		}
		if !slices.ContainsFunc(l.c.Bank, func(q *question.Question) bool { return slices.Contains(q.Objectives, o.ID) }) {
			r.errorf("objectives.yaml", line, "write a question in exam/", "no exam question tests objective %s", o.ID)
		}
		if !slices.ContainsFunc(l.c.Evaluation.Items, func(e EvaluationItem) bool { return e.Objective == o.ID }) {
			r.errorf("objectives.yaml", line, "add an item to evaluation.yaml", "the evaluation does not ask about objective %s", o.ID)
		}
	}
}

func (l *loader) checkQuestions(list []*question.Question) {
	l.eachQuestion(list, (*loader).checkQuestion)
}

func (l *loader) checkQuestion(q *question.Question) {
	at := l.questions[q.ID]
	if len(q.Objectives) > 0 { // that it names none is said of the question itself
		l.knownObjectives(at.file, at.line, q.ID, q.Objectives)
	}
	if len(q.Facts) == 0 {
		l.because(reason.Checked).errorf(at.file, at.line, "name the facts that its key rests on", "%s names no fact", q.ID)
	}
	for _, id := range q.Facts {
		switch f := l.facts[id]; {
		case f == nil:
			l.because(reason.There).errorf(at.file, at.line, "name an id of facts.yaml", "%s rests on the unknown fact %q", q.ID, clip(id))
		case !f.Status.KeyWorthy():
			l.because(reason.Checked).errorf(at.file, at.line, "rest the key on a verified fact, a calculation or our search", "%s rests on %s, whose status is %s", q.ID, id, f.Status)
		}
	}
	if q.Case != "" && l.cases[q.Case] == nil {
		l.because(reason.There).errorf(at.file, at.line, "name the id of a file in cases/", "%s names the unknown case %q", q.ID, clip(q.Case))
	}
	if q.Jurisdiction != "" && q.Jurisdiction != "us" && q.Jurisdiction != "canada" {
		l.because(reason.Known).errorf(at.file, at.line, "use us or canada", "%s names the unknown jurisdiction %q", q.ID, clip(q.Jurisdiction))
	}
	l.checkKeys(q)
	for _, f := range question.Lint(q) {
		l.because(reason.Guessed).warnf(at.file, at.line, "rewrite the item, or leave it on purpose", "%s: %s", q.ID, f.Msg)
	}
}

// checkExam: every form that the blueprint describes can be drawn.
func (l *loader) checkExam() {
	d := l.examDoc
	rows := map[string]int{}
	for i, row := range l.c.Exam.Blueprint {
		line := d.line("blueprint[%d]", i)
		l.knownObjectives(d.file, line, "the blueprint", []string{row.Objective})
		if rows[row.Objective] > 0 {
			l.because(reason.Drawable).errorf(d.file, line, "keep one row an objective", "objective %s has two rows", clip(row.Objective))
		}
		rows[row.Objective] = row.Draw
		have := len(l.c.BankOf(row.Objective))
		if row.Bank != have {
			l.because(reason.Drawable).errorf(d.file, line, "correct the number (bank), or the questions’ objectives; saving the form of the exam counts them",
				"the blueprint counts %s for %s, and exam/ holds %d whose first objective it is", several(row.Bank, "question"), clip(row.Objective), have)
		}
		if row.Draw < 1 || row.Draw > have {
			l.because(reason.Drawable).errorf(d.file, line, "draw one at least, and no more than there are", "draw: %s where exam/ holds %d for %s", several(row.Draw, "question"), have, clip(row.Objective))
		}
	}
	if d.Root != nil && len(rows) == 0 {
		l.because(reason.Drawable).errorf(d.file, 0, "add a row for each objective", "the blueprint is empty")
	}
	for _, q := range l.c.Bank {
		if len(q.Objectives) > 0 && rows[q.Objectives[0]] == 0 {
			at := l.questions[q.ID]
			l.because(reason.Shown).errorf(at.file, at.line, "add its first objective to the blueprint", "%s is never drawn", q.ID)
		}
	}
	if n := l.c.Exam.Draw(); n != l.c.Card.CreditQuestions && l.cardDoc.Root != nil {
		l.because(reason.Timed).warnf("course.yaml", l.cardDoc.line("credit.questions"), "say how many questions must be answered for credit", "credit counts %s, an exam has %d", several(l.c.Card.CreditQuestions, "question"), n)
	}
	l.checkRequirements(rows)
	l.checkLimits()
}

func (l *loader) checkRequirements(draw map[string]int) {
	d := l.examDoc
	for i, r := range l.c.Exam.Require {
		line := d.line("require[%d]", i)
		room := map[string]int{} // objective → how many of Of it can give
		for _, id := range r.Of {
			q, ok := l.c.Question(id)
			if !ok || !slices.Contains(l.c.Bank, q) {
				l.because(reason.There).errorf(d.file, line, "name ids of exam/", "there is no exam question %q", clip(id))
				continue
			}
			if len(q.Objectives) > 0 {
				room[q.Objectives[0]]++
			}
		}
		most := 0
		for objective, n := range room {
			most += min(n, draw[objective])
		}
		if r.AtLeast < 1 || r.AtLeast > most {
			l.because(reason.Drawable).errorf(d.file, line, "ask for fewer, or draw more", "every exam must hold %d of these questions (at_least), but can hold %d at most", r.AtLeast, most)
		}
	}
}

func (l *loader) checkLimits() {
	d := l.examDoc
	percent := 100
	for i, lim := range l.c.Exam.Limits {
		line := d.line("limits[%d]", i)
		l.between(d, line, "at_most_percent", lim.AtMostPercent, 0, 100)
		if !slices.Contains(question.Kinds(), lim.Kind) {
			l.because(reason.Known).errorf(d.file, line, "use a kind of question", "unknown kind %q", clip(string(lim.Kind)))
		}
		if lim.Kind == question.TrueFalse {
			percent = lim.AtMostPercent
		}
		need := 0
		for _, row := range l.c.Exam.Blueprint {
			others := 0
			for _, q := range l.c.BankOf(row.Objective) {
				if q.Kind != lim.Kind {
					others++
				}
			}
			need += max(0, row.Draw-others)
		}
		if total := l.c.Exam.Draw(); need*100 > lim.AtMostPercent*total {
			l.because(reason.Drawable).errorf(d.file, line, "raise the limit, or write items of other kinds", "an exam of %s needs at least %d of the kind %s", several(total, "question"), need, lim.Kind)
		}
	}
	bank := make([]question.Question, len(l.c.Bank))
	for i, q := range l.c.Bank {
		bank[i] = *q
	}
	for _, f := range question.LintBank(bank, percent) {
		l.because(reason.Guessed).warnf(d.file, 0, "change items of the bank", "%s", f.Msg)
	}
}

// checkFigures: each figure stands in exactly one lesson.
func (l *loader) checkFigures() {
	used := map[string]string{}
	for _, t := range l.order {
		for _, u := range t.text.Figures {
			if first, twice := used[u.ID]; twice {
				l.because(reason.Once).errorf(t.file, u.Line, "show it once and point to that lesson", "figure %s is shown already in %s", clip(u.ID), first)
			}
			used[u.ID] = fmt.Sprintf("%s, line %d", t.file, u.Line)
		}
	}
	for i, f := range l.c.Figures {
		if used[f.ID] == "" {
			l.because(reason.Shown).errorf("figures.yaml", l.figureDoc.line("[%d].id", i), "show it with ![](figure:"+f.ID+"), or remove it", "no lesson shows figure %s", f.ID)
		}
	}
}

func (l *loader) checkCases() {
	for _, t := range l.caseOrder {
		for i, id := range t.Modules {
			if _, ok := l.c.Module(id); !ok {
				l.because(reason.There).errorf(t.file, t.doc.line("modules[%d]", i), "name the id of a module", "there is no module %q", clip(id))
			}
		}
		if len(t.source.Prompts) == 0 {
			l.because(reason.Pondered).errorf(t.file, l.end(t.file), "add “## Discussion” with numbered questions, each with a model point", "the case asks nothing")
		}
		shown := false
		for _, lesson := range l.order {
			for _, u := range lesson.text.Cases {
				shown = shown || u.ID == t.ID
				if u.ID == t.ID && !slices.Contains(t.Modules, lesson.ModuleID) {
					l.because(reason.Met).warnf(lesson.file, u.Line, "add the module to the case, or remove the box", "case %s is shown in module %s, which its front matter does not name", t.ID, lesson.ModuleID)
				}
			}
		}
		if !shown {
			l.because(reason.Shown).errorf(t.file, 0, "show it with “::: case "+t.ID+"”, or remove it", "no lesson shows the case")
		}
	}
}
