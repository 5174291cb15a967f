package accreditation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/db"
)

// Confirm records that an administrator takes an unverified rule as they saw it: seen
// is its RuleHash. Repeated it does nothing. Errors: ErrNoPack, ErrNoRule, ErrMoved,
// Invalid (note).
func (s *Service) Confirm(ctx context.Context, code, rule, seen, note, by string) error {
	note = strings.TrimSpace(note)
	p, err := s.Pack(ctx, code)
	if err != nil {
		return err
	}
	switch hash := p.RuleHash(rule); {
	case hash == "" && seen == "":
		return ErrNoRule
	case hash != seen:
		return ErrMoved
	}
	var c apperr.Check
	c.Text("note", note, 500, "Say whom you asked, and what they answered.")
	if err := c.Err(); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		fresh, err := s.insertConfirmation(ctx, confirmationRow{ID: db.NewID(), Code: code, Rule: rule, RuleHash: seen, Note: note, ConfirmedBy: by, ConfirmedAt: s.now()})
		if err != nil || !fresh {
			return err
		}
		return s.record(ctx, "rules.confirm", "rules", code, map[string]any{"rule": rule, "note": note})
	})
}

// Confirmed says which unverified rules of a pack hold because an administrator
// took them as they stand.
func (s *Service) Confirmed(ctx context.Context, p Pack) (func(rule string) bool, error) {
	b, err := s.confirmedOf(ctx, p.Code)
	return b.confirmed(p), err
}

// Confirmations are, by the name of the rule, those of the rules as they stand.
func (s *Service) Confirmations(ctx context.Context, p Pack) (map[string]Confirmation, error) {
	b, err := s.confirmedOf(ctx, p.Code)
	return b.confirmations(p), err
}

// book is the packs in force and what was confirmed of some bodies' rules, read once
// for all that is worked out by them.
type book struct {
	packs []Pack
	rows  []confirmationRow
}

// book has the confirmations of the bodies that codes name, or of all.
func (s *Service) book(ctx context.Context, codes ...string) (book, error) {
	packs, err := s.Packs(ctx)
	if err != nil {
		return book{}, err
	}
	if len(codes) == 0 {
		for _, p := range packs {
			codes = append(codes, p.Code)
		}
	}
	b, err := s.confirmedOf(ctx, codes...)
	b.packs = packs
	return b, err
}

// bookOf has those of the bodies whose approvals these are, and of others.
func (s *Service) bookOf(ctx context.Context, approvals []Approval, others ...string) (book, error) {
	for _, a := range approvals {
		others = append(others, a.Accreditor)
	}
	return s.book(ctx, others...)
}

// confirmedOf is a book without packs.
func (s *Service) confirmedOf(ctx context.Context, codes ...string) (book, error) {
	rows, err := s.confirmationRows(ctx, codes)
	return book{rows: rows}, err
}

// pack is the one of a body. Errors: ErrNoPack.
func (b book) pack(code string) (Pack, error) {
	i := slices.IndexFunc(b.packs, func(p Pack) bool { return p.Code == code })
	if i < 0 {
		return Pack{}, ErrNoPack
	}
	return b.packs[i], nil
}

// confirmed need not be asked of a pack that is in force.
func (b book) confirmed(p Pack) func(rule string) bool {
	list := b.confirmations(p)
	return func(rule string) bool {
		_, ok := list[rule]
		return ok
	}
}

func (b book) confirmations(p Pack) map[string]Confirmation {
	list := map[string]Confirmation{}
	for _, r := range b.rows {
		if r.Code != p.Code {
			continue
		}
		if r.RuleHash == p.RuleHash(r.Rule) {
			list[r.Rule] = Confirmation{Note: r.Note, By: r.ConfirmedBy, At: r.ConfirmedAt}
		}
	}
	return list
}

// RuleHash is of an unverified rule with everything that it says; "" where the pack
// has none of that name.
func (p Pack) RuleHash(name string) string {
	rule, mark := p.Rules.Named(name)
	if rule == nil || mark != pack.Unverified {
		return ""
	}
	data, err := json.Marshal([]any{rule.Name, rule.Basis, rule.Value}) // not how lists call it
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
