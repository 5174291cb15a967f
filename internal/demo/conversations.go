package demo

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/conversation"
)

// talk is what a learner asks at a passage, with what the instructor makes of it a
// day later.
type talk struct {
	days                                      int
	email, lesson, anchor                     string
	kind                                      conversation.Kind
	body, answer                              string
	shownQuestion, shownAnswer, note, verdict string
}

// talks are invented. What is answered says no more than the lessons do.
var talks = []talk{
	{days: 38, email: "certified@example.org", lesson: "what-the-trials-found", anchor: "s-where-ninety-percent-comes-from", kind: conversation.Question,
		body:          "A flyer of a clinic near me says that nine in ten people are well after five days. Can I tell a client that this is wrong?",
		answer:        "Say what the number rests on rather than that it is wrong: 19 of the 21 who finished a first, open study without a comparison group. In the newest trial with a sham group remission at one month was 50.0%, against 20.8% on sham. What the clinic offers and for whom is a question for the prescriber.",
		shownQuestion: "A flyer says that nine in ten people are well after five days. What can I say to a client about it?",
		shownAnswer:   "Say what the number rests on: 19 of the 21 who finished a first, open study without a comparison group. In the newest trial with a sham group remission at one month was 50.0%, against 20.8% on sham.",
		note:          "Add a sentence that can be said to a client who brings the figure along."},
	{days: 20, email: "greta.lindqvist@example.com", lesson: "what-the-trials-found", anchor: "s-where-ninety-percent-comes-from", kind: conversation.Inaccuracy,
		body:    "The table says 50.0% and the text below it 50% for the newest trial. Which is right?",
		verdict: "Thank you for looking so closely. Both are the same result: the table keeps the decimal of its source, the sentence leaves it out. Nothing has to change."},
	{days: 3, email: "ready@example.org", lesson: "diminishing-returns", anchor: "s-four-steps-down", kind: conversation.Inaccuracy,
		body: "On my telephone the words in the figure are too small to compare with the text. Do both show the same four percentages? Please have a look."},
	{days: 1, email: "therapist@example.org", lesson: "what-treatment-resistant-means", anchor: "s-two-trials-three-conditions", kind: conversation.Question,
		body: "How do I ask about adherence without sounding as if I did not believe the person?"},
}

func (w *world) conversations() {
	for _, k := range talks {
		id := new(string)
		w.at(w.daysAgo(k.days, 12, k.days%60, time.UTC), func(ctx context.Context) error {
			t, err := w.Conversation.Ask(w.as(ctx, k.email), conversation.NewThread{PersonID: w.people[k.email], Slug: clinical, Lesson: k.lesson,
				Kind: k.kind, Anchor: k.anchor, Body: k.body})
			*id = t.ID
			return err
		})
		if k.answer != "" || k.verdict != "" {
			w.at(w.daysAgo(k.days-1, 16, 5, time.UTC), func(ctx context.Context) error { return w.respond(w.as(ctx, instructor), *id, k) })
		}
	}
}

func (w *world) respond(ctx context.Context, id string, k talk) error {
	c, a := w.Conversation, conversation.Act{ID: id, By: w.people[instructor]}
	if k.verdict != "" {
		if err := c.Judge(ctx, a, conversation.Verdict{Text: k.verdict}); err != nil {
			return err
		}
		return w.work(ctx)
	}
	if err := c.Answer(ctx, a, k.answer); err != nil {
		return err
	}
	w.clock.pass(3 * time.Minute)
	a.Seen++ // their own answer
	if err := c.Show(ctx, a, k.shownQuestion, k.shownAnswer); err != nil {
		return err
	}
	w.clock.pass(2 * time.Minute)
	if err := c.KeepNote(ctx, id, a.By, k.note); err != nil {
		return err
	}
	return w.work(ctx)
}
