package accreditation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/db"
)

// Packs are the rule packs in force: the bundled ones, those that administrators
// wrote beside them, and of both kinds the newest version. They are ordered by
// code.
func (s *Service) Packs(ctx context.Context) ([]Pack, error) {
	rows, err := s.newestPacks(ctx)
	if err != nil {
		return nil, err
	}
	byCode := map[string]Pack{}
	for _, f := range pack.Bundled() {
		byCode[f.Pack.Code] = Pack{Pack: f.Pack, Text: string(f.Text), Bundled: true}
	}
	for _, r := range rows {
		base := byCode[r.Code]
		if r.Body == "" { // back to the bundled one, or gone
			base.Version, base.Note = r.Version, r.Note
			if base.Pack != nil {
				byCode[r.Code] = base
			}
			continue
		}
		p, err := s.parse(r)
		if err != nil {
			return nil, err
		}
		byCode[r.Code] = Pack{Pack: p, Text: r.Body, Version: r.Version, Bundled: base.Bundled, Note: r.Note, CreatedBy: r.CreatedBy, CreatedAt: &r.CreatedAt}
	}
	list := make([]Pack, 0, len(byCode))
	for _, p := range byCode {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b Pack) int { return strings.Compare(a.Code, b.Code) })
	return list, nil
}

func (s *Service) parse(r packRow) (*pack.Pack, error) {
	if p, ok := s.parsed.Load(r.ID); ok {
		return p.(*pack.Pack), nil
	}
	p, problems := pack.Parse([]byte(r.Body))
	if len(problems) > 0 { // an older program took it
		return nil, fmt.Errorf("accreditation: pack %s, version %d: %+v", r.Code, r.Version, problems)
	}
	s.parsed.Store(r.ID, p)
	return p, nil
}

// Pack is one pack in force. Errors: ErrNoPack.
func (s *Service) Pack(ctx context.Context, code string) (Pack, error) {
	list, err := s.Packs(ctx)
	if err != nil {
		return Pack{}, err
	}
	return book{packs: list}.pack(code)
}

// Change is what saving rules would change. Before has no Pack where there are none
// of that body.
type Change struct{ Before, After Pack }

// Preview says what SavePack would change, and stores nothing. Errors: those of
// SavePack.
func (s *Service) Preview(ctx context.Context, code, body, note string, base int) (Change, error) {
	p, body, err := s.checkPack(ctx, code, body, strings.TrimSpace(note))
	if err != nil {
		return Change{}, err
	}
	now, err := s.base(ctx, code, body)
	switch {
	case err != nil:
		return Change{}, err
	case now.Version != base:
		return Change{}, ErrMoved
	case unchanged(now, body):
		return Change{}, ErrSamePack
	case body == "":
		after, err := shipped(code)
		return Change{now, after}, err
	}
	return Change{now, Pack{Pack: p, Text: body, Version: base + 1, Bundled: now.Bundled}}, nil
}

func shipped(code string) (Pack, error) {
	for _, f := range pack.Bundled() {
		if f.Pack.Code == code {
			return Pack{Pack: f.Pack, Text: string(f.Text), Bundled: true}, nil
		}
	}
	return Pack{}, ErrNoPack
}

// base is what a change begins from.
func (s *Service) base(ctx context.Context, code, body string) (Pack, error) {
	now, err := s.Pack(ctx, code)
	switch {
	case apperr.Is(err, apperr.NotFound) && body != "":
		return Pack{}, nil
	case err == nil && body == "" && !now.Bundled:
		return now, ErrNoPack
	}
	return now, err
}

func unchanged(now Pack, body string) bool {
	return now.Pack != nil && (now.Text == body || body == "" && now.CreatedAt == nil)
}

// SavePack makes body the rules of the body that it names, or, where it is empty
// and there is a bundled pack, goes back to that one. base is the version that
// the administrator saw. Errors: Invalid (body, note), ErrMoved, ErrSamePack,
// ErrNoPack.
func (s *Service) SavePack(ctx context.Context, code, body, note, by string, base int) error {
	note = strings.TrimSpace(note)
	_, body, err := s.checkPack(ctx, code, body, note)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		now, err := s.base(ctx, code, body)
		if err != nil {
			return err
		}
		if now.Version != base {
			return s.again(ctx, now, code, body, note, by, base)
		}
		if unchanged(now, body) {
			return ErrSamePack
		}
		fresh, err := s.insertPack(ctx, packRow{ID: db.NewID(), Code: code, Version: base + 1, Body: body, Note: note, CreatedBy: by, CreatedAt: s.now()})
		if err != nil {
			return err
		}
		if !fresh {
			if now, err = s.Pack(ctx, code); err != nil {
				return err
			}
			return s.again(ctx, now, code, body, note, by, base)
		}
		return s.record(ctx, "rules.save", "rules", code, map[string]any{"version": base + 1, "note": note, "bundled": body == ""})
	})
}

