package app

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/limit"
	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/archive"
	"github.com/atmacena/cocare/internal/certificate/seal"
	"github.com/atmacena/cocare/internal/certificate/share"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/intake"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/support"
	"github.com/atmacena/cocare/internal/team"
	"github.com/atmacena/cocare/internal/translog"
	webaccount "github.com/atmacena/cocare/internal/web/account"
	"github.com/atmacena/cocare/internal/web/kit"
)

// trackEvery is how long visits to lessons wait in memory: what a crash loses
// at most of the time that scripts did not measure.
const trackEvery = 5 * time.Second

func (a *App) wireServices(ctx context.Context) error {
	a.Group = a.DB.NewGroup()
	a.Jobs = job.New(a.DB, a.Log, a.Now)
	a.Jobs.SetGrace(a.Config.ShutdownGrace)
	a.Audit = audit.New(a.DB, a.Now)
	a.Limits = limit.New(a.DB, a.Now, a.Keys)
	a.TransLog = translog.New(a.DB, a.Keys, a.logOrigin(), a.Now)
	a.Seals = seal.New(a.Keys, a.TransLog, a.baseURL(), a.Config.ProviderName, a.Now)
	if err := a.wireWitnesses(); err != nil {
		return err
	}
	if err := a.wireMail(); err != nil {
		return err
	}
	if err := a.wireAccounts(ctx); err != nil {
		return err
	}
	if err := a.wireCourses(); err != nil {
		return err
	}
	a.Intake = intake.New(intake.Deps{DB: a.DB, Now: a.Now, Audit: a.Audit, Queue: a.Jobs, Courses: a.Courses})
	a.Enrollments = enrollment.New(enrollment.Deps{
		DB: a.DB, Now: a.Now, Audit: a.Audit, Mail: a.Mail, Editions: a.Courses, EditionNow: a.Courses.EditionNow, Newest: a.Courses.Current, Group: a.Group, BaseURL: a.baseURL(),
		Person:    a.addressee,
		Reachable: a.reachable,
		Zone:      a.zoneOf,
		CertificateRevoked: func(ctx context.Context, enrollmentID string) (bool, error) {
			return a.Certificates.RevokedOf(ctx, enrollmentID)
		},
		CertificatesRevoked: func(ctx context.Context, ids []string) (map[string]bool, error) {
			return a.Certificates.RevokedAmong(ctx, ids)
		},
		Open: a.Courses.OpenForEnrollment,
		// Completion reserves the certificate in the same transaction, unless the
		// course leaves that to an administrator.
		OnComplete: func(ctx context.Context, e enrollment.Enrollment) error { return a.Certificates.Completed(ctx, e) },
		Asks:       a.asks,
		HasLicense: a.hasLicense,
		// An exam that was to end with the access ends with the new end.
		OnExtend: func(ctx context.Context, id string, until time.Time) error {
			return a.Exams.MoveDeadline(ctx, id, until)
		},
	})
	a.Jobs.Handle(erratumJob, a.tellErratum)
	a.Tracker = a.Enrollments.NewTracker(a.Log, trackEvery)
	a.wireSupport()
	a.wireConversation()
	a.wireExams()
	a.Certificates = certificate.New(certificate.Deps{
		DB: a.DB, Now: a.Now, Audit: a.Audit, Queue: a.Jobs, Mail: a.Mail, Editions: a.Courses, Enrollments: a.Enrollments,
		Provider: certificate.Provider{Name: a.Config.ProviderName, Address: a.Config.ProviderAddress,
			SignatoryName: a.Config.SignatoryName, SignatoryTitle: a.Config.SignatoryTitle, Paper: a.Config.ProviderPaper, BaseURL: a.baseURL(), Zone: a.Config.Location()},
		Holder:       a.holder,
		Licenses:     a.liveLicenses,
		Requirements: a.Enrollments.Requirements,
		Credit:       a.credit,
		Log:          a.Seals,
		Keys:         a.Seals.Keys,
		AttestedName: a.Exams.AttestedName,
	})
	a.wireRefreshers()
	a.wireInsight()
	a.Shares = share.New(share.Deps{DB: a.DB, Now: a.Now, Audit: a.Audit, Certificates: a.Certificates})
	a.Archives = archive.New(archive.Deps{DB: a.DB, Now: a.Now, Audit: a.Audit, Queue: a.Jobs, Certificates: a.Certificates})
	a.Attendance = attendance.New(attendance.Deps{DB: a.DB, Now: a.Now, Audit: a.Audit, Queue: a.Jobs, Editions: a.Courses, Accounts: a.Accounts,
		Enrollments: a.Enrollments, Open: a.Courses.OpenForEnrollment, Zone: a.Config.Location(), Signatory: a.Config.SignatoryName})
	a.Team = team.New(team.Deps{DB: a.DB, Now: a.Now, Audit: a.Audit, FindAccount: a.teamAccount, Named: a.namedForCourse, Zone: a.Config.Location(),
		Tried: func(ctx context.Context, by string) error { return a.Limits.Allow(ctx, namingRule, by) }})
	a.wireWallet()
	return a.wirePayments()
}

