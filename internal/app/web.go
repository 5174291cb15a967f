package app

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/support"
	"github.com/atmacena/cocare/internal/web"
	webaccount "github.com/atmacena/cocare/internal/web/account"
	webaccreditation "github.com/atmacena/cocare/internal/web/accreditation"
	"github.com/atmacena/cocare/internal/web/admin"
	webattendance "github.com/atmacena/cocare/internal/web/attendance"
	"github.com/atmacena/cocare/internal/web/catalog"
	"github.com/atmacena/cocare/internal/web/certificates"
	"github.com/atmacena/cocare/internal/web/checkout"
	webconversation "github.com/atmacena/cocare/internal/web/conversation"
	"github.com/atmacena/cocare/internal/web/editions"
	"github.com/atmacena/cocare/internal/web/evaluation"
	webexam "github.com/atmacena/cocare/internal/web/exam"
	webinsight "github.com/atmacena/cocare/internal/web/insight"
	"github.com/atmacena/cocare/internal/web/keys"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/learn"
	webmedia "github.com/atmacena/cocare/internal/web/media"
	"github.com/atmacena/cocare/internal/web/ops"
	"github.com/atmacena/cocare/internal/web/preview"
	"github.com/atmacena/cocare/internal/web/questions"
	webrefresher "github.com/atmacena/cocare/internal/web/refresher"
	"github.com/atmacena/cocare/internal/web/sharing"
	"github.com/atmacena/cocare/internal/web/studio"
	websupport "github.com/atmacena/cocare/internal/web/support"
	webteam "github.com/atmacena/cocare/internal/web/team"
	"github.com/atmacena/cocare/internal/web/transparency"
	webwallet "github.com/atmacena/cocare/internal/web/wallet"
	"github.com/atmacena/cocare/static"
	"github.com/atmacena/cocare/templates"
)

// wireWeb makes the renderer, every area's routes and the server.
func (a *App) wireWeb() error {
	base, err := url.Parse(a.baseURL())
	if err != nil {
		return err
	}
	renderer, err := a.renderer(base)
	if err != nil {
		return err
	}
	accounts := webaccount.Deps{Accounts: a.Accounts, Now: a.Now, HTTPS: base.Scheme == "https", Zone: a.Config.Location(), Home: home, PersonLinks: personLinks,
		OpenNames: a.openNames, CorrectName: a.correctName,
		PersonTables: admin.PersonTables(a.adminDeps()), Extra: a.personalData, Consents: a.consents}
	a.Routes = a.routes(accounts)
	isReady := &ready{check: a.DB.CheckReady, log: a.Log.Warn, now: time.Now}
	o := web.Options{
		BaseURL: base, Renderer: renderer, Session: webaccount.Session(accounts), Routes: a.Routes, Log: a.Log,
		Demo: a.Demo(), FormAction: []string{checkout.StripeOrigin}, CSRFBypass: []string{checkout.WebhookPattern},
		Metrics: a.Metrics, Ready: func(r *http.Request) error { return isReady.Err(r.Context()) },
		TrustedProxies: a.Config.TrustedProxies,
	}
	e, err := web.New(o)
	if err != nil {
		return err
	}
	a.Handler = e
	return ops.Register(a.Metrics, ops.Sources{Jobs: a.Jobs.Stats, Pools: a.DB.Pools, Witnesses: a.Witnesses.List, Now: a.Now})
}

func (a *App) renderer(base *url.URL) (*kit.Renderer, error) {
	accent, err := kit.AccentCSS(a.Config.ProviderAccent)
	if err != nil {
		return nil, err
	}
	assets, err := kit.NewAssets(static.FS, accent)
	if err != nil {
		return nil, err
	}
	site := kit.Site{Name: a.Config.ProviderName, BaseURL: a.baseURL(), Zone: a.Config.Location(), Demo: a.Demo(),
		Footer: footer(), Help: "/requests/new"}
	if logo := a.Config.Logo; len(logo.Data) > 0 {
		if site.Logo, err = assets.AddLogo(logo.Data, logo.Format, logo.Width, logo.Height); err != nil {
			return nil, err
		}
	}
	if a.Demo() {
		site.DemoLinks = []kit.Link{{Label: "Mail that was sent", Href: "/outbox"}}
	}
	return kit.NewRenderer(kit.Options{Templates: templates.FS, Assets: assets, Site: func() kit.Site { return site },
		Nav: navigation, Now: a.Now, HTTPS: base.Scheme == "https"})
}

