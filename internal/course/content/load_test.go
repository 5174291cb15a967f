package content_test

import (
	"fmt"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/atmacena/cocare/internal/course/content"
)

const lesson = "modules/01-first/01-start.md"

// small reads the small course of testdata.
func small(t testing.TB) content.Files {
	t.Helper()
	files, problems := content.ReadFiles(os.DirFS("testdata/small"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return files
}

func TestSmallCourse(t *testing.T) {
	c, problems := parse(t, small(t))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	l, ok := c.Lesson("start")
	if !ok || l.Number != 1 || l.ModuleID != "m1" || l.Words != 41 || len(l.Citations) != 2 || len(l.Headings) != 1 || len(l.Figures) != 1 {
		t.Errorf("lesson %+v", l)
	}
	html := string(l.HTML)
	for _, want := range []string{
		`role="img" aria-label="A bar, half full."`, `<strong>Figure 1. Halves.</strong> In this drawing 50% responded.`,
		`href="../figures/fig-01"`, `<a href="start">this lesson</a>`, `Case: Bo, 30`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("want %s in\n%s", want, html)
		}
	}
	k, ok := c.Case("a")
	if !ok || k.Story != "<p>Bo is fictional. </p>\n" || len(k.Prompts) != 1 || strings.Contains(string(k.Prompts[0].Model), "cite") {
		t.Errorf("case %+v", k)
	}
	f, ok := c.Fact("F-1")
	if !ok || f.References[0].String() != "Rivera A, et al. On halves. J Small 2020;1(2):3–4. (corrected)" {
		t.Errorf("reference %q", f.References[0])
	}
	if h := f.References[0].HTML(); !strings.Contains(string(h), `<a href="https://doi.org/10.1000/small">doi:10.1000/small</a>`) {
		t.Errorf("reference %s", h)
	}
	if q, ok := c.Question("E4"); !ok || q.Case != "a" || len(c.BankOf("LO1")) != 1 {
		t.Error("bank")
	}
	if c.Card.PriceCents != 0 || c.Disclosure.Hash == "" || c.Words() != l.Words {
		t.Errorf("card %+v", c.Card)
	}
}

// TestWhoIssues: a course that says nothing has its certificates at once.
func TestWhoIssues(t *testing.T) {
	for setting, want := range map[string]struct {
		byHand bool
		days   int
	}{
		"": {}, "certificate: {issue: automatically}\n": {}, "certificate: {issue: administrator}\n": {byHand: true},
		"certificate: {issue: administrator, days: 5}\n": {true, 5},
	} {
		files := small(t)
		files["course.yaml"] = append(files["course.yaml"], setting...)
		c, problems := parse(t, files)
		if len(problems) > 0 || c.Card.IssuedByHand() != want.byHand || c.Card.CertificateDays != want.days {
			t.Errorf("%q: by hand %v, %d days, %v", setting, c.Card.IssuedByHand(), c.Card.CertificateDays, problems)
		}
	}
}

// TestMistakes changes one file at a time and wants the file, the line and the
// words of the problem.
func TestMistakes(t *testing.T) {
	tests := []struct{ name, file, old, with, where, msg string }{
		{"card key", "course.yaml", "level:", "lvl:", "course.yaml:7", `unknown key "lvl"`},
		{"card type", "course.yaml", "access_days: 30", "access_days: soon", "course.yaml:19", "a whole number"},
		{"list where a text belongs", "course.yaml", "title: A small course", "title: [A small course]", "course.yaml:2", "a list cannot stand here"},
		{"keys where a list belongs", "lint.yaml", "banned:", "banned: {words: x}\nbanned_before:", "lint.yaml:1", "keys and values cannot stand here write a list"},
		{"words where a list belongs", "evaluation.yaml", "items:", "items: 5\nitems_before:", "evaluation.yaml:2", "write a list"},
		{"card syntax", "course.yaml", "title: A small course", "title: A: b", "course.yaml:2", "needs quotes"},
		{"card key twice", "course.yaml", "format: Text", "format: Text\nformat: Text", "course.yaml:11", "stands twice"},
		{"slug", "course.yaml", "slug: small", "slug: Small One", "course.yaml:1", "slug is"},
		{"price", "course.yaml", `"0.00"`, `"1.5"`, "course.yaml:18", "the price"},
		{"currency", "course.yaml", "USD", "dollars", "course.yaml:18", "the currency"},
		{"date", "course.yaml", "released_on: 2026-11-23", "released_on: today", "course.yaml:13", "not a date"},
		{"expiry", "course.yaml", "expires_on: 2027-05-23", "expires_on: 2026-05-23", "course.yaml:15", "on the day that it was checked on"},
		{"pass mark", "course.yaml", "pass_percent: 80", "pass_percent: 180", "course.yaml:23", "between 1 and 100"},
		{"order", "course.yaml", "lesson_order: any", "lesson_order: some", "course.yaml:22", "lesson_order"},
		{"rounding", "course.yaml", "down-quarter", "up", "course.yaml:24", "round is"},
		{"difficulty", "course.yaml", "difficulty: 3", "difficulty: 9", "course.yaml:24", "difficulty is 9"},
		{"issue", "course.yaml", "format: Text", "format: Text\ncertificate: {issue: later}", "course.yaml:11", "issue is"},
		{"promised days", "course.yaml", "format: Text", "format: Text\ncertificate: {issue: administrator, days: 99}", "course.yaml:11", "between 0 and 60"},
		{"days of nobody", "course.yaml", "format: Text", "format: Text\ncertificate: {days: 5}", "course.yaml:11", "issued at once"},
		{"author", "course.yaml", "disclosure: None.", `disclosure: ""`, "course.yaml:12", "disclosure is missing"},
		{"author with what nobody sees", "course.yaml", "name: Ada Rivera", `name: "Ada\u202e Rivera"`, "course.yaml:12", "holds the character U+202E"},
		{"title with an escaped NUL", "course.yaml", "title: A small course", `title: "A\0B"`, "course.yaml:2", "holds the character U+0000"},
		{"title that turns its end around", "course.yaml", "title: A small course", `title: "A \u202e B"`, "course.yaml:2", "holds the character U+202E"},
		{"title with a bell", "course.yaml", "title: A small course", `title: "A \a B"`, "course.yaml:2", "holds the character U+0007"},
		{"title with a header", "course.yaml", "title: A small course", `title: "Hi\nBcc: a@example.org"`, "course.yaml:2", "line break"},
		{"question with a NUL", "exam/bank.yaml", "text: Half of them", `text: "Half\0"`, "exam/bank.yaml:13", "holds the character U+0000"},
		{"footer", "course.yaml", "footer: Call 988.", `footer: ""`, "course.yaml:16", "footer is missing"},
		{"footer without the line", "course.yaml", "Call 988.", "Call us.", "course.yaml:16", `does not say "988"`},
		{"expiry too late", "course.yaml", "expires_on: 2027-05-23", "expires_on: 2036-05-23", "course.yaml:15", "more than 6 months"},
		{"title promises", "course.yaml", "title: A small course", "title: Get cured", "course.yaml:2", "“cured” is ruled out"},
		{"audience", "course.yaml", "audience: Testers", "audience: Acme testers", "course.yaml:6", "acme"},
		{"review dropped", "signoff.yaml", "kind: medical", "kind: editorial", "signoff.yaml", "no medical or therapist review covers lesson m1-l1"},
		{"review of the cases", "signoff.yaml", "kind: therapist", "kind: legal", "signoff.yaml", "no therapist review covers the cases"},
		{"legal review", "lint.yaml", "legal_lessons: []", "legal_lessons: [m1-l1]", lesson + ":8", "lacks us"},
		{"key moved", "modules/01-first/check.yaml", `text: "True", correct: true, rationale: Yes.`, `text: "True", rationale: Yes.`, "modules/01-first/check.yaml:1", "begins with “yes”"},
		{"key beside its rationale", "modules/01-first/check.yaml", `text: "False", rationale: No.`, `text: "False", correct: true, rationale: No.`, "modules/01-first/check.yaml:1", "begins with “no”"},
		{"footer fact", "course.yaml", "footer_facts: [F-1]", "footer_facts: [F-9]", "course.yaml:17", "no fact"},
		{"credit questions", "course.yaml", "questions: 3", "questions: 9", "course.yaml:24", "credit counts 9 questions, an exam has 3"},
		{"two documents", "glossary.yaml", "- {id", "---\n- {id: x, term: x, meaning: x}\n---\n- {id", "glossary.yaml:1", "more than one"},
		{"empty file", "objectives.yaml", "", "", "objectives.yaml:1", "empty"},
		{"two objectives", "objectives.yaml", "- {id: LO3, text: Judge one thing, verb: Judge, level: Evaluate}\n", "", "objectives.yaml:1", "the course has 2 objectives"},
		{"objective that nobody can measure", "objectives.yaml", "text: Explain one thing, verb: Explain", "text: Understand one thing, verb: Understand", "objectives.yaml:1", "“understand” begin with"},
		{"objective of another verb", "objectives.yaml", "verb: Judge", "verb: Weigh", "objectives.yaml:3", "begins with “judge”, its verb is “Weigh”"},
		{"heading that skips a level", lesson, "## A claim", "#### A claim", lesson + ":15", "a heading of level 4 follows one of level 1 write it with ##"},
		{"reference that nothing rests on", "facts.yaml", "references: [rivera-2020]", "references: []", "references.yaml:1", "no fact rests on reference 1"},
		{"no literature", "references.yaml", "", "[]", "references.yaml:1", "names no literature"},
		{"objective untaught", lesson, "LO3]", "LO1]", "objectives.yaml:3", "no lesson serves"},
		{"objective unasked", "evaluation.yaml", "objective: LO3, ", "", "objectives.yaml:3", "evaluation does not ask"},
		{"objective untested", "exam/bank.yaml", "[LO2]", "[LO3]", "objectives.yaml:2", "no exam question"},
		{"fact status", "facts.yaml", "verified-p", "true", "facts.yaml:1", "status is"},
		{"fact reference", "facts.yaml", "[rivera-2020]", "[rivera]", "facts.yaml:1", "no reference"},
		{"fact twice", "facts.yaml", "id: F-2", "id: F-1", "facts.yaml:2", "used already in facts.yaml, line 1"},
		{"DOI", "references.yaml", "10.1000/small", "https://doi.org/10.1000/small", "references.yaml:1", "DOI"},
		{"reference number", "references.yaml", "number: 1", "number: 0", "references.yaml:1", "no place of its own"},
		{"reference numbers begin late", "references.yaml", "number: 1", "number: 99", "references.yaml:1", "the number 99 stands where 1 is expected"},
		{"banned word in a drawing", "figures/fig-01.svg", ">50%<", ">50% are<tspan>\ncured</tspan><", "figures/fig-01.svg:3", "“cured” is ruled out"},
		{"banned words across two labels", "figures/fig-01.svg", ">50%</text>", ">50%: it works</text><text class=\"f-ink\" font-size=\"20\">for you</text>", "figures/fig-01.svg:1", "“works for” is ruled out"},
		{"case without questions", "cases/a.md", "\n## Discussion\n\n1. What now?\n   Ask Bo. [@F-1]\n", "", "cases/a.md:8", "the case asks nothing"},
		{"figure file", "figures.yaml", "fig-01.svg", "fig-02.svg", "figures.yaml:3", "no drawing"},
		{"figure alt says nothing", "figures.yaml", "alt: A bar, half full.", "alt: figure", "figures.yaml:6", "the alternative text is"},
		{"figure number wrong", "figures.yaml", "50%", "90%", "figures.yaml:1", "holds the number 90"},
		{"drawing number wrong", "figures/fig-01.svg", "50%", "95%", "figures.yaml:1", "holds the number 95"},
		{"figure alt", "figures.yaml", "alt: A bar, half full.", `alt: ""`, "figures.yaml:6", "alternative text"},
		{"figure number", "figures.yaml", "number: 1", "number: 2", "figures.yaml:2", "has the number 2"},
		{"figure fact", "figures.yaml", "[F-1]", "[F-9]", "figures.yaml:7", "no fact"},
		{"figure unmarked", "figures.yaml", "  marks:\n    - {kind: outcome, what: response, when: at a day, versus: no comparison group}\n", "", "figures.yaml:1", "percentage that is not marked"},
		{"figure mark", "figures.yaml", ", versus: no comparison group", "", "figures.yaml:9", "lacks versus"},
		{"drawing", "figures/fig-01.svg", "<rect", "<script", "figures/fig-01.svg:2", "<script> is refused"},
		{"figure unused", lesson, "![](figure:fig-01)", "", "figures.yaml:1", "no lesson shows"},
		{"figure twice", lesson, "![](figure:fig-01)", "![](figure:fig-01)\n\n![](figure:fig-01)", lesson + ":24", "shown already"},
		{"case unused", lesson, "::: case a", "::: practice", "cases/a.md", "no lesson shows the case"},
		{"case module", "cases/a.md", "[m1]", "[m2]", "cases/a.md:5", "no module"},
		{"case elsewhere", "cases/a.md", "[m1]", "[]", lesson + ":36", "does not name"},
		{"case prompt", "cases/a.md", "   Ask Bo. [@F-1]\n", "", "cases/a.md:12", "no model point"},
		{"case order", "cases/a.md", "1. What", "What", "cases/a.md:12", "before the first prompt"},
		{"case fact", "cases/a.md", "[@F-1]", "[@F-9]", "cases/a.md:13", "no fact"},
		{"module objective", "modules/01-first/module.yaml", "[LO1]", "[LO9]", "modules/01-first/module.yaml:4", "unknown objective"},
		{"lesson slug", lesson, "slug: start", "slug: Start here", lesson + ":3", "slug is"},
		{"lesson front", lesson, "---\nid", "id", lesson + ":1", "front matter is missing"},
		{"lesson front open", lesson, "roles: []\n---", "roles: []", lesson + ":1", "not closed"},
		{"lesson key", lesson, "minutes: 1", "minute: 1", lesson + ":6", `unknown key "minute"`},
		{"lesson words", lesson, "words: 40", "words: 400", lesson + ":7", "41 words where 400"},
		{"jurisdictions", lesson, "jurisdictions: []", "jurisdictions: [us]", lesson + ":8", "differ on us"},
		{"required box", lesson, "::: know\n", "::: practice\n", lesson + ":42", "no box of kind know"},
		{"uncited", lesson, "Half [@F-1].", "Half.", lesson + ":29", "no citation"},
		{"number uncited", lesson, "Half [@F-1].", "Half [@F-1]. And 3 more.", lesson + ":29", "“And 3 more.”"},
		{"percentage unmarked", lesson, "Half [@F-1].", "Only 9% [@F-1].", lesson + ":29", "not marked"},
		{"number wrong", lesson, "About 50%", "About 80%", lesson + ":12", "holds the number 80"},
		{"comparison wrong", lesson, `versus="20% with sham"`, `versus="x"`, lesson + ":12", "does not show what it is compared with"},
		{"comparison of another number", lesson, `versus="20% with sham"`, `versus="35% with sham"`, lesson + ":12", "does not show what it is compared with"},
		{"share in words", lesson, "Half [@F-1].", "Ninety percent respond [@F-1].", lesson + ":29", "not marked"},
		{"share in a heading", lesson, "## A claim", "## A claim of 90 per cent", lesson + ":15", "a heading shows a percentage"},
		{"heading", lesson, "## A claim", "## They are cured", lesson + ":15", "“cured” is ruled out"},
		{"lesson title", lesson, "title: Start", "title: It works for you", lesson + ":4", "“works for” is ruled out"},
		{"module aim", "modules/01-first/module.yaml", "aim: Learn.", "aim: Be cured.", "modules/01-first/module.yaml:1", "“cured” is ruled out"},
		{"glossary", "glossary.yaml", "A mock treatment", "Nobody is cured", "glossary.yaml:1", "“cured” is ruled out"},
		{"fact's words", "facts.yaml", "Half respond", "Half are cured", "facts.yaml:1", "“cured” is ruled out"},
		{"objective's words", "objectives.yaml", "Explain one thing", "Explain who is cured", "objectives.yaml:1", "“cured” is ruled out"},
		{"plain number", lesson, "Think of it in", "Think of 3 of 4 people in", lesson + ":41", "holds the number 3"},
		{"claimant", lesson, `by="an article"`, `by="us"`, lesson + ":18", `ascribed to "us"`},
		{"search", lesson, "Half [@F-1].", "There is no study of it [@F-3].", lesson + ":29", "does not say so"},
		{"inference in a box", lesson, "Who responds? [@F-2] {.question}", "It lasts [@F-4].", lesson + ":33", "must not be taught"},
		{"off-label", lesson, "Half [@F-1].", "Ketamine is approved for depression [@F-1].", lesson + ":29", "ketamine is not approved for depression"},
		{"minutes", lesson, "minutes: 1", "minutes: 45", lesson + ":6", "45 minutes for 41 words, 1 figure and"},
		{"outcome", lesson, `what="response"`, `what="success"`, lesson + ":12", "the outcome is"},
		{"mark’s words", lesson, `when="at a day"`, `when="when cured"`, lesson + ":12", "“cured” is ruled out"},
		{"calculation", lesson, "Half [@F-1].", `Only 9% [@F-1]. {.calculation from="F-9"}`, lesson + ":29", "no fact"},
		{"status", lesson, "Half [@F-1].", "Half [@F-2].", lesson + ":29", "must not be taught"},
		{"banned", lesson, "Half [@F-1].", "They are\ncured [@F-1].", lesson + ":29", "“cured” is ruled out"},
		{"preferred", lesson, "Half [@F-1].", "A TRD patient [@F-1].", lesson + ":29", "person with TRD"},
		{"name", lesson, "Half [@F-1].", "Says Acme [@F-1].", lesson + ":29", "acme"},
		{"approved coil", lesson, "Half [@F-1].", "The coil is approved [@F-1].", lesson + ":29", "devices are cleared"},
		{"cleared medicine", lesson, "Half [@F-1].", "They cleared ketamine [@F-1].", lesson + ":29", "medicines are approved"},
		{"lint lists", "lint.yaml", "devices: [coil]\n", "", "lint.yaml:6", "two lists"},
		{"banned in key", "exam/bank.yaml", "text: Half of them", "text: All cured", "exam/bank.yaml:8", "ruled out"},
		{"question fact", "exam/bank.yaml", "[F-1]", "[F-2]", "exam/bank.yaml:1", "status is article-only"},
		{"question facts", "exam/bank.yaml", "facts: [F-1]", "facts: []", "exam/bank.yaml:1", "names no fact"},
		{"question case", "exam/bank.yaml", "case: a", "case: b", "exam/bank.yaml:24", "unknown case"},
		{"question twice", "exam/bank.yaml", "id: E1", "id: K1", "exam/bank.yaml:1", "used already in modules/01-first/check.yaml"},
		{"question kind", "exam/bank.yaml", "kind: numeric", "kind: essay", "exam/bank.yaml:2", "unknown kind"},
		{"bank size of one", "exam.yaml", "LO2, bank: 1", "LO2, bank: 0", "exam.yaml:3", "counts 0 questions for LO2, and exam/ holds 1 whose"},
		{"bank size", "exam.yaml", "bank: 2", "bank: 3", "exam.yaml:4", "the blueprint counts 3 questions for LO3, and exam/ holds 2 whose"},
		{"draw", "exam.yaml", "bank: 2, draw: 1", "bank: 2, draw: 3", "exam.yaml:4", "draw: 3 questions where exam/ holds 2 for LO3"},
		{"blueprint row", "exam.yaml", "objective: LO2", "objective: LO1", "exam.yaml:3", "two rows"},
		{"never drawn", "exam.yaml", "  - {objective: LO2, bank: 1, draw: 1}\n", "", "exam/bank.yaml:8", "never drawn"},
		{"requirement", "exam.yaml", "at_least: 1", "at_least: 2", "exam.yaml:6", "must hold 2 of these questions (at_least), but can hold 1 at most"},
		{"requirement id", "exam.yaml", "[E3, E4]", "[E3, E9]", "exam.yaml:6", "no exam question"},
		{"limit", "exam.yaml", "kind: true-false, at_most_percent: 50", "kind: numeric, at_most_percent: 10", "exam.yaml:8", "an exam of 3 questions needs at least 2 of the kind numeric"},
		{"evaluation kind", "evaluation.yaml", "kind: minutes", "kind: time", "evaluation.yaml:6", "kind is"},
		{"evaluation parts", "evaluation.yaml", ", parts: [reading]", "", "evaluation.yaml:6", "minutes of nothing"},
		{"sign-off scope", "signoff.yaml", "[m1]", "[m9]", "signoff.yaml:1", "no module or lesson"},
		{"disclosure", "disclosure.md", "Nobody paid for this course.", "<b>Paid</b>", "disclosure.md:1", "raw HTML"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := small(t)
			was := string(files[tt.file])
			now := strings.Replace(was, tt.old, tt.with, 1)
			if tt.old == "" {
				now = tt.with
			}
			if now == was {
				t.Fatal("the change changed nothing")
			}
			files[tt.file] = []byte(now)
			_, problems := parse(t, files)
			for _, p := range problems {
				if p.Where() == tt.where && strings.Contains(p.Msg+" "+p.Fix, tt.msg) && p.Fix != "" {
					return
				}
			}
			t.Errorf("want %s: …%s…, got\n%v", tt.where, tt.msg, problems)
		})
	}
}

