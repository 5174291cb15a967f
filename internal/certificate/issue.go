package certificate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate/number"
	"github.com/atmacena/cocare/internal/certificate/pdf"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
)

// JobKind names the job that prints a reserved certificate.
const JobKind = "certificate.issue"

type issueJob struct {
	ID string `json:"id"`
}

// Reserve takes a number, freezes the facts and enqueues the printing, in the
// transaction that completes the enrollment. Repeated for the same person,
// course and cycle it does nothing.
func (s *Service) Reserve(ctx context.Context, e enrollment.Enrollment) error {
	facts, err := s.freeze(ctx, e)
	if err != nil {
		return err
	}
	text, err := json.Marshal(facts)
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	now := s.now()
	c := Certificate{
		ID: db.NewID(), Number: facts.Number, PersonID: e.PersonID, CourseID: e.CourseID, EditionID: e.EditionID, EnrollmentID: e.ID,
		Cycle: e.Cycle, State: Preparing, HolderName: facts.HolderName, CourseTitle: facts.Title, FactsHash: digest(text), ReservedAt: now,
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		fresh, err := s.insert(ctx, c, string(text))
		if err != nil || !fresh {
			return err
		}
		if err := s.insertEvent(ctx, Event{ID: db.NewID(), CertificateID: c.ID, Kind: "reserved", At: now}); err != nil {
			return err
		}
		return s.queue.Enqueue(ctx, JobKind, issueJob{c.ID}, job.Unique(JobKind+":"+c.ID))
	})
}

// freeze collects what the certificate will say.
func (s *Service) freeze(ctx context.Context, e enrollment.Enrollment) (Facts, error) {
	ed, err := s.editions.Edition(ctx, e.EditionID)
	if err != nil {
		return Facts{}, err
	}
	holder, err := s.holder(ctx, e.PersonID)
	if err != nil {
		return Facts{}, err
	}
	requirements, err := s.requirements(ctx, e)
	if err != nil {
		return Facts{}, err
	}
	zone, err := time.LoadLocation(holder.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	if e.CompletedAt == nil {
		return Facts{}, fmt.Errorf("certificate: enrollment %s is not completed", e.ID)
	}
	hours := ed.EstimatedHours()
	f := Facts{
		Number: number.New(), HolderName: holder.Name,
		Title: ed.Course.Card.Title, Subtitle: ed.Course.Card.Subtitle, Format: ed.Course.Card.Format,
		Provider: s.provider.Name, ProviderAddress: s.provider.Address,
		SignatoryName: s.provider.SignatoryName, SignatoryTitle: s.provider.SignatoryTitle,
		CompletedAt: *e.CompletedAt, CompletedOn: e.CompletedAt.In(zone).Format(time.DateOnly),
		IssuedOn: s.now().In(zone).Format(time.DateOnly), Zone: zone.String(),
		Statements: s.statements(ed, hours), LearningTime: hours.Centihours, LearningSum: hours.Explanation,
		EditionNumber: ed.Number, EditionHash: ed.Hash, OverlayHash: ed.Overlays.Hash,
	}
	f.VerifyURL = s.provider.BaseURL + "/verify/" + f.Number
	for _, r := range requirements {
		f.Evidence = append(f.Evidence, Evidence{Title: r.Title, At: r.DoneAt})
	}
	return f, nil
}

// statements say what the hours are worth: without a live approval no
// accreditor is named (DECISIONS 10), and an edition that nobody reviewed says
// so (DECISIONS 9).
func (s *Service) statements(ed *course.Edition, hours credit.Worked) []string {
	out := []string{fmt.Sprintf("Estimated learning time %s h; not accredited", credit.Hours(hours.Centihours))}
	if !ed.Reviewed() {
		out = append(out, "Demonstration, not clinically reviewed")
	}
	return out
}

// issue is the job: print, check, store, tell. It may run twice; the second
// time finds nothing to do.
func (s *Service) issue(ctx context.Context, payload []byte) error {
	var j issueJob
	if err := json.Unmarshal(payload, &j); err != nil {
		return job.Permanent(fmt.Errorf("certificate: job: %w", err))
	}
	c, err := s.byID(ctx, j.ID)
	if err != nil || c.State != Preparing {
		return err
	}
	file, err := Print(c.Facts)
	if err != nil {
		return fmt.Errorf("certificate: print %s: %w", c.Number, err)
	}
	// The person is looked up before the transaction opens: their address is
	// for the mail, not for the certificate.
	holder, err := s.holder(ctx, c.PersonID)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		now := s.now()
		changed, err := s.markIssued(ctx, c.ID, digest(file), now)
		if err != nil || !changed {
			return err
		}
		if err := s.insertFile(ctx, c.ID, file); err != nil {
			return err
		}
		if err := s.insertEvent(ctx, Event{ID: db.NewID(), CertificateID: c.ID, Kind: "issued", At: now}); err != nil {
			return err
		}
		err = s.audit.Record(ctx, audit.Event{Action: "certificate.issue", ObjectKind: "certificate", ObjectID: c.ID,
			Details: map[string]any{"number": c.Number, "person": c.PersonID, "pdf_sha256": digest(file)}})
		if err != nil {
			return err
		}
		return s.mail.Queue(ctx, mail.Address{Name: holder.Name, Email: holder.Email},
			mail.CertificateReady{CourseTitle: c.CourseTitle, Number: c.Number, Link: s.provider.BaseURL + "/certificates/" + c.Number})
	})
}

// Print makes the PDF of frozen facts; the same facts give the same bytes.
func Print(f Facts) ([]byte, error) {
	completed, err := time.Parse(time.DateOnly, f.CompletedOn)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	issued, err := time.Parse(time.DateOnly, f.IssuedOn)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return pdf.Render(pdf.Facts{
		Number: f.Number, HolderName: f.HolderName, Title: f.Title, Subtitle: f.Subtitle, Format: f.Format,
		Provider: f.Provider, ProviderAddress: f.ProviderAddress, CompletedOn: completed, IssuedOn: issued,
		Statements: f.Statements, EditionNumber: f.EditionNumber, EditionHash: f.EditionHash, VerifyURL: f.VerifyURL,
		Signatory: pdf.Signatory{Name: f.SignatoryName, Title: f.SignatoryTitle},
	})
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
