package attendance

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/db"
)

// noted is a note with the advice that goes with it, on a line of its own: who reads
// the report has nothing left to do by it.
func noted(note, advice string) string {
	if advice == "" {
		return note
	}
	return note + "\n" + advice
}

// parted is a note without its advice, and that.
func parted(text string) (note, advice string) {
	note, advice, _ = strings.Cut(text, "\n")
	return note, advice
}

// Said is the verdict in words, with what to do about it.
func (r Row) Said() string { return sentences(parted(r.Note)) }

// Told is the outcome in words.
func (r Row) Told() string {
	note, _ := parted(r.OutcomeNote)
	return note
}

// sentences joins what is not empty.
func sentences(a, b string) string { return strings.TrimSpace(a + " " + b) }

// shownOf is how much of a cell or a name a note quotes, in characters.
const shownOf = 60

func shown(s string) string { return apperr.Clip(apperr.Visible(s), shownOf) }

// remark adds to a row that can be issued what somebody should look at first.
func (s *Service) remark(ctx context.Context, f *finding, ev Event) {
	if !f.verdict.Possible() {
		return
	}
	if m := f.attendance.Minutes; m > ev.Minutes {
		f.note = sentences(f.note, fmt.Sprintf("The list says %d of %d minutes; %d count. Are the event’s minutes right?", m, ev.Minutes, ev.Minutes))
	}
	self := f.person != nil && f.person.ID == audit.ActorOf(ctx).PersonID
	switch signs := f.person != nil && signedBy(s.Signatory, f.person.LegalName); {
	case self && signs:
		f.note = sentences(f.note, "This is the account of whoever had the list checked, under the name that signs the certificates: somebody else should issue this one.")
	case self:
		f.note = sentences(f.note, "This is the account of whoever had the list checked.")
	case signs:
		f.note = sentences(f.note, "The certificate is signed in the same name.")
	}
}

// signedBy reports whether a legal name is the signatory’s, who may be printed with
// titles.
func signedBy(signatory, name string) bool {
	parts, all := strings.Fields(nameKey(name)), strings.Fields(nameKey(signatory))
	return len(parts) > 0 && !slices.ContainsFunc(parts, func(part string) bool { return !slices.Contains(all, part) })
}

// unusable says why no certificate goes to an account, and what to do about it; "" if
// one can.
func unusable(p account.Person) (why, advice string) {
	switch p.State() {
	case account.StateBlocked:
		return "The account with this address is blocked.", ""
	case account.StateErased:
		return "The account with this address was erased.", ""
	case account.StateUnconfirmed:
		return "Nobody has confirmed the address of this account, so it may be somebody else’s.", "Ask the person to confirm it, then check the list again."
	case account.StateActive:
	}
	return "", ""
}

// named holds the name of the list beside that of the account, which is the one that
// is printed.
func (s *Service) named(f *finding, e Entry, p account.Person) {
	name, legal := account.CleanName(e.Name), p.LegalName
	switch {
	case legal == "" && name == "":
		f.with(WrongValue, "The account has no legal name, and the list gives none.")
	case legal == "":
		if err := s.Accounts.CheckLegalName(name); err != nil {
			f.invalid(err)
			return
		}
		f.newName = name
		if alike(name, p.Name) {
			f.with(WillIssue, "The account gets this legal name.")
			return
		}
		f.accountName = p.Name
		f.with(OtherName, "The account is called “%s” and has no legal name.", shown(p.Name))
		f.advice = "Choose it only if it is the same person: the account then gets the name of the list."
	case certificate.Printable(legal) != nil:
		f.invalid(certificate.Printable(legal))
		f.note += " That is the account’s legal name."
		f.advice = "Correct it on the person’s page."
	case name == "" || alike(name, legal):
		f.with(WillIssue, "")
		if name != "" && name != legal {
			f.note = "It bears the account’s spelling: “" + shown(legal) + "”."
		}
	default:
		f.accountName = legal
		f.with(OtherName, "The account’s legal name is “%s”.", shown(legal))
		f.advice = "Choose it only if it is the same person: the certificate bears the account’s name."
	}
}

// alike compares names without case, accents and punctuation.
func alike(a, b string) bool { return nameKey(a) == nameKey(b) }

func nameKey(name string) string {
	return strings.Join(strings.FieldsFunc(db.Fold(name), func(r rune) bool { return strings.ContainsRune(" .,-'’", r) }), " ")
}

// namesakes points out rows that can be issued and bear one name under two
// addresses: they may be one person.
func namesakes(rows []Row) {
	first := map[string]int{}
	for i := range rows {
		r := &rows[i]
		key := nameKey(r.Name)
		if key == "" || !r.Verdict.Possible() {
			continue
		}
		if line, there := first[key]; there {
			note, advice := parted(r.Note)
			r.Note = noted(sentences(note, fmt.Sprintf("The same name stands in line %d with another address.", line)), advice)
		} else {
			first[key] = r.Line
		}
	}
}
