package question

// kindWords name the kinds for people.
var kindWords = map[Kind]string{
	SingleChoice: "Single choice", MultipleResponse: "Multiple response", TrueFalse: "True or false", Numeric: "Number",
	Ordering: "Order", Matching: "Matching", ShortAnswer: "Short answer",
}

// Words is what a kind is called wherever people read of it; one that is none of ours
// goes by its name.
func (k Kind) Words() string {
	if w := kindWords[k]; w != "" {
		return w
	}
	return string(k)
}
