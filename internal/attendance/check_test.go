package attendance_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/enrollment"
)

// verdict is what a row is expected to get, and a part of its note.
type verdict struct {
	attendance.Verdict
	note string
}

func (w *world) want(l attendance.List, list ...verdict) {
	w.t.Helper()
	rows := w.rows(l)
	if len(rows) != len(list) {
		w.t.Fatalf("%d rows, want %d", len(rows), len(list))
	}
	for i, r := range rows {
		if r.Verdict != list[i].Verdict || !strings.Contains(r.Note, list[i].note) || r.Position != i+1 || r.Outcome != attendance.Pending {
			w.t.Errorf("line %d (%s): %s, %q; want %s, %q", r.Line, r.Email, r.Verdict, r.Note, list[i].Verdict, list[i].note)
		}
	}
}

func TestTheCheckOfEveryRow(t *testing.T) {
	w := newWorld(t)
	w.person("ana@example.com", "Ana Ruiz", "Ana Ruiz")
	w.person("jose@example.com", "José Núñez", "José Núñez")
	w.person("nolegal@example.com", "Mia Wong", "")
	w.person("nolegal2@example.com", "Mia Wong", "")
	w.person("office@example.com", "Carla Stern", "Carla Stern")
	w.person("blocked@example.com", "Bo Blocked", "Bo Blocked")
	w.person("unconfirmed@example.com", "Uma Bell", "Uma Bell")
	w.person("done@example.com", "Dan Done", "Dan Done")
	w.person("busy@example.com", "Bea Busy", "Bea Busy")
	w.person("symbol@example.com", "Sam Bell", "Sam Bell")
	w.exec("UPDATE people SET blocked_at = created_at WHERE email_key = 'blocked@example.com'")
	w.exec("UPDATE people SET email_confirmed_at = NULL WHERE email_key = 'unconfirmed@example.com'")
	w.exec("UPDATE people SET legal_name = '𓀀' WHERE email_key = 'symbol@example.com'")
	for _, email := range []string{"done@example.com", "busy@example.com"} {
		_, err := w.enrollments.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: w.found(email).ID, EditionID: "ed1", Source: "free"})
		w.must(err)
	}
	w.exec("UPDATE enrollments SET state = 'completed', completed_at = ? WHERE person_id = ?", began, w.found("done@example.com").ID)
	e := w.event()
	before := w.count("SELECT count(*) FROM people") + w.count("SELECT count(*) FROM enrollments") + w.count("SELECT count(*) FROM certificates") + w.count("SELECT count(*) FROM jobs")
	l := w.upload(e, "email,name,minutes,evaluation,license_profession,license_jurisdiction,license_number",
		"ana@example.com,Ana Ruiz,165,,,,",
		"ANA@example.com,Ana Ruiz,10,,,,",
		"jose@example.com,jose nunez,150,,,,",
		"new@example.com,Nina New,ALL,,,,",
		"noname@example.com,,165,,,,",
		"nolegal@example.com,Mia Wong,165,,,,",
		"nolegal2@example.com,Mia Chen,165,,,,",
		"office@example.com,Rosa Lind,165,,,,",
		"blocked@example.com,Bo Blocked,165,,,,",
		"unconfirmed@example.com,Uma Bell,165,,,,",
		"done@example.com,Dan Done,165,,,,",
		"busy@example.com,Bea Busy,165,,,,",
		"late@example.com,Lea Late,149,,,,",
		"no address,Nobody Here,165,,,,",
		"odd@example.com,Odd Minutes,2:45,,,,",
		"absent@example.com,Abe Sent,,,,,",
		"eval@example.com,Eva Long,165,perhaps,,,",
		"smile@example.com,Ann \U0001F600,165,,,,",
		"glyph@example.com,Ann \U00013000,165,,,,",
		"lic@example.com,Lia Cence,165,,nurse,,77",
		"lic2@example.com,Leo Cence,165,,Clinical social worker,new york,094471",
		"twin@example.com,NINA NEW,165,,,,",
		"symbol@example.com,Sam Bell,165,,,,",
		"=cmd@example.com,=SUM(A1),165,,,,",
	)
	w.want(l,
		verdict{attendance.WillIssue, ""},
		verdict{attendance.Duplicate, "line 2 too"},
		verdict{attendance.WillIssue, "account’s spelling: “José Núñez”"},
		verdict{attendance.WillInvite, "An account is made"},
		verdict{attendance.WrongValue, "must give the legal name"},
		verdict{attendance.WillIssue, "gets this legal name"},
		verdict{attendance.OtherName, "called “Mia Wong” and has no legal name"},
		verdict{attendance.OtherName, "legal name is “Carla Stern”"},
		verdict{attendance.Closed, "blocked"},
		verdict{attendance.Closed, "Nobody has confirmed"},
		verdict{attendance.Certified, "completed this course already"},
		verdict{attendance.Learning, "enrolled in the online course"},
		verdict{attendance.TooShort, "149 of 165 minutes; a certificate takes at least 150"},
		verdict{attendance.WrongValue, "email address"},
		verdict{attendance.WrongValue, "as a whole number, or “all”"},
		verdict{attendance.WrongValue, "0 for somebody who did not come"},
		verdict{attendance.WrongValue, "Write yes"},
		verdict{attendance.WrongValue, "Leave out"},
		verdict{attendance.WrongValue, "cannot print"},
		verdict{attendance.WrongValue, "The license is not whole"},
		verdict{attendance.WillInvite, ""},
		verdict{attendance.WillInvite, "The same name stands in line 5"},
		verdict{attendance.WrongValue, "Correct it on the person’s page"},
		verdict{attendance.WrongValue, "Leave out"},
	)
	after := w.count("SELECT count(*) FROM people") + w.count("SELECT count(*) FROM enrollments") + w.count("SELECT count(*) FROM certificates") + w.count("SELECT count(*) FROM jobs")
	if before != after {
		t.Errorf("the check has changed something: %d, %d", before, after)
	}
	counts, err := w.Verdicts(t.Context(), l.ID)
	w.must(err)
	if counts[attendance.WillInvite] != 3 || counts[attendance.WrongValue] != 10 || w.audited("attendance.upload") != 1 {
		t.Errorf("%v", counts)
	}
}

