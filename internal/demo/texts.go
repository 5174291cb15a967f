package demo

import (
	"strconv"

	"github.com/atmacena/cocare/internal/question"
)

// written is a short answer as a learner may write it, with what a grader makes
// of it.
type written struct {
	text       string
	awarded    []int
	deductions int
	comment    string
}

// essays are a good and a weak answer to each short-answer question.
var essays = map[string][2]written{
	"K5.4": {
		{text: "Each of the two helps some people. They have been combined in a few studies, but a comparison found no clear extra benefit and I know of no randomized trial.", awarded: []int{1, 1, 1, 1}},
		{text: "Some people get both. We do not know much about it yet.", awarded: []int{0, 1, 0, 1}},
	},
	"E28": {
		{text: "One idea is that TMS and ketamine may help by changing how readily connections in the brain adapt. The support comes mostly from animal studies; in people it is indirect and mixed.",
			awarded: []int{1, 1, 1, 1}, comment: "Fair to the evidence, and a client would understand it."},
		{text: "TMS and ketamine raise plasticity in the brain, which is the reason why they can help with depression.",
			awarded: []int{0, 0, 0, 1}, comment: "You have dropped the slogan, but the cause still stands as a fact. Say that it is a hypothesis, and where its support comes from."},
	},
	"E35": {
		{text: "That claim goes further than the evidence. It rests on a small group without a comparison; a larger comparison found no clear extra benefit, and I don’t know of a randomized trial. Let us ask a psychiatrist to go through all the options with you.",
			awarded: []int{1, 1, 1, 1}, comment: "Warm, honest, and it keeps the door open."},
		{text: "No, it does not work for everyone like you. You could ask the clinic where the number comes from.",
			awarded: []int{1, 0, 0, 0}, comment: "Right so far. Say what the claim rests on, what the comparison found, and who can look at the options with her."},
	},
	"E48": {
		{text: "Client reports compounded ketamine lozenges by mail, 2–5 a week, alone, for 4 months; relief, then low mood.\nStinging urination, past high BP, alcohol on days off; no suicidal intent today, risk reviewed.\nShared FDA concerns; no dosing advice; advised not to drive after use.\nAgreed to release for prescriber and GP.\nPlan: call prescriber, medical review this week, see client in 3 days.",
			awarded: []int{1, 1, 1, 1}, comment: "Complete and without judgment."},
		{text: "Client misuses ketamine and is in denial about it. Explained the risks and told him to stop. Follow up next week.",
			awarded: []int{0, 0, 1, 1}, deductions: 1, comment: "Record what he reports, not what you conclude from it, and name the warning signs that you asked about."},
	},
}

// essay is a short answer; for a question that has none here, its author's own
// model or a shrug.
func essay(q *question.Question, good bool) string {
	if pair, ok := essays[q.ID]; ok {
		if good {
			return pair[0].text
		}
		return pair[1].text
	}
	if good {
		return q.Model
	}
	return "I am not sure."
}

// marksFor are what a grader gives for a text.
func marksFor(q *question.Question, text string) written {
	for _, w := range essays[q.ID] {
		if w.text == text {
			return w
		}
	}
	w := written{awarded: make([]int, len(q.Rubric))}
	if text == q.Model {
		for i, line := range q.Rubric {
			w.awarded[i] = line.Points
		}
	}
	return w
}

// notes are what a learner keeps beside a lesson, by address and lesson.
var notes = map[string]map[string]string{
	"therapist@example.org": {
		"m1-l1": "Ask for each medicine: what, how much, how long, how often really, why it stopped. Put this on the intake form.",
		"m2-l3": "Response is not remission. Write both words on the card at my desk.",
		"m3-l1": "Come back to this one before supervision on Thursday.",
	},
	"beatriz.figueiredo@example.com": {"m1-l2": "Compare with the numbers from our own clinic’s report."},
	"nearly-done@example.org":        {"m6-l2": "The referral letter template in our office lacks the medication history. Bring it up."},
	"certified@example.org":          {"m5-l2": "Good paragraph to read out in the consultation group."},
}

// comments are free answers of evaluations, by item.
var comments = map[string][]string{
	"change": {
		"I will take a proper history of earlier medicines before I use the word resistant.",
		"I will ask what a percentage was compared with before I pass it on.",
		"I have written a referral checklist for our practice.",
		"I will stop saying rewire.",
		"I will note who profits from a brochure before I hand it out.",
	},
	"inaccurate": {"Not that I noticed.", "The state rules in the last module should name the board’s page."},
	"bias":       {"No.", "No. It says plainly where it came from, which I liked."},
	"background": {"Counselor, twelve years in community mental health.", "Psychologist, private practice, six years.", "Social worker, hospital outpatient clinic."},
	"missing":    {"How long the record is kept.", "Whether I can take my notes with me.", "Nothing, it was short and clear."},
}

// changes are what people say of their plans 60 days later.
var changes = []string{
	"The referral checklist is in use; we went through it in supervision.",
	"I take the history of earlier medicines as planned. The handout for clients is not written yet.",
	"Two of three. My employer’s form has no field for the comparison, so I note it by hand.",
	"None so far: no client asked about it since.",
	"I ask what a percentage was compared with, every time, and it has changed the conversations.",
}

// agreement is an answer on a scale of n steps, around the learner's mood.
func (l *learner) agreement(n int) string {
	v := l.mood + l.rng.NormFloat64()*0.7
	step := int(v*float64(n)/5 + 0.5)
	return strconv.Itoa(min(max(step, 1), n))
}

// minutesFor is what a learner remembers of the time spent.
func (l *learner) minutesFor(part string) string {
	planned := l.editions[l.slug].Course.Card.PlannedMinutes
	if part == "questions" {
		return strconv.Itoa(max(3, planned/3+l.rng.IntN(planned/4+1)))
	}
	return strconv.Itoa(max(3, planned*4/5+l.rng.IntN(planned/2+1)))
}