func TestMissingFiles(t *testing.T) {
	for p := range small(t) {
		files := small(t)
		delete(files, p)
		c, problems := parse(t, files)
		optional := p == "modules/01-first/check.yaml"
		if c == nil || (len(content.Errors(problems)) == 0) != optional {
			t.Errorf("without %s: %v", p, problems)
		}
	}
}

func TestGaps(t *testing.T) {
	files := small(t)
	files["references.yaml"] = append(files["references.yaml"], "- {id: b, number: 2, title: B}\n- {id: c, number: 4, title: C}\n"...)
	files["modules/02-second/module.yaml"] = []byte("id: m2\ntitle: Second\naim: Learn.\nobjectives: [LO1]\nplanned_words: 40\n")
	files["modules/02-second/01-more.md"] = []byte(strings.NewReplacer("m1-l1", "m1-l2", "slug: start", "slug: more").Replace(string(files[lesson])))
	_, problems := parse(t, files)
	got := fmt.Sprint(problems)
	for _, want := range []string{
		"references.yaml:3: error: the number 4 stands where 3 is expected",
		"modules/02-second/module.yaml:5: error: module m2 has no check, though others have one",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("want %s in %s", want, got)
		}
	}
	delete(files, "modules/01-first/check.yaml")
	if _, problems := parse(t, files); strings.Contains(fmt.Sprint(problems), "has no check") {
		t.Error("a course without any check is refused")
	}
}