func footer() []kit.Link {
	return []kit.Link{
		{Label: "Courses", Href: "/courses"}, {Label: "Verify a certificate", Href: "/verify"},
		{Label: "Terms", Href: "/policies/terms"}, {Label: "Privacy", Href: "/policies/privacy"}, {Label: "Refunds", Href: "/policies/refund"},
		{Label: "Grievances", Href: "/policies/grievance"}, {Label: "Accommodations", Href: "/policies/accommodation"},
		{Label: "Help and requests", Href: "/requests/new"},
	}
}

// navigation lists what a viewer can reach from everywhere.
func navigation(v *kit.Viewer) []kit.NavItem {
	if v == nil {
		return []kit.NavItem{{Label: "Courses", Href: "/courses"}, {Label: "Verify", Href: "/verify"},
			{Label: "Sign in", Href: "/login"}, {Label: "Register", Href: "/register"}}
	}
	nav := append(make([]kit.NavItem, 0, 8), kit.NavItem{Label: "Courses", Href: "/courses"})
	if v.Is("therapist") {
		nav = append(nav, kit.NavItem{Label: "My learning", Href: "/learn"}, kit.NavItem{Label: "Certificates", Href: "/certificates"},
			kit.NavItem{Label: "Orders", Href: "/orders"})
	}
	if v.Is("instructor", "administrator") {
		nav = append(nav, kit.NavItem{Label: "Teaching", Href: "/teach"}, kit.NavItem{Label: "Grading", Href: "/teach/grading"})
	} else if v.Is("guest") {
		nav = append(nav, kit.NavItem{Label: "Courses to review", Href: "/teach"})
	}
	if v.Is("administrator") {
		nav = append(nav, kit.NavItem{Label: "Administration", Href: "/admin"})
	}
	return append(nav, kit.NavItem{Label: "Account", Href: "/account"}, kit.NavItem{Label: "Sign out", Href: "/logout", Post: true})
}

// home is where a person lands after signing in.
func home(v *kit.Viewer) string {
	switch {
	case v.Is("administrator"):
		return "/admin"
	case v.Is("instructor") && !v.Is("therapist"):
		return "/teach/grading"
	case v.Is("guest") && !v.Is("therapist"):
		return "/teach"
	}
	return "/learn"
}

// personLinks lead from the administrator's page of a person to what others
// know of them.
func personLinks(personID string) []kit.Link {
	return []kit.Link{{Label: "Certificates to issue to this person", Href: "/admin/certificates/to-issue?person=" + url.QueryEscape(personID)},
		{Label: "Audit events of this person", Href: "/admin/audit?kind=person&object=" + url.QueryEscape(personID)}}
}

// consents lead from the page of a person's data to what they agreed to and can
// take back.
func (a *App) consents(ctx context.Context, personID string) ([]kit.Link, error) {
	list, err := a.Enrollments.FollowUpsOf(ctx, personID)
	links := make([]kit.Link, 0, len(list))
	for _, f := range list {
		if f.State() != enrollment.FollowUpWithdrawn {
			links = append(links, kit.Link{Label: "Follow-up after “" + f.Title + "”", Href: "/learn/" + f.Slug + "/follow-up"})
		}
	}
	if err != nil {
		return nil, err
	}
	practice, err := a.Refreshers.Choices(ctx, personID)
	for _, p := range practice {
		links = append(links, kit.Link{Label: "Practice questions after “" + p.Title + "”", Href: "/learn/" + p.Slug + "/refresh"})
	}
	return links, err
}

