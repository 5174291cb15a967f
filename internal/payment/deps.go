package payment

import (
	"context"
	"log/slog"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
)

// Gateway is what this package asks of Stripe; *Stripe is the one that ships.
type Gateway interface {
	Livemode() bool
	CreateSession(ctx context.Context, o Order, successURL, cancelURL string) (Session, error)
	GetSession(ctx context.Context, id string) (Session, error)
	ExpireSession(ctx context.Context, id string) error
	RefundPayment(ctx context.Context, r Refund, paymentIntent string) (stripeID string, err error)
	ParseEvent(payload []byte, signature string) (Event, error)
}

// Courses is what this package asks of course.Service.
type Courses interface {
	Current(ctx context.Context, slug string) (*course.Edition, error)
	Edition(ctx context.Context, id string) (*course.Edition, error)
	OpenForEnrollment(ctx context.Context, ed *course.Edition) error
}

// Enrollments is what this package asks of enrollment.Service.
type Enrollments interface {
	Enroll(ctx context.Context, p enrollment.NewEnrollment) (enrollment.Enrollment, error)
	MayEnroll(ctx context.Context, personID string, ed *course.Edition) error
	Find(ctx context.Context, personID, slug string, cycle int) (enrollment.Enrollment, error)
	End(ctx context.Context, id string, state enrollment.State, reason string) error
	AddEvidence(ctx context.Context, enrollmentID string, ev enrollment.Evidence) error
}

// People is what this package asks of account.Service.
type People interface {
	Get(ctx context.Context, id string) (account.Person, error)
}

// Deps are what a Service stands on. Gateway is nil where no payments are set
// up: then only free courses can be taken.
type Deps struct {
	DB          *db.DB
	Now         func() time.Time
	Log         *slog.Logger
	Audit       *audit.Log
	Mail        *mail.Mailer
	Jobs        *job.Queue
	Gateway     Gateway
	Courses     Courses
	Enrollments Enrollments
	People      People
	BaseURL     string // begins the links; without a slash at its end
	Seller      Seller
	// Currency is the one that this site sells in, with two decimals.
	Currency string
	// Money prints cents of a currency for mails.
	Money func(cents int64, currency string) (string, error)
	// Policies are the versions in force, all of which a buyer or learner accepts.
	// nil means none.
	Policies func(ctx context.Context) ([]PolicyVersion, error)
	// CertificateOf returns the number of the certificate that an enrollment
	// earned and that still counts, "" if there is none; Revoke takes it back.
	// Both join the transaction in ctx. nil means that there are no certificates.
	CertificateOf func(ctx context.Context, enrollmentID string) (number string, err error)
	Revoke        func(ctx context.Context, number, reason string) error
}
