package wallet

import "context"

// Move says that a renewal period set the day on which a license expires. It holds
// as long as the license expires on To: a day that was entered since is the
// person's own.
type Move struct {
	LicenseID string
	From      string // the day that the person had entered, "" for none
	To        string
}

// settled is the day on which a license expires by the day that the person entered
// and the periods that may set it.
func settled(entered string, periods ...Period) string {
	for _, p := range periods {
		entered = max(entered, p.EndsOn)
	}
	return entered
}

// Sets reports whether the license expires on the last day of a period because the
// period says so.
func (v View) Sets(p Period) bool { return v.Move != nil && v.Move.To == p.EndsOn }

// Without is the day on which the license expires once a period of it is removed,
// "" for none.
func (v View) Without(p Period) string {
	if v.Move == nil {
		return v.License.Expiry()
	}
	day := v.Move.From
	for _, o := range v.Periods {
		if o.ID != p.ID {
			day = settled(day, o)
		}
	}
	return day
}

// settle lets a license expire by its periods as they are now. ended is the period
// that got a new last day; for one that was removed it is nil. A day that the person
// entered since a period last set it gives way only to a later last day of ended.
// moved reports whether the license expires on another day than before.
func (s *Service) settle(ctx context.Context, l License, ended *Period) (moved bool, err error) {
	moves, err := s.movesOf(ctx, l.PersonID)
	if err != nil {
		return false, err
	}
	entered, day := l.Expiry(), l.Expiry()
	if m := moves[l.ID]; m.holds(l) {
		all, err := s.periodsOf(ctx, l.PersonID)
		if err != nil {
			return false, err
		}
		entered, day = m.From, settled(m.From, all[l.ID]...)
	} else if ended != nil {
		day = settled(entered, *ended)
	}
	if err := s.putMove(ctx, Move{LicenseID: l.ID, From: entered, To: day}); err != nil || day == l.Expiry() {
		return false, err
	}
	to := &day
	if day == "" {
		to = nil
	}
	return s.People.MoveExpiry(ctx, l.PersonID, l.ID, l.ExpiresOn, to)
}

func (m Move) holds(l License) bool { return m.To != "" && m.To == l.Expiry() }
