package pdf

import (
	"strings"
	"time"
	"unicode"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate/pdf/fonts"
)

// Size is a paper size, landscape.
type Size uint8

// The sizes.
const (
	Letter Size = iota // 11 × 8.5 in
	A4                 // 297 × 210 mm
)

// points returns width and height.
func (s Size) points() (w, h float64) {
	if s == A4 {
		return 841.89, 595.276
	}
	return 792, 612
}

// Facts is everything that a certificate prints. Texts are printed as given, in
// one paragraph each; empty optional texts leave no gap.
type Facts struct {
	Number          string
	HolderName      string
	Licenses        []string // optional; "Clinical social worker, Oregon, license L1234"
	Deed            string   // "has completed the course"
	When            string   // "on November 23, 2026"
	Title           string
	Subtitle        string // optional
	Provider        string
	ProviderAddress string // optional
	// IssuedOn is printed as the calendar date that it shows in its own location: the
	// caller has made it local to the holder.
	IssuedOn      time.Time
	CreditLines   []CreditLine // none without a live approval
	Statements    []string     // "Estimated learning time 1.75 h; not accredited"
	Format        string       // optional; "Self-paced text"
	EditionNumber int
	EditionHash   string // optional
	VerifyURL     string
	Signatory     Signatory
	Size          Size
}

// CreditLine is what one accreditor grants. Hours carries its unit ("1.75 clock
// hours"); Category and Statement are optional.
type CreditLine struct {
	Accreditor, Hours, Category, Statement string
}

// Signatory answers for the course. An empty name leaves the block out. Signature
// is theirs as a picture, nil for none.
type Signatory struct {
	Name, Title string
	Signature   *Picture
}

// ErrTooLong means that a text does not fit a page even in the smallest print.
var ErrTooLong = apperr.New(apperr.Invalid, "The certificate's texts are too long for its pages.")

// Covers reports whether every character of name can be printed, and lists
// those that cannot, each once.
func Covers(name string) (ok bool, missing []rune) { return fonts.Covers(name) }

// Options are what a certificate carries beside what it prints.
type Options struct {
	Attachments []Attachment
	Signature   *Signature // nil leaves the file unsigned
}

// Render prints the certificate. The same input gives the same bytes, if the
// signature does. It returns an Invalid error that names the field for a missing
// text or an unprintable character, ErrTooLong, and what Signature.Sign returns.
func Render(f Facts, o Options) ([]byte, error) {
	f = f.clean()
	if err := f.check(); err != nil {
		return nil, err
	}
	y, m, day := f.IssuedOn.Date()
	d := NewDocument(Info{
		Title:   "Certificate of Completion: " + f.Title,
		Author:  f.Provider,
		Subject: "Certificate " + f.Number + " for " + f.HolderName,
		Creator: producer,
		Lang:    "en-US",
		Created: time.Date(y, m, day, 0, 0, 0, 0, time.UTC),
	})
	if err := newLayout(d, f).draw(); err != nil {
		return nil, err
	}
	for _, a := range o.Attachments {
		if err := d.Attach(a); err != nil {
			return nil, err
		}
	}
	if o.Signature != nil {
		if err := d.Sign(d.pages[0], *o.Signature); err != nil {
			return nil, err
		}
	}
	return d.Bytes()
}

// texts calls fn with every printed text.
func (f *Facts) texts(fn func(field string, s *string)) {
	fn("number", &f.Number)
	fn("holder_name", &f.HolderName)
	fn("deed", &f.Deed)
	fn("when", &f.When)
	fn("title", &f.Title)
	fn("subtitle", &f.Subtitle)
	fn("provider", &f.Provider)
	fn("provider_address", &f.ProviderAddress)
	fn("format", &f.Format)
	fn("edition_hash", &f.EditionHash)
	fn("verify_url", &f.VerifyURL)
	fn("signatory_name", &f.Signatory.Name)
	fn("signatory_title", &f.Signatory.Title)
	for i := range f.Licenses {
		fn("license", &f.Licenses[i])
	}
	for i := range f.Statements {
		fn("statement", &f.Statements[i])
	}
	for i := range f.CreditLines {
		c := &f.CreditLines[i]
		fn("accreditor", &c.Accreditor)
		fn("hours", &c.Hours)
		fn("category", &c.Category)
		fn("credit_statement", &c.Statement)
	}
}

// clean turns line breaks and tabs into spaces, and trims. It does not touch the
// caller's slices.
func (f Facts) clean() Facts {
	f.Licenses = append([]string(nil), f.Licenses...)
	f.Statements = append([]string(nil), f.Statements...)
	f.CreditLines = append([]CreditLine(nil), f.CreditLines...)
	f.texts(func(_ string, s *string) {
		*s = strings.TrimSpace(strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) && unicode.IsControl(r) {
				return ' '
			}
			return r
		}, *s))
	})
	return f
}

func (f *Facts) check() error {
	var c apperr.Check
	c.Require(f.Number != "", "number", "The certificate has no number.")
	c.Require(f.HolderName != "", "holder_name", "The certificate has no holder.")
	c.Require(f.Title != "", "title", "The course has no title.")
	c.Require(f.Provider != "", "provider", "The provider has no name.")
	c.Require(f.VerifyURL != "", "verify_url", "The certificate has no address to verify it at.")
	c.Require(f.Deed != "", "deed", "What the holder did is missing.")
	c.Require(f.When != "", "when", "The completion date is missing.")
	c.Require(!f.IssuedOn.IsZero(), "issued_on", "The issue date is missing.")
	c.Require(f.Size <= A4, "size", "This paper size is unknown.")
	for _, g := range f.Gaps() {
		c.Field(g.Field, "These characters cannot be printed: %s.", describe(g.Missing))
	}
	return c.Err()
}

// Gap is a text with characters that cannot be printed, each once.
type Gap struct {
	Field, Text string
	Missing     []rune
}

// Gaps are the texts that Render refuses for their characters.
func (f Facts) Gaps() (list []Gap) {
	f = f.clean()
	f.texts(func(field string, s *string) {
		if ok, missing := fonts.Covers(*s); !ok {
			list = append(list, Gap{field, *s, missing})
		}
	})
	return list
}