// wireCourses makes what authors need: courses, and what accreditors ask of them.
func (a *App) wireCourses() error {
	if err := a.wireMedia(); err != nil {
		return err
	}
	a.Courses = course.New(course.Deps{DB: a.DB, Now: a.Now, Audit: a.Audit, Drawable: exam.Drawable, Asks: a.publishingAsks, Corrected: a.corrected, People: a.learnersByEdition, Created: a.courseCreated, Renamed: a.filesRenamed, Media: a.Media, Reads: a.readsCourses,
		Currency: a.Config.ProviderCurrency, Demo: a.Demo(), Zone: a.Config.Location()})
	a.Accreditation = accreditation.New(accreditation.Deps{DB: a.DB, Now: a.Now, Audit: a.Audit, Zone: a.Config.Location(), Demo: a.Demo(),
		Mail: a.Mail, Provider: mail.Address{Name: a.Config.ProviderName, Email: a.Config.ProviderEmail}, BaseURL: a.baseURL(), Courses: a.publishedCourses})
	return nil
}

func (a *App) wireMail() error {
	a.MailLog = mail.NewLog(a.DB, a.Now)
	from := mail.Address{Name: a.Config.ProviderName, Email: a.Config.SMTPFrom}
	var transport mail.Transport
	switch {
	case a.Demo():
		a.Outbox = mail.NewOutbox(a.DB)
		a.Outbox.Now = a.Now
		transport, from.Email = a.Outbox, demoSender
	case a.Config.SMTPHost == "": // a tool: the server sends what it queues
		transport = mail.Nowhere{}
	default:
		smtp, err := mail.NewSMTP(mail.SMTPConfig{Host: a.Config.SMTPHost, Port: a.Config.SMTPPort, User: a.Config.SMTPUser,
			Password: string(a.Config.SMTPPassword), TLS: mail.TLSMode(a.Config.SMTPTLS)})
		if err != nil {
			return err
		}
		transport = smtp
	}
	a.Mail = mail.New(a.Jobs, transport, from, mail.Site{Provider: a.Config.ProviderName, BaseURL: a.baseURL()}, mail.Sealed(a.Keys), mail.Logged(a.MailLog))
	return nil
}

func (a *App) wireAccounts(ctx context.Context) error {
	// A tool may run without an address: it signs nobody in, and the mailer
	// refuses what would carry a link.
	base := cmp.Or(a.baseURL(), "http://localhost")
	var err error
	a.Accounts, err = account.New(ctx, account.Deps{
		DB: a.DB, Keys: a.Keys, Audit: a.Audit, Mail: a.Mail, Jobs: a.Jobs, Log: a.Log, Now: a.Now,
		BaseURL: base, SiteName: a.Config.ProviderName, RequireAdminFactor: !a.Demo(),
		LegalNameLocked: a.legalNameLocked,
		CheckName:       certificate.Printable,
		OnLicense:       func(ctx context.Context, personID string) error { return a.Enrollments.Licensed(ctx, personID) },
	})
	return err
}

