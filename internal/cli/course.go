package cli

import (
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

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/progress"
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
	parsed, problems := course.Load(os.DirFS(c.Dir))
	end()
	errs := 0
	for _, p := range problems {
		if p.Severity == course.Error {
			errs++
		}
	}
	if c.JSON {
		if err := printJSON(e.Out, problems); err != nil {
			return err
		}
	} else {
		for _, p := range problems {
			fmt.Fprintf(e.Out, "%s: %s: %s\n    %s\n", p.Where(), p.Severity, p.Msg, p.Fix)
		}
		fmt.Fprintf(e.Out, "%d errors, %d warnings\n", errs, len(problems)-errs)
	}
	if errs > 0 || parsed == nil {
		return errWrong
	}
	if !c.JSON {
		fmt.Fprint(e.Out, summary(parsed))
	}
	return nil
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
	fmt.Fprintf(&out, "%s: %d modules, %d lessons, %d words, %d figures, %d check items, %d exam items\n",
		c.Card.Slug, len(c.Modules), lessons, words, len(c.Figures), checks, len(c.Bank))
	for _, line := range (&course.Edition{Course: c}).EstimatedHours().Explanation {
		out.WriteString("  " + line + "\n")
	}
	return out.String()
}

// courseImport stores a folder, or a course that came with the program.
type courseImport struct {
	store
	Dir     string `arg:"" optional:"" help:"The course folder." type:"existingdir"`
	Bundled string `help:"Import a course that came with the program instead of a folder." placeholder:"SLUG"`
	Publish bool   `help:"Publish it as a new edition."`
	Note    string `help:"What is new in the edition." default:"Imported from the command line."`
	JSON    bool   `help:"Print JSON."`
}

// files returns what is imported and what to call it.
func (c *courseImport) files(e *Environment) (fs.FS, string, error) {
	bundled := courses.Bundled()
	known := strings.Join(slices.Sorted(maps.Keys(bundled)), ", ")
	folder, found := bundled[c.Bundled]
	switch {
	case (c.Dir == "") == (c.Bundled == ""):
		fmt.Fprintf(e.Err, "cocare: name a course folder, or one of the bundled courses with --bundled: %s\n", known)
		return nil, "", errUsage
	case c.Dir != "":
		return os.DirFS(c.Dir), c.Dir, nil
	case !found:
		fmt.Fprintf(e.Err, "cocare: no course called %q came with the program; there are: %s\n", c.Bundled, known)
		return nil, "", errUsage
	}
	return folder, "the bundled course", nil
}

// Run implements the command.
func (c *courseImport) Run(ctx context.Context, e *Environment) (err error) {
	ctx = acting(ctx)
	folder, name, err := c.files(e)
	if err != nil {
		return err
	}
	a, err := c.openApp(ctx, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	draft, ed, err := c.bring(ctx, e, a, folder)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(e.Out, imported(draft, ed))
	}
	fmt.Fprintf(e.Out, "Stored %s as the draft of %s: %d files, %d bytes, %d findings.\n", name, draft.Slug, draft.Files, draft.Bytes, len(draft.Problems))
	if ed == nil {
		fmt.Fprintln(e.Out, "Publish it with --publish when cocare course check finds no error.")
		return nil
	}
	fmt.Fprintf(e.Out, "Edition %d is published, SHA-256 %s.\n", ed.Number, ed.Hash)
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

// imported is what --json says; ed is nil where nothing was published.
func imported(d course.Draft, ed *course.Edition) map[string]any {
	out := map[string]any{"slug": d.Slug, "files": d.Files, "bytes": d.Bytes, "problems": d.Problems}
	if ed != nil {
		var open []string
		for _, s := range ed.OpenSignoffs() {
			open = append(open, s.ID)
		}
		out["edition"], out["sha256"], out["open_signoffs"] = ed.Number, ed.Hash, open
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
	Edition int    `help:"Number of an earlier edition; the newest one without it." placeholder:"N" xor:"which"`
	Draft   bool   `help:"Write the draft, which may be ahead of every edition." xor:"which"`
}

// read returns the files asked for, and what they are.
func (c *courseExport) read(ctx context.Context, a *app.App) (course.Files, string, error) {
	if c.Draft {
		files, err := a.Courses.Export(ctx, c.Slug, 0)
		return files, "the draft", err
	}
	number := c.Edition
	if number == 0 {
		ed, err := a.Courses.Current(ctx, c.Slug)
		if err != nil {
			if _, draftErr := a.Courses.Export(ctx, c.Slug, 0); draftErr == nil {
				err = fmt.Errorf("%s has no edition yet; write its draft with --draft", c.Slug)
			}
			return nil, "", err
		}
		number = ed.Number
	}
	files, err := a.Courses.Export(ctx, c.Slug, number)
	return files, fmt.Sprintf("edition %d", number), err
}

// Run implements the command.
func (c *courseExport) Run(ctx context.Context, e *Environment) (err error) {
	if c.Edition < 0 {
		fmt.Fprintln(e.Err, "cocare: --edition takes the number of an edition, 1 or more")
		return errUsage
	}
	a, err := c.openApp(ctx, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	files, what, err := c.read(ctx, a)
	if err != nil {
		return err
	}
	if found, err := os.ReadDir(c.Dir); err == nil && len(found) > 0 {
		return fmt.Errorf("%s is not empty; name a new folder", c.Dir)
	}
	writing, end := metered(ctx, e)
	err = writeFiles(writing, c.Dir, files)
	end()
	if err != nil {
		return err
	}
	fmt.Fprintf(e.Out, "Wrote %s, %d files, to %s.\n", what, len(files), c.Dir)
	return nil
}

// writeFiles writes a course. os.Root keeps every name inside the folder,
// whatever the database holds.
func writeFiles(ctx context.Context, dir string, files course.Files) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
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
