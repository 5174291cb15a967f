package studio

import (
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/edit"
)

var cardSheet = sheet{Asks: []ask{
	{Key: "title", Label: "Title", Most: course.MaxTitle}, {Key: "subtitle", Label: "Subtitle"}, {Key: "summary", Label: "Summary", Most: course.MaxParagraph, As: asLong, Hint: "Two or three sentences for the catalog."},
	{Key: "audience", Label: "For whom", Most: course.MaxParagraph, As: asLong}, {Key: "level", Label: "Level", Most: course.MaxParagraph}, {Key: "prerequisites", Label: "Prerequisites", As: asLong}, {Key: "not_for", Label: "What it is not for", As: asLong},
	{Key: "format", Label: "Format"}, {Key: "footer", Label: "Line under every lesson", As: asLong}, {Key: "footer_facts", Label: "Facts behind that line", As: asPick, Of: facts},
	{Key: "price.amount", Label: "Price", As: asMoney, Hint: "With two decimals, as in 149.00; 0.00 is free."}, {Key: "price.currency", Label: "Currency"},
	{Key: "released_on", Label: "Released on", As: asDay}, {Key: "checked_on", Label: "Content checked on", As: asDay}, {Key: "expires_on", Label: "Content expires on", As: asDay},
	{Key: "access_days", Label: "Days of access", As: asNumber}, {Key: "reminder_days", Label: "Reminders, days before the end", As: asNumbers}, {Key: "repeat_after_days", Label: "Days until it may be taken again", As: asNumber, Hint: "0 for never."},
	{Key: "lesson_order", Label: "Order of the lessons", As: asChoice, Options: []string{"any", "fixed"}, Words: map[string]string{"any": "In any order", "fixed": "One after the other"}},
	{Key: "exam.pass_percent", Label: "Pass mark in percent", As: asNumber}, {Key: "exam.attempts", Label: "Attempts", As: asNumber}, {Key: "exam.wait_hours", Label: "Hours between attempts", As: asNumber},
	{Key: "exam.time_limit_minutes", Label: "Time limit in minutes", As: asNumber, Hint: "0 for none."}, {Key: "exam.grading_days", Label: "Working days for grading", As: asNumber},
	{Key: "certificate.issue", Label: "Who issues the certificate", As: asChoice, Options: []string{"", "automatically", "administrator"}, Words: map[string]string{"": "As this site does it", "automatically": "The site, when all is done", "administrator": "An administrator"}, Optional: true},
	{Key: "time_policy", Label: "Reading time", As: asChoice, Options: []string{"record", "warn", "block"}, Words: map[string]string{"record": "Is recorded only", "warn": "Warns where it is short", "block": "Is asked for before a certificate"}}, {Key: "planned_minutes", Label: "Planned minutes", As: asNumber},
	{Key: "credit.difficulty", Label: "Difficulty from 1 to 5, for credit", As: asRaw}, {Key: "credit.questions", Label: "Questions that count for credit", As: asNumber}, {Key: "credit.round", Label: "Rounding of credit", As: asChoice, Options: []string{"down-quarter", "nearest-quarter"}, Words: map[string]string{"down-quarter": "Down to a quarter of an hour", "nearest-quarter": "To the nearest quarter of an hour"}},
}, Lists: []rows{{Key: "authors", One: "Author", Many: "Authors", Asks: []ask{
	{Key: "name", Label: "Name", Most: course.MaxTitle}, {Key: "credentials", Label: "Credentials"}, {Key: "role", Label: "Role"}, {Key: "disclosure", Label: "Disclosure", Most: course.MaxParagraph, As: asLong}, {Key: "disclosed_on", Label: "Disclosed on", As: asDay},
}, Fresh: func(begun) edit.Map {
	return edit.Map{{Key: "name", Value: todo}, {Key: "credentials", Value: ""}, {Key: "role", Value: "author"}, {Key: "disclosure", Value: todo}, {Key: "disclosed_on", Value: ""}}
}}}}

var moduleSheet = sheet{Asks: []ask{{Key: "title", Label: "Title", Most: course.MaxTitle}, {Key: "aim", Label: "Aim", As: asLong}, {Key: "objectives", Label: "Objectives", As: asPick, Of: objectives}, {Key: "planned_words", Label: "Planned words", As: asNumber}}}

var objectiveRows = rows{One: "Objective", Many: "Objectives", Asks: []ask{
	{Key: "id", Label: "ID"}, {Key: "text", Label: "What a learner will be able to do", As: asLong, Most: course.MaxStatement}, {Key: "verb", Label: "Verb", Most: course.MaxVerb}, {Key: "level", Label: "Level"},
}, Begin: "LO0", Fresh: func(n begun) edit.Map {
	return edit.Map{{Key: "id", Value: n.ID}, {Key: "text", Value: todo}, {Key: "verb", Value: "Explain"}, {Key: "level", Value: "Understand"}}
}}

