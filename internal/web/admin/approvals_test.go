package admin_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/accreditation"
)

// TestApprovalsOnTheOverviewAndInTheLog: one that ends soon waits for somebody,
// and each act about approvals and rules leads to its page.
func TestApprovalsOnTheOverviewAndInTheLog(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	if got := number(t, w.get("/admin").Is(200, "Approvals that end within 90 days").Body, "/admin/approvals"); got != "0" {
		t.Errorf("%s approvals end soon", got)
	}
	a := accreditation.Approval{Accreditor: "nasw", ProviderNumber: "88-1234", FromOn: "2026-01-01", UntilOn: "2026-12-31", Statement: "Approved by NASW."}
	w.must(w.Accreditation.Approve(ctx, a, accreditation.Sure{}, w.id["admin"]))
	a.FromOn, a.UntilOn = "2027-01-01", "2028-12-31"
	w.must(w.Accreditation.Approve(ctx, a, accreditation.Sure{}, w.id["admin"]))
	p, err := w.Accreditation.Pack(ctx, "nasw")
	w.must(err)
	w.must(w.Accreditation.Confirm(ctx, "nasw", "retention_years", p.RuleHash("retention_years"), "Asked them.", w.id["admin"]))
	if got := number(t, w.get("/admin").Is(200, "Ask the accreditors to renew them", `>1<span class="sr"> approval that ends within 90 days<`, `>0<span class="sr"> certificates to issue<`).Body, "/admin/approvals"); got != "1" {
		t.Errorf("%s approvals end soon, want 1", got)
	}
	list, err := w.Accreditation.Approvals(ctx)
	w.must(err)
	w.get("/admin/audit").Is(200, "Approval recorded", `<a href="/admin/approvals/`+list[0].ID+`">Approval 88-1234</a>`, "Last day: 2026-12-31",
		"Rule of an accreditor confirmed", `<a href="/admin/rules/nasw">Rules: nasw</a>`, "Rule: retention_years")
	w.exec("DELETE FROM approvals")
	w.get("/admin/audit?action=approval.add").Is(200, "Approval recorded").Lacks("/admin/approvals/")
}
