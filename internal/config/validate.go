package config

import (
	"encoding/base64"
	"math"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones must not depend on the machine

	"github.com/bojanz/currency"
)

// Validate normalizes the settings and returns nil or an *Error that names
// everything that is wrong, each with its remedy.
func (c *Config) Validate() error {
	c.checkAddr()
	c.checkBaseURL()
	c.checkProvider()
	c.checkKeysAndData()
	c.checkMedia()
	c.checkSMTP()
	c.checkStripe()
	c.checkOperation()
	c.checkNeeded()
	if len(c.problems) == 0 {
		return nil
	}
	problems := c.problems
	c.problems = nil
	return &Error{problems, c.unknown}
}

// checkNeeded names what serve cannot do without; a variable that is already
// wrong is not also missing.
func (c *Config) checkNeeded() {
	if c.Mode != Serve {
		return
	}
	values := map[string]string{
		"BASE_URL": c.BaseURL, "MASTER_KEY_FILE": c.MasterKeyFile, "PROVIDER_NAME": c.ProviderName,
		"PROVIDER_EMAIL": c.ProviderEmail, "SMTP_HOST": c.SMTPHost, "SMTP_FROM": c.SMTPFrom,
	}
	for _, v := range variables() {
		wrong := slices.ContainsFunc(c.problems, func(p Problem) bool { return p.Variable == v.Name })
		if v.Needed && !wrong && values[strings.TrimPrefix(v.Name, Prefix)] == "" {
			c.problem(v.Name, "serve needs it; set it to %s", v.Form)
		}
	}
}

func (c *Config) checkAddr() {
	host, port, err := net.SplitHostPort(c.Addr)
	if n, e := strconv.ParseUint(port, 10, 16); err != nil || e != nil || n > 65535 {
		c.problem("COCARE_ADDR", "%q is not host:port; write for example 127.0.0.1:8080 or :8080", c.Addr)
		return
	}
	if c.Mode == Demo && !isLoopback(host) {
		c.problem("COCARE_ADDR", "the demo answers only on this machine, and %q is not a loopback address; write 127.0.0.1:%s", c.Addr, port)
	}
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

func (c *Config) checkBaseURL() {
	if c.Mode == Demo {
		c.BaseURL = "http://" + c.Addr // with port 0, the server puts the real one in
		return
	}
	if c.BaseURL == "" {
		return
	}
	const name = "COCARE_BASE_URL"
	u, err := url.Parse(c.BaseURL)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		c.problem(name, "%q is not an address; write for example https://ce.example.org", c.BaseURL)
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		c.problem(name, "%q has more than scheme, host and port; write https://%s", c.BaseURL, u.Host)
	case !isPort(u.Port()):
		c.problem(name, "%q is no port; write one from 1 to 65535, or none", u.Port())
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		c.problem(name, "http would send passwords and sessions in the clear; write https://%s and put a proxy with TLS in front", u.Host)
	default:
		c.BaseURL = u.Scheme + "://" + strings.ToLower(u.Host)
	}
}

// isPort accepts none as well.
func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return s == "" || err == nil && n > 0
}

var hexColor = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

func (c *Config) checkProvider() {
	if c.Mode == Demo {
		// Whatever is set, the demo must not pass for a real provider.
		c.ProviderName = "CoCare (demonstration)"
	}
	c.checkText("COCARE_PROVIDER_NAME", c.ProviderName, 100)
	c.checkText("COCARE_PROVIDER_ADDRESS", c.ProviderAddress, 200)
	c.checkText("COCARE_PROVIDER_TAX_ID", c.ProviderTaxID, 60)
	c.checkText("COCARE_SIGNATORY_NAME", c.SignatoryName, 100)
	c.checkText("COCARE_SIGNATORY_TITLE", c.SignatoryTitle, 100)
	c.checkSignature()
	if c.ProviderPaper != "letter" && c.ProviderPaper != "a4" {
		c.problem("COCARE_PROVIDER_PAPER", "%q is unknown; write letter or a4", c.ProviderPaper)
	}
	if c.Mode == Demo && c.ProviderEmail == "" {
		c.ProviderEmail = "help@example.org"
	}
	c.checkEmail("COCARE_PROVIDER_EMAIL", c.ProviderEmail)
	if !hexColor.MatchString(c.ProviderAccent) {
		c.problem("COCARE_PROVIDER_ACCENT", "%q is not a color; write six hexadecimal digits such as #0b6e6e", c.ProviderAccent)
	} else if r := contrastWithWhite(c.ProviderAccent); r < 4.5 {
		c.problem("COCARE_PROVIDER_ACCENT", "white text on %s has a contrast of %.1f, too little to read; choose a darker color (4.5 or more)", c.ProviderAccent, r)
	}
	if _, err := time.LoadLocation(c.ProviderTimeZone); err != nil || c.ProviderTimeZone == "Local" {
		c.problem("COCARE_PROVIDER_TIME_ZONE", "%q is not a time zone; write a name such as America/New_York", c.ProviderTimeZone)
	}
	c.checkCurrency()
	c.checkLogo()
}

