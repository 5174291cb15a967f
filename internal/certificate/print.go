package certificate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate/pdf"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
)

// JobKind names the job that prints a reserved certificate.
const JobKind = "certificate.issue"

type issueJob struct {
	ID string `json:"id"`
}

// issue is the job: print and sign, check, store, tell. It may run twice, also at
// the same time: the conditional UPDATE lets one of them store and tell.
func (s *Service) issue(ctx context.Context, payload []byte) error {
	var j issueJob
	if err := json.Unmarshal(payload, &j); err != nil {
		return job.Permanent(fmt.Errorf("certificate: job: %w", err))
	}
	c, err := s.byID(ctx, j.ID)
	if err != nil || c.State != Preparing {
		return err
	}
	if gaps := c.Facts.Unprinted(); len(gaps) > 0 { // before the log has the facts: they are frozen, no repetition mends them
		return job.Permanent(fmt.Errorf("certificate: issue %s: %s", c.Number, strings.Join(gaps, " ")))
	}
	p, err := s.prove(ctx, c)
	if err != nil {
		err = fmt.Errorf("certificate: issue %s: %w", c.Number, err)
		if apperr.Is(err, apperr.Invalid) { // the facts are frozen: no repetition mends them
			err = job.Permanent(err)
		}
		return err
	}
	// The person is looked up before the transaction opens: their address is
	// for the mail, not for the certificate.
	holder, err := s.holder(ctx, c.PersonID)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error { return s.store(ctx, c, p, holder) })
}

func (s *Service) store(ctx context.Context, c Certificate, p proven, holder Holder) error {
	hash := digest(p.PDF)
	changed, err := s.markIssued(ctx, c.ID, hash, p.At)
	if err != nil || !changed {
		return err
	}
	if err := s.insertFile(ctx, c.ID, p.PDF); err != nil {
		return err
	}
	if err := s.insertCredential(ctx, c.ID, p.Credential); err != nil {
		return err
	}
	if err := s.tellHistory(ctx, Event{CertificateID: c.ID, Kind: WasIssued, At: p.At}); err != nil {
		return err
	}
	err = s.audit.Record(ctx, audit.Event{Action: "certificate.issue", ObjectKind: "certificate", ObjectID: c.ID,
		Details: map[string]any{"number": c.Number, "person": c.PersonID, "pdf_sha256": hash}})
	if err != nil {
		return err
	}
	return s.tell(ctx, holder, s.ready(c))
}

// ready is the mail that leads the holder to their certificate.
func (s *Service) ready(c Certificate) mail.Message {
	return mail.CertificateReady{CourseTitle: c.CourseTitle, Number: c.Number, Link: s.ownLink(c), Live: c.Facts.Live != nil}
}

// ownLink is where the holder has it.
func (s *Service) ownLink(c Certificate) string {
	return s.provider.BaseURL + "/certificates/" + c.Number
}

// tell queues a mail to the holder, unless the account was erased.
func (s *Service) tell(ctx context.Context, h Holder, m mail.Message) error {
	if h.Email == "" {
		return nil
	}
	return s.mail.Queue(ctx, mail.Address{Name: h.Name, Email: h.Email}, m)
}

// printed are the facts as the printer takes them.
func (s *Service) printed(ctx context.Context, f Facts) (pdf.Facts, error) {
	out, err := f.printed()
	if err == nil && f.Signature != "" {
		out.Signatory.Signature, err = s.signature(ctx, f.Signature)
	}
	return out, err
}

// printed are the facts as the printer takes them, but for the signature.
func (f Facts) printed() (pdf.Facts, error) {
	if _, err := time.Parse(time.DateOnly, f.CompletedOn); err != nil {
		return pdf.Facts{}, fmt.Errorf("certificate: %w", err)
	}
	issued, err := time.Parse(time.DateOnly, f.IssuedOn)
	if err != nil {
		return pdf.Facts{}, fmt.Errorf("certificate: %w", err)
	}
	return pdf.Facts{
		Number: f.Number, Deed: f.Deed(), When: f.When(), HolderName: f.HolderName, Licenses: f.licenses(), Title: f.Title, Subtitle: f.Subtitle, Format: f.Format,
		Provider: f.Provider, ProviderAddress: f.ProviderAddress, IssuedOn: issued,
		CreditLines: f.creditLines(), Statements: f.Statements, EditionNumber: f.EditionNumber, EditionHash: f.EditionHash, VerifyURL: f.VerifyURL,
		Signatory: pdf.Signatory{Name: f.SignatoryName, Title: f.SignatoryTitle}, Size: f.size(),
	}, nil
}

func (f Facts) size() pdf.Size {
	if f.Paper == A4Paper {
		return pdf.A4
	}
	return pdf.Letter
}

func (f Facts) creditLines() []pdf.CreditLine {
	out := make([]pdf.CreditLine, 0, len(f.CreditLines))
	for _, l := range f.CreditLines {
		out = append(out, pdf.CreditLine{Accreditor: l.Accreditor, Hours: l.Amount(), Category: l.Category, Statement: l.Statement + " " + l.Notes()})
	}
	return out
}

func (f Facts) licenses() []string {
	out := make([]string, 0, len(f.Licenses))
	for _, l := range f.Licenses {
		out = append(out, l.String())
	}
	return out
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
