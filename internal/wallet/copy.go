package wallet

import (
	"context"
	"iter"
	"time"
)

// Copy is what a person's own copy of their data holds of the wallet. Files are
// apart: see FileCopies.
type Copy struct {
	Licenses   []LicenseCopy
	Records    []Record
	FeedMadeAt *time.Time
}

// LicenseCopy is what was noted down about one license.
type LicenseCopy struct {
	LicenseID   string
	NoReminders bool
	Move        *Move // what a period did to the day on which it expires
	Periods     []Period
	Choices     []Choice
	Reminders   []Reminder
}

// Reminder is one that was sent.
type Reminder struct {
	LicenseID, ExpiresOn string
	Days                 int
	SentAt               time.Time
}

// Copy returns what the wallet holds about a person.
func (s *Service) Copy(ctx context.Context, personID string) (c Copy, err error) {
	licenses, err := s.licenses(ctx, personID)
	if err != nil {
		return c, err
	}
	periods, err := s.periodsOf(ctx, personID)
	if err != nil {
		return c, err
	}
	moves, err := s.movesOf(ctx, personID)
	if err != nil {
		return c, err
	}
	choices, err := s.choicesOf(ctx, personID)
	if err != nil {
		return c, err
	}
	reminders, err := s.remindersOf(ctx, personID)
	if err != nil {
		return c, err
	}
	for _, l := range licenses {
		one := LicenseCopy{LicenseID: l.ID, NoReminders: l.Quiet, Periods: periods[l.ID]}
		if m := moves[l.ID]; m.holds(l) {
			one.Move = &m
		}
		for _, choice := range choices[l.ID] {
			one.Choices = append(one.Choices, choice)
		}
		for _, r := range reminders {
			if r.LicenseID == l.ID {
				one.Reminders = append(one.Reminders, r)
			}
		}
		c.Licenses = append(c.Licenses, one)
	}
	feed, err := s.feed(ctx, personID)
	if err != nil {
		return c, err
	}
	c.FeedMadeAt = feed.FeedMadeAt
	c.Records, err = s.recordsOf(ctx, personID)
	return c, err
}

// FileCopy is a file with its bytes.
type FileCopy struct {
	File
	Body []byte
}

// FileCopies reads a person's files, one at a time.
func (s *Service) FileCopies(ctx context.Context, personID string) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		records, err := s.recordsOf(ctx, personID)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, r := range records {
			if r.File == nil {
				continue
			}
			f, body, err := s.file(ctx, personID, r.ID)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(FileCopy{f, body}, nil) {
				return
			}
		}
	}
}
