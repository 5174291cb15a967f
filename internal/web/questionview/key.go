package questionview

import (
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/question"
)

// Key is what stands around a question that is read with its key: by those who write,
// review or accredit it.
type Key struct {
	ID, Kind   string
	Place      string // the jurisdiction that it is about, "" for none
	Errors     []question.CommonError
	Others     []string // what belongs to no row of a matching
	Objectives []course.Objective
	Facts      []*course.Fact // on which the key rests
	Unknown    []string       // facts that it names and the course has not
}

// Read is a question of an edition as its key is read: every part of it, in the author's
// order.
func Read(ed *course.Edition, q *question.Question) Feedback {
	k := &Key{ID: q.ID, Kind: q.Kind.Words(), Place: placeNames[q.Jurisdiction], Errors: q.Errors}
	for _, id := range q.Objectives {
		o, there := ed.Course.Objective(id)
		if !there {
			o = course.Objective{ID: id}
		}
		k.Objectives = append(k.Objectives, o)
	}
	for _, id := range q.Facts {
		if f, there := ed.Course.Fact(id); there {
			k.Facts = append(k.Facts, f)
		} else {
			k.Unknown = append(k.Unknown, id)
		}
	}
	matched := map[string]bool{}
	for _, l := range q.Left {
		matched[l.Match] = true
	}
	for _, r := range q.Right {
		if !matched[r.ID] {
			k.Others = append(k.Others, r.Text)
		}
	}
	none := question.Response{}
	return Feedback{Case: CaseOf(ed, q), Key: k, Feedback: question.Explain(q, question.DefaultOrder(q), none, question.Grade(q, none))}
}
