// Package app is the composition root: it opens the database, makes every
// service with what it stands on, sets the hooks that point upward, and runs
// the server and its background work.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/limit"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/archive"
	"github.com/atmacena/cocare/internal/certificate/seal"
	"github.com/atmacena/cocare/internal/certificate/share"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/intake"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/insight"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/media/store"
	"github.com/atmacena/cocare/internal/once"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/refresher"
	"github.com/atmacena/cocare/internal/stripesandbox"
	"github.com/atmacena/cocare/internal/support"
	"github.com/atmacena/cocare/internal/team"
	"github.com/atmacena/cocare/internal/translog"
	"github.com/atmacena/cocare/internal/wallet"
	"github.com/atmacena/cocare/internal/web"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/witness"
)

// App is a wired program. Its fields are for commands, the demo's seed and
// tests; they may be used until Close.
type App struct {
	Config *config.Config
	Log    *slog.Logger
	Now    func() time.Time

	DB            *db.DB
	Group         *db.Group
	Jobs          *job.Queue
	Audit         *audit.Log
	Keys          *keyring.Ring
	Limits        *limit.Limiter
	TransLog      *translog.Log
	Witnesses     *witness.Service
	Seals         *seal.Seals
	Mail          *mail.Mailer
	MailLog       *mail.Log
	Outbox        *mail.Outbox // nil unless this is a demo
	Accounts      *account.Service
	Accreditation *accreditation.Service
	Courses       *course.Service
	Media         *media.Service
	Enrollments   *enrollment.Service
	Tracker       *enrollment.Tracker
	Exams         *exam.Service
	Payments      *payment.Service
	Sandbox       *stripesandbox.Sandbox // nil unless this is a demo
	Certificates  *certificate.Service
	Archives      *archive.Service
	Shares        *share.Service
	Attendance    *attendance.Service
	Refreshers    *refresher.Service
	Insight       *insight.Service
	Intake        *intake.Service
	Support       *support.Service
	Conversation  *conversation.Service
	Wallet        *wallet.Service
	Team          *team.Service
	Metrics       *prometheus.Registry
	Routes        []kit.Route // the access policy
	Handler       http.Handler

	mediaFolder *store.Folder // nil: a bucket
}

// Options vary how an App is made.
type Options struct {
	Config *config.Config
	Log    *slog.Logger
	Now    func() time.Time // nil: the clock of the machine
}

// DatabaseConfig says where the settings put the data.
func DatabaseConfig(c *config.Config) db.Config {
	if c.DatabaseURL != "" {
		return db.Config{DSN: string(c.DatabaseURL)}
	}
	return db.Config{Path: filepath.Join(c.DataDir, "cocare.db")}
}

// Demo reports whether the settings are for the demonstration.
func (a *App) Demo() bool { return a.Config.Mode == config.Demo }

