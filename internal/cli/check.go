package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/doctor"
)

// verdictView is what --json prints. The verdict of a genuine file is its
// certificate's state where that has ended: revoked or superseded.
type verdictView struct {
	Verdict       string     `json:"verdict"`
	Valid         bool       `json:"valid"`
	SHA256        string     `json:"sha256"` // "" for a file that is too large to be ours
	Number        string     `json:"number"`
	Holder        string     `json:"holder"`
	Course        string     `json:"course"`
	IssuedAt      *time.Time `json:"issued_at"`
	RevokedAt     *time.Time `json:"revoked_at"`
	RevokedReason string     `json:"revoked_reason"`
}

func viewVerdict(c certificate.FileCheck) verdictView {
	v := verdictView{Verdict: string(c.Verdict), SHA256: c.Hash}
	if c.Certificate == nil {
		return v
	}
	v.Number = c.Certificate.Number
	if c.Verdict != certificate.Genuine {
		return v
	}
	cert := c.Certificate
	v.Holder, v.Course, v.IssuedAt = cert.HolderName, cert.CourseTitle, cert.IssuedAt
	v.RevokedAt, v.RevokedReason = cert.RevokedAt, cert.RevokedReason
	if v.Valid = cert.State == certificate.Issued; !v.Valid {
		v.Verdict = string(cert.State)
	}
	return v
}

// verdict says in words what was found.
func verdict(c certificate.FileCheck) string {
	switch c.Verdict {
	case certificate.Genuine:
		cert := c.Certificate
		out := fmt.Sprintf("Genuine: certificate %s as it was issued, to %s for %q.\n", cert.Number, cert.HolderName, cert.CourseTitle)
		if cert.State == certificate.Revoked {
			return out + fmt.Sprintf("It was REVOKED on %s: %s\n", cert.RevokedAt.Format("2006-01-02"), cert.RevokedReason)
		}
		return out + fmt.Sprintf("State: %s.\n", cert.State)
	case certificate.Altered:
		return fmt.Sprintf("Altered: the file carries number %s, but it is not the file that was issued.\n", c.Certificate.Number)
	default:
		if c.Hash == "" {
			return fmt.Sprintf("Unknown: no certificate of ours is larger than %d MB.\n", certificate.MaxFile>>20)
		}
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
