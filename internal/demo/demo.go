// Package demo makes the demonstration: its settings, its accounts, and a year
// of invented life to look at.
//
// The life is played, not written: a clock is set to each instant in turn and
// the services are called as pages would call them, so that whatever their
// rules make (evidence, certificates, receipts, audit events, mails) is made by
// them. Payments go through the sandbox, with the client and the signed events
// of the real Stripe. Who does what, and when, is a table (cast.go) and a
// seeded generator: two demonstrations differ only in IDs, drawn forms and
// numbers.
//
// Everybody is invented. No table belongs to this package.
package demo

import (
	_ "embed" // the signature
	"fmt"
	"log/slog"
	"strings"

	"github.com/atmacena/cocare/internal/config"
)

// Password of every account of the demonstration. It is published, so it
// protects nothing; the demonstration answers on this machine only.
const Password = "cocare-demo"

// Configure fills the settings that a demonstration needs and that environ (as
// os.Environ returns it) leaves open.
func Configure(c *config.Config, environ []string) {
	set := func(variable string) bool {
		for _, line := range environ {
			name, value, _ := strings.Cut(line, "=")
			if name == config.Prefix+variable && strings.TrimSpace(value) != "" {
				return true
			}
		}
		return false
	}
	fill := func(field *string, variable, value string) {
		if !set(variable) {
			*field = value
		}
	}
	fill(&c.ProviderAddress, "PROVIDER_ADDRESS", "100 Example Street, Springfield (invented)")
	fill(&c.ProviderEmail, "PROVIDER_EMAIL", "help@example.org")
	fill(&c.ProviderTimeZone, "PROVIDER_TIME_ZONE", "America/New_York")
	if !set("SIGNATORY_NAME") && !set("SIGNATORY_SIGNATURE_FILE") {
		c.Signature = signature
	}
	fill(&c.SignatoryName, "SIGNATORY_NAME", "Dana Whitfield")
	fill(&c.SignatoryTitle, "SIGNATORY_TITLE", "Program director (invented)")
	fill(&c.LogFormat, "LOG_FORMAT", "text")
	if !set("LOG_LEVEL") { // what went well is no news to who looks around
		c.LogLevel = slog.LevelWarn
	}
}

// signature is that of the invented signatory, drawn for this.
//
//go:embed signature.png
var signature []byte

// visitors are the accounts that the start names, with what each shows.
var visitors = []struct{ email, shows string }{
	{"admin@example.org", "administrator: people, enrollments, orders, certificates, requests, audit"},
	{"instructor@example.org", "instructor: short answers that wait for a grade"},
	{"editor@example.org", "editorial reviewer of the course, a guest: reads the draft and comments"},
	{"reviewer@example.org", "clinical reviewer of the course, a guest: comments and signs off"},
	{"accreditor@example.org", "guest of an accreditor: reads everything of the course, until a day"},
	{"therapist@example.org", "half-way through the course; the free course is done"},
	{"new@example.org", "just registered: catalog, checkout, free enrollment"},
	{"ready@example.org", "every lesson done: the exam is open"},
	{"nearly-done@example.org", "exam passed; send the evaluation and earn a certificate"},
	{"waiting@example.org", "exam handed in; pass or fail depends on a person's grade"},
	{"failed-once@example.org", "first attempt not passed, two are left"},
	{"certified@example.org", "certified in both courses, one certificate is shared; asked after 60 days what came of it"},
	{"refunded@example.org", "paid and refunded"},
}

// Accounts is the table that is printed when the demonstration is ready.
var Accounts = accounts()

func accounts() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Everybody here is invented. Sign in with the password %s as\n\n", Password)
	for _, v := range visitors {
		fmt.Fprintf(&b, "  %-25s %s\n", v.email, v.shows)
	}
	return b.String()
}