// legalNameLocked holds from the first attestation on, also from that of an
// administrator who recorded an attendance; a course without an exam has none, there
// the certificate locks the name.
func (a *App) legalNameLocked(ctx context.Context, personID string) (bool, error) {
	for _, attested := range []func(context.Context, string) (bool, error){a.Exams.Attested, a.Enrollments.Attended} {
		if yes, err := attested(ctx, personID); err != nil || yes {
			return yes, err
		}
	}
	list, err := a.Certificates.ByPerson(ctx, personID)
	return len(list) > 0, err
}

// confirmLegalName also asks about a name that was stored before: what the
// certificate prints must be printable today.
func (a *App) confirmLegalName(ctx context.Context, personID, name string) error {
	if err := certificate.Printable(name); err != nil {
		return err
	}
	return a.Accounts.ConfirmLegalName(ctx, personID, name)
}

// openNames lists the attested names that certificates of a person would print.
func (a *App) openNames(ctx context.Context, personID string) ([]webaccount.OpenName, error) {
	list, err := a.Exams.OpenNames(ctx, personID)
	if err != nil {
		return nil, err
	}
	out := make([]webaccount.OpenName, 0, len(list))
	for _, n := range list {
		ed, err := a.Courses.Edition(ctx, n.EditionID)
		if err != nil {
			return nil, err
		}
		out = append(out, webaccount.OpenName{EnrollmentID: n.EnrollmentID, Course: ed.Course.Card.Title, Name: n.Name, At: n.At})
	}
	return out, nil
}

// correctName changes a legal name, and what is to be printed where another one
// was attested; without a name what was attested stands.
func (a *App) correctName(ctx context.Context, personID, name string, enrollments []string) error {
	return a.DB.InTx(ctx, func(ctx context.Context) error {
		if err := a.Accounts.SetLegalName(ctx, personID, name); err != nil || name == "" {
			return err
		}
		return a.Exams.CorrectNames(ctx, personID, name, enrollments)
	})
}

// holder is the person as a certificate names them.
func (a *App) holder(ctx context.Context, personID string) (certificate.Holder, error) {
	p, err := a.Accounts.Get(ctx, personID)
	h := certificate.Holder{Name: p.LegalName, Email: p.Email, TimeZone: p.TimeZone}
	if h.Name == "" {
		h.Name, h.NoLegalName = p.Name, true
	}
	return h, err
}

// liveLicenses names a person's licenses that had not expired by a day.
func (a *App) liveLicenses(ctx context.Context, personID string, day time.Time) ([]certificate.License, error) {
	list, err := a.Accounts.Licenses(ctx, personID)
	var out []certificate.License
	for _, l := range list {
		if l.ExpiresOn != nil && *l.ExpiresOn < day.Format(time.DateOnly) {
			continue
		}
		out = append(out, certificate.License{Profession: lists.NameOf(lists.Professions, l.Profession),
			Jurisdiction: lists.NameOf(lists.Jurisdictions, l.Jurisdiction), Number: l.Number})
	}
	return out, err
}

// publishedCourses are what approvals are held against.
func (a *App) publishedCourses(ctx context.Context) ([]accreditation.Course, error) {
	list, err := a.Courses.List(ctx)
	courses := make([]accreditation.Course, len(list))
	labels := course.Labels(list)
	for i, ed := range list {
		courses[i] = accreditation.Course{ID: ed.CourseID, Title: labels[i], Centihours: ed.EstimatedHours().Centihours}
	}
	return courses, err
}

// addressee is how a person is called and written to now.
func (a *App) addressee(ctx context.Context, personID string) (name, email string, err error) {
	p, err := a.Accounts.Get(ctx, personID)
	return p.Name, p.Email, err
}

func (a *App) wireSupport() {
	a.Support = support.New(support.Deps{DB: a.DB, Now: a.Now, Keys: a.Keys, Audit: a.Audit, Mail: a.Mail, BaseURL: a.baseURL(), Person: a.addressee})
}

