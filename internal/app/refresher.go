package app

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/insight"
	"github.com/atmacena/cocare/internal/refresher"
	"github.com/atmacena/cocare/internal/web/kit"
	webrefresher "github.com/atmacena/cocare/internal/web/refresher"
)

func (a *App) wireRefreshers() {
	a.Refreshers = refresher.New(refresher.Deps{DB: a.DB, Now: a.Now, Mail: a.Mail, Editions: a.Courses, Enrollments: a.Enrollments, Keys: a.Keys,
		Person: a.addressee, Zone: a.zoneOf, BaseURL: a.baseURL()})
}

func (a *App) wireInsight() {
	a.Insight = insight.New(insight.Deps{DB: a.DB, Now: a.Now, Editions: a.Courses})
}

// zoneOf is where a person is.
func (a *App) zoneOf(ctx context.Context, personID string) (*time.Location, error) {
	p, err := a.Accounts.Get(ctx, personID)
	return p.Location(), err
}

// practice tells pages of the questions that a person may be asked after a course.
func (a *App) practice(ctx context.Context, e enrollment.Enrollment) (kit.Practice, error) {
	return webrefresher.Of(ctx, a.Refreshers, e)
}
