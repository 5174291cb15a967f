package course

import "strings"

// Labels are the titles of editions, in their order, as a list offers them: where
// another course has the same title, however it is written, the slug stands behind it.
func Labels(list []*Edition) []string {
	same := map[string]map[string]bool{} // courses by title
	for _, e := range list {
		title := titleKey(e)
		if same[title] == nil {
			same[title] = map[string]bool{}
		}
		same[title][e.CourseID] = true
	}
	labels := make([]string, len(list))
	for i, e := range list {
		labels[i] = e.Course.Card.Title
		if len(same[titleKey(e)]) > 1 {
			labels[i] += " (" + e.Slug + ")"
		}
	}
	return labels
}

func titleKey(e *Edition) string {
	return strings.ToLower(strings.Join(strings.Fields(e.Course.Card.Title), " "))
}