// reserved is no code: the address of a page ends in it.
const reserved = "new"

// AddPack takes the rules of a body that is not known yet and returns their code.
// The same again by the same person does nothing. Errors: Invalid (body, note).
func (s *Service) AddPack(ctx context.Context, body, note, by string) (code string, err error) {
	if code, err = s.newCode(ctx, body); err == nil {
		err = s.SavePack(ctx, code, body, note, by, 0)
	}
	return code, taken(err)
}

// PreviewNew is Preview of what AddPack would take.
func (s *Service) PreviewNew(ctx context.Context, body, note string) (Change, error) {
	code, err := s.newCode(ctx, body)
	if err != nil {
		return Change{}, err
	}
	change, err := s.Preview(ctx, code, body, note, 0)
	return change, taken(err)
}

func taken(err error) error {
	if errors.Is(err, ErrMoved) || errors.Is(err, ErrSamePack) {
		return errTaken
	}
	return err
}

// newCode is the code that a text names, "" where it cannot be read.
func (s *Service) newCode(ctx context.Context, body string) (code string, err error) {
	if len(body) <= pack.MaxSize {
		if p, _ := pack.Parse([]byte(body)); p != nil {
			code = p.Code
		}
	}
	var c apperr.Check
	c.Require(strings.TrimSpace(body) != "", "body", "Write the rules, or begin with a copy of others.")
	c.Require(code != reserved, "body", "Choose another code: pages of this site use “new”.")
	if err := c.Err(); err != nil {
		return "", err
	}
	switch known, err := s.Pack(ctx, code); {
	case code == "" || apperr.Is(err, apperr.NotFound):
	case err != nil:
		return "", err
	case known.Bundled:
		return "", errTaken
	}
	return code, nil
}

// again tells a second click from somebody else's change.
func (s *Service) again(ctx context.Context, now Pack, code, body, note, by string, base int) error {
	rows, err := s.packVersions(ctx, code)
	if err != nil {
		return err
	}
	if now.Version != base+1 {
		return ErrMoved
	}
	for _, r := range rows {
		if r.Version == now.Version && r.Body == body && r.Note == note && r.CreatedBy == by {
			return nil
		}
	}
	return ErrMoved
}

// checkPack reads what somebody wrote; the pack is nil where the body is empty. The
// body comes back with plain line ends.
func (s *Service) checkPack(ctx context.Context, code, body, note string) (*pack.Pack, string, error) {
	body = strings.ReplaceAll(body, "\r\n", "\n")
	var c apperr.Check
	c.Text("note", note, 500, "Say what changed, and why.")
	switch {
	case apperr.Unstorable(body):
		c.Field("body", apperr.ErrUnstorable)
		return nil, body, c.Err()
	case len(body) > pack.MaxSize:
		c.Field("body", "The file is larger than %d KB.", pack.MaxSize>>10)
		return nil, body, c.Err()
	case body == "":
		return nil, body, c.Err()
	}
	known, err := s.known(ctx)
	if err != nil {
		return nil, body, err
	}
	p, problems := pack.Vet([]byte(body), known)
	for _, problem := range problems {
		c.Field("body", "Line %d: %s; %s.", problem.Line, problem.Msg, problem.Fix)
	}
	if p != nil && p.Code != code {
		c.Field("body", "The code in the file is %q; write %q, or make it a new file.", p.Code, code)
	}
	return p, body, c.Err()
}

// known is what rules may name: a board can accept accreditors that have no pack
// here, and those are the ones that the packs which ship name.
func (s *Service) known(ctx context.Context) (pack.Known, error) {
	k := pack.Known{Professions: codesOf(lists.Professions), Today: s.Today(), Unprintable: certificate.Unprintable,
		Jurisdictions: slices.DeleteFunc(codesOf(lists.Jurisdictions), func(code string) bool { return code == elsewhere })}
	packs, err := s.Packs(ctx)
	for _, p := range packs {
		k.Bodies = append(k.Bodies, p.Code)
	}
	for _, f := range pack.Bundled() {
		if r := f.Pack.Rules.Accepts; r != nil {
			k.Bodies = append(k.Bodies, r.Value...)
		}
	}
	return k, err
}

func codesOf(list []lists.Choice) []string {
	codes := make([]string, len(list))
	for i, c := range list {
		codes[i] = c.Code
	}
	return codes
}
