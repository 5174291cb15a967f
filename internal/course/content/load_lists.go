package content

import (
	"regexp"
	"slices"

	"github.com/atmacena/cocare/internal/reason"
)

// lists reads objectives, facts, references, glossary and lint rules.
func (l *loader) lists() {
	l.loadObjectives()
	l.loadReferences()
	l.loadFacts()
	l.loadGlossary()
	l.loadLint()
}

func (l *loader) loadObjectives() {
	var list []struct {
		ID    string `yaml:"id"`
		Text  string `yaml:"text"`
		Verb  string `yaml:"verb"`
		Level string `yaml:"level"`
	}
	d := l.yaml("objectives.yaml", true, &list)
	l.objectiveDoc = d
	seen := map[string]spot{}
	for i, o := range list {
		l.id(d, d.line("[%d].id", i), "an objective", o.ID, seen)
		l.because(reason.Measurable).text(d, d.line("[%d].text", i), "the objective’s text", o.Text, MaxStatement)
		l.because(reason.Measurable).oneLine(d, d.line("[%d].verb", i), "the objective’s verb", o.Verb, MaxVerb)
		l.objectives[o.ID] = true
		l.c.Objectives = append(l.c.Objectives, Objective(o))
	}
	if d.Root != nil && len(list) < 3 {
		l.because(reason.Three).errorf(d.file, 1, "write at least three", "the course has %s", several(len(list), "objective"))
	}
}

var doi = regexp.MustCompile(`^10\.\d{4,9}/\S{1,200}$`)

func (l *loader) loadReferences() {
	var list []struct {
		ID     string `yaml:"id"`
		Number int    `yaml:"number"`
		Type   string `yaml:"type"`
		Author []struct {
			Family  string `yaml:"family"`
			Given   string `yaml:"given"`
			Literal string `yaml:"literal"`
		} `yaml:"author"`
		EtAl      bool   `yaml:"et_al"`
		Title     string `yaml:"title"`
		Container string `yaml:"container-title"`
		Issued    string `yaml:"issued"`
		Volume    string `yaml:"volume"`
		Issue     string `yaml:"issue"`
		Page      string `yaml:"page"`
		DOI       string `yaml:"DOI"`
		Note      string `yaml:"note"`
	}
	d := l.yaml("references.yaml", true, &list)
	l.referenceDoc = d
	seen, numbers := map[string]spot{}, map[int]int{}
	for i, f := range list {
		line := d.line("[%d].id", i)
		l.id(d, line, "a reference", f.ID, seen)
		if at, twice := numbers[f.Number]; twice || f.Number < 1 {
			l.because(reason.Printed).errorf(d.file, d.line("[%d].number", i), "number the list from 1, each number once", "the number %d is no place of its own (line %d)", f.Number, at)
		}
		numbers[f.Number] = d.line("[%d].number", i)
		if f.DOI != "" && !doi.MatchString(f.DOI) {
			l.because(reason.Printed).errorf(d.file, d.line("[%d].DOI", i), "write it as 10.1234/abc, without address", "DOI is %q", clip(f.DOI))
		}
		if f.Title == "" && len(f.Author) == 0 {
			l.because(reason.Printed).errorf(d.file, line, "give a title or an author", "the reference %q names nothing", clip(f.ID))
		}
		ref := &Reference{
			ID: f.ID, Number: f.Number, Type: f.Type, Title: f.Title, Container: f.Container, Issued: f.Issued, Volume: f.Volume,
			Issue: f.Issue, Page: f.Page, DOI: f.DOI, Note: f.Note, EtAl: f.EtAl,
		}
		for _, a := range f.Author {
			ref.Authors = append(ref.Authors, Name(a))
		}
		l.references[f.ID] = ref
		l.referenceIDs = append(l.referenceIDs, f.ID)
		l.c.References = append(l.c.References, ref)
	}
	slices.SortStableFunc(l.c.References, func(a, b *Reference) int { return a.Number - b.Number })
	for i, r := range l.c.References {
		if r.Number > i+1 && len(numbers) == len(list) {
			l.because(reason.Printed).errorf(d.file, numbers[r.Number], "number the list from 1 without a gap", "the number %d stands where %d is expected", r.Number, i+1)
			break
		}
	}
}

var statuses = []string{
	string(VerifiedPrimary), string(VerifiedSecondary), string(ArticleOnly), string(Known),
	string(Calculation), string(SearchResult), string(Inference),
}

