package course

import (
	"path"
	"slices"
	"strings"
)

// FileNames are the titles that files of a course have, by path: of modules, lessons
// and cases. It names every file as authors and reviewers see it.
type FileNames map[string]string

// FileGroup is files that belong together, in the order in which pages show them.
type FileGroup struct {
	Title string
	Paths []string
}

// FileWords name the files that every course has.
var FileWords = map[string]string{
	"course.yaml": "Course card", "objectives.yaml": "Objectives", "disclosure.md": "Disclosure", "evaluation.yaml": "Evaluation",
	"facts.yaml": "Checked facts", "references.yaml": "References", "glossary.yaml": "Glossary", "figures.yaml": "Figures: titles and texts",
	"media.yaml": "Pictures, handouts and recordings: titles and texts", "exam.yaml": "Exam: blueprint and limits", "signoff.yaml": "Reviews that the course asks for", "lint.yaml": "Language rules",
}

// fileParts is the order of the files that every course has, by the part that they
// belong to; a name with a slash is that of a folder.
var fileParts = []FileGroup{
	{"About the course", []string{"course.yaml", "objectives.yaml", "disclosure.md", "evaluation.yaml"}},
	{"Sources", []string{"facts.yaml", "references.yaml", "glossary.yaml"}},
	{"Figures", []string{"figures.yaml", "figures/"}},
	{"Media", []string{"media.yaml", "media/"}},
	{"Cases", []string{"cases/"}},
	{"Exam", []string{"exam.yaml", "exam/"}},
	{"Reviews and language", []string{"signoff.yaml", "lint.yaml"}},
}

// NamesOf are those of a course.
func NamesOf(c *Course) FileNames {
	n := FileNames{}
	for _, m := range c.Modules {
		for _, l := range m.Lessons {
			n[l.File] = l.Title
		}
		n[m.File] = m.Title
	}
	for _, k := range c.Cases {
		if k.Title != "" {
			n[k.File] = "Case: " + k.Title
		}
	}
	return n
}

// Of names a file for people; what has no name goes by its path.
func (n FileNames) Of(file string) string {
	switch {
	case FileWords[file] != "":
		return FileWords[file]
	case strings.HasSuffix(file, "/module.yaml"):
		return "Module: " + n.or(file, file)
	case strings.HasSuffix(file, "/check.yaml"):
		return "Practice questions: " + n.or(path.Dir(file)+"/module.yaml", file)
	case strings.HasPrefix(file, "exam/"):
		return "Exam questions: " + strings.TrimSuffix(path.Base(file), ".yaml")
	case strings.HasPrefix(file, "media/") && path.Ext(file) == ".vtt":
		return "Captions: " + strings.TrimSuffix(path.Base(file), ".vtt")
	case strings.HasPrefix(file, "media/"):
		return "Transcript: " + strings.TrimSuffix(path.Base(file), path.Ext(file))
	case strings.HasPrefix(file, "figures/"):
		return "Drawing: " + strings.TrimSuffix(path.Base(file), ".svg")
	}
	return n.or(file, file)
}

// or is the title of a file, or other words where it has none.
func (n FileNames) or(file, other string) string {
	if t := n[file]; t != "" {
		return t
	}
	return other
}

// Modules are the files of each module: itself, its lessons, its questions.
func (n FileNames) Modules(files Files) (out []FileGroup) {
	at := map[string]int{}
	for _, p := range files.Paths() {
		if !strings.HasPrefix(p, "modules/") {
			continue
		}
		dir := path.Dir(p)
		i, known := at[dir]
		if !known {
			i = len(out)
			at[dir] = i
			out = append(out, FileGroup{Title: n.or(dir+"/module.yaml", dir)})
		}
		out[i].Paths = append(out[i].Paths, p)
	}
	for _, m := range out {
		slices.SortStableFunc(m.Paths, func(a, b string) int { return fileRank(a) - fileRank(b) })
	}
	return out
}

func fileRank(file string) int {
	switch path.Base(file) {
	case "module.yaml":
		return 0
	case "check.yaml":
		return 2
	}
	return 1
}

// Parts are the groups of the other files; one may be empty.
func (n FileNames) Parts(files Files) (out []FileGroup) {
	for _, group := range fileParts {
		g := FileGroup{Title: group.Title}
		for _, name := range group.Paths {
			for _, file := range files.Paths() {
				if file == name || strings.HasSuffix(name, "/") && strings.HasPrefix(file, name) {
					g.Paths = append(g.Paths, file)
				}
			}
		}
		out = append(out, g)
	}
	return out
}
