package e2e

import (
	"strings"

	"github.com/atmacena/cocare/internal/course/intake"
)

// oldBank is a file of another system, with something of every verdict.
const oldBank = `// [id:G1]
[html]Which of these was measured <b>first</b>?{=The time of reading#Correct: it is noted with each visit. ~The score#Incorrect: that comes later.}

// [id:G2]
Which two are kept? {~%50%Answers ~%50%Times ~Guesses ~Moods}

A sentence that asks nothing.

// [id:G3]
The log can be read by everybody.{FALSE#It is not.#Right, by administrators.}

// [id:G4]
Name the file that a certificate rests on.{=the record =%50%the log}

// [id:G5]
How many minutes are ten pages?{#30:5}

// [id:G6]
Put them together.{=Answer -> Exam =Visit -> Lesson =Signature -> Certificate}
`

// questions looks at the questions of a draft, at what takes them away and at imports
// in every state. While a job works on one, its page looks again by itself: the tests of
// its area open that.
func (s *stage) questions() {
	const slug, teacher = "in-the-bank", "instructor@example.org"
	shortCopy(s.t, slug, "")
	at := "/teach/" + slug + "/questions"
	s.add("questions.list", "", teacher, at)
	s.add("questions.list", "nothing", teacher, at+"?objective=LO99")
	s.add("questions.export_page", "", teacher, at+"/export")
	s.add("questions.export_page", "losses", teacher, at+"/export?format=gift&in=exam")
	s.add("questions.export_page", "nothing", teacher, at+"/export?format=aiken&kind=numeric")
	const empty = "in-the-bank-first"
	shortCopy(s.t, empty, "")
	s.add("questions.import_page", "", teacher, "/teach/"+empty+"/questions/import")

	done := s.questionFile(slug, oldBank)
	s.addQuestions(slug, done)
	s.add("questions.import", "done", teacher, at+"/import/"+done.ID)
	s.add("questions.list", "mistakes", teacher, at+"?in=exam")
	again := s.questionFile(slug, strings.ReplaceAll(oldBank, "Which two are kept? ", "Which two of these are kept? ")+"\nOne more?{T}\n")
	s.add("questions.import", "ready", teacher, at+"/import/"+again.ID)
	s.add("questions.import", "refused", teacher, at+"/import/"+again.ID+"?verdict=refused")
	nothing := s.questionFile(slug, oldBank)
	s.add("questions.import", "nothing", teacher, at+"/import/"+nothing.ID)
	latin := s.questionFile(slug, "Caf\xe9?{T}\n")
	s.check(server.DB.Conn(s.t.Context()).Exec("UPDATE question_imports SET problem = 'With this the course would hold more than 2000 files or 32 MiB. Nothing was saved.' WHERE id = ?", latin.ID).Error)
	s.add("questions.import", "problem", teacher, at+"/import/"+latin.ID)
	stopped := s.questionFile(slug, "Never read to its end?{T}\n")
	s.check(server.DB.Conn(s.t.Context()).Exec("UPDATE question_imports SET state = 'reading' WHERE id = ?", stopped.ID).Error)
	s.add("questions.import", "stopped", teacher, at+"/import/"+stopped.ID)
	s.add("questions.import_page", "kept", teacher, at+"/import")
}

// questionFile is a file that was uploaded and read.
func (s *stage) questionFile(slug, text string) intake.Import {
	s.t.Helper()
	ctx, by := s.t.Context(), s.person("instructor@example.org").ID
	i := must[intake.Import](s.t)(server.Intake.Upload(ctx, slug, "old bank.gift", []byte(text), by))
	within(s.t, "the file to be read", func() bool {
		i = must[intake.Import](s.t)(server.Intake.Get(ctx, slug, i.ID, by))
		return i.State == intake.Ready
	})
	return i
}

// addQuestions has the questions of a file added to the exam.
func (s *stage) addQuestions(slug string, i intake.Import) {
	s.t.Helper()
	ctx := s.t.Context()
	s.check(server.Intake.Confirm(ctx, slug, i.ID, i.OwnerID, intake.Bank, "LO1"))
	within(s.t, "the questions to be added", func() bool {
		return must[intake.Import](s.t)(server.Intake.Get(ctx, slug, i.ID, i.OwnerID)).State == intake.Done
	})
}