func (c *Config) checkCurrency() {
	const name = "COCARE_PROVIDER_CURRENCY"
	c.ProviderCurrency = strings.ToUpper(c.ProviderCurrency)
	if digits, ok := currency.GetDigits(c.ProviderCurrency); !ok {
		c.problem(name, "%q is not a currency; write its three letters, such as USD or CAD", c.ProviderCurrency)
	} else if digits != 2 {
		c.problem(name, "%s has %d decimals, and prices are kept in hundredths; choose a currency with two", c.ProviderCurrency, digits)
	}
}

// checkText refuses what would break a mail header or a certificate's line.
func (c *Config) checkText(name, value string, limit int) {
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' }) {
		c.problem(name, "it contains a line break or another control character; write it on one line")
	}
	if n := len([]rune(value)); n > limit {
		c.problem(name, "it has %d characters; shorten it to %d", n, limit)
	}
}

func (c *Config) checkEmail(name, value string) {
	if value == "" {
		return
	}
	if a, err := mail.ParseAddress(value); err != nil || a.Address != value || !strings.Contains(value, "@") {
		c.problem(name, "%q is not an email address; write for example office@example.org, without a name", value)
	}
}

// contrastWithWhite is the contrast ratio of WCAG 2.2.
func contrastWithWhite(hex string) float64 {
	n, _ := strconv.ParseUint(hex[1:], 16, 32) // matched by hexColor
	channel := func(shift uint) float64 {
		v := float64(n>>shift&0xff) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 1.05 / (0.2126*channel(16) + 0.7152*channel(8) + 0.0722*channel(0) + 0.05)
}

func (c *Config) checkKeysAndData() {
	if c.DataDir == "" {
		c.problem("COCARE_DATA_DIR", "it is empty; write a folder such as ./data")
	} else if info, err := os.Stat(c.DataDir); err == nil && !info.IsDir() {
		c.problem("COCARE_DATA_DIR", "%q is a file; write a folder", c.DataDir)
	}
	if c.MasterKeyFile != "" {
		text, err := readFile(c.MasterKeyFile)
		if err != nil {
			c.problem("COCARE_MASTER_KEY_FILE", "the file cannot be read (%v); correct the path or its permissions", err)
		} else if key, err := base64.StdEncoding.DecodeString(text); err != nil || len(key) != 32 {
			c.problem("COCARE_MASTER_KEY_FILE", "%s does not hold 32 bytes in base64; make a key with: openssl rand -base64 32", c.MasterKeyFile)
		}
	}
	if c.DocumentKeyFile != "" {
		if _, err := readFile(c.DocumentKeyFile); err != nil {
			c.problem("COCARE_DOCUMENT_KEY_FILE", "the file cannot be read (%v); correct the path or its permissions", err)
		}
	}
	if c.WitnessesFile != "" {
		if _, err := readFile(c.WitnessesFile); err != nil {
			c.problem("COCARE_WITNESSES_FILE", "the file cannot be read (%v); correct the path or its permissions", err)
		}
	}
	if c.DatabaseURL == "" {
		return
	}
	// The URL holds a password, so the message never quotes it.
	u, err := url.Parse(string(c.DatabaseURL))
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || u.Host == "" && u.Query().Get("host") == "" || strings.Trim(u.Path, "/") == "" {
		c.problem("COCARE_DATABASE_URL", "it is not a PostgreSQL address; write postgres://user:password@host:5432/name, special characters in the password percent-encoded")
	}
}

func (c *Config) checkSMTP() {
	if c.SMTPHost != "" && (strings.ContainsAny(c.SMTPHost, ":/ ") && !isIPv6(c.SMTPHost)) {
		c.problem("COCARE_SMTP_HOST", "%q is not a host name; write the name alone, and the port into COCARE_SMTP_PORT", c.SMTPHost)
	}
	if (c.SMTPPort < 1 || c.SMTPPort > 65535) && !c.hasProblem("COCARE_SMTP_PORT") {
		c.problem("COCARE_SMTP_PORT", "%d is not a port between 1 and 65535; common ones are 587 and 465", c.SMTPPort)
	}
	if !slices.Contains([]string{"starttls", "tls", "none"}, c.SMTPTLS) {
		c.problem("COCARE_SMTP_TLS", "%q is unknown; write starttls, tls or none", c.SMTPTLS)
	}
	if (c.SMTPUser == "") != (c.SMTPPassword == "") && !c.hasProblem("COCARE_SMTP_PASSWORD_FILE") {
		c.problem("COCARE_SMTP_USER", "user and password go together; set COCARE_SMTP_USER and COCARE_SMTP_PASSWORD, or neither")
	}
	if c.SMTPUser != "" && c.SMTPTLS == "none" && !isLoopback(c.SMTPHost) {
		c.problem("COCARE_SMTP_TLS", "none would send the password in the clear; write starttls or tls")
	}
	c.checkEmail("COCARE_SMTP_FROM", c.SMTPFrom)
}

func isIPv6(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Is6()
}

func (c *Config) hasProblem(variable string) bool {
	return slices.ContainsFunc(c.problems, func(p Problem) bool { return p.Variable == variable })
}

func (c *Config) checkStripe() {
	key, hook := string(c.StripeSecretKey), string(c.StripeWebhookSecret)
	if key != "" && !strings.HasPrefix(key, "sk_") && !strings.HasPrefix(key, "rk_") {
		c.problem("COCARE_STRIPE_SECRET_KEY", "it does not begin with sk_ or rk_; copy the secret key, not the publishable one")
	}
	if hook != "" && !strings.HasPrefix(hook, "whsec_") {
		c.problem("COCARE_STRIPE_WEBHOOK_SECRET", "it does not begin with whsec_; copy the signing secret of the webhook endpoint")
	}
	switch {
	case c.hasProblem("COCARE_STRIPE_SECRET_KEY_FILE"), c.hasProblem("COCARE_STRIPE_WEBHOOK_SECRET_FILE"):
	case key != "" && hook == "":
		c.problem("COCARE_STRIPE_WEBHOOK_SECRET", "it is missing: without it no payment would enroll anybody; set it, or remove COCARE_STRIPE_SECRET_KEY")
	case key == "" && hook != "":
		c.problem("COCARE_STRIPE_SECRET_KEY", "it is missing, and the webhook secret alone does nothing; set both or neither")
	case key == "" && c.Mode == Serve:
		c.warn("no Stripe key is set (COCARE_STRIPE_SECRET_KEY): only free courses can be taken")
	case strings.HasPrefix(key, "sk_test_") && c.Mode == Serve:
		c.warn("the Stripe key is a test key: nobody is charged")
	}
}

func (c *Config) checkOperation() {
	for _, p := range c.TrustedProxies {
		if p.Bits() == 0 {
			c.problem("COCARE_TRUSTED_PROXIES", "%s would believe everybody's X-Forwarded-For; name the network of your proxy", p)
		}
	}
	if c.LogFormat != "json" && c.LogFormat != "text" {
		c.problem("COCARE_LOG_FORMAT", "%q is unknown; write json or text", c.LogFormat)
	}
	if (c.ShutdownGrace < time.Second || c.ShutdownGrace > 5*time.Minute) && !c.hasProblem("COCARE_SHUTDOWN_GRACE") {
		c.problem("COCARE_SHUTDOWN_GRACE", "%s is not between 1s and 5m; write for example 20s", c.ShutdownGrace)
	}
	if n := len(c.MetricsToken); n > 0 && n < 16 {
		c.problem("COCARE_METRICS_TOKEN", "it has %d characters and could be guessed; make one with: openssl rand -hex 24", n)
	}
	if c.Mode == Serve && c.SignatoryName == "" {
		c.warn("no signatory is set (COCARE_SIGNATORY_NAME): certificates print none, and some accreditors ask for one")
	}
}