// routes joins the tables of all areas: the whole access policy.
func (a *App) routes(accounts webaccount.Deps) []kit.Route {
	fresh := webaccount.Fresh(a.Now)
	certs := certificates.Deps{Certificates: a.Certificates, Archives: a.Archives, Enrollments: a.Enrollments, Courses: a.Courses, Attempts: a.attemptsOf,
		EvidenceWord: admin.EvidenceWord, People: a.Accounts, Trust: a.Seals.Trust, Limit: a.limiter(verifyRule), Fresh: fresh, Now: a.Now, Zone: a.Config.Location(),
		Shared: a.shared, Practice: a.practice}
	return webteam.Guard(a.openedRights, slices.Concat(
		catalog.Routes(catalog.Deps{Courses: a.Courses, Enrollments: a.Enrollments, Accreditation: a.Accreditation, People: a.Accounts, Licenses: a.Accounts.Licenses, Asks: asked,
			Policies: a.Payments.CurrentPolicies, KeyReader: a.keyReader, Underway: a.Payments.Underway, NoSales: a.Payments.Gateway == nil, Zone: a.Config.Location(), Now: a.Now}),
		webteam.Routes(webteam.Deps{Team: a.Team, Courses: a.Courses, Zone: a.Config.Location(), Now: a.Now}),
		preview.Routes(preview.Deps{Courses: a.Courses, Counts: a.previewCount, Sample: a.sampleCertificate}),
		editions.Routes(editions.Deps{Courses: a.Courses, Enrollments: a.Enrollments, Audit: a.Audit, Fresh: fresh}),
		studio.Routes(studio.Deps{Courses: a.Courses, People: a.Accounts, Visible: a.visibleCourses, MayWrite: a.mayWrite, MayDiscard: a.mayDiscard, Hears: a.hears, Currency: a.Config.ProviderCurrency, Zone: a.Config.Location(), Now: a.Now}),
		questions.Routes(questions.Deps{Intake: a.Intake}),
		webmedia.Routes(webmedia.Deps{Media: a.Media, Courses: a.Courses, Editions: a.readableEditions, MayRead: a.mayRead, Now: a.Now}),
		webaccount.Routes(accounts),
		checkout.Routes(checkout.Deps{Payment: a.Payments, Courses: a.Courses, People: a.Accounts, Audit: a.Audit,
			KeyReader: a.keyReader, Fresh: fresh, Confirmed: webaccount.Confirmed, Sandbox: a.Sandbox, Log: a.Log, Now: a.Now}),
		learn.Routes(learn.Deps{Enrollments: a.Enrollments, Tracker: a.Tracker, Now: a.Now, CertificateOf: a.certificateOf, Paying: a.paying, ExamOf: a.examOf, Prints: a.prints, Practice: a.practice, Fingerprint: a.Keys.Fingerprint}),
		webexam.Routes(webexam.Deps{Exams: a.Exams, Enrollments: a.Enrollments, People: a.Accounts, Fresh: fresh, Leave: a.Tracker.Leave, Prints: a.prints, Asked: a.accommodationsAsked, Now: a.Now}),
		certificates.Routes(certs),
		webattendance.Routes(webattendance.Deps{Attendance: a.Attendance, Certificates: a.Certificates, Courses: a.Courses, People: a.Accounts, Credit: a.eventCredit,
			Tabs: certs.Tabs, Fresh: fresh, Now: a.Now, Zone: a.Config.Location()}),
		sharing.Routes(sharing.Deps{Shares: a.Shares, Credential: a.Certificates.Credential, Fell: a.Certificates.BadgeFell, Limit: a.limiter(sharedRule), BaseURL: a.baseURL()}),
		evaluation.Routes(evaluation.Deps{Enrollments: a.Enrollments, Courses: a.Courses, Audit: a.Audit, Fresh: fresh}),
		webinsight.Routes(webinsight.Deps{Insight: a.Insight, Evaluations: a.Enrollments, Courses: a.Courses, Audit: a.Audit, Fresh: fresh}),
		webrefresher.Routes(webrefresher.Deps{Refreshers: a.Refreshers, Enrollments: a.Enrollments, Courses: a.Courses}),
		webaccreditation.Routes(webaccreditation.Deps{Accreditation: a.Accreditation, Audit: a.Audit, Courses: a.Courses, People: a.Accounts, Certificates: a.Certificates.CountBy, Fresh: fresh}),
		webconversation.Routes(webconversation.Deps{Conversation: a.Conversation, Courses: a.Courses, People: a.Accounts, Reach: a.conversationReach, Leave: a.Tracker.Leave, Fresh: fresh}),
		websupport.Routes(websupport.Deps{Support: a.Support, People: a.Accounts, Courses: a.courseChoices, Fresh: fresh, Now: a.Now}),
		webwallet.Routes(webwallet.Deps{Wallet: a.Wallet, Wrong: a.limiter(wrongFeedRule), Asked: a.limitFeed, Fresh: fresh}),
		admin.Routes(a.adminDeps()),
		keys.Routes(keys.Deps{Trust: a.Seals.Trust, FallenLogKeys: a.TransLog.FallenKeys, DIDDocument: a.Seals.DIDDocument, StatusList: a.Certificates.StatusList}),
		transparency.Routes(transparency.Deps{Log: a.TransLog, Witnesses: a.Witnesses}),
		ops.Routes(ops.Deps{Metrics: a.Metrics, Token: string(a.Config.MetricsToken), Outbox: a.Outbox}),
	))
}

func (a *App) paying(ctx context.Context, personID string) ([]learn.Paying, error) {
	orders, err := a.Payments.Underway(ctx, personID)
	list := make([]learn.Paying, 0, len(orders))
	for _, o := range orders {
		list = append(list, learn.Paying{Title: o.CourseTitle, Number: o.Number})
	}
	return list, err
}

