package cli

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/progress"
	"github.com/atmacena/cocare/internal/reason"
)

// courseCheck reads a folder without a database.
type courseCheck struct {
	Dir  string `arg:"" help:"The course folder." type:"existingdir"`
	JSON bool   `help:"Print JSON."`
}

// Run implements the command.
func (c *courseCheck) Run(ctx context.Context, e *Environment) error {
	ctx, end := metered(ctx, e)
	progress.Report(ctx, progress.State{Step: "Checking the course"})
	parsed, problems := checkFolder(c.Dir)
	end()
	errs := 0
	for _, p := range problems {
		if p.Severity == course.Error {
			errs++
		}
	}
	if c.JSON {
		if err := printJSON(e.Out, append([]course.Problem{}, problems...)); err != nil {
			return err
		}
	} else {
		for _, run := range reason.Runs(problems, func(p course.Problem) string { return p.Why }) {
			for _, p := range run.Found {
				fmt.Fprintf(e.Out, "%s: %s: %s\n    %s\n", p.Where(), p.Severity, p.Msg, p.Fix)
			}
			fmt.Fprintf(e.Out, "    %s\n", run.Because())
		}
		fmt.Fprintf(e.Out, "%s, %s\n", plural(errs, "error"), plural(len(problems)-errs, "warning"))
	}
	if errs > 0 || parsed == nil {
		return errWrong
	}
	if !c.JSON {
		fmt.Fprint(e.Out, summary(parsed))
	}
	return nil
}

// checkFolder reads a folder and holds it to the format, and to today.
func checkFolder(dir string) (*course.Course, []course.Problem) {
	files, problems := course.ReadFiles(os.DirFS(dir))
	if len(course.Errors(problems)) > 0 {
		return nil, problems
	}
	parsed, problems := course.Parse(files)
	problems = append(problems, course.CheckMedia(os.DirFS(dir), parsed)...)
	return parsed, course.Sort(append(problems, course.CheckDay(files, parsed, db.Now())...))
}

// summary counts what a course holds and shows the worked sum of its time.
func summary(c *course.Course) string {
	lessons, words, checks := 0, 0, 0
	for _, m := range c.Modules {
		lessons += len(m.Lessons)
		checks += len(m.Check)
		for _, l := range m.Lessons {
			words += l.Words
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s: %s, %s, %s, %s, %s, %s\n", c.Card.Slug, plural(len(c.Modules), "module"), plural(lessons, "lesson"),
		plural(words, "word"), plural(len(c.Figures), "figure"), plural(checks, "check item"), plural(len(c.Bank), "exam item"))
	for _, line := range (&course.Edition{Course: c}).EstimatedHours().Explanation {
		out.WriteString("  " + line + "\n")
	}
	return out.String()
}

// courseImport stores a folder, or a course that came with the program.
type courseImport struct {
	store
	Dir     string `arg:"" optional:"" help:"The course folder, or a ZIP file of one." type:"path"`
	Bundled string `help:"Import a course that came with the program instead of a folder." placeholder:"SLUG"`
	Publish bool   `help:"Publish it as a new edition."`
	Note    string `help:"What is new in the edition." default:"Imported from the command line."`
	JSON    bool   `help:"Print JSON."`
}

// files returns what is imported and what to call it.
func (c *courseImport) files() (folder fs.FS, name string, done func() error, err error) {
	done = func() error { return nil }
	bundled := courses.Bundled()
	known := strings.Join(slices.Sorted(maps.Keys(bundled)), ", ")
	folder, found := bundled[c.Bundled]
	switch {
	case (c.Dir == "") == (c.Bundled == ""):
		return nil, "", done, usage("name a course folder, or one of the bundled courses with --bundled: %s", known)
	case c.Dir != "":
		folder, done, err = openFolder(c.Dir)
		return folder, c.Dir, done, err
	case !found:
		return nil, "", done, usage("no course called %q came with the program; there are: %s", c.Bundled, known)
	}
	return folder, "the bundled course", done, nil
}

// openFolder opens a course folder, also one that is packed into a ZIP file.
func openFolder(path string) (folder fs.FS, done func() error, err error) {
	done = func() error { return nil }
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return os.DirFS(path), done, err
	}
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, done, fmt.Errorf("%s is neither a folder nor a ZIP file that can be read", path)
	}
	if _, err := fs.Stat(z, "course.yaml"); err == nil {
		return z, z.Close, nil
	}
	cards, err := fs.Glob(z, "*/course.yaml")
	if err != nil || len(cards) != 1 {
		return nil, done, errors.Join(fmt.Errorf("%s holds no course: course.yaml stands neither in it nor in its one folder", path), z.Close())
	}
	folder, err = fs.Sub(z, strings.TrimSuffix(cards[0], "/course.yaml"))
	return folder, z.Close, err
}

