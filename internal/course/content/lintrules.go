package content

import "slices"

// LintRules is lint.yaml: the language rules that a course holds itself to.
type LintRules struct {
	Banned                []BannedWords
	Prefer                []Preference
	Names                 []string // never used as an endorsement
	ClearedNotApproved    bool     // devices are cleared, medicines are approved
	Devices, Medicines    []string // the words that tell the two apart
	OutcomeWords          []string
	WordsTolerancePercent int
	RequiredBoxes         []string
	RequiredFooter        bool
	FooterSays            []string // what the footer must hold
	DisclosureWords       int      // at least
	ExpiresWithinMonths   int      // of the day when the content was checked; 0: no rule
	ClinicalReview        bool     // every module, the cases and what depends on the place must ask for a review
	LegalLessons          []string // lessons that need a legal review, and blocks for both jurisdictions
	Claimants             []string // whom a claim may be ascribed to; empty: anybody
	SearchWords           []string // one of them stands where a statement rests on a search
	VersusPhrases         []string // what an outcome may be compared with, apart from a number of its text
	WordsPerMinute        int      // of reading; 0: no rule
	ReadingGrade          int      // of school, at most; 0: no rule. Where lint.yaml says nothing, 14
	OffLabel              []OffLabel
}

// OffLabel names a medicine that is not approved for what it is used for.
type OffLabel struct {
	Medicine string
	For      []string
}

func (r LintRules) legal(lessonID string) bool { return slices.Contains(r.LegalLessons, lessonID) }

// BannedWords must not stand in the course's own voice.
type BannedWords struct {
	Words     []string
	Why, Rule string
}

// Preference replaces a phrase by a kinder or more exact one.
type Preference struct{ Not, Use string }
