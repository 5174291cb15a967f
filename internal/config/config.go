// Package config reads the settings from the environment: one struct, defaults
// in its tags, secrets also from files, and one error that names everything
// that is wrong.
//
// Every variable begins with COCARE_. An empty variable counts as not set. A
// secret NAME may instead be given as NAME_FILE, the path of a file with its
// value.
package config

import (
	"log/slog"
	"net/netip"
	"time"
)

// Prefix begins the name of every variable.
const Prefix = "COCARE_"

// Mode says what the settings are for.
type Mode string

const (
	// Demo runs the whole product on a fresh machine: loopback only, outside
	// services ignored.
	Demo Mode = "demo"
	// Serve runs it for real people and requires what that takes.
	Serve Mode = "serve"
	// Tool is for commands beside a server (migrate, backup, doctor): nothing
	// is required here, but what is set must be right. A command that needs more
	// says so itself.
	Tool Mode = "tool"
)

// Secret is a value that neither logs nor messages may show.
type Secret string

// String hides the value; convert to string to use it.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "[secret]"
}

// GoString hides the value from %#v.
func (s Secret) GoString() string { return s.String() }

// LogValue hides the value from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the value from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Config is every setting. The tag doc is for operators, form says what a value
// looks like, need names the mode that requires it, and off the mode that
// ignores it.
type Config struct {
	Mode Mode

	Addr    string `env:"ADDR" envDefault:"127.0.0.1:8080" form:"host:port" doc:"Address to listen on. demo takes loopback addresses only."`
	DataDir string `env:"DATA_DIR" envDefault:"./data" form:"a folder" off:"demo" doc:"Folder of the SQLite database. The demo has its own, see its --data."`
	BaseURL string `env:"BASE_URL" form:"an address such as https://ce.example.org" need:"serve" off:"demo" doc:"Public address, without a path. Links in mails and on certificates begin with it. http is accepted for loopback hosts only."`

	DatabaseURL Secret `env:"DATABASE_URL" form:"postgres://user:password@host:5432/name" off:"demo" doc:"PostgreSQL database. Empty means SQLite in the data folder."`

	Media       string `env:"MEDIA" form:"a folder" off:"demo" doc:"Folder of the media of courses; media in the data folder without it. Replicas must share it, or use S3."`
	S3Endpoint  string `env:"S3_ENDPOINT" form:"an address such as https://s3.example.org" off:"demo" doc:"S3-compatible service that keeps the media of courses instead of a folder. Learners never see its address."`
	S3Bucket    string `env:"S3_BUCKET" form:"a name such as cocare-media" off:"demo" doc:"Its bucket. It exists already, and nobody else may read or write it."`
	S3Region    string `env:"S3_REGION" envDefault:"us-east-1" form:"a name such as us-east-1" off:"demo" doc:"Its region."`
	S3AccessKey string `env:"S3_ACCESS_KEY" form:"text" off:"demo" doc:"Access key that may list, read, write and delete in the bucket."`
	S3SecretKey Secret `env:"S3_SECRET_KEY" form:"text" off:"demo" doc:"Secret key that belongs to it."`
	S3Prefix    string `env:"S3_PREFIX" form:"text such as cocare/" off:"demo" doc:"What the name of every object begins with, where others use the bucket too."`

	MasterKeyFile string `env:"MASTER_KEY_FILE" form:"the path of a file such as /etc/cocare/master.key" need:"serve" off:"demo" doc:"File with the key that seals the private keys in the database: 32 bytes in base64 (openssl rand -base64 32). Backups do not contain it: keep a copy elsewhere."`

	DocumentKeyFile     string `env:"DOCUMENT_KEY_FILE" form:"the path of a PKCS#12 or PEM file" off:"demo" doc:"A key of your own that signs the PDF of certificates, with its certificates up to the root. It is taken over at the start, sealed in the database, and signs until another is; without one, the server makes a key itself."`
	DocumentKeyPassword Secret `env:"DOCUMENT_KEY_PASSWORD" form:"text" off:"demo" doc:"Password of a PKCS#12 file."`

	WitnessesFile string `env:"WITNESSES_FILE" form:"the path of a file such as /etc/cocare/witnesses" off:"demo" doc:"Witnesses that cosign the log of certificates, one a line: witness NAME KEY URL. See Witnesses in deployment.md."`

	ProviderName     string `env:"PROVIDER_NAME" form:"a name such as Example Continuing Education" need:"serve" doc:"Name of the organization, as pages, mails and certificates show it."`
	ProviderAddress  string `env:"PROVIDER_ADDRESS" form:"a line such as 1 Example Street, Springfield" doc:"Its postal address, printed on certificates and receipts."`
	ProviderTaxID    string `env:"PROVIDER_TAX_ID" form:"text such as EIN 12-3456789" doc:"Its tax number with its kind, printed on receipts."`
	ProviderEmail    string `env:"PROVIDER_EMAIL" form:"an email address such as help@example.org" need:"serve" doc:"Where people write when they need help."`
	ProviderAccent   string `env:"PROVIDER_ACCENT" envDefault:"#0b6e6e" form:"a color such as #0b6e6e" doc:"Accent color; white text on it must be readable (contrast of at least 4.5)."`
	ProviderTimeZone string `env:"PROVIDER_TIME_ZONE" envDefault:"UTC" form:"a zone such as America/New_York" doc:"Zone in which deadlines and approval dates are compared."`
	ProviderCurrency string `env:"PROVIDER_CURRENCY" envDefault:"USD" form:"a code such as USD" off:"demo" doc:"Currency of all prices, with two decimals: a course priced in another cannot be bought. It is fixed by the first order."`
	ProviderLogoFile string `env:"PROVIDER_LOGO_FILE" form:"the path of a PNG, JPEG or WebP file" doc:"Logo that stands for the name in the page header, at most 24 KiB and 2000 pixels wide and high. It is shown about 40 pixels high."`
	SignatoryName    string `env:"SIGNATORY_NAME" form:"a name such as Jordan Lee" doc:"Who answers for the program, as certificates print it."`
	SignatoryTitle   string `env:"SIGNATORY_TITLE" form:"words such as Program director" doc:"Title of that person."`
	SignatureFile    string `env:"SIGNATORY_SIGNATURE_FILE" form:"the path of a PNG, JPEG or WebP file" doc:"Signature of that person as certificates print it, on white or transparent ground, at most 1024 KiB and 4000 pixels wide and high; what is empty around it is cut off. Certificates keep the one that was set when they were earned."`
	ProviderPaper    string `env:"PROVIDER_PAPER" envDefault:"letter" form:"letter or a4" doc:"Paper of certificates, landscape."`

	SMTPHost     string `env:"SMTP_HOST" form:"a host name such as smtp.example.org" need:"serve" off:"demo" doc:"Mail server."`
	SMTPPort     int    `env:"SMTP_PORT" envDefault:"587" form:"a port between 1 and 65535" off:"demo" doc:"Its port."`
	SMTPTLS      string `env:"SMTP_TLS" envDefault:"starttls" form:"starttls, tls or none" off:"demo" doc:"Protection of the connection. tls is common on port 465; none is for a server on the same machine or a trusted network."`
	SMTPUser     string `env:"SMTP_USER" form:"text" off:"demo" doc:"User name, if the mail server asks for one."`
	SMTPPassword Secret `env:"SMTP_PASSWORD" form:"text" off:"demo" doc:"Its password."`
	SMTPFrom     string `env:"SMTP_FROM" form:"an email address such as no-reply@example.org" need:"serve" off:"demo" doc:"Sender of all mails. The display name is the provider's."`

	StripeSecretKey     Secret `env:"STRIPE_SECRET_KEY" form:"sk_live_… or sk_test_…" off:"demo" doc:"Stripe's secret key. Without it, only free courses can be taken."`
	StripeWebhookSecret Secret `env:"STRIPE_WEBHOOK_SECRET" form:"whsec_…" off:"demo" doc:"Signing secret of the Stripe webhook endpoint (/webhooks/stripe, API version 2023-10-16)."`

	TrustedProxies []netip.Prefix `env:"TRUSTED_PROXIES" form:"networks such as 10.0.0.0/8,192.168.1.5/32" doc:"Reverse proxies whose X-Forwarded-For is believed. Empty means nobody's."`

	LogLevel      slog.Level    `env:"LOG_LEVEL" envDefault:"info" form:"debug, info, warn or error" doc:"Least level that is logged."`
	LogFormat     string        `env:"LOG_FORMAT" envDefault:"json" form:"json or text" doc:"Form of the log lines on standard error."`
	ShutdownGrace time.Duration `env:"SHUTDOWN_GRACE" envDefault:"20s" form:"a duration between 1s and 5m, such as 20s" doc:"How long a stopping server lets requests and jobs finish."`
	MetricsToken  Secret        `env:"METRICS_TOKEN" form:"at least 16 characters" doc:"Bearer token for /metrics. Without it, /metrics answers to loopback only."`

	// Logo is what ProviderLogoFile holds, empty without one. Validate reads it.
	Logo Logo
	// Signature is what SignatureFile holds, nil without one. Validate reads it.
	Signature []byte

	// problems were found while reading; Validate adds to them.
	problems []Problem
	warnings []string
	unknown  []string // set, and no setting
}

// MediaInS3 reports whether the media of courses lie in a bucket.
func (c *Config) MediaInS3() bool { return c.S3Endpoint != "" }

// StripeConfigured reports whether real payments are possible.
func (c *Config) StripeConfigured() bool { return c.StripeSecretKey != "" }

// Location is the provider's zone; it is UTC before Validate has accepted it.
func (c *Config) Location() *time.Location {
	loc, err := time.LoadLocation(c.ProviderTimeZone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// Warnings are what an operator should know although it is allowed.
func (c *Config) Warnings() []string { return c.warnings }
