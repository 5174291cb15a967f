package payment_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/payment"
)

func TestLists(t *testing.T) {
	w := newWorld(t)
	first := w.bought()
	w.publish("second", 9900, "USD")
	second, err := w.Start(t.Context(), "p2", "second")
	w.must(err)
	third, err := w.Start(t.Context(), "p2", "intro")
	w.must(err)
	numbers := func(f payment.Filter) string {
		t.Helper()
		var all []string
		for range 5 {
			page, more, err := w.List(t.Context(), f)
			w.must(err)
			for _, o := range page {
				all = append(all, map[string]string{first.ID: "1", second.ID: "2", third.ID: "3"}[o.ID])
			}
			if !more {
				break
			}
			f.After = f.Key(page[len(page)-1])
		}
		return strings.Join(all, "")
	}
	for _, tt := range []struct {
		f    payment.Filter
		want string
	}{
		{payment.Filter{}, "321"}, {payment.Filter{Limit: 1}, "321"}, {payment.Filter{Sort: "created", Limit: 2}, "123"},
		{payment.Filter{Sort: "amount", Limit: 1}, "213"}, {payment.Filter{Sort: "-amount", Limit: 1}, "312"},
		{payment.Filter{State: payment.Paid}, "1"}, {payment.Filter{Attention: true}, ""}, {payment.Filter{PersonID: "p2"}, "32"},
		{payment.Filter{Query: "SECOND"}, "2"}, {payment.Filter{Query: "p2@"}, "32"}, {payment.Filter{Query: strings.ToLower(first.Number)}, "1"},
		{payment.Filter{Query: "100%"}, ""}, {payment.Filter{Query: "'; --"}, ""},
	} {
		if got := numbers(tt.f); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.f, got, tt.want)
		}
		walked := 0
		w.must(w.Each(t.Context(), tt.f, func(payment.Order) error { walked++; return nil }))
		if walked != len(tt.want) {
			t.Errorf("%+v: %d orders walked, want %d", tt.f, walked, len(tt.want))
		}
	}
	back := payment.Filter{Limit: 2}
	back.Before = back.Key(first)
	page, more, err := w.List(t.Context(), back)
	if err != nil || more || len(page) != 2 || page[0].ID != third.ID {
		t.Errorf("backward: %d rows, more %v, %v", len(page), more, err)
	}
	if _, _, err := w.List(t.Context(), payment.Filter{Sort: "amount", After: []string{"x", "y"}}); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("damaged key: %v", err)
	}
	if mine, err := w.ByPerson(t.Context(), "p2"); err != nil || len(mine) != 2 || mine[0].ID != third.ID {
		t.Errorf("own orders: %d, %v", len(mine), err)
	}
}

// Receipts and disputes name an order by Stripe's IDs.
func TestOrdersAreFoundByStripesIDs(t *testing.T) {
	w := newWorld(t)
	w.turned = true
	o := w.again(w.bought())
	other := w.boughtBy("p2")
	w.exec(`INSERT INTO refunds (id, order_id, state, amount_cents, currency, reason, certificate, stripe_refund_id, requested_at, settled_at)
		VALUES ('r1', ?, 'succeeded', 1, 'USD', 'r', 'none', 're_A1', ?, ?)`, o.ID, o.CreatedAt, o.CreatedAt)
	w.exec(`INSERT INTO disputes (id, order_id, payment_intent, state, reason, amount_cents, currency, opened_at) VALUES ('dp_B2', ?, 'pi', 'open', 'fraudulent', 1, 'USD', ?)`, o.ID, o.CreatedAt)
	w.exec(`INSERT INTO payments (id, order_id, session_id, payment_intent, state, reason, amount_cents, currency, livemode, received_at)
		VALUES ('y9', ?, 'cs_C3', 'pi_D4', 'rejected', 'r', 1, 'USD', ?, ?)`, o.ID, false, o.CreatedAt)
	w.exec("UPDATE people SET search = 'eleni papadopoulou' WHERE id = 'p1'")
	for _, q := range []string{o.PaymentIntent, o.SessionID, " " + o.PaymentIntent, strings.ToUpper(o.SessionID), "re_A1", "dp_B2", "cs_C3", "pi_D4", "Papadopoulou"} {
		f := payment.Filter{Query: strings.TrimSpace(q)}
		list, _, err := w.List(t.Context(), f)
		w.must(err)
		n, over, err := w.Count(t.Context(), f)
		if err != nil || len(list) != 1 || list[0].ID != o.ID || n != 1 || over {
			t.Errorf("%q: %d orders, counted %d, %v", q, len(list), n, err)
		}
	}
	for _, q := range []string{"pi_nobody", "cs%", "re_A"} {
		if list, _, err := w.List(t.Context(), payment.Filter{Query: q}); err != nil || len(list) != 0 {
			t.Errorf("%q: %d orders, %v", q, len(list), err)
		}
	}
	if list, _, err := w.List(t.Context(), payment.Filter{Query: other.SessionID}); err != nil || len(list) != 1 || list[0].ID != other.ID {
		t.Errorf("the other's: %+v, %v", list, err)
	}
}

// SQLite lowers ASCII only, and people leave accents out.
func TestSearchFindsEveryAlphabet(t *testing.T) {
	w := newWorld(t)
	p := w.people["p1"]
	p.Name = "ÖZGE Łucja Шевченко"
	w.people["p1"] = p
	w.publish("intro", 14900, "USD")
	w.shelf.bySlug["intro"].Course.Card.Title = "ÉTUDES in 100% of Cases"
	o, err := w.Start(t.Context(), "p1", "intro")
	w.must(err)
	plain := strings.ReplaceAll(o.Number, "-", "")
	for query, want := range map[string]int{
		"özge": 1, "ÖZGE": 1, "ozge": 1, "шевченко": 1, "ШЕВЧ": 1, "łucja": 1, "études": 1, "etudes  in": 1, "100%": 1, "P1@EXAMPLE": 1,
		o.Number: 1, strings.ToLower(plain): 1, "10_": 0, "%": 1, "100%x": 0, `\`: 0, "nobody": 0, " ": 1,
	} {
		list, _, err := w.List(t.Context(), payment.Filter{Query: query})
		w.must(err)
		totals, err := w.Totals(t.Context(), payment.Filter{Query: query})
		w.must(err)
		if len(list) != want || len(totals) != want {
			t.Errorf("%q: %d orders, %d totals, want %d", query, len(list), len(totals), want)
		}
	}
}

func TestParseNumber(t *testing.T) {
	for _, tt := range [][2]string{
		{"4F7QK-9M2XT", "4F7QK-9M2XT"}, {" 4f7qk9m2xt ", "4F7QK-9M2XT"}, {"OI7QK-9M2XL", "017QK-9M2X1"},
		{"", ""}, {"4F7QK-9M2X", ""}, {"4F7QK-9M2XU", ""}, {"4F7QK-9M2X'", ""}, {strings.Repeat("A", 400), ""},
	} {
		if got := payment.ParseNumber(tt[0]); got != tt[1] {
			t.Errorf("%q: %q, want %q", tt[0], got, tt[1])
		}
	}
}
