package wallet_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/wallet"
)

func earned(hours int64, category string, selfPaced bool) wallet.Entry {
	return wallet.Entry{Centihours: hours, Category: category, SelfPaced: selfPaced, Counts: true}
}

// boardWith has a rule on self-paced courses.
func boardWith(mark pack.Mark, r pack.SelfPaced) wallet.Board {
	p := &pack.Pack{Short: "The board"}
	p.Rules.SelfPaced = &pack.Rule[pack.SelfPaced]{Basis: pack.Basis{Mark: mark, Source: "16 CCR", Says: "Some."}, Value: r}
	return wallet.Board{Pack: p}
}

func TestTotal(t *testing.T) {
	ethics := []wallet.Target{{Category: "Ethics", Centihours: 600}}
	confirmed := boardWith(pack.Unverified, pack.SelfPaced{Accepted: true, Centihours: 100})
	confirmed.Confirmed = func(rule string) bool { return rule == "self_paced" }
	entries := []wallet.Entry{earned(1000, "", true), earned(500, " ethics ", true), earned(200, "ETHICS", false), earned(300, "Other", false),
		{Centihours: 9000, Why: "does not count"}}
	for name, tt := range map[string]struct {
		period           wallet.Period
		board            wallet.Board
		counted, missing int64
		ethics           int64
		applied          bool
		effect           string
	}{
		"no rule":           {wallet.Period{Centihours: 3600, Targets: ethics}, wallet.Board{}, 2000, 1600, 700, false, ""},
		"carried":           {wallet.Period{Centihours: 2500, Carried: 600, Targets: ethics}, wallet.Board{}, 2600, 0, 700, false, ""},
		"hours not said":    {wallet.Period{Targets: ethics}, wallet.Board{}, 2000, 0, 700, false, ""},
		"at most 6 hours":   {wallet.Period{Centihours: 3600, Targets: ethics}, boardWith(pack.Verified, pack.SelfPaced{Accepted: true, Centihours: 600}), 1100, 2500, 700, true, "Of your 15 self-paced hours 6 count."},
		"within it":         {wallet.Period{Centihours: 3600, Targets: ethics}, boardWith(pack.Secondary, pack.SelfPaced{Accepted: true, Centihours: 1500}), 2000, 1600, 700, true, "Your 15 self-paced hours are within it."},
		"half of 20":        {wallet.Period{Centihours: 2000, Targets: ethics}, boardWith(pack.Verified, pack.SelfPaced{Accepted: true, Percent: 50}), 1500, 500, 700, true, "10 count"},
		"less of the two":   {wallet.Period{Centihours: 2000, Targets: ethics}, boardWith(pack.Verified, pack.SelfPaced{Accepted: true, Percent: 50, Centihours: 300}), 800, 1200, 500, true, "3 count"},
		"a share of what?":  {wallet.Period{Targets: ethics}, boardWith(pack.Verified, pack.SelfPaced{Accepted: true, Percent: 50}), 2000, 0, 700, false, "Enter the hours"},
		"hours, no share":   {wallet.Period{Targets: ethics}, boardWith(pack.Verified, pack.SelfPaced{Accepted: true, Percent: 50, Centihours: 300}), 800, 0, 500, true, "3 count"},
		"not at all":        {wallet.Period{Centihours: 3600, Targets: ethics}, boardWith(pack.Verified, pack.SelfPaced{}), 500, 3100, 200, true, "0 count"},
		"not verified":      {wallet.Period{Centihours: 3600, Targets: ethics}, boardWith(pack.Unverified, pack.SelfPaced{}), 2000, 1600, 700, false, "Ask your board"},
		"confirmed by hand": {wallet.Period{Centihours: 3600, Targets: ethics}, confirmed, 600, 3000, 300, true, "1 count"},
	} {
		s := wallet.Total(tt.period, tt.board, entries)
		if s.Counted != tt.counted || s.Missing != tt.missing || s.Categories[0].Counted != tt.ethics {
			t.Errorf("%s: counted %d, missing %d, ethics %d; want %d, %d, %d", name, s.Counted, s.Missing, s.Categories[0].Counted, tt.counted, tt.missing, tt.ethics)
		}
		if want := max(0, 600-tt.ethics); s.Categories[0].Missing != want || (s.MissingCategories == 1) != (want > 0) {
			t.Errorf("%s: %d missing in ethics, %d categories; want %d", name, s.Categories[0].Missing, s.MissingCategories, want)
		}
		if (s.Rule != nil) != (tt.board.Pack != nil) || s.Rule != nil && (s.Rule.Applied != tt.applied || !strings.Contains(s.Rule.Effect, tt.effect)) {
			t.Errorf("%s: rule %+v", name, s.Rule)
		}
		var parts int64
		for _, c := range s.Categories {
			parts += c.Counted
		}
		if parts+s.Carried != s.Counted {
			t.Errorf("%s: categories come to %d and %d carried, the sum is %d", name, parts, s.Carried, s.Counted)
		}
		if enough := tt.missing == 0 && tt.ethics >= 600; s.Enough() != enough {
			t.Errorf("%s: enough %v", name, s.Enough())
		}
	}
	if (wallet.Total(wallet.Period{}, wallet.Board{}, nil)).Enough() {
		t.Error("nothing is enough of what nobody asked for")
	}
}

func TestPeriodsBegin(t *testing.T) {
	for _, tt := range []struct {
		end    string
		months int
		want   string
	}{
		{"2027-03-31", 24, "2025-04-01"}, {"2027-01-31", 12, "2026-02-01"}, {"2026-12-31", 36, "2024-01-01"}, {"2027-02-27", 24, "2025-02-28"},
		{"2028-02-28", 12, "2027-02-28"}, {"2026-08-30", 6, "2026-02-28"}, {"2026-03-14", 1, "2026-02-15"},
	} {
		if got, ok := wallet.Begins(tt.end, tt.months); !ok || got != tt.want {
			t.Errorf("%d months to %s: %s, want %s", tt.months, tt.end, got, tt.want)
		}
	}
	if _, ok := wallet.Begins("tomorrow", 12); ok {
		t.Error("tomorrow is a day")
	}
	if got := wallet.After("2028-02-28"); got != "2028-02-29" || wallet.After("") != "" {
		t.Errorf("after: %s", got)
	}
}
