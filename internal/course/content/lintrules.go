package content

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
}

// BannedWords must not stand in the course's own voice.
type BannedWords struct {
	Words     []string
	Why, Rule string
}

// Preference replaces a phrase by a kinder or more exact one.
type Preference struct{ Not, Use string }