func TestTheSameFileIsOneListUntilItIsStarted(t *testing.T) {
	w := newWorld(t)
	e := w.event()
	lines := []string{"email,name", "ana@example.com,Ana Ruiz", "ben@example.com,Ben Ode"}
	first := w.upload(e, lines...)
	w.person("ben@example.com", "Ben Ode", "Ben Ode")
	again := w.upload(e, lines...)
	if again.ID != first.ID || again.CheckSHA256 == first.CheckSHA256 || w.count("SELECT count(*) FROM attendance_rows") != 2 {
		t.Errorf("%+v, %+v", first, again)
	}
	w.want(again, verdict{attendance.WillInvite, ""}, verdict{attendance.WillIssue, ""})
	body, err := w.File(t.Context(), first.ID)
	if err != nil || string(body) != strings.Join(lines, "\r\n")+"\r\n" || first.Size != int64(len(body)) {
		t.Errorf("%q, %v", body, err)
	}
	other := w.upload(w.event(), lines...)
	if other.ID == first.ID || other.SHA256 != first.SHA256 {
		t.Error("another event’s list")
	}
	w.run(again)
	third := w.upload(e, lines...)
	if third.ID == first.ID {
		t.Error("a list that was started was made anew")
	}
	w.want(third, verdict{attendance.Recorded, "recorded for this person already"}, verdict{attendance.Recorded, ""})
	page, err := w.Lists(t.Context(), e.ID, attendance.Filter{})
	list := page.Lists
	if err != nil || len(list) != 2 || list[0].ID != third.ID {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestAListIsDiscardedUntilItIsStarted(t *testing.T) {
	w := newWorld(t)
	e := w.event()
	l := w.upload(e, "email,name", "ana@example.com,Ana Ruiz")
	for range 2 { // a second click
		w.must(w.Discard(w.ctx(), l.ID))
	}
	if n := w.count("SELECT count(*) FROM attendance_lists") + w.count("SELECT count(*) FROM attendance_files") + w.count("SELECT count(*) FROM attendance_rows"); n != 0 || w.audited("attendance.discard") != 1 {
		t.Errorf("%d left", n)
	}
	w.refused(w.Check(w.ctx(), l.ID), attendance.ErrNoList, "")
	w.refused(w.Start(w.ctx(), l.ID, l.CheckSHA256, nil, true, "dora"), attendance.ErrNoList, "")
	l = w.upload(e, "email,name", "ana@example.com,Ana Ruiz")
	w.run(l)
	w.refused(w.Discard(w.ctx(), l.ID), attendance.ErrStarted, "")
	w.refused(w.Check(w.ctx(), l.ID), attendance.ErrStarted, "")
}

func TestListsAreBounded(t *testing.T) {
	w := newWorld(t)
	e := w.event()
	for i := range 20 {
		w.upload(e, "email,name", fmt.Sprintf("p%d@example.com,Ana Ruiz", i))
	}
	_, err := w.Upload(w.ctx(), e.ID, "x.csv", []byte("email\nnew@example.com\n"), "dora")
	w.refused(err, attendance.ErrManyList, "")
	w.upload(e, "email,name", "p3@example.com,Ana Ruiz") // one of them again
	if _, err := w.Upload(w.ctx(), "nobody", "x.csv", []byte("email\na@b.org\n"), "dora"); !apperr.Is(err, apperr.NotFound) {
		t.Errorf("%v", err)
	}
	if _, err := w.Upload(w.ctx(), e.ID, "x.csv", []byte("PK\x03\x04"), "dora"); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("%v", err)
	}
}

func TestFileNamesAreFitToBeShown(t *testing.T) {
	w := newWorld(t)
	e := w.event()
	for name, want := range map[string]string{`C:\My lists\mày.csv`: "mày.csv", "../../etc/passwd": "passwd", "a\x00\u202eb.csv": "ab.csv", "\u200b": "list.csv",
		strings.Repeat("é", 120): strings.Repeat("é", 100), "\xff.csv": "?.csv"} {
		l, err := w.Upload(w.ctx(), e.ID, name, []byte("email,name\n"+fmt.Sprintf("p%d@b.org,Ana\n", len(want))), "dora")
		if err != nil || l.Name != want {
			t.Errorf("%q: %q, %v", name, l.Name, err)
		}
		w.must(w.Discard(w.ctx(), l.ID))
	}
}

// TestALongListIsReadInFewQueries by its parts, and pages lead through it.
func TestALongListIsReadInFewQueries(t *testing.T) {
	w := newWorld(t)
	e := w.event()
	l := w.upload(e, numbered(1203)...)
	counts, err := w.Verdicts(t.Context(), l.ID)
	w.must(err)
	if l.Total != 1203 || counts[attendance.WillInvite] != 1203 {
		t.Fatalf("%+v, %v", l, counts)
	}
	n, last := 0, 0
	w.must(w.EachRow(t.Context(), l.ID, func(rows []attendance.Row) error {
		for _, r := range rows {
			if r.Position != last+1 || r.Line != r.Position+1 {
				t.Fatalf("row %d after %d", r.Position, last)
			}
			last = r.Position
			n++
		}
		return nil
	}))
	if n != 1203 {
		t.Errorf("%d rows", n)
	}
	p, err := w.Rows(t.Context(), l.ID, attendance.RowFilter{Verdict: attendance.WillInvite, After: 1100, Limit: 100})
	if err != nil || len(p.Rows) != 100 || !p.More || !p.Earlier || p.Total != 1203 {
		t.Errorf("%d rows, %+v, %v", len(p.Rows), p.More, err)
	}
	if p, err = w.Rows(t.Context(), l.ID, attendance.RowFilter{Before: 1101, Limit: 100}); err != nil || p.Rows[0].Position != 1001 || p.Rows[99].Position != 1100 {
		t.Errorf("%v", err)
	}
	if p, err = w.Rows(t.Context(), l.ID, attendance.RowFilter{Verdict: attendance.TooShort}); err != nil || len(p.Rows) != 0 {
		t.Errorf("%v", err)
	}
}
