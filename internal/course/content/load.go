package content

import (
	"cmp"
	"context"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/course/drawing"
	"github.com/atmacena/cocare/internal/course/markup"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/reason"
	"github.com/atmacena/cocare/internal/yamldoc"
)

// Load reads and checks a course folder. The course is nil only when the
// folder itself cannot be read within its bounds; otherwise it holds what could
// be understood, and the problems say the rest, in the order of the files. A
// course may be published when Errors(problems) is empty.
func Load(fsys fs.FS) (*Course, []Problem) {
	files, problems := ReadFiles(fsys)
	if len(Errors(problems)) > 0 {
		return nil, problems
	}
	return Parse(files)
}

// Parse is Load for files that were read already.
func Parse(files Files) (*Course, []Problem) {
	l := build(files, nil)
	l.phases(l.checkCourse, l.checkLanguage, l.checkPlaceholders)
	return l.c, l.sorted()
}

// ParseContext is Parse for somebody who may stop waiting: then it ends soon, with
// the error of ctx.
func ParseContext(ctx context.Context, files Files) (*Course, []Problem, error) {
	l := build(files, ctx.Err)
	l.phases(l.checkCourse, l.checkLanguage, l.checkPlaceholders)
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	return l.c, l.sorted(), nil
}

// Build is Parse without the checks, for an edition that passed them when it
// was published.
func Build(files Files) *Course { return build(files, nil).c }

func build(files Files, stop func() error) *loader {
	l := &loader{
		files: files, stop: stop, c: &Course{},
		facts: map[string]*Fact{}, references: map[string]*Reference{}, figures: map[string]*Figure{}, media: map[string]*Medium{}, labels: map[string][]drawing.Label{},
		terms: map[string]Term{}, cases: map[string]*caseText{}, objectives: map[string]bool{}, moduleFile: map[string]string{},
		lessons: map[string]*lessonText{}, questions: map[string]spot{},
	}
	l.phases(l.card, l.lists, l.loadFigures, l.loadMedia, l.loadCases, l.readAllQuestions, l.modules, l.bank, l.forms, l.renderCases, l.renderLessons)
	return l
}

// loader carries what the checks need besides the course itself.
type loader struct {
	report
	files Files
	c     *Course
	stop  func() error // whether somebody still waits; nil: always
	read  map[string]*readQuestions

	facts      map[string]*Fact
	references map[string]*Reference
	figures    map[string]*Figure
	media      map[string]*Medium
	labels     map[string][]drawing.Label // by figure
	terms      map[string]Term
	objectives map[string]bool
	moduleFile map[string]string // by ID
	cases      map[string]*caseText
	lessons    map[string]*lessonText // by ID
	order      []*lessonText
	caseOrder  []*caseText
	questions  map[string]spot // where each question stands

	referenceIDs []string // in the order of the file

	mediaDoc, figureDoc, referenceDoc, examDoc, evaluationDoc, signoffDoc, cardDoc, objectiveDoc, factDoc, glossaryDoc *yamlDoc
}

// spot is a line of a file.
type spot struct {
	file string
	line int
}

// caseText is a case with its Markdown.
type caseText struct {
	*Case
	file    string
	doc     *yamlDoc
	body    string
	line    int // of the body's first line
	source  markup.Case
	parts   []*markup.Text // for the checks
	prompts []int          // lines of the model points
}

// lessonText is a lesson with its Markdown and what the renderer saw.
type lessonText struct {
	*Lesson
	file string
	doc  *yamlDoc
	body string
	line int
	text *markup.Text
}

// end is the last line of a file: where something missing would be added.
func (l *loader) end(path string) int {
	return max(1, strings.Count(strings.TrimRight(string(l.files[path]), "\n"), "\n")+1)
}

// file returns a file's content, and an error in the report when it must be
// there and is not.
func (l *loader) file(path string, required bool) ([]byte, bool) {
	data, ok := l.files[path]
	if !ok && required {
		l.because(reason.Complete).errorf(path, 0, "add it; the format’s description shows what it holds", "the file is missing")
	}
	return data, ok
}

// yaml decodes a file of the folder.
func (l *loader) yaml(path string, required bool, out any) *yamlDoc {
	data, ok := l.file(path, required)
	if !ok {
		return &yamlDoc{path, &yamldoc.Doc{First: 1}}
	}
	return l.decode(path, data, 1, out)
}

// under returns the paths below a folder that match, in order.
func (l *loader) under(prefix, suffix string) []string {
	var out []string
	for _, p := range l.files.Paths() {
		if strings.HasPrefix(p, prefix) && strings.HasSuffix(p, suffix) {
			out = append(out, p)
		}
	}
	return out
}