// TestWhatTheMachineKeepsIsNoPartOfACourse: a folder under version control, or
// one that somebody looked at with a file manager, is still a course.
func TestWhatTheMachineKeepsIsNoPartOfACourse(t *testing.T) {
	want := small(t)
	fsys := fstest.MapFS{".git/Config": {}, ".DS_Store": {Data: []byte{0xff}}, "cases/.hidden.MD": {}, ".gitignore": {}}
	for name, data := range want {
		fsys[name] = &fstest.MapFile{Data: data}
	}
	files, problems := readFiles(t, fsys)
	if len(problems) > 0 || files.Hash() != want.Hash() {
		t.Errorf("%d files, want %d: %v", len(files), len(want), problems)
	}
}

func TestFoldersOutOfBounds(t *testing.T) {
	file := func(size int) *fstest.MapFile { return &fstest.MapFile{Data: []byte(strings.Repeat("a", size))} }
	many := fstest.MapFS{}
	for i := range content.MaxFiles + 1 {
		many[fmt.Sprintf("cases/%d.md", i)] = file(1)
	}
	large := fstest.MapFS{}
	for i := range 33 {
		large[fmt.Sprintf("cases/%d.md", i)] = file(content.MaxFileBytes)
	}
	tests := map[string]struct {
		fsys fstest.MapFS
		msg  string
	}{
		"large file":   {fstest.MapFS{"course.yaml": file(content.MaxFileBytes + 1)}, "larger than 1 MiB"},
		"many files":   {many, "more than 2000 files"},
		"large course": {large, "32 MiB"},
		"name":         {fstest.MapFS{"Course.yaml": file(1)}, "lower case"},
		"backup":       {fstest.MapFS{"disclosure.md~": file(1)}, "disclosure.md~: error: an editor left this as a backup"},
		"old copy":     {fstest.MapFS{"course.yaml.bak": file(1)}, "an editor left this as a backup"},
		"stray file":   {fstest.MapFS{"readme.md": file(1)}, "no place"},
		"stray folder": {fstest.MapFS{"video/a.md": file(1)}, "no place"},
		"not text":     {fstest.MapFS{"course.yaml": {Data: []byte{0xff}}}, "not UTF-8"},
		"NUL":          {fstest.MapFS{"disclosure.md": {Data: []byte("Fine.\n\nNot \x00 fine.\n")}}, "disclosure.md:3: error: the text holds the character U+0000"},
		"escape":       {fstest.MapFS{"disclosure.md": {Data: []byte("\x1b[31m")}}, "disclosure.md:1"},
		"lone return":  {fstest.MapFS{"disclosure.md": {Data: []byte("a\rb\r\n")}}, "U+000D"},
		"turned":       {fstest.MapFS{"cases/a.md": {Data: []byte("a\u202eb")}}, "U+202E"},
		"as an entity": {fstest.MapFS{"cases/a.md": {Data: []byte("a&#8238;b")}}, "U+202E"},
		"byte order":   {fstest.MapFS{"course.yaml": {Data: []byte("\ufeff\ufeffslug: a")}}, "byte order mark"},
	}
	for name, tt := range tests {
		c, problems := content.Load(tt.fsys)
		if c != nil || !strings.Contains(fmt.Sprint(problems), tt.msg) {
			t.Errorf("%s: %v", name, problems)
		}
	}
	dir := t.TempDir()
	if err := os.Symlink("/etc/hostname", path.Join(dir, "course.yaml")); err != nil {
		t.Skip("no symbolic links here")
	}
	if c, problems := content.Load(os.DirFS(dir)); c != nil || !strings.Contains(fmt.Sprint(problems), "not a regular file") {
		t.Errorf("link: %v", problems)
	}
}