// Run implements the command.
func (c *courseImport) Run(ctx context.Context, e *Environment) (err error) {
	ctx = acting(ctx)
	folder, name, done, err := c.files()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	a, err := c.openCourses(ctx, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	draft, ed, err := c.bring(ctx, e, a, folder)
	if apperr.Is(err, apperr.Invalid) {
		return wrongError{err}
	}
	if err != nil {
		return err
	}
	carried, err := carriedOver(ctx, a, ed)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(e.Out, imported(draft, ed, carried))
	}
	fmt.Fprintf(e.Out, "Stored %s as the draft of %s: %s, %s, %s.\n", name, draft.Slug,
		plural(draft.Files, "file"), plural(int(draft.Bytes), "byte"), plural(len(draft.Problems), "finding"))
	if ed == nil {
		fmt.Fprintln(e.Out, "Publish it with --publish when cocare course check finds no error.")
		return nil
	}
	fmt.Fprintf(e.Out, "Edition %d is published, SHA-256 %s.\n", ed.Number, ed.Hash)
	if ed.Course.Card.Overdue(db.Now().Format(time.DateOnly)) { // who was enrolled in time goes on
		fmt.Fprintf(e.Err, "cocare: warning: the content was to be checked again by %s\n", ed.Course.Card.ExpiresOn)
	}
	for _, line := range carried {
		fmt.Fprintf(e.Out, "  %s\n", line)
	}
	sayOpen(e.Out, ed)
	return nil
}

// bring imports the folder and, if asked to, publishes it; without, the edition
// is nil.
func (c *courseImport) bring(ctx context.Context, e *Environment, a *app.App, folder fs.FS) (draft course.Draft, ed *course.Edition, err error) {
	ctx, end := metered(ctx, e)
	defer end()
	draft, err = a.Courses.Import(ctx, folder, "command line")
	if err != nil || !c.Publish {
		return draft, nil, err
	}
	progress.Report(ctx, progress.State{Step: "Publishing the edition"})
	ed, err = a.Courses.Publish(ctx, draft.Slug, c.Note, "command line")
	return draft, ed, err
}

// importedView is what --json says; the edition is null where nothing was
// published.
type importedView struct {
	Slug     string           `json:"slug"`
	Files    int              `json:"files"`
	Bytes    int64            `json:"bytes"`
	Problems []course.Problem `json:"problems"`
	Edition  *editionView     `json:"edition"`
}

type editionView struct {
	Number       int      `json:"number"`
	SHA256       string   `json:"sha256"`
	OpenSignoffs []string `json:"open_signoffs"`
	Carried      []string `json:"carried"` // what became of earlier withdrawals and corrections, in sentences
}

func imported(d course.Draft, ed *course.Edition, carried []string) importedView {
	out := importedView{Slug: d.Slug, Files: d.Files, Bytes: d.Bytes, Problems: append([]course.Problem{}, d.Problems...)}
	if ed != nil {
		out.Edition = &editionView{ed.Number, ed.Hash, []string{}, append([]string{}, carried...)}
		for _, s := range ed.OpenSignoffs() {
			out.Edition.OpenSignoffs = append(out.Edition.OpenSignoffs, s.ID)
		}
	}
	return out
}