// New opens and wires everything. A demo migrates its own database; otherwise
// the schema must be up to date (cocare migrate). On error nothing stays open.
func New(ctx context.Context, o Options) (*App, error) {
	a, err := NewTool(ctx, o)
	if err != nil {
		return nil, err
	}
	a.ScheduleWork()
	err = a.Support.SeedPolicies(ctx, support.Provider{Name: a.Config.ProviderName, Address: a.Config.ProviderAddress, Email: a.Config.ProviderEmail})
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	if err := a.ready(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// NewTool is New without the web and without periodic work, for commands
// beside a server.
func NewTool(ctx context.Context, o Options) (_ *App, err error) {
	a := &App{Config: o.Config, Log: o.Log, Now: o.Now, Metrics: prometheus.NewRegistry()}
	if a.Now == nil {
		a.Now = db.Now
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	if err := a.openDatabase(ctx); err != nil {
		return nil, err
	}
	if err := a.recallSender(ctx); err != nil {
		return nil, err
	}
	if err := a.openKeys(); err != nil {
		return nil, err
	}
	if err := a.wireServices(ctx); err != nil {
		return nil, err
	}
	return a, nil
}

// NewCourses is NewTool with the courses alone, for what signs nothing and so
// needs no keys.
func NewCourses(ctx context.Context, o Options) (_ *App, err error) {
	a := &App{Config: o.Config, Log: o.Log, Now: o.Now}
	if a.Now == nil {
		a.Now = db.Now
	}
	if err := a.openDatabase(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	a.Audit = audit.New(a.DB, a.Now)
	if err := a.wireCourses(); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) openDatabase(ctx context.Context) error {
	var err error
	where := DatabaseConfig(a.Config)
	where.Existing = !a.Demo()
	if a.DB, err = db.Open(ctx, where); err != nil {
		return err
	}
	if a.Demo() {
		if _, err := a.DB.Migrate(ctx); err != nil {
			return err
		}
		return markDemo(ctx, a.DB)
	}
	if err := a.DB.CheckSchema(ctx); err != nil {
		return err
	}
	if a.Config.Mode == config.Tool { // tools may be tried on a demonstration
		return nil
	}
	return RefuseDemo(ctx, a.DB)
}

func (a *App) openKeys() error {
	var master []byte
	var err error
	switch {
	case a.Config.MasterKeyFile != "":
		master, err = keyring.LoadMaster(a.Config.MasterKeyFile)
	case a.Demo(), a.Config.DatabaseURL == "" && a.demoKey():
		master, err = keyring.LoadOrMakeMaster(filepath.Join(a.Config.DataDir, "master.key"))
	default:
		// A key made here would seal what the server then cannot open.
		err = &config.Error{Problems: []config.Problem{{Variable: "COCARE_MASTER_KEY_FILE",
			Text: "this command opens the signing keys; name the file that the server uses (openssl rand -base64 32 makes one)"}}}
	}
	if err != nil {
		return err
	}
	a.Keys, err = keyring.New(a.DB, master, a.Now)
	return err
}

// demoKey reports whether the data folder holds a demonstration's master key: a
// real one lies elsewhere.
func (a *App) demoKey() bool {
	_, err := os.Stat(filepath.Join(a.Config.DataDir, "master.key"))
	return err == nil && a.Config.Mode == config.Tool
}

// Close flushes what is buffered and closes the database. Run must have
// returned.
func (a *App) Close() error {
	if a.Tracker != nil {
		a.Tracker.Close()
	}
	if a.Group != nil {
		a.Group.Close()
	}
	var err error
	if a.mediaFolder != nil {
		err = a.mediaFolder.Close()
	}
	if a.DB != nil {
		err = errors.Join(err, a.DB.Close())
	}
	return err
}

// Run serves on ln until ctx ends, then stops in order: no new requests, those
// in flight finish, jobs hand back. ready is called when requests are answered.
// The caller closes the App afterwards.
func (a *App) Run(ctx context.Context, ln net.Listener, ready func()) error {
	background, stopBackground := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBackground()
	jobs := make(chan error, 1)
	go func() { jobs <- a.Jobs.Run(background) }()
	go a.Accounts.Run(background)
	warmed := make(chan struct{})
	go func() { a.warm(background); close(warmed) }()

	srv := web.NewServer(a.Handler, a.Log, web.Patience)
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	ready()

	var err error
	select {
	case <-ctx.Done():
	case err = <-served:
	case err = <-jobs: // a server without its jobs issues and mails nothing
		jobs <- nil
		err = fmt.Errorf("background work stopped: %w", err)
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.Config.ShutdownGrace)
	defer cancel()
	if stopErr := srv.Shutdown(grace); stopErr != nil {
		a.Log.Warn("some requests did not finish in time", "error", stopErr)
	}
	stopBackground()
	<-warmed
	if jobErr := <-jobs; jobErr != nil && !errors.Is(jobErr, context.Canceled) {
		err = errors.Join(err, jobErr)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// warm reads the courses so that no visitor waits for them, beside the start,
// which would take three times as long, and tells what is wrong with them.
func (a *App) warm(ctx context.Context) {
	if err := a.Courses.Warm(ctx); err != nil {
		a.Log.Error("a published course cannot be read", "error", err)
		return
	}
	warnings, err := a.PriceWarnings(ctx)
	if err != nil {
		a.Log.Error("prices cannot be compared with the settings", "error", err)
	}
	for _, w := range warnings {
		a.Log.Warn(w)
	}
	if err := a.Courses.WarmDrafts(ctx); err != nil && ctx.Err() == nil {
		a.Log.Error("a draft cannot be read", "error", err)
	}
}

// These limit doors that belong to no account: verification, shared certificates
// with their images, and the addresses of calendars, wrong ones by network and right
// ones each. Naming people for courses, which would tell who has an account, is limited
// for each who does it.
var (
	verifyRule    = limit.Rule{Door: "certificate.verify", Max: 120, Per: time.Minute}
	sharedRule    = limit.Rule{Door: "certificate.shared", Max: 240, Per: time.Minute}
	wrongFeedRule = limit.Rule{Door: "wallet.feed wrong", Max: 30, Per: time.Minute}
	feedRule      = limit.Rule{Door: "wallet.feed", Max: 60, Per: time.Hour}
	namingRule    = limit.Rule{Door: "team.name", Max: 30, Per: time.Hour}
)

func (a *App) limiter(r limit.Rule) func(ctx context.Context, ip string) error {
	return func(ctx context.Context, ip string) error { return a.Limits.Allow(ctx, r, limit.Network(ip)) }
}

// baseURL is the public address without a slash at the end.
func (a *App) baseURL() string { return strings.TrimRight(a.Config.BaseURL, "/") }

// ScheduleWork names what runs by the clock, once across replicas. New has done
// it; a tool does it to ask how that work stands.
func (a *App) ScheduleWork() {
	every := func(name string, d time.Duration, fn func(context.Context) error) { a.Jobs.Every(name, d, fn) }
	every("audit.seal", time.Second, dropCount(a.Audit.Seal))
	every("enrollment.expire", time.Minute, dropCount(a.Enrollments.ExpireDue))
	every("enrollment.remind", time.Hour, dropCount(a.Enrollments.SendReminders))
	every("evaluation.mix", 24*time.Hour, a.Enrollments.MixEvaluations)
	every("evaluation.count", 24*time.Hour, dropCount(a.Enrollments.CountAnswers)) // oftener, it would say who has just sent one, and so passed
	every("insight.enter", time.Minute, dropCount(a.Insight.Enter))
	every("evaluation.followup", time.Hour, dropCount(a.Enrollments.SendFollowUps))
	every("refresher.mail", time.Hour, dropCount(a.Refreshers.SendMails))
	every("forms.forget", time.Hour, once.New(a.DB, a.Now).Sweep)
	every("certificate.archives", time.Hour, dropCount(a.Archives.Sweep))
	every("questions.forget", 24*time.Hour, dropCount(a.Intake.Forget))
	every("attendance.forget", 24*time.Hour, dropCount(a.Attendance.Forget))
	every("media.sweep", time.Hour, dropCount(a.Media.Sweep))
	every("mail.forget", 24*time.Hour, a.MailLog.Sweep)
	every("approval.remind", time.Hour, dropCount(a.Accreditation.SendReminders))
	every("wallet.remind", time.Hour, dropCount(a.Wallet.SendReminders))
	every("conversation.digest", time.Hour, dropCount(a.Conversation.SendDigests))
	every("course.forget", time.Hour, dropCount(a.Courses.ForgetDrafts))
	every("exam.deadlines", 10*time.Second, dropCount(a.Exams.CloseDue))
	if a.Witnesses.Any() {
		every("log.witness", witness.Every, a.Witnesses.Ask)
	}
}

func dropCount(fn func(context.Context) (int, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		if _, err := fn(ctx); err != nil {
			return fmt.Errorf("periodic work: %w", err)
		}
		return nil
	}
}
