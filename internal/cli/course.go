package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/atmacena/cocare/internal/course"
)

// courseCheck reads a folder without a database.
type courseCheck struct {
	Dir  string `arg:"" help:"The course folder." type:"existingdir"`
	JSON bool   `help:"Print JSON."`
}

// Run implements the command.
func (c *courseCheck) Run(e *Environment) error {
	parsed, problems := course.Load(os.DirFS(c.Dir))
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

// courseImport stores a folder.
type courseImport struct {
	store
	Dir     string `arg:"" help:"The course folder." type:"existingdir"`
	Publish bool   `help:"Publish it as a new edition."`
	Note    string `help:"What is new in the edition." default:"Imported from a folder."`
}

// Run implements the command.
func (c *courseImport) Run(ctx context.Context, e *Environment) (err error) {
	ctx = acting(ctx)
	a, err := c.openApp(ctx, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	draft, err := a.Courses.Import(ctx, os.DirFS(c.Dir), "command line")
	if err != nil {
		return err
	}
	fmt.Fprintf(e.Out, "Stored %s as the draft of %s: %d files, %d bytes, %d findings.\n", c.Dir, draft.Slug, draft.Files, draft.Bytes, len(draft.Problems))
	if !c.Publish {
		fmt.Fprintln(e.Out, "Publish it with --publish when cocare course check finds no error.")
		return nil
	}
	ed, err := a.Courses.Publish(ctx, draft.Slug, c.Note, "command line")
	if err != nil {
		return err
	}
	fmt.Fprintf(e.Out, "Edition %d is published, SHA-256 %s.\n", ed.Number, ed.Hash)
	for _, open := range ed.OpenSignoffs() {
		fmt.Fprintf(e.Out, "  not yet signed off: %s\n", open.Text)
	}
	return nil
}

// courseExport writes an edition to a folder.
type courseExport struct {
	store
	Slug    string `arg:"" help:"The course's address."`
	Dir     string `arg:"" help:"Folder to write; it must be empty or not exist."`
	Edition int    `help:"Number of the edition; 0 is the draft." default:"0"`
}

// Run implements the command.
func (c *courseExport) Run(ctx context.Context, e *Environment) (err error) {
	a, err := c.openApp(ctx, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	files, err := a.Courses.Export(ctx, c.Slug, c.Edition)
	if err != nil {
		return err
	}
	if found, err := os.ReadDir(c.Dir); err == nil && len(found) > 0 {
		return fmt.Errorf("%s is not empty; name a new folder", c.Dir)
	}
	// os.Root keeps every name inside the folder, whatever the database holds.
	if err := os.MkdirAll(c.Dir, 0o750); err != nil {
		return err
	}
	root, err := os.OpenRoot(c.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for name, data := range files {
		if err := root.MkdirAll(filepath.Dir(filepath.FromSlash(name)), 0o750); err != nil {
			return err
		}
		if err := root.WriteFile(filepath.FromSlash(name), data, 0o640); err != nil {
			return err
		}
	}
	fmt.Fprintf(e.Out, "Wrote %d files to %s.\n", len(files), c.Dir)
	return nil
}
