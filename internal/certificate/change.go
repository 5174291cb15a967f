package certificate

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/mail"
)

// publicReason asks for a reason that everybody can read.
const publicReason = "Give the reason. The verification page shows it."

// Revoke ends a certificate, with a reason that the verification page shows;
// one that waits to be printed is then never issued. by is the acting person,
// empty for the system. Repeated with the same reason it changes nothing. It is
// audited, and the holder is told by mail. Errors: Invalid (reason),
// ErrNotFound, ErrEnded after it was replaced or revoked for another reason.
func (s *Service) Revoke(ctx context.Context, typed, reason, by string) error {
	c, holder, reason, err := s.actOn(ctx, typed, reason)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		changed, err := s.markRevoked(ctx, c.ID, reason, s.now())
		if err != nil {
			return err
		}
		if !changed {
			return s.revokedFor(ctx, c.ID, reason)
		}
		if err := s.happened(ctx, c.ID, WasRevoked, reason, by); err != nil {
			return err
		}
		if err := s.record(ctx, "certificate.revoke", c, map[string]any{"reason": reason}); err != nil {
			return err
		}
		return s.tell(ctx, holder, mail.CertificateRevoked{CourseTitle: c.CourseTitle, Number: c.Number, Reason: reason})
	})
}

// actOn reads what an act with a public reason is about: the certificate, its
// holder, and the reason as it is kept. Errors: Invalid (reason), ErrNotFound.
func (s *Service) actOn(ctx context.Context, typed, reason string) (c Certificate, h Holder, kept string, err error) {
	if kept, err = apperr.Reason("reason", reason, publicReason); err != nil {
		return c, h, "", err
	}
	if c, err = s.ByNumber(ctx, typed); err != nil {
		return c, h, "", err
	}
	h, err = s.holder(ctx, c.PersonID)
	return c, h, kept, err
}

// revokedFor is nil if a certificate was revoked for this very reason.
func (s *Service) revokedFor(ctx context.Context, id, reason string) error {
	c, err := s.byID(ctx, id)
	if err == nil && (c.State != Revoked || c.RevokedReason != reason) {
		err = ErrEnded
	}
	return err
}

// Replace issues the certificate anew under the holder's present legal name,
// which is the name that the administrator saw, with the number, the days and
// the evidence of a new one: what was earned stays as it was frozen. The old one
// is superseded, with a reason that the verification page shows (DECISIONS 5). It
// returns the new one, which is being prepared. One that waits because its name
// cannot be printed is replaced too; nobody has seen that number, so the new one
// does not name it. One whose badge's key is distrusted is replaced under the same
// name, so that its holder has a badge that is believed. Repeated with the same name
// and reason it returns the same new one. It is audited. Errors: Invalid (reason), ErrNotFound, ErrNotIssued,
// ErrSameName, ErrNoName, ErrOtherName, Conflict for a name that cannot be
// printed.
func (s *Service) Replace(ctx context.Context, typed, name, reason, by string) (Certificate, error) {
	reason, err := apperr.Reason("reason", reason, publicReason)
	if err != nil {
		return Certificate{}, err
	}
	old, err := s.ByNumber(ctx, typed)
	if err != nil {
		return Certificate{}, err
	}
	if !old.Replaceable() {
		return s.replacedBy(ctx, old, name, reason)
	}
	holder, err := s.namedHolder(ctx, old.PersonID)
	if err != nil {
		return Certificate{}, err
	}
	switch {
	case holder.Name != name:
		return Certificate{}, ErrOtherName
	case holder.Name == old.HolderName && old.State == Issued:
		if fell, err := s.BadgeFell(ctx, old); err != nil || !fell {
			return Certificate{}, cmp.Or(err, error(ErrSameName))
		}
	}
	fresh := old
	fresh.Supersedes, fresh.PDFHash, fresh.IssuedAt = old.ID, "", nil
	fresh.Facts.HolderName, fresh.Facts.Replaces = holder.Name, ""
	s.name(&fresh.Facts)
	fresh.Facts.Statements = withoutReplaced(old.Facts)
	s.date(&fresh.Facts, old.Facts.Zone)
	if old.Public() {
		fresh.Facts.Replaces = old.Number
		fresh.Facts.Statements = append(fresh.Facts.Statements, fmt.Sprintf(replacesForm, old.Number))
	}
	from := Issued
	if old.Unprintable() {
		from = Preparing
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		return s.supersede(ctx, old, fresh, change{"certificate.replace", from, reason, by})
	})
	switch {
	case errors.Is(err, ErrNotIssued):
		return s.replacedBy(ctx, old, holder.Name, reason)
	case err != nil:
		return Certificate{}, err
	}
	return s.byNumber(ctx, fresh.Facts.Number)
}

