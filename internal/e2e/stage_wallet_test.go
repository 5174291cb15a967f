package e2e

import (
	"net/http"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/wallet"
)

// wallet looks at the wallet of the demonstration, and at that of somebody with a
// board whose rules are known, who has renewed and chosen.
func (s *stage) wallet() {
	const who, other = "therapist@example.org", "marisela.quintanilla@example.com"
	ctx, w := s.t.Context(), server.Wallet
	o := must[wallet.Overview](s.t)(w.Overview(ctx, s.person(who).ID))
	full := o.Licenses[len(o.Licenses)-1]
	if full.Period == nil || len(full.Entries) != 3 {
		s.t.Fatalf("the demonstration's wallet: %+v", o)
	}
	license := "/wallet/licenses/" + full.License.ID
	s.add("wallet.show", "", who, "/wallet")
	s.add("wallet.show", "empty", "new@example.org", "/wallet")
	s.add("wallet.license", "", who, license)
	s.add("wallet.license", "no-period", who, "/wallet/licenses/"+o.Licenses[0].License.ID)
	s.add("wallet.license.print", "", who, license+"/print")
	s.add("wallet.period.new", "first", who, "/wallet/licenses/"+o.Licenses[0].License.ID+"/periods/new")
	s.add("wallet.period.new", "", who, license+"/periods/new")
	s.add("wallet.period.edit", "", who, license+"/periods/"+full.Period.ID)
	s.add("wallet.period.remove_page", "", who, license+"/periods/"+full.Period.ID+"/remove")
	s.add("wallet.choice", "", who, license+"/certificates/"+must[[]certificate.Certificate](s.t)(server.Certificates.ByPerson(ctx, s.person(who).ID))[0].Number)
	s.add("wallet.record.new", "", who, "/wallet/records/new")
	record := "/wallet/records/" + o.Records[0].ID
	s.check(w.Attach(ctx, s.person(who).ID, o.Records[0].ID, "Ethics 2026.pdf", []byte("%PDF-1.7\n%%EOF\n")))
	s.add("wallet.record.edit", "file", who, record)
	s.add("wallet.record.edit", "", who, "/wallet/records/"+o.Records[1].ID)
	s.add("wallet.record.remove_page", "", who, record+"/remove")
	s.add("wallet.file.remove_page", "", who, record+"/file/remove")
	s.add("wallet.calendar", "off", who, "/wallet/calendar")
	s.refused("wallet.record.edit", "not-found", other, record, http.StatusNotFound)
	s.renewed(other)
}

// renewed is a wallet with a rule on self-paced courses, two periods, hours by own
// judgment, no reminders, and a calendar.
func (s *stage) renewed(email string) {
	ctx, w, id := s.t.Context(), server.Wallet, s.person(email).ID
	day := func(years int) string { return time.Now().UTC().AddDate(years, 0, 0).Format("2006") + "-06-30" }
	expires := day(0)
	l := must[account.License](s.t)(server.Accounts.SaveLicense(ctx, account.License{PersonID: id, Profession: "professional-counselor", Jurisdiction: "US-LA",
		Number: "LPC 5521", ExpiresOn: &expires}))
	past, _, err := w.SavePeriod(ctx, id, wallet.Period{LicenseID: l.ID, BeginsOn: day(-2), EndsOn: expires, Centihours: 4000})
	s.check(err)
	_, _, err = w.SavePeriod(ctx, id, wallet.Period{LicenseID: l.ID, BeginsOn: wallet.After(expires), EndsOn: day(2), Centihours: 4000, Carried: 150,
		Targets: []wallet.Target{{Category: "Ethics", Centihours: 300}}})
	s.check(err)
	for _, c := range must[[]certificate.Certificate](s.t)(server.Certificates.ByPerson(ctx, id)) {
		s.check(w.Choose(ctx, id, c.Number, wallet.Choice{LicenseID: l.ID, Kind: wallet.ByOwn, Category: "Ethics"}))
		s.add("wallet.choice", "own", email, "/wallet/licenses/"+l.ID+"/certificates/"+c.Number)
		break
	}
	s.check(w.Remind(ctx, id, l.ID, false))
	s.check(w.MakeFeed(ctx, id))
	s.add("wallet.license", "renewed", email, "/wallet/licenses/"+l.ID)
	s.add("wallet.license", "past", email, "/wallet/licenses/"+l.ID+"?period="+past)
	s.add("wallet.license.print", "rule", email, "/wallet/licenses/"+l.ID+"/print?period="+past)
	s.add("wallet.calendar", "", email, "/wallet/calendar")
}
