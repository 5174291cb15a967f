package certificate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// recordForm names the form of a Record. Fields are only ever added to it, and left out
// where they are empty: what older facts state must stay what their badge states, which
// CheckStored compares.
const recordForm = "cocare certificate facts 1"

// Record is what a certificate states, as anybody may read it: every printed fact
// with the license numbers masked (DECISIONS 6), and what it rests on. Its
// canonical form (RFC 8785) is what the transparency log's entry of the facts
// hashes, and stands in the credential, so it says no more than the verification
// page. How hours were worked out is not in it (DECISIONS 10). LearningTime is of a
// live event the time that its holder attended; its name in JSON stays for both, since
// published credentials have it.
type Record struct {
	Form         string         `json:"form"`
	Number       string         `json:"number"`
	VerifyURL    string         `json:"verify_url"`
	Holder       RecordHolder   `json:"holder"`
	Course       RecordCourse   `json:"course"`
	Provider     RecordProvider `json:"provider"`
	CompletedAt  time.Time      `json:"completed_at"` // UTC
	CompletedOn  string         `json:"completed_on"` // where the holder is
	IssuedOn     string         `json:"issued_on"`    // the same
	Zone         string         `json:"zone"`
	Credit       []RecordCredit `json:"credit"`
	LearningTime int64          `json:"estimated_learning_time_centihours"`
	Live         *RecordEvent   `json:"live_event,omitempty"`
	Statements   []string       `json:"statements"`
	Evidence     []Evidence     `json:"evidence"`
	Replaces     string         `json:"replaces,omitempty"` // a number
}

// RecordHolder is who earned it.
type RecordHolder struct {
	Name     string    `json:"name"`
	Licenses []License `json:"licenses"` // numbers end in their last three characters
}

// RecordCourse is what was completed.
type RecordCourse struct {
	Title    string `json:"title"`
	Subtitle string `json:"subtitle,omitempty"`
	Format   string `json:"format,omitempty"`
	Edition  int    `json:"edition"`
	Hash     string `json:"edition_sha256"`
	Overlays string `json:"overlays_sha256"` // errata, withdrawals and sign-offs by then
}

// RecordEvent is the live event that the holder attended.
type RecordEvent struct {
	StartsAt   time.Time `json:"starts_at"` // UTC
	EndsAt     time.Time `json:"ends_at"`   // UTC
	Zone       string    `json:"zone"`
	Minutes    int       `json:"minutes_attended"`
	Of         int       `json:"minutes_of_instruction"`
	Online     bool      `json:"online"`
	Place      string    `json:"place,omitempty"`
	Presenters string    `json:"presenters,omitempty"`
}

// RecordProvider is who answers for it.
type RecordProvider struct {
	Name           string `json:"name"`
	Address        string `json:"address,omitempty"`
	Signatory      string `json:"signatory,omitempty"`
	SignatoryTitle string `json:"signatory_title,omitempty"`
}

// RecordCredit is what one accreditor grants.
type RecordCredit struct {
	Accreditor     string   `json:"accreditor"`
	Unit           string   `json:"unit"`
	Centihours     int64    `json:"centihours"`
	Category       string   `json:"category,omitempty"`
	ProviderNumber string   `json:"provider_number"`
	CourseNumber   string   `json:"course_number,omitempty"`
	Statement      string   `json:"statement"`
	Places         []string `json:"places"` // none means everywhere
	RulesVersion   int      `json:"rules_version"`
}

// Record returns the public side of the facts.
func (f Facts) Record() Record {
	r := Record{
		Form: recordForm, Number: f.Number, VerifyURL: f.VerifyURL,
		Holder:      RecordHolder{f.HolderName, make([]License, 0, len(f.Licenses))},
		Course:      RecordCourse{f.Title, f.Subtitle, f.Format, f.EditionNumber, f.EditionHash, f.OverlayHash},
		Provider:    RecordProvider{f.Provider, f.ProviderAddress, f.SignatoryName, f.SignatoryTitle},
		CompletedAt: f.CompletedAt.UTC(), CompletedOn: f.CompletedOn, IssuedOn: f.IssuedOn, Zone: f.Zone,
		Credit: make([]RecordCredit, 0, len(f.CreditLines)), LearningTime: f.LearningTime,
		Statements: append([]string{}, f.Statements...), Evidence: append([]Evidence{}, f.Evidence...), Replaces: f.Replaces,
	}
	if l := f.Live; l != nil {
		r.Live = &RecordEvent{l.StartsAt.UTC(), l.EndsAt.UTC(), l.Zone, l.Minutes, l.Of, l.Online, l.Place, l.Presenters}
	}
	for _, l := range f.Licenses {
		r.Holder.Licenses = append(r.Holder.Licenses, l.Masked())
	}
	for _, l := range f.CreditLines {
		r.Credit = append(r.Credit, RecordCredit{l.Accreditor, l.Unit, l.Centihours, l.Category, l.ProviderNumber, l.CourseNumber,
			l.Statement, append([]string{}, l.Places...), l.RulesVersion})
	}
	return r
}

// Caveats are the statements that qualify what was achieved. They are picked, and not
// what the others leave: whoever shows them shows no day, hour or place by it.
func (f Facts) Caveats() []string {
	return slices.DeleteFunc(slices.Clone(f.Statements), func(line string) bool {
		return line != notReviewed && !strings.HasSuffix(line, withdrawn)
	})
}

// JSON writes it.
func (r Record) JSON() (json.RawMessage, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("certificate: record of %s: %w", r.Number, err)
	}
	return text, nil
}