func (a *App) wireExams() {
	a.Exams = exam.New(exam.Deps{
		DB: a.DB, Group: a.Group, Now: a.Now, Log: a.Log, Audit: a.Audit, Editions: a.Courses, Enrollments: a.Enrollments,
		Accommodation: func(ctx context.Context, personID, courseID string) (exam.Accommodation, error) {
			e, err := a.Support.EffectiveFor(ctx, personID, courseID)
			return exam.Accommodation{ExtraTimePercent: e.ExtraTimePercent, ExtraAttempts: e.ExtraAttempts}, err
		},
		ConfirmLegalName: a.confirmLegalName,
		Closed:           a.closedToGrader,
		Insider:          a.examInsider,
		Mail: func(ctx context.Context, personID string, m mail.Message) error {
			p, err := a.Accounts.Get(ctx, personID)
			if err != nil {
				return err
			}
			return a.Mail.Queue(ctx, mail.Address{Name: p.Name, Email: p.Email}, m)
		},
		BaseURL: a.baseURL(), Zone: a.Config.Location(),
	})
}

func (a *App) wirePayments() error {
	gateway, err := a.gateway()
	if err != nil {
		return err
	}
	a.Payments = payment.New(payment.Deps{
		DB: a.DB, Now: a.Now, Log: a.Log, Audit: a.Audit, Mail: a.Mail, Jobs: a.Jobs, Gateway: gateway,
		Courses: a.Courses, Enrollments: a.Enrollments, People: a.Accounts,
		BaseURL: a.baseURL(), Currency: a.Config.ProviderCurrency, Money: kit.Money,
		Seller: payment.Seller{Name: a.Config.ProviderName, Address: a.Config.ProviderAddress, TaxID: a.Config.ProviderTaxID},
		Policies: func(ctx context.Context) ([]payment.PolicyVersion, error) {
			list, err := a.Support.Policies(ctx)
			out := make([]payment.PolicyVersion, 0, len(list))
			for _, p := range list {
				out = append(out, payment.PolicyVersion{Name: p.Name, Title: p.Title, Version: strconv.Itoa(p.Version), Href: "/policies/" + p.Name + "?version=" + strconv.Itoa(p.Version)})
			}
			return out, err
		},
		CertificateOf: func(ctx context.Context, enrollmentID string) (string, error) {
			c, err := a.Certificates.OfEnrollment(ctx, enrollmentID)
			if apperr.Is(err, apperr.NotFound) || c.State == certificate.Revoked {
				return "", nil
			}
			return c.Number, err
		},
		Revoke: func(ctx context.Context, number, reason string) error {
			return a.Certificates.Revoke(ctx, number, reason, audit.ActorOf(ctx).PersonID)
		},
	})
	return nil
}

// credit are the lines that an enrollment earns in an edition, where the course's
// approvals are live on the day that creditDay says.
func (a *App) credit(ctx context.Context, e enrollment.Enrollment, ed *course.Edition) ([]certificate.CreditLine, error) {
	day := a.creditDay(e.Attendance, *e.CompletedAt)
	lines, _, err := a.Accreditation.Lines(ctx, ed.CourseID, day, measures(ed, e.Attendance, day))
	if err == nil {
		lines, err = a.wanted(ctx, e, lines)
	}
	if err != nil {
		return nil, err
	}
	return creditLines(lines), nil
}

// creditLines are credit as certificates keep it.
func creditLines(lines []accreditation.Line) []certificate.CreditLine {
	out := make([]certificate.CreditLine, 0, len(lines))
	for _, l := range lines {
		out = append(out, certificate.CreditLine{ApprovalID: l.ApprovalID, Accreditor: l.Name, Short: l.Short, Unit: l.Unit, Centihours: l.Centihours,
			Category: l.Category, ProviderNumber: l.ProviderNumber, CourseNumber: l.CourseNumber, Statement: l.Statement, Places: l.Places(),
			RulesVersion: l.RulesVersion, Sum: l.Sum})
	}
	return out
}

// logOrigin names the transparency log by the host of this site, as checkpoints
// do.
func (a *App) logOrigin() string {
	host := strings.TrimPrefix(strings.TrimPrefix(a.baseURL(), "https://"), "http://")
	return host + "/log"
}
