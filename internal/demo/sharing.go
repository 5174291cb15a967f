package demo

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
	sharing "github.com/atmacena/cocare/internal/certificate/share"
)

// sharer shows the certificate of the long course to everybody.
const sharer = "certified@example.org"

func (w *world) sharing() {
	w.at(w.daysAgo(1, 19, 10, time.UTC), func(ctx context.Context) error {
		return w.onCertificate(ctx, sharer, func(c certificate.Certificate) error {
			return w.Shares.Save(w.as(ctx, sharer), c.PersonID, c.Number,
				sharing.Choice{Shared: true, Name: true, Completed: true, Credit: true, Badge: true})
		})
	})
}
