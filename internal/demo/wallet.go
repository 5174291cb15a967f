package demo

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/wallet"
)

// renewing keeps a license wallet: one of her licenses is to be renewed in some
// months. Providers are invented, and no accreditor is named for them.
const renewing = "therapist@example.org"

func (w *world) wallets() {
	w.at(w.daysAgo(6, 20, 40, time.UTC), func(ctx context.Context) error { return w.fillWallet(w.as(ctx, renewing)) })
}

func (w *world) fillWallet(ctx context.Context) error {
	id := w.people[renewing]
	list, err := w.Accounts.Licenses(ctx, id)
	if err != nil {
		return err
	}
	l := list[len(list)-1] // New York comes last
	ends := w.now.AddDate(0, 5, 0).Format("2006-01") + "-28"
	l.ExpiresOn = &ends
	if _, err := w.Accounts.SaveLicense(ctx, l); err != nil {
		return err
	}
	begins, _ := wallet.Begins(ends, 36)
	_, _, err = w.Wallet.SavePeriod(ctx, id, wallet.Period{LicenseID: l.ID, BeginsOn: begins, EndsOn: ends, Centihours: 3600,
		Targets: []wallet.Target{{Category: "Ethics", Centihours: 300}}})
	if err != nil {
		return err
	}
	day := func(days int) string { return w.now.AddDate(0, 0, -days).Format(time.DateOnly) }
	for _, r := range []wallet.Record{
		{Title: "Couples in grief: two evenings", Provider: "Hudson Practice Circle (invented)", CompletedOn: day(430), Centihours: 600, Category: "Clinical", Format: wallet.Live},
		{Title: "Ethics of working online", Provider: "Lantern Courses (invented)", CompletedOn: day(210), Centihours: 225, Category: "Ethics", Format: wallet.SelfPaced},
	} {
		r.PersonID, r.Licenses = id, []string{l.ID}
		if _, err := w.Wallet.SaveRecord(ctx, r, wallet.Sure{}); err != nil {
			return err
		}
		w.clock.pass(4 * time.Minute)
	}
	return nil
}
