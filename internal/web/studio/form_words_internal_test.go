package studio

import "testing"

// TestPlainWords: a form speaks of its labels, and of no file and no setting.
func TestPlainWords(t *testing.T) {
	card, err := openForm("course.yaml", "", []byte("title: A\nprice: {amount: \"1.00\", currency: EUR}\nauthors: [{name: B}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	for said, want := range map[string]string{
		"the price is in EUR, and this site sells in USD (COCARE_PROVIDER_CURRENCY)": "the price is in EUR, and this site sells in USD",
		"pass_percent is 0; it must be between 1 and 100":                            "“Pass mark in percent” is 0; it must be between 1 and 100",
		"title is missing":                 "“Title” is missing",
		"authors is missing":               "“Authors” is missing",
		"name an id of facts.yaml":         "name an id of “Checked facts”",
		"there is no drawing “fig-01.svg”": "there is no drawing “fig-01.svg”",
	} {
		if got := card.plain(said); got != want {
			t.Errorf("%q becomes %q", said, got)
		}
	}
}

// TestNamings: an ID is named where it stands by itself, apart from its own entry.
func TestNamings(t *testing.T) {
	files := map[string][]byte{
		"objectives.yaml":      []byte("- id: LO1\n- id: LO11\n"),
		"modules/1/1.md":       []byte("objectives: [LO1]\nSee LO1.\nLO1.2 x-LO1 LO1x\n"),
		"figures/fig-01.svg":   []byte("LO1"),
		"figures.yaml":         []byte("- id: fig-01\n  file: figures/fig-01.svg\n"),
		"modules/1/check.yaml": []byte("objectives: [LO1, LO2]\n"),
	}
	for id, want := range map[string]int{"LO1": 3, "LO11": 0, "fig-01": 0} {
		file := "objectives.yaml"
		if id == "fig-01" {
			file = figuresFile
		}
		if n := namings(files, file, id); n != want {
			t.Errorf("%s is named in %d places, not %d", id, n, want)
		}
	}
}
