package attendance

import (
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/certificate"
)

// What stands in the file is shown with what nobody sees.
type row struct {
	attendance.Row
	Certificate *certificate.Certificate
	Credit      string
}

// shownOf is how much of a cell a page shows, in characters.
const shownOf = 80

// Who is the name, as a page has room for it.
func (r row) Who() string { return apperr.Clip(r.Name, shownOf) }

// Address is the address likewise.
func (r row) Address() string { return apperr.Clip(r.Email, shownOf) }

// Attended are the minutes likewise.
func (r row) Attended() string { return apperr.Clip(r.Minutes, 12) }

// Word and Tone say the verdict as a badge.
func (r row) Word() string { return verdictWords[r.Verdict].word }

// Tone is the color of the verdict.
func (r row) Tone() string { return verdictWords[r.Verdict].tone }

// Became says the outcome as a badge; a certificate that has come since counts.
func (r row) Became() string {
	if r.Outcome == attendance.Waiting && r.Certificate != nil {
		return "Issued since"
	}
	return outcomeWords[r.Outcome].word
}

// BecameTone is the color of the outcome.
func (r row) BecameTone() string {
	if r.Outcome == attendance.Waiting && r.Certificate != nil {
		return "ok"
	}
	return outcomeWords[r.Outcome].tone
}

type word struct{ word, tone string }

var verdictWords = map[attendance.Verdict]word{
	attendance.WillIssue:  {"Certificate", "ok"},
	attendance.WillInvite: {"New account, certificate", "ok"},
	attendance.OtherName:  {"Other name: you decide", "warn"},
	attendance.Recorded:   {"Recorded before", "info"},
	attendance.Certified:  {"Completed before", "info"},
	attendance.Learning:   {"Learns online", "bad"},
	attendance.Owing:      {"Waits from another event", "bad"},
	attendance.TooShort:   {"Attended too little", "bad"},
	attendance.Duplicate:  {"Twice in the list", "bad"},
	attendance.WrongValue: {"Wrong value", "bad"},
	attendance.Closed:     {"Account closed", "bad"},
}

var outcomeWords = map[attendance.Outcome]word{
	attendance.Pending: {"Not done yet", ""},
	attendance.Issued:  {"Certificate", "ok"},
	attendance.Waiting: {"Waits", "info"},
	attendance.Refused: {"Not issued", "bad"},
	attendance.Failed:  {"Failed", "bad"},
}
