package certificate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/certificate/pdf"
	"github.com/atmacena/cocare/internal/db"
)

// Log is the transparency log.
type Log interface {
	// Append adds what happened to a certificate, in the transaction in ctx: Stated
	// with the hash of its Record, or one of WasIssued, WasSuperseded, WasRevoked and
	// WasReinstated with that of its PDF. It returns the position of the entry.
	// Stated and WasIssued with the same hash are one entry however often they come.
	Append(ctx context.Context, kind, certificateID string, sum [sha256.Size]byte) (int64, error)
	// Prove returns the proof that the entry is in the log as it is now.
	Prove(ctx context.Context, position int64) (credential.LogProof, error)
	// Entries are those of a certificate, in the order of the log.
	Entries(ctx context.Context, certificateID string) ([]LogEntry, error)
	// Subjects are the certificates that the log has entries of, in the order of their
	// IDs: at most n after one.
	Subjects(ctx context.Context, after string, n int) ([]string, error)
	// BeginsWith reports whether the log begins with the tree of a checkpoint, whoever
	// signed that.
	BeginsWith(ctx context.Context, checkpoint []byte) (bool, error)
	// Fell reports whether the key that signed a badge is distrusted.
	Fell(ctx context.Context, badge []byte) (bool, error)
}

// LogEntry is what the log has of a certificate; see Log.Append.
type LogEntry struct {
	Kind     string
	Position int64
	Hash     string // hexadecimal
}

// Stated is the log's entry of the facts, which comes before the document that
// carries its proof (DECISIONS 7).
const Stated = "stated"

// Signing are the keys that sign now.
type Signing struct {
	Document   pades.Identity
	Credential credential.Key
}

// BadgeName is what the badge is called inside the PDF.
const BadgeName = "credential.json"

// proven is a certificate as it is handed out.
type proven struct {
	PDF        []byte
	Credential credential.Issued
	At         time.Time // of the signatures: the instant of issue
}

// prove makes the document and the credential of a certificate in preparation,
// and judges both before anybody sees them. Outside of any transaction, but for
// the entry of the facts.
func (s *Service) prove(ctx context.Context, c Certificate) (proven, error) {
	keys, err := s.keys(ctx)
	if err != nil {
		return proven{}, ErrKeys.Because(err)
	}
	record, err := c.Facts.Record().JSON()
	if err != nil {
		return proven{}, err
	}
	sum, err := credential.FactsHash(record)
	if err != nil {
		return proven{}, err
	}
	position, err := s.state(ctx, c, sum)
	if err != nil {
		return proven{}, err
	}
	log, err := s.log.Prove(ctx, position)
	if err != nil {
		return proven{}, err
	}
	p := proven{At: s.now()}
	p.Credential, err = credential.Issue(credential.Input{
		Issuer: credential.Issuer{BaseURL: s.provider.BaseURL, Name: c.Facts.Provider},
		Number: c.Number, HolderName: c.HolderName, Course: c.Facts.course(),
		CompletedAt: c.Facts.CompletedAt, IssuedAt: p.At, Credit: c.Facts.credit(),
		Facts: record, Log: log, StatusIndex: position,
	}, keys.Credential)
	if err != nil {
		return proven{}, err
	}
	printed, err := s.printed(ctx, c.Facts)
	if err != nil {
		return proven{}, err
	}
	if p.PDF, err = printSigned(printed, p.Credential.JSON, keys.Document, p.At); err != nil {
		return proven{}, err
	}
	return p, p.check(c.Number, keys)
}

// state adds the entry of the facts, once, and gives the certificate its place.
func (s *Service) state(ctx context.Context, c Certificate, sum [sha256.Size]byte) (position int64, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		if position, err = s.log.Append(ctx, Stated, c.ID, sum); err != nil {
			return err
		}
		return s.setLogPosition(ctx, c.ID, position)
	})
	return position, err
}

// course is what the credential says was achieved.
func (f Facts) course() credential.Course {
	about := fmt.Sprintf("Edition %d of %s.", f.EditionNumber, f.Title)
	id := fmt.Sprintf("%s#edition-%d", f.CourseURL, f.EditionNumber)
	if f.Live != nil {
		about = fmt.Sprintf("Live event held on %s; %d minutes of instruction. Edition %d of the course.", f.Live.HeldOn(), f.Live.Of, f.EditionNumber)
		id = f.CourseURL + "#event-" + f.Live.ID
	}
	if f.Subtitle != "" {
		about = f.Subtitle + ". " + about
	}
	todo := make([]string, 0, len(f.Evidence))
	for _, e := range f.Evidence {
		todo = append(todo, e.Title)
	}
	met := "met every requirement of the course"
	if f.Live != nil {
		met = "done what the live event asked for"
	}
	course := credential.Course{ID: id, Name: f.Title, Description: about, Criteria: "The holder has " + met + ": " + strings.Join(todo, "; ") + "."}
	if f.CourseURL == "" { // frozen before it was noted
		course.ID = f.VerifyURL
	}
	return course
}

