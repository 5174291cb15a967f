package learn_test

import "testing"

// TestNoQuestionIsShownBeforeTheDisclosure, whichever way it is asked for.
func TestNoQuestionIsShownBeforeTheDisclosure(t *testing.T) {
	w := newWorld(t)
	w.enroll("p1")
	const path = base + "/checks/m1"
	w.get(path).to(base + "/disclosure")
	w.post(path).to(base + "/disclosure")
	w.post(path, "again", "K1.1").to(base + "/disclosure")
	w.post(path, "question", "K1.1", "answer-K1.1", "A", "answer-K1.4", "B").to(base + "/disclosure")
}

// TestTheDisclosureLeadsOn to the lesson that was asked for, and nowhere else.
func TestTheDisclosureLeadsOn(t *testing.T) {
	for query, to := range map[string]string{
		"?lesson=what-treatment-resistant-means": first, "?lesson=none": base, "?lesson=//example.org": base, "": base,
	} {
		w := newWorld(t)
		w.enroll("p1")
		action := base + "/disclosure"
		if to == first {
			action += query
			w.get(first).to(action)
		}
		w.get(base + "/disclosure" + query).ok(`action="` + action + `"`)
		w.post(base+"/disclosure"+query).is(422, `action="`+action+`"`)
		w.post(base+"/disclosure"+query, "acknowledged", "yes").to(to)
	}
}
