package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/doctor"
)

// doctorCommand examines an installation.
type doctorCommand struct {
	store
	JSON bool `help:"Print JSON."`
}

// Run implements the command.
func (d *doctorCommand) Run(ctx context.Context, e *Environment) (err error) {
	findings, err := d.examine(ctx, e)
	if err != nil {
		return err
	}
	bad := false
	for _, f := range findings {
		bad = bad || f.State == doctor.Bad
		if !d.JSON {
			fmt.Fprintf(e.Out, "%-5s %-22s %s\n", f.State, f.Name, f.Detail)
		}
	}
	if d.JSON {
		if err := printJSON(e.Out, findings); err != nil {
			return err
		}
	}
	if bad {
		return errWrong
	}
	return nil
}

// examine looks at everything; where the services cannot be wired, because the
// schema is old, a key does not open or the file is damaged, at what stands
// without them. Wrong settings and a missing database are the caller's mistake.
func (d *doctorCommand) examine(ctx context.Context, e *Environment) (_ []doctor.Finding, err error) {
	c, err := d.settings(e)
	if err != nil {
		return nil, err
	}
	ctx, end := metered(ctx, e)
	defer end()
	a, err := app.NewTool(ctx, app.Options{Config: c, Log: logger(e, c)})
	var settings *config.Error
	switch {
	case errors.Is(err, db.ErrNoDatabase), errors.As(err, &settings):
		return nil, err
	case err != nil:
		return doctor.ExamineDatabase(ctx, c, err), nil
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return doctor.Examine(ctx, a), nil
}