// credit is what all credit lines grant; 0 where there is none or they differ.
func (f Facts) credit() int64 {
	if len(f.CreditLines) == 0 {
		return 0
	}
	first := f.CreditLines[0].Centihours
	for _, l := range f.CreditLines {
		if l.Centihours != first {
			return 0
		}
	}
	return first
}

// printSigned makes the signed file with the credential inside.
func printSigned(f pdf.Facts, document []byte, id pades.Identity, at time.Time) ([]byte, error) {
	return pdf.Render(f, pdf.Options{
		Attachments: []pdf.Attachment{{Name: BadgeName, Description: "The same certificate as an Open Badge 3.0, for machines",
			MediaType: "application/json", Relationship: pdf.Data, Data: document, ModifiedAt: at}},
		Signature: &pdf.Signature{Name: f.Provider, Reason: "Issue of certificate " + f.Number, At: at, Size: id.Size(), Sign: id.Sign},
	})
}

// check judges our own output as a stranger would, before it is frozen.
func (p proven) check(number string, keys Signing) error {
	if !slices.Contains(numbersOf(p.PDF), number) {
		return errors.New("the file does not carry its number")
	}
	r := pades.Verify(p.PDF)
	if r.Verdict != pades.Sound || !r.Leaf().Equal(keys.Document.Chain[0]) || !r.SignedBy(keys.Document.Chain[len(keys.Document.Chain)-1]) {
		return fmt.Errorf("the signature does not hold: %s %s", r.Verdict, r.Why)
	}
	files, err := r.Attachments()
	if err != nil || len(files) != 1 || files[0].Name != BadgeName || !bytes.Equal(files[0].Data, p.Credential.JSON) {
		return fmt.Errorf("the file does not carry its credential: %w", err)
	}
	o := credential.Options{Keys: []credential.PublicKey{{Public: keys.Credential.Public()}}, Now: p.At}
	for _, form := range [][]byte{p.Credential.JSON, []byte(p.Credential.JWT)} {
		if r := credential.Verify(form, o); r.Verdict != credential.Trusted {
			return fmt.Errorf("the credential does not hold: %s %s", r.Verdict, r.Problem)
		}
	}
	return nil
}

// Credential returns the credential as it was issued, the same every time. Errors:
// ErrPreparing, ErrNoFile, ErrNoCredential.
func (s *Service) Credential(ctx context.Context, c Certificate) (credential.Issued, error) {
	if err := c.handedOut(); err != nil {
		return credential.Issued{}, err
	}
	return s.credentialOf(ctx, c.ID)
}

// BadgeFell reports whether software that asks nobody believes the badge of a
// certificate no more: the key that signed it is distrusted, and others cannot know
// when it truly signed. The certificate is as good as before.
func (s *Service) BadgeFell(ctx context.Context, c Certificate) (bool, error) {
	if !c.Public() {
		return false, nil
	}
	badge, err := s.credentialOf(ctx, c.ID)
	if errors.Is(err, ErrNoCredential) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return s.log.Fell(ctx, badge.JSON)
}

// How long a status list may be kept, and until when it is one at all.
const (
	statusTTL  = time.Minute
	statusLife = 24 * time.Hour
)

// StatusList returns the n-th list of what was revoked or superseded, as of now.
// Errors: ErrNotFound where no certificate is in it.
func (s *Service) StatusList(ctx context.Context, n int64) (credential.Issued, error) {
	if n < 0 || n > maxStatusList {
		return credential.Issued{}, ErrNotFound
	}
	from, to := n*credential.StatusSize, (n+1)*credential.StatusSize
	there, ended, err := s.endedBetween(ctx, from, to)
	switch {
	case err != nil:
		return credential.Issued{}, err
	case !there:
		return credential.Issued{}, ErrNotFound
	}
	list := &credential.StatusList{}
	for _, position := range ended {
		if err := list.Set(position-from, true); err != nil {
			return credential.Issued{}, err
		}
	}
	keys, err := s.keys(ctx)
	if err != nil {
		return credential.Issued{}, err
	}
	now := db.Truncate(s.clock())
	return credential.IssueStatusList(credential.StatusInput{Issuer: credential.Issuer{BaseURL: s.provider.BaseURL, Name: s.provider.Name},
		Number: n, List: list, ValidFrom: now, ValidUntil: now.Add(statusLife), TTL: statusTTL}, keys.Credential)
}

// maxStatusList bounds the number in an address: far more lists than there are.
const maxStatusList = 1 << 20