var blueprintSheet = sheet{Lists: []rows{
	{Key: "blueprint", One: "Row", Many: "What an exam draws", Counted: true, Asks: []ask{{Key: "objective", Label: "Objective", As: asChoice, Of: objectives}, {Key: "draw", Label: "Questions drawn", As: asNumber}},
		Fresh: func(n begun) edit.Map {
			return edit.Map{{Key: "objective", Value: n.Objective}, {Key: "bank", Value: 1}, {Key: "draw", Value: 1}}
		}},
	{Key: "require", One: "Requirement", Many: "What every exam must hold", Asks: []ask{{Key: "at_least", Label: "At least", As: asNumber}, {Key: "of", Label: "Of these questions", As: asPick, Of: questions}, {Key: "why", Label: "Why"}},
		Fresh: func(begun) edit.Map {
			return edit.Map{{Key: "at_least", Value: 1}, {Key: "of", Value: []string{}}, {Key: "why", Value: todo}}
		}},
	{Key: "limits", One: "Limit", Many: "Limits", Asks: []ask{{Key: "kind", Label: "Kind of question", As: asChoice, Options: questionKinds}, {Key: "at_most_percent", Label: "At most percent of an exam", As: asNumber}},
		Fresh: func(begun) edit.Map {
			return edit.Map{{Key: "kind", Value: "true-false"}, {Key: "at_most_percent", Value: 10}}
		}},
}}

var evaluationSheet = sheet{Asks: []ask{{Key: "scale", Label: "Steps of the scale", As: asLines, Hint: "One a line, from the lowest on."}}, Lists: []rows{{Key: "items", One: "Item", Many: "Items", Apart: true, Begin: "item-0", Names: true, Kinds: evaluationKinds, Asks: []ask{
	{Key: "id", Label: "ID"}, {Key: "kind", Label: "Kind", As: asChoice, Options: evaluationKinds, Hint: "What it asks for besides is here when it is saved."}, {Key: "text", Label: "Text", As: asLong, Most: course.MaxStatement},
	{Key: "objective", Label: "Objective that it is about", As: asChoice, Of: objectives, Optional: true}, {Key: "required", Label: "Must be answered", As: asCheck},
	{Key: "to", Label: "Who reads the answers besides", As: asChoice, Options: []string{"", "reviewer"}, Words: map[string]string{"": "Nobody", "reviewer": "The reviewer"}, Optional: true},
}, OfKind: map[string]sheet{
	"single": {Lists: []rows{choiceRows}}, "multiple": {Lists: []rows{choiceRows}},
	"minutes": {Asks: []ask{{Key: "parts", Label: "What it asks the minutes of", As: asLines, Hint: "One a line."}}},
}, Fresh: freshItem}}}

var evaluationKinds = []string{"scale", "single", "multiple", "text", "minutes", "consent"}

var choiceRows = rows{Key: "options", One: "Option", Many: "Options", Begin: "option-0", Names: true, Asks: []ask{{Key: "id", Label: "ID"}, {Key: "text", Label: "Text"}}, Fresh: func(n begun) edit.Map {
	return edit.Map{{Key: "id", Value: n.ID}, {Key: "text", Value: todo}}
}}

func freshItem(n begun) edit.Map {
	m := edit.Map{{Key: "id", Value: n.ID}, {Key: "kind", Value: n.Kind}, {Key: "text", Value: todo}}
	switch n.Kind {
	case "single", "multiple":
		m = append(m, edit.Pair{Key: "options", Value: []any{choiceRows.Fresh(begun{ID: "option-1"}), choiceRows.Fresh(begun{ID: "option-2"})}})
	case "minutes":
		m = append(m, edit.Pair{Key: "parts", Value: []string{todo}})
	}
	return m
}

var signoffRows = rows{One: "Review", Many: "Reviews that the course asks for", Asks: []ask{
	{Key: "id", Label: "ID"}, {Key: "kind", Label: "Kind", As: asChoice, Options: []string{"medical", "therapist", "legal", "editorial"}}, {Key: "lessons", Label: "Modules and lessons", As: asPick, Of: lessons, Optional: true},
	{Key: "cases", Label: "Covers the cases", As: asCheck}, {Key: "text", Label: "What it covers", As: asLong, Most: course.MaxParagraph},
}, Begin: "review-0", Names: true, Fresh: func(n begun) edit.Map {
	return edit.Map{{Key: "id", Value: n.ID}, {Key: "kind", Value: "therapist"}, {Key: "lessons", Value: []string{}}, {Key: "text", Value: todo}}
}}

var lessonSheet = sheet{Asks: []ask{
	{Key: "title", Label: "Title", Most: course.MaxTitle}, {Key: "slug", Label: "Address", Hint: "Small letters and hyphens, as in what-to-ask. Whoever kept a link to the lesson loses it when this changes."},
	{Key: "objectives", Label: "Objectives that it serves", As: asPick, Of: objectives}, {Key: "minutes", Label: "Minutes of reading", As: asNumber}, {Key: "words", Label: "Planned words", As: asNumber},
	{Key: "jurisdictions", Label: "Places that it has boxes for", As: asPick, Of: places}, {Key: "roles", Label: "Notes by role", As: asLines, Hint: "One a line; may stay empty."},
}}

var caseSheet = sheet{Asks: []ask{
	{Key: "title", Label: "Title", Most: course.MaxTitle}, {Key: "name", Label: "Name of the person", Hint: "Fictional."}, {Key: "modules", Label: "Modules that show it", As: asPick, Of: modules},
}}
