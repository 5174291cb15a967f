package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course/intake"
	"github.com/atmacena/cocare/internal/progress"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/question/exchange"
)

// questionsCheck reads a file with questions without a database.
type questionsCheck struct {
	File string `arg:"" help:"Moodle XML, GIFT, Aiken, CSV, or QTI as XML or as a ZIP package; what is in it tells which." type:"existingfile"`
	JSON bool   `help:"Print JSON."`
}

// Help says what the words mean.
func (c *questionsCheck) Help() string {
	return "Kept: all that the item says. Changed: something is lost, or means another thing here. Refused: there is no question; the reason stands below. " +
		"What its author has still to write, such as a rationale, changes nothing of that. Exit code 0: nothing is refused; 3: something is, or the file holds no questions."
}

// Run implements the command.
func (c *questionsCheck) Run(ctx context.Context, e *Environment) error {
	v, err := c.read(ctx, e)
	if fields := apperr.FieldsOf(err); len(fields) > 0 {
		return wrongError{errors.New(fields[0].Msg)}
	}
	if err != nil {
		return err
	}
	if c.JSON {
		err = printJSON(e.Out, v)
	} else {
		v.print(e.Out)
	}
	if err == nil && (v.Refused > 0 || len(v.Items) == 0) {
		return errWrong
	}
	return err
}

// checkedView is what --json prints.
type checkedView struct {
	Format  exchange.Format `json:"format"`
	Notes   []exchange.Note `json:"notes"` // on the whole file
	Kept    int             `json:"kept"`
	Changed int             `json:"changed"`
	Refused int             `json:"refused"`
	Items   []checkedItem   `json:"items"`
}

type checkedItem struct {
	Place   string           `json:"place"`
	Title   string           `json:"title"`
	Type    string           `json:"type"` // the source's word for its kind
	Kind    question.Kind    `json:"kind"` // "" of what was refused, as is the ID
	ID      string           `json:"id"`
	Verdict exchange.Verdict `json:"verdict"`
	Notes   []exchange.Note  `json:"notes"`
}

func (c *questionsCheck) read(ctx context.Context, e *Environment) (v checkedView, err error) {
	f, err := os.Open(c.File) // #nosec G304 -- the operator names it
	if err != nil {
		return v, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return v, err
	}
	ctx, end := metered(ctx, e)
	defer end()
	v.Items = []checkedItem{}
	counts := map[exchange.Verdict]int{}
	v.Format, v.Notes, err = intake.Check(ctx, f, info.Size(), func(it intake.Item) error {
		counts[it.Verdict]++
		progress.Report(ctx, progress.State{Step: "Reading the questions", Done: int64(it.Position)})
		v.Items = append(v.Items, checkedItem{it.Place, it.Title, it.Type, it.Kind, it.QuestionID, it.Verdict, append([]exchange.Note{}, it.Notes...)})
		return nil
	})
	v.Notes = append([]exchange.Note{}, v.Notes...)
	v.Kept, v.Changed, v.Refused = counts[exchange.Kept], counts[exchange.Changed], counts[exchange.Refused]
	return v, err
}

func (v checkedView) print(w io.Writer) {
	for _, n := range v.Notes {
		fmt.Fprintf(w, "%s\n", oneLine(n.String()))
	}
	for _, it := range v.Items {
		title := it.Title
		if title == "" {
			title = "no title"
		}
		fmt.Fprintf(w, "%s: %s: %s\n", oneLine(it.Place), it.Verdict, oneLine(title))
		for _, n := range it.Notes {
			fmt.Fprintf(w, "    %s\n", oneLine(n.String()))
		}
	}
	fmt.Fprintf(w, "%s, %s: %d kept, %d changed, %d refused\n", v.Format.Name(), plural(len(v.Items), "item"), v.Kept, v.Changed, v.Refused)
}