// TestAByteOrderMark at the beginning, as some editors write it, is no part of the text.
func TestAByteOrderMark(t *testing.T) {
	files, marked := small(t), fstest.MapFS{}
	for p, data := range files {
		marked[p] = &fstest.MapFile{Data: append([]byte("\ufeff"), data...)}
	}
	got, problems := content.ReadFiles(marked)
	if len(problems) > 0 || got.Hash() != files.Hash() {
		t.Errorf("%v", problems)
	}
}

// TestOneMistakeOfTheCardIsOne: what follows from it is not said besides.
func TestOneMistakeOfTheCardIsOne(t *testing.T) {
	for with, want := range map[string]string{
		"access_days: 0\nreminder_days: [30, 7]":  "access_days is 0",
		"access_days: -5\nreminder_days: [30, 7]": "access_days is -5",
		"access_days: 1\nreminder_days: [1]":      "",
		"access_days: 5\nreminder_days: [4, 7]":   "a reminder is 7; it must be between 1 and 4",
		"access_days: [":                          "read from here on",
		"access_days: \"30":                       "unexpected end",
		"access_days:\n\t- 30":                    "a tab stands before this",
	} {
		files := small(t)
		card := strings.Replace(string(files["course.yaml"]), "access_days: 30\nreminder_days: [7]", with, 1)
		files["course.yaml"] = []byte(card)
		var of []content.Problem
		_, problems := parse(t, files)
		for _, p := range problems {
			if p.File == "course.yaml" {
				of = append(of, p)
			}
		}
		if want == "" && len(of) > 0 || want != "" && (len(of) != 1 || of[0].Line == 0 || !strings.Contains(of[0].Msg, want)) {
			t.Errorf("%q: %v", with, of)
		}
	}
}

