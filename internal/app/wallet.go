package app

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/wallet"
)

func (a *App) wireWallet() {
	a.Wallet = wallet.New(wallet.Deps{
		DB: a.DB, Now: a.Now, Audit: a.Audit, Mail: a.Mail, Keys: a.Keys, People: a.Accounts, Certificates: a.Certificates,
		Boards: a.boards, Accreditors: a.accreditors, Access: a.openAccess, BaseURL: a.baseURL(), SiteName: a.Config.ProviderName,
	})
}

// limitFeed counts how often an address of a calendar is asked for.
func (a *App) limitFeed(ctx context.Context, address string) error {
	return a.Limits.Allow(ctx, feedRule, address)
}

// boards find the board behind a license: the first by code whose rules are in
// force on the day.
func (a *App) boards(ctx context.Context) (func(profession, jurisdiction string, day time.Time) wallet.Board, error) {
	packs, err := a.Accreditation.Packs(ctx)
	if err != nil {
		return nil, err
	}
	var list []wallet.Board
	for _, p := range packs {
		if len(p.Jurisdictions) == 0 { // it licenses nobody
			continue
		}
		b := wallet.Board{Pack: p.Pack}
		if r := p.Rules; r.SelfPaced != nil && !r.SelfPaced.Holds(false) || r.Accepts != nil && !r.Accepts.Holds(false) {
			if b.Confirmed, err = a.Accreditation.Confirmed(ctx, p); err != nil {
				return nil, err
			}
		}
		list = append(list, b)
	}
	return func(profession, jurisdiction string, day time.Time) wallet.Board {
		for _, b := range list {
			if b.Pack.Licenses(profession, jurisdiction) && b.Pack.InForce(day) {
				return b
			}
		}
		return wallet.Board{}
	}, nil
}

// accreditors are the codes of those behind each approval.
func (a *App) accreditors(ctx context.Context) (map[string]string, error) {
	list, err := a.Accreditation.Approvals(ctx)
	codes := map[string]string{}
	for _, one := range list {
		codes[one.ID] = one.Accreditor
	}
	return codes, err
}

// openAccess lists the courses that a person may still learn in.
func (a *App) openAccess(ctx context.Context, personID string) ([]wallet.Access, error) {
	list, err := a.Enrollments.ListByPerson(ctx, personID)
	if err != nil {
		return nil, err
	}
	var out []wallet.Access
	for _, e := range list {
		if e = e.At(a.Now()); e.State != enrollment.Active || e.Late {
			continue
		}
		ed, err := a.Courses.Edition(ctx, e.EditionID)
		if err != nil {
			return nil, err
		}
		out = append(out, wallet.Access{EnrollmentID: e.ID, Title: ed.Course.Card.Title, Slug: e.Slug, Until: e.ExpiresAt, Since: e.EnrolledAt})
	}
	return out, nil
}
