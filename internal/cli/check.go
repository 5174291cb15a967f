package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/doctor"
)

// maxPDF bounds a file that is verified.
const maxPDF = 10 << 20

// certificateVerify compares a PDF with what was issued here.
type certificateVerify struct {
	store
	File string `arg:"" help:"The PDF." type:"existingfile"`
	JSON bool   `help:"Print JSON."`
}

// Run implements the command.
func (c *certificateVerify) Run(ctx context.Context, e *Environment) (err error) {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxPDF+1))
	if err != nil {
		return err
	}
	if len(data) > maxPDF {
		return fmt.Errorf("%s is larger than 10 MB; no certificate of ours is", c.File)
	}
	a, err := c.openApp(ctx, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	got, err := a.Certificates.CheckFile(ctx, data)
	if err != nil {
		return err
	}
	if c.JSON {
		err = printJSON(e.Out, got)
	} else {
		fmt.Fprint(e.Out, verdict(got))
	}
	if err == nil && (got.Verdict != certificate.Genuine || got.Certificate.State != certificate.Issued) {
		return errWrong
	}
	return err
}

// verdict says in words what was found.
func verdict(c certificate.FileCheck) string {
	switch c.Verdict {
	case certificate.Genuine:
		cert := c.Certificate
		out := fmt.Sprintf("Genuine: byte for byte certificate %s, issued to %s for %q.\n", cert.Number, cert.HolderName, cert.CourseTitle)
		if cert.State == certificate.Revoked {
			return out + fmt.Sprintf("It was REVOKED on %s: %s\n", cert.RevokedAt.Format("2006-01-02"), cert.RevokedReason)
		}
		return out + fmt.Sprintf("State: %s.\n", cert.State)
	case certificate.Altered:
		return fmt.Sprintf("Altered: the file carries number %s, but it is not the file that was issued.\n", c.Certificate.Number)
	default:
		return "Unknown: this database issued no such file.\n"
	}
}

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
