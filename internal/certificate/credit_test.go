package certificate_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/migrations"
)

var nasw = certificate.CreditLine{ApprovalID: "a1", Accreditor: "National Association of Social Workers, CE Approval Program", Short: "NASW", Unit: "CE",
	Centihours: 150, Category: "Clinical", ProviderNumber: "88-1234", CourseNumber: "88-1234-5", Places: []string{"California", "Oregon"},
	Statement: "This program is approved by the National Association of Social Workers.", Sum: []string{"1.5 hours, as approved"}}

// What was granted on the day of completion is frozen with the certificate,
// whatever becomes of the approval, and a replacement keeps it.
func TestCreditIsFrozenWithTheCertificate(t *testing.T) {
	w := newWorld(t)
	w.credit = []certificate.CreditLine{nasw}
	c := w.reserve("p1")
	w.credit = nil
	w.drain()
	c, _, err := w.Verify(t.Context(), c.Number)
	w.must(err)
	f := c.Facts
	if len(f.CreditLines) != 1 || f.CreditLines[0].Amount() != "1.5 CE" || f.Statements[0] != "Estimated learning time 1.5 h" {
		t.Fatalf("%+v, %q", f.CreditLines, f.Statements)
	}
	if notes := f.CreditLines[0].Notes(); notes != "Provider number 88-1234. Course number 88-1234-5. Counts in California, Oregon." {
		t.Error(notes)
	}
	w.setHolder("p1", "Ana Ruiz Vega", "America/New_York")
	next, err := w.Replace(t.Context(), c.Number, "Ana Ruiz Vega", "Married.", "admin")
	w.must(err)
	if len(next.Facts.CreditLines) != 1 || next.Facts.CreditLines[0].ApprovalID != "a1" {
		t.Errorf("%+v", next.Facts.CreditLines)
	}
	// Who ends the approval finds both.
	n, over, err := w.CountBy(t.Context(), "a1")
	list, err2 := w.List(t.Context(), certificate.Filter{ApprovalID: "a1"})
	if err != nil || err2 != nil || n != 2 || over || list.Total != 2 || list.Certificates[1].Number != c.Number {
		t.Errorf("%d, %+v, %v, %v", n, list, err, err2)
	}
	if n, _, err := w.CountBy(t.Context(), "a2"); err != nil || n != 0 {
		t.Errorf("%d rest on another approval, %v", n, err)
	}
}

// TestNoCreditNoAccreditor: without a line no accreditor is named.
func TestNoCreditNoAccreditor(t *testing.T) {
	w := newWorld(t)
	c := w.reserve("p1")
	if len(c.Facts.CreditLines) != 0 || !strings.HasSuffix(c.Facts.Statements[0], "; not accredited") {
		t.Errorf("%+v", c.Facts)
	}
}

// TestApprovalsOfOldCertificatesAreFound, by what their frozen facts name.
func TestApprovalsOfOldCertificatesAreFound(t *testing.T) {
	w := newWorld(t)
	w.reserve("p1")
	other := nasw
	other.ApprovalID = "a2"
	w.credit = []certificate.CreditLine{nasw, other, nasw}
	w.reserve("p2")
	w.must(w.db.Conn(t.Context()).Exec("DELETE FROM certificate_credits").Error)
	engine := "sqlite"
	if dbtest.OnPostgres() {
		engine = "postgres"
	}
	text, err := migrations.FS.ReadFile("00165_certificate_credits." + engine + ".sql")
	w.must(err)
	_, fill, _ := strings.Cut(string(text), "INSERT INTO")
	fill, _, _ = strings.Cut(fill, "-- +goose Down")
	w.must(w.db.Conn(t.Context()).Exec("INSERT INTO" + fill).Error)
	for id, want := range map[string]int64{"a1": 1, "a2": 1, "a3": 0} {
		if n, _, err := w.CountBy(t.Context(), id); err != nil || n != want {
			t.Errorf("%s: %d, %v", id, n, err)
		}
	}
}