// replacedBy is what replaced a certificate, if that was done under this name
// and for this reason; ErrNotIssued otherwise.
func (s *Service) replacedBy(ctx context.Context, old Certificate, name, reason string) (Certificate, error) {
	next, found, err := s.successorFor(ctx, old, reason)
	if err == nil && (!found || next.HolderName != name) {
		err = ErrNotIssued
	}
	if err != nil {
		return Certificate{}, err
	}
	return next, nil
}

// successorFor is what took the place of a certificate for this reason, as a second
// click finds it.
func (s *Service) successorFor(ctx context.Context, old Certificate, reason string) (next Certificate, found bool, err error) {
	next, err = s.Successor(ctx, old)
	if errors.Is(err, ErrNotFound) {
		return Certificate{}, false, nil
	}
	if err != nil {
		return Certificate{}, false, err
	}
	events, err := s.Events(ctx, old.ID)
	return next, slices.ContainsFunc(events, func(e Event) bool { return e.Kind == WasSuperseded && e.Reason == reason }), err
}

const replacesForm = "Replaces certificate %s"

// withoutReplaced copies the statements, but for the one that names what the
// certificate itself replaced.
func withoutReplaced(f Facts) []string {
	out := make([]string, 0, len(f.Statements)+1)
	for _, line := range f.Statements {
		if f.Replaces == "" || line != fmt.Sprintf(replacesForm, f.Replaces) {
			out = append(out, line)
		}
	}
	return out
}

// change is an act that puts one certificate in the place of another: its name in the
// audit log, the state from which it starts, why, and who acts.
type change struct {
	action     string
	from       State
	reason, by string
}

// supersede puts a fresh certificate in the place of an old one. Errors: ErrNotIssued
// if that is not in the state any more.
func (s *Service) supersede(ctx context.Context, old, fresh Certificate, ch change) error {
	changed, err := s.markSuperseded(ctx, old.ID, ch.from)
	if err != nil {
		return err
	}
	if !changed {
		return ErrNotIssued
	}
	if err := s.happened(ctx, old.ID, WasSuperseded, ch.reason, ch.by); err != nil {
		return err
	}
	if err := s.record(ctx, ch.action, old, map[string]any{"reason": ch.reason, "by_number": fresh.Facts.Number}); err != nil {
		return err
	}
	inserted, err := s.reserve(ctx, fresh, "")
	if err == nil && !inserted { // the old one left the index in this very transaction
		err = fmt.Errorf("certificate: %s has two successors", old.Number)
	}
	return err
}

// logged adds to the transparency log what happened to a file, and returns the
// position of the entry; nil for what was never printed, which is not in it.
func (s *Service) logged(ctx context.Context, kind, id string) (*int64, error) {
	c, err := s.byID(ctx, id) // as the transaction has made it
	if err != nil || c.PDFHash == "" {
		return nil, err
	}
	sum, err := hex.DecodeString(c.PDFHash)
	if err != nil || len(sum) != sha256.Size {
		return nil, fmt.Errorf("certificate: the hash of %s is damaged", id)
	}
	at, err := s.log.Append(ctx, kind, id, [sha256.Size]byte(sum))
	return &at, err
}

// RecordExport audits that an administrator takes a list away.
func (s *Service) RecordExport(ctx context.Context, f Filter) error {
	return s.audit.Record(ctx, audit.Event{Action: "certificate.export", ObjectKind: "list", ObjectID: "certificate",
		Details: map[string]any{"q": f.Q, "state": f.State, "sort": f.Sort, "approval": f.ApprovalID}})
}

// record audits an administrator's act.
func (s *Service) record(ctx context.Context, action string, c Certificate, details map[string]any) error {
	all := map[string]any{"number": c.Number, "person": c.PersonID}
	maps.Copy(all, details)
	return s.audit.Record(ctx, audit.Event{Action: action, ObjectKind: "certificate", ObjectID: c.ID, Details: all})
}

// happened adds to the history, and to the transparency log what concerns a file.
func (s *Service) happened(ctx context.Context, id, kind, reason, by string) error {
	e := Event{CertificateID: id, Kind: kind, Reason: reason, At: s.now()}
	if by != "" {
		e.ActorID = &by
	}
	return s.tellHistory(ctx, e)
}

func (s *Service) tellHistory(ctx context.Context, e Event) (err error) {
	e.ID = db.NewID()
	if e.Kind != WasReserved {
		if e.LogPosition, err = s.logged(ctx, e.Kind, e.CertificateID); err != nil {
			return err
		}
	}
	return s.insertEvent(ctx, e)
}
