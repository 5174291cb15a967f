package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
)

// compare looks the file up in the register.
func (c *certificateVerify) compare(ctx context.Context, e *Environment) (err error) {
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	got := registered{FileCheck: certificate.FileCheck{Verdict: certificate.Unknown}}
	if info.Mode().IsRegular() && info.Size() <= certificate.MaxFile {
		file, err := readBounded(c.File, certificate.MaxFile)
		if err != nil {
			return err
		}
		a, err := c.openApp(ctx, e)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, a.Close()) }()
		if got.FileCheck, err = a.Certificates.CheckFile(ctx, file); err != nil {
			return err
		}
		if got.Certificate != nil {
			if got.history, err = a.Certificates.History(ctx, *got.Certificate); err != nil {
				return err
			}
		}
	}
	view := got.view()
	if c.JSON {
		err = printJSON(e.Out, view)
	} else {
		fmt.Fprint(e.Out, got.words())
	}
	if err == nil && !view.Valid {
		return errWrong
	}
	return err
}

// registered is what the register has of a file.
type registered struct {
	certificate.FileCheck
	history certificate.History
}

// verdictView is what --json prints. The verdict of a genuine file is its
// certificate's state where that has ended: revoked or superseded; "contradicted"
// where the register says something else than the file's badge.
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

	SupersededAt       *time.Time `json:"superseded_at"`
	SupersededReason   string     `json:"superseded_reason"`
	ReplacedBy         string     `json:"replaced_by"` // a number; "" until that one is issued
	ReplacedByIssuedAt *time.Time `json:"replaced_by_issued_at"`
}

const contradicted = "contradicted"

func (r registered) view() verdictView {
	v := verdictView{Verdict: string(r.Verdict), SHA256: r.Hash}
	if r.Certificate == nil {
		return v
	}
	v.Number = r.Certificate.Number
	if r.Verdict != certificate.Genuine {
		return v
	}
	if r.Contradicted {
		v.Verdict = contradicted
		return v
	}
	cert := r.Certificate
	v.Holder, v.Course, v.IssuedAt = cert.HolderName, cert.CourseTitle, cert.IssuedAt
	v.RevokedAt, v.RevokedReason = cert.RevokedAt, cert.RevokedReason
	if v.Valid = cert.State == certificate.Issued; !v.Valid {
		v.Verdict = string(cert.State)
	}
	if e, was := r.superseded(); was {
		v.SupersededAt, v.SupersededReason = &e.At, e.Reason
	}
	if next := r.history.Successor; next != nil && next.IssuedAt != nil {
		v.ReplacedBy, v.ReplacedByIssuedAt = next.Number, next.IssuedAt
	}
	return v
}

// superseded is when and why it was replaced.
func (r registered) superseded() (certificate.Event, bool) {
	for _, e := range r.history.Events {
		if e.Kind == certificate.WasSuperseded {
			return e, true
		}
	}
	return certificate.Event{}, false
}

// words say what was found.
func (r registered) words() string {
	switch {
	case r.Verdict == certificate.Altered:
		return fmt.Sprintf("Altered: the file carries number %s, but it is not the file that was issued.\n", r.Certificate.Number)
	case r.Verdict != certificate.Genuine && r.Hash == "":
		return fmt.Sprintf("Unknown: no certificate of ours is larger than %d MB.\n", certificate.MaxFile>>20)
	case r.Verdict != certificate.Genuine:
		return "Unknown: this database issued no such file.\n"
	case r.Contradicted:
		return fmt.Sprintf("CONTRADICTED: the register has this file as certificate %s, but says something else than the badge that belongs to it.\n"+
			"The register was changed or is damaged. Verify the file with --keys, and run cocare doctor.\n", r.Certificate.Number)
	}
	cert := r.Certificate
	issued := fmt.Sprintf("certificate %s as it was issued, to %s for %q.\n", cert.Number, cert.HolderName, cert.CourseTitle)
	if cert.State == certificate.Issued {
		return "Genuine: " + issued + "State: issued.\n"
	}
	return "NO LONGER VALID: " + r.end() + "\nThe file is genuine: " + issued
}

// end says how a certificate ended.
func (r registered) end() string {
	cert := r.Certificate
	if cert.State == certificate.Revoked {
		return fmt.Sprintf("it was REVOKED on %s: %s", cert.RevokedAt.Format(time.DateOnly), cert.RevokedReason)
	}
	out := "it was superseded"
	if e, was := r.superseded(); was {
		out = fmt.Sprintf("it was superseded on %s: %s", e.At.Format(time.DateOnly), e.Reason)
	}
	next := r.history.Successor
	switch {
	case next == nil:
		return out
	case next.IssuedAt == nil && next.RevokedAt != nil:
		return out + "\nThe one that was to replace it was revoked before it was issued."
	case next.IssuedAt == nil:
		return out + "\nThe one that replaces it is being prepared."
	}
	out += fmt.Sprintf("\nIt was replaced by certificate %s, issued on %s", next.Number, next.IssuedAt.Format(time.DateOnly))
	switch next.State {
	case certificate.Revoked:
		out += ", which was itself revoked"
	case certificate.Superseded:
		out += ", which was itself superseded"
	}
	return out + "."
}