// sayOpen names the reviews without which serve enrolls nobody.
func sayOpen(w io.Writer, ed *course.Edition) {
	open := ed.OpenSignoffs()
	for _, s := range open {
		fmt.Fprintf(w, "  not yet signed off: %s\n", s.Text)
	}
	if len(open) > 0 {
		fmt.Fprintf(w, "Until then serve shows the course and enrolls nobody. Sign-offs are recorded at /teach/%s/signoff.\n", ed.Slug)
	}
}

// courseExport writes an edition to a folder.
type courseExport struct {
	store
	Slug    string `arg:"" help:"The course's address."`
	Dir     string `arg:"" help:"Folder to write; it must be empty or not exist."`
	Edition *int   `help:"Number of an earlier edition; the newest one without it." placeholder:"N" xor:"which"`
	Draft   bool   `help:"Write the draft, which may be ahead of every edition." xor:"which"`
	JSON    bool   `help:"Print JSON."`
}

// exportedView is what --json says; the edition is null for the draft.
type exportedView struct {
	Slug    string `json:"slug"`
	Edition *int   `json:"edition"`
	Files   int    `json:"files"`
	Media   int    `json:"media"` // files of media among them
	Folder  string `json:"folder"`
}

// read returns the files asked for, and the number of their edition, nil for the
// draft.
func (c *courseExport) read(ctx context.Context, a *app.App) (course.Files, *int, error) {
	draft, err := a.Courses.Export(ctx, c.Slug, 0)
	if err != nil || c.Draft {
		return draft, nil, err
	}
	number := c.Edition
	if number == nil {
		ed, err := a.Courses.Current(ctx, c.Slug)
		if apperr.Is(err, apperr.NotFound) {
			err = fmt.Errorf("%s has no edition yet; write its draft with --draft", c.Slug)
		}
		if err != nil {
			return nil, nil, err
		}
		number = &ed.Number
	}
	files, err := a.Courses.Export(ctx, c.Slug, *number)
	if apperr.Is(err, apperr.NotFound) {
		err = fmt.Errorf("%s has no edition %d", c.Slug, *number)
	}
	return files, number, err
}

// Run implements the command.
func (c *courseExport) Run(ctx context.Context, e *Environment) (err error) {
	if c.Edition != nil && *c.Edition < 1 {
		return usage("--edition takes the number of an edition, 1 or more; without it the newest is written")
	}
	a, err := c.openCourses(ctx, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	files, number, err := c.read(ctx, a)
	if err != nil {
		return err
	}
	if found, err := os.ReadDir(c.Dir); err == nil && len(found) > 0 {
		return fmt.Errorf("%s is not empty; name a new folder", c.Dir)
	}
	writing, end := metered(ctx, e)
	blobs, err := writeCourse(writing, a, c.Dir, files)
	end()
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(e.Out, exportedView{c.Slug, number, len(files) + blobs, blobs, c.Dir})
	}
	what := "the draft"
	if number != nil {
		what = fmt.Sprintf("edition %d", *number)
	}
	fmt.Fprintf(e.Out, "Wrote %s, %s, to %s.\n", what, plural(len(files)+blobs, "file"), c.Dir)
	return nil
}

// writeCourse writes a course with its media, and returns how many files those are.
// os.Root keeps every name inside the folder, whatever the database holds.
func writeCourse(ctx context.Context, a *app.App, dir string, files course.Files) (blobs int, err error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return 0, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return 0, err
	}
	defer root.Close()
	if err := writeFiles(ctx, root, files); err != nil {
		return 0, err
	}
	return a.Media.Write(ctx, files["media.yaml"], func(name string, _ int64) (io.WriteCloser, error) {
		path := filepath.FromSlash(name)
		if err := root.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return nil, err
		}
		return root.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	})
}

func writeFiles(ctx context.Context, root *os.Root, files course.Files) error {
	for i, name := range files.Paths() {
		path := filepath.FromSlash(name)
		if err := root.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		if err := root.WriteFile(path, files[name], 0o640); err != nil {
			return err
		}
		progress.Report(ctx, progress.State{Step: "Writing files", Done: int64(i) + 1, Total: int64(len(files))})
	}
	return nil
}