func (l *loader) loadFacts() {
	var list []struct {
		ID         string   `yaml:"id"`
		Title      string   `yaml:"title"`
		Text       string   `yaml:"text"`
		Status     string   `yaml:"status"`
		References []string `yaml:"references"`
		Source     string   `yaml:"source"`
	}
	d := l.yaml("facts.yaml", true, &list)
	l.factDoc = d
	seen := map[string]spot{}
	for i, f := range list {
		l.id(d, d.line("[%d].id", i), "a fact", f.ID, seen)
		l.because(reason.Cited).text(d, d.line("[%d].text", i), "the fact’s text", f.Text, MaxLong)
		l.because(reason.Cited).text(d, d.line("[%d].source", i), "the fact’s source", f.Source, MaxParagraph)
		l.oneOf(d, d.line("[%d].status", i), "status", f.Status, statuses...)
		fact := &Fact{ID: f.ID, Title: f.Title, Text: f.Text, Status: FactStatus(f.Status), Source: f.Source}
		for j, id := range f.References {
			ref := l.references[id]
			if ref == nil {
				l.because(reason.There).errorf(d.file, d.line("[%d].references[%d]", i, j), "name an id of references.yaml", "there is no reference %q", clip(id))
				continue
			}
			fact.References = append(fact.References, ref)
		}
		fact.numbers = evidence(fact)
		l.facts[f.ID] = fact
		l.c.Facts = append(l.c.Facts, fact)
	}
}

func (l *loader) loadGlossary() {
	var list []struct {
		ID      string `yaml:"id"`
		Term    string `yaml:"term"`
		Meaning string `yaml:"meaning"`
	}
	d := l.yaml("glossary.yaml", false, &list)
	l.glossaryDoc = d
	seen := map[string]spot{}
	for i, t := range list {
		l.id(d, d.line("[%d].id", i), "a term", t.ID, seen)
		l.oneLine(d, d.line("[%d].term", i), "the term", t.Term, MaxTerm)
		l.text(d, d.line("[%d].meaning", i), "the term’s meaning", t.Meaning, MaxStatement)
		l.terms[t.ID] = Term(t)
		l.c.Glossary = append(l.c.Glossary, Term(t))
	}
}

func (l *loader) loadLint() {
	var f struct {
		Banned []struct {
			Words []string `yaml:"words"`
			Why   string   `yaml:"why"`
			Rule  string   `yaml:"rule"`
		} `yaml:"banned"`
		Prefer []struct {
			Not string `yaml:"not"`
			Use string `yaml:"use"`
		} `yaml:"prefer"`
		Names                 []string `yaml:"names"`
		ClearedNotApproved    bool     `yaml:"cleared_not_approved"`
		Devices               []string `yaml:"devices"`
		Medicines             []string `yaml:"medicines"`
		OutcomeWords          []string `yaml:"outcome_words"`
		WordsTolerancePercent int      `yaml:"planned_words_tolerance_percent"`
		RequiredBoxes         []string `yaml:"required_boxes"`
		RequiredFooter        bool     `yaml:"required_footer"`
		FooterSays            []string `yaml:"footer_says"`
		DisclosureWords       int      `yaml:"disclosure_words"`
		ExpiresWithinMonths   int      `yaml:"expires_within_months"`
		ClinicalReview        bool     `yaml:"clinical_review"`
		LegalLessons          []string `yaml:"legal_lessons"`
		Claimants             []string `yaml:"claimants"`
		SearchWords           []string `yaml:"search_words"`
		VersusPhrases         []string `yaml:"versus_phrases"`
		WordsPerMinute        int      `yaml:"words_per_minute"`
		ReadingGrade          *int     `yaml:"reading_grade"`
		OffLabel              []struct {
			Medicine string   `yaml:"medicine"`
			For      []string `yaml:"for"`
		} `yaml:"off_label"`
	}
	d := l.yaml("lint.yaml", true, &f)
	rules := &l.c.Lint
	*rules = LintRules{
		Names: f.Names, ClearedNotApproved: f.ClearedNotApproved, Devices: f.Devices, Medicines: f.Medicines,
		OutcomeWords: f.OutcomeWords, WordsTolerancePercent: f.WordsTolerancePercent,
		RequiredBoxes: f.RequiredBoxes, RequiredFooter: f.RequiredFooter, FooterSays: f.FooterSays, DisclosureWords: f.DisclosureWords,
		ExpiresWithinMonths: f.ExpiresWithinMonths, ClinicalReview: f.ClinicalReview, LegalLessons: f.LegalLessons, Claimants: f.Claimants,
		SearchWords: f.SearchWords, VersusPhrases: f.VersusPhrases, WordsPerMinute: f.WordsPerMinute, ReadingGrade: defaultReadingGrade,
	}
	if f.ReadingGrade != nil {
		rules.ReadingGrade = *f.ReadingGrade
	}
	for _, o := range f.OffLabel {
		rules.OffLabel = append(rules.OffLabel, OffLabel(o))
	}
	for i, b := range f.Banned {
		if len(b.Words) == 0 {
			l.because(reason.Understood).errorf(d.file, d.line("banned[%d]", i), "list words", "a ban names no words")
		}
		rules.Banned = append(rules.Banned, BannedWords(b))
	}
	for _, p := range f.Prefer {
		rules.Prefer = append(rules.Prefer, Preference(p))
	}
	if f.ClearedNotApproved && (len(f.Devices) == 0 || len(f.Medicines) == 0) {
		l.because(reason.Understood).errorf(d.file, d.line("cleared_not_approved"), "list devices: and medicines:, the words that tell them apart", "cleared_not_approved needs two lists of words")
	}
}
