package learn_test

import "testing"

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