func TestStrayFilesInsideACourse(t *testing.T) {
	files := small(t)
	files["figures/fig-02.svg"] = files["figures/fig-01.svg"]
	files["modules/02-second/01-lost.md"] = files[lesson]
	_, problems := parse(t, files)
	got := fmt.Sprint(problems)
	for _, want := range []string{"figures/fig-02.svg:1: error: no record names", "modules/02-second/01-lost.md: error: the folder is not a module"} {
		if !strings.Contains(got, want) {
			t.Errorf("want %s in %s", want, got)
		}
	}
}

func TestHashIsThatOfSha256sum(t *testing.T) {
	got := content.Files{"b": []byte("2"), "a": []byte("1")}.Hash()
	// printf 1 >a; printf 2 >b; sha256sum a b | sha256sum
	if want := "68c2919f4305e50800082ab7f11eb17d96c7832f59154e97b1d373a5179a63ea"; got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
}

// TestASkippedLevelIsSaidOnce, with its reason.
func TestASkippedLevelIsSaidOnce(t *testing.T) {
	files := small(t)
	files[lesson] = []byte(strings.Replace(string(files[lesson]), "## A claim", "#### A claim", 1))
	_, problems := parse(t, files)
	if len(problems) != 1 || problems[0].Why == "" {
		t.Errorf("%v", problems)
	}
}
