package app

// For tests: what other rooms add to the copy of a person's data, and what a sample
// certificate says.
var (
	PersonalData = (*App).personalData
	SampleFacts  = (*App).sampleFacts
)
