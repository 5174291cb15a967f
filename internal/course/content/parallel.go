package content

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/yamldoc"
)

// stopped reports whether nobody waits for the course any more.
func (l *loader) stopped() bool { return l.stop != nil && l.stop() != nil }

// phases does one after the other, until nobody waits any more.
func (l *loader) phases(list ...func()) {
	for _, do := range list {
		if l.stopped() {
			return
		}
		do()
	}
}

// each does 0 to n-1 on all cores, and is back when they are done, or when nobody
// waits any more. What it does must not touch the same things.
func (l *loader) each(n int, do func(i int)) {
	var next atomic.Int64
	var broke atomic.Pointer[any]
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		all.Go(func() {
			defer func() {
				if p := recover(); p != nil { // for who called: here it would end the program
					broke.CompareAndSwap(nil, &p)
				}
			}()
			for i := int(next.Add(1)) - 1; i < n && !l.stopped(); i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	all.Wait()
	if p := broke.Load(); p != nil {
		panic(*p) //nolint:forbidigo // as it would without the cores
	}
}

// eachLesson lets a check report on every lesson, on all cores; the reports come in
// the order of the lessons.
func (l *loader) eachLesson(check func(l *loader, t *lessonText)) {
	l.apart(len(l.order), func(l *loader, i int) { check(l, l.order[i]) })
}

// eachQuestion is eachLesson for questions.
func (l *loader) eachQuestion(list []*question.Question, check func(l *loader, q *question.Question)) {
	l.apart(len(list), func(l *loader, i int) { check(l, list[i]) })
}

// apart lets checks of 0 to n-1 report on all cores, and brings the reports into order.
func (l *loader) apart(n int, check func(l *loader, i int)) {
	reports := make([]report, n)
	l.each(n, func(i int) {
		alone := *l
		alone.report = report{}
		check(&alone, i)
		reports[i] = alone.report
	})
	for _, r := range reports {
		for _, p := range r.problems {
			l.add(p)
		}
	}
}

// readQuestions is a file of questions, with where its values stand.
type readQuestions struct {
	list     []question.Question
	problems []question.Problem
	doc      *yamldoc.Doc
}

func newReadQuestions(data []byte) *readQuestions {
	list, root, problems := question.Read(data)
	return &readQuestions{list, problems, &yamldoc.Doc{First: 1, Root: root}}
}

// readAllQuestions reads the files of questions ahead: they are most of a course's
// YAML.
func (l *loader) readAllQuestions() {
	paths := append(l.under("modules/", "/check.yaml"), l.under("exam/", ".yaml")...)
	read := make([]*readQuestions, len(paths))
	l.each(len(paths), func(i int) { read[i] = newReadQuestions(l.files[paths[i]]) })
	l.read = make(map[string]*readQuestions, len(paths))
	for i, p := range paths {
		l.read[p] = read[i]
	}
}

// questionsOf is a file of questions, read ahead or now.
func (l *loader) questionsOf(path string) *readQuestions {
	if one := l.read[path]; one != nil {
		return one
	}
	return newReadQuestions(l.files[path])
}
