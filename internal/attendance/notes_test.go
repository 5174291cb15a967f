package attendance_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/attendance"
)

// TestRowsSayWhatSomebodyShouldLookAt before they are issued.
func TestRowsSayWhatSomebodyShouldLookAt(t *testing.T) {
	w := newWorld(t)
	w.Signatory = "Dr. Dora Lee, PhD"
	w.person("lee@example.org", "Dora Lee", "Dora Lee")
	w.exec("UPDATE people SET legal_name = 'Dora Lee', email_confirmed_at = created_at WHERE id = 'dora'")
	w.person("ana@example.org", "Ana Ruiz", "Ana Ruiz")
	long := strings.Repeat("Maximilian ", 25)
	l := w.upload(w.event(), "email,name,minutes,license_profession,license_jurisdiction,license_number",
		"dora@example.org,Dora Lee,165,,,",
		"lee@example.org,Dora Lee,165,,,",
		"ana@example.org,Ana Ruiz,200,,,",
		"new@example.org,Nina Nueva,99999,,,",
		"newer@example.org,Nina Nova,99999999999999999999,,,",
		"odd@example.org,Odd Person,-5,,,",
		"wiz@example.org,Wes Wizard,165,wizard,US-OR,77",
		"place@example.org,Pia Place,165,nurse,Atlantis,77",
		"ANA@example.org,Ana Ruiz,165,,,",
		"long@example.org,"+long+",165,,,")
	w.want(l,
		verdict{attendance.WillIssue, "under the name that signs the certificates: somebody else should issue this one"},
		verdict{attendance.WillIssue, "The certificate is signed in the same name."},
		verdict{attendance.WillIssue, "The list says 200 of 165 minutes; 165 count. Are the event’s minutes right?"},
		verdict{attendance.WrongValue, "No event has more than 6000 minutes"},
		verdict{attendance.WrongValue, "No event has more than 6000 minutes"},
		verdict{attendance.WrongValue, "as a whole number"},
		verdict{attendance.WrongValue, "There is no profession “wizard”"},
		verdict{attendance.WrongValue, "There is no state, province or territory “Atlantis”"},
		verdict{attendance.Duplicate, "This address stands in line 4 too.\nKeep one of them"},
		verdict{attendance.WrongValue, ""})
	if got := w.rows(l)[8].Said(); got != "This address stands in line 4 too. Keep one of them, with all the minutes." {
		t.Errorf("%q", got)
	}
}

// TestTheReportGivesNoAdvice: what it was about is over.
func TestTheReportGivesNoAdvice(t *testing.T) {
	w := newWorld(t)
	w.person("office@example.org", "Carla Stern", "Carla Stern")
	l := w.upload(w.event(), "email,name", "office@example.org,Rosa Lind", "new@example.org,Nina Nueva", "new@example.org,Nina Nueva")
	if got := w.rows(l)[0].Said(); !strings.HasSuffix(got, "Choose it only if it is the same person: the certificate bears the account’s name.") {
		t.Errorf("%q", got)
	}
	rows := w.run(l)
	for i, want := range []string{"Not chosen. The account’s legal name is “Carla Stern”.", "", "This address stands in line 3 too."} {
		if got := rows[i].Told(); got != want {
			t.Errorf("line %d: %q, want %q", rows[i].Line, got, want)
		}
	}
}