// front splits a Markdown file into its front matter, decoded into out, and
// its body with the line at which that begins.
func (l *loader) front(path string, out any) (doc *yamlDoc, body string, line int) {
	text := string(l.files[path])
	first, rest, _ := strings.Cut(text, "\n")
	if strings.TrimRight(first, " \t\r") != "---" {
		l.because(reason.Understood).errorf(path, 1, "begin the file with a line ---, the keys, and another line ---", "the front matter is missing")
		return &yamlDoc{path, &yamldoc.Doc{First: 1}}, text, 1
	}
	size, line := 0, 2
	for s := range strings.Lines(rest) {
		if strings.TrimRight(s, " \t\r\n") == "---" {
			doc = l.decode(path, []byte(rest[:size]), 2, out)
			return doc, rest[size+len(s):], line + 1
		}
		size += len(s)
		line++
	}
	l.because(reason.Understood).errorf(path, 1, "end the keys with a line ---", "the front matter is not closed")
	return &yamlDoc{path, &yamldoc.Doc{First: 1}}, "", 1
}

var (
	slugName   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	identifier = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9.-]{0,39}$`)
)

// Slug reports whether s can be a course's slug.
func Slug(s string) bool { return slugName.MatchString(s) && len(s) <= 60 && !Reserved(s) }

// Reserved reports whether a course of that slug could not be opened, since another
// page has its address. A test holds it to the site's addresses.
func Reserved(slug string) bool {
	switch slug {
	case "new", "import", "grading", "questions":
		return true
	}
	return false
}

// id checks an identifier and that it is new in seen.
func (l *loader) id(d *yamlDoc, line int, what, id string, seen map[string]spot) {
	if !identifier.MatchString(id) {
		l.because(reason.Named).errorf(d.file, line, "begin with a letter; letters, digits, points and hyphens follow", "%s has no usable id (%q)", what, clip(id))
		return
	}
	if at, twice := seen[id]; twice {
		l.because(reason.Named).errorf(d.file, line, "give it an id of its own", "the id %q is used already in %s, line %d", id, at.file, at.line)
		return
	}
	seen[id] = spot{d.file, line}
}

// text checks that a required text is there and of a sensible length.
func (l *loader) text(d *yamlDoc, line int, what, s string, most int) {
	l.because(reason.Said).text(d, line, what, s, most)
}

// text is that of a text which is there for a reason of its own.
func (a reasoned) text(d *yamlDoc, line int, what, s string, most int) {
	switch n := len([]rune(s)); {
	case strings.TrimSpace(s) == "":
		a.errorf(d.file, line, "write it", "%s is missing", what)
	case n > most:
		a.r.because(reason.Fits).errorf(d.file, line, "shorten it", "%s has %d characters, more than %d", what, n, most)
	}
}

// oneLine is text for what stands in headings, lists and the headers of mails.
func (l *loader) oneLine(d *yamlDoc, line int, what, s string, most int) {
	l.because(reason.Said).oneLine(d, line, what, s, most)
}

func (a reasoned) oneLine(d *yamlDoc, line int, what, s string, most int) {
	a.text(d, line, what, s, most)
	if strings.ContainsAny(strings.TrimSpace(s), "\n\t") {
		a.r.because(reason.Fits).errorf(d.file, line, "write it on one line", "%s holds a line break or a tab", what)
	}
}

// oneOf checks a word from a fixed list.
func (l *loader) oneOf(d *yamlDoc, line int, what, s string, words ...string) {
	if !slices.Contains(words, s) {
		l.because(reason.Known).errorf(d.file, line, "use "+strings.Join(words, ", "), "%s is %q", what, clip(s))
	}
}

// between checks a number, and reports whether it is one of them.
func (l *loader) between(d *yamlDoc, line int, what string, n, low, high int) bool {
	within := n >= low && n <= high
	if !within {
		l.because(reason.Likely).errorf(d.file, line, "correct it", "%s is %d; it must be between %d and %d", what, n, low, high)
	}
	return within
}

// knownObjectives checks a list of objective IDs.
func (l *loader) knownObjectives(file string, line int, what string, ids []string) {
	if len(ids) == 0 {
		l.because(reason.Reflected).errorf(file, line, "name one or more of objectives.yaml", "%s names no objective", what)
	}
	for _, id := range ids {
		if !l.objectives[id] {
			l.because(reason.There).errorf(file, line, "name one of objectives.yaml", "%s names the unknown objective %q", what, clip(id))
		}
	}
}

// questionsIn reads a file of questions.
func (l *loader) questionsIn(path string) []*question.Question {
	file := l.questionsOf(path)
	for _, p := range file.problems {
		what, todo, _ := strings.Cut(p.String(), "; ")
		l.because(p.Why).errorf(path, p.Line, cmp.Or(todo, "correct it"), "%s", what)
	}
	out := make([]*question.Question, len(file.list))
	for i := range file.list {
		out[i] = &file.list[i]
	}
	l.placeQuestions(&yamlDoc{path, file.doc}, out)
	return out
}