func (a *App) adminDeps() admin.Deps {
	return admin.Deps{Accounts: a.Accounts, Accreditation: a.Accreditation, Audit: a.Audit, Certificates: a.Certificates, Courses: a.Courses, Enrollments: a.Enrollments,
		Exams: a.Exams, Jobs: a.Jobs, Mail: a.MailLog, Payments: a.Payments, Support: a.Support, Witnesses: a.Witnesses.List,
		Asked: func(ctx context.Context) (int, error) {
			return a.Conversation.CountWaiting(ctx, conversation.Reach{All: true})
		},
		RetryJob: a.retryJob, DismissJob: a.dismissJob, Fresh: webaccount.Fresh(a.Now), Zone: a.Config.Location(), Now: a.Now}
}

// retryJob makes a dead job ready again and records who did.
func (a *App) retryJob(ctx context.Context, id string) error {
	return a.DB.InTx(ctx, func(ctx context.Context) error {
		if err := a.Jobs.Retry(ctx, id); err != nil {
			return err
		}
		return a.Audit.Record(ctx, audit.Event{Action: "job.retry", ObjectKind: "job", ObjectID: id})
	})
}

// dismissJob forgets a dead job and records who did, what it was, and why.
func (a *App) dismissJob(ctx context.Context, id, reason string) error {
	return a.DB.InTx(ctx, func(ctx context.Context) error {
		e, err := a.Jobs.Dismiss(ctx, id)
		if err != nil {
			return err
		}
		return a.Audit.Record(ctx, audit.Event{Action: "job.dismiss", ObjectKind: "job", ObjectID: id,
			Details: map[string]any{"kind": e.Kind, "reason": reason}})
	})
}

// courseChoices are the courses that a form can name.
func (a *App) courseChoices(ctx context.Context) ([]websupport.Course, error) {
	list, err := a.Courses.List(ctx)
	out := make([]websupport.Course, 0, len(list))
	labels := course.Labels(list)
	for i, ed := range list {
		out = append(out, websupport.Course{ID: ed.CourseID, Slug: ed.Slug, Title: labels[i], Timed: ed.Course.Card.TimeLimitMinutes > 0})
	}
	return out, err
}

// certificateOf tells the learner's pages of the certificate, if there is one.
func (a *App) certificateOf(ctx context.Context, enrollmentID string) (learn.Certificate, error) {
	c, err := a.Certificates.OfEnrollment(ctx, enrollmentID)
	if apperr.Is(err, apperr.NotFound) {
		return learn.Certificate{}, nil
	}
	return learn.Certificate{Number: c.Number, Issued: c.Public(), Revoked: c.State == certificate.Revoked, Credit: len(c.Facts.CreditLines) > 0}, err
}

// prints tells the learner's pages what the certificate would print of them.
func (a *App) prints(ctx context.Context, e enrollment.Enrollment, back string) (kit.Printed, error) {
	name, licenses, err := a.Certificates.WouldPrint(ctx, e)
	return kit.Printed{Name: name, Licenses: licenses, Back: back}, err
}

// accommodationsAsked leads to a person's requests for an accommodation that wait for an
// answer.
func (a *App) accommodationsAsked(ctx context.Context, personID string) (out []kit.Link, err error) {
	requests, err := a.Support.OwnRequests(ctx, personID)
	for _, r := range requests {
		if r.Kind == support.AccommodationAsked && r.State == support.Open {
			out = append(out, kit.Link{Label: "Request " + r.Reference, Href: "/requests/" + r.ID})
		}
	}
	return out, err
}

// shared reports whether the holder shares the certificate of an enrollment.
func (a *App) shared(ctx context.Context, enrollmentID string) (bool, error) {
	c, err := a.Shares.Of(ctx, enrollmentID)
	return c.Shared, err
}

// attemptsOf lists the attempts at the exam, none where there is no exam.
func (a *App) attemptsOf(ctx context.Context, e enrollment.Enrollment) ([]exam.Attempt, error) {
	o, err := a.Exams.Overview(ctx, e)
	if apperr.Is(err, apperr.NotFound) {
		return nil, nil
	}
	return o.Attempts, err
}

// examOf tells the learner's pages what is left of an exam.
func (a *App) examOf(ctx context.Context, e enrollment.Enrollment) (learn.ExamStanding, error) {
	o, err := a.Exams.Overview(ctx, e)
	if err != nil {
		return learn.ExamStanding{}, err
	}
	st := learn.ExamStanding{Left: o.Left(), NextAt: o.NextAt}
	if last, ok := o.Last(); ok && e.Exam.Awaiting() {
		st.GradedBy = last.Promised()
	}
	return st, nil
}
