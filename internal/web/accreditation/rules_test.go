package accreditation_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/credit/pack"
)

func TestEveryPackIsListedAndRead(t *testing.T) {
	w := newWorld(t)
	list := w.Get("dora", "/admin/rules").OK("As shipped", "Accreditor", "Licensing board", "Formula", `href="/admin/approvals"`, `href="/admin/rules/new"`)
	for _, f := range pack.Bundled() {
		list.OK(`href="/admin/rules/` + f.Pack.Code + `"`)
		page := w.Get("dora", "/admin/rules/"+f.Pack.Code).OK("As shipped", "Nothing is on record.")
		for _, r := range f.Pack.Rules.Rows() {
			page.OK(r.Label)
		}
		page.Lacks("&lt;nil&gt;", "map[", "%!")
	}
	w.Get("dora", "/admin/rules/nbcc").OK("NBCC ACEP", "clock hour", "6,000 words an hour, rounded down to the quarter hour", "Secondary", "Verified", "Unverified",
		"Three independent providers", "Checked November 23, 2026", "Mental health counselor", "The wording of certificates could not be verified", "From November 1, 2026")
	w.Get("dora", "/admin/rules/us-ca-bbs").OK("California", "36 hours", "NASW")
}

func TestTheFileOfAPack(t *testing.T) {
	w := newWorld(t)
	for _, f := range pack.Bundled() {
		a := w.Get("dora", "/admin/rules/"+f.Pack.Code+"/yaml").OK()
		if h := a.Header; a.Body != string(f.Text) || h.Get("Content-Type") != "text/yaml; charset=utf-8" || h.Get("Content-Disposition") != `attachment; filename="`+f.Pack.Code+`.yaml"` {
			t.Errorf("%s: %v", f.Pack.Code, h)
		}
	}
}

func TestARuleIsConfirmed(t *testing.T) {
	w := newWorld(t)
	const path = "/admin/rules/nbcc"
	seen := w.hash("nbcc", "pass_percent")
	w.Get("dora", path).OK(`name="rule" value="pass_percent"`, `name="seen" value="`+seen+`"`, `name="note_pass_percent"`, `name="note_attempts"`)
	w.Post("dora", path+"/confirm", "rule", "pass_percent", "seen", seen).Is(422, "Say whom you asked", `href="#f-note_pass_percent"`)
	w.Post("dora", path+"/confirm", "rule", "evaluation", "note_evaluation", "Why not.").Is(http.StatusNotFound)
	for range 2 {
		w.Post("dora", path+"/confirm", "rule", "pass_percent", "seen", seen, "note_pass_percent", "Ms. Reed, by phone.").Says(path, "rules.confirmed")
	}
	w.Get("adam", path).OK("Confirmed", "November 29, 2026", "Dora Li: Ms. Reed, by phone.", "Rule of an accreditor confirmed", "Rule: pass_percent", `name="note_attempts"`).Lacks(`name="note_pass_percent"`)
	if n := w.recorded("rules.confirm"); n != 1 {
		t.Errorf("%d events", n)
	}
	w.Get("dora", w.approve("accreditor", "nbcc")).OK("Approved, earns nothing", "Tries: this rule could not be verified").Lacks("Pass mark: this rule")
}

// TestARuleThatMovedIsNotConfirmed: what was typed stays, and the rule as it is now
// is there to be looked at.
func TestARuleThatMovedIsNotConfirmed(t *testing.T) {
	w := newWorld(t)
	const path = "/admin/rules/nbcc"
	seen := w.hash("nbcc", "pass_percent")
	post := func(fields ...string) area.Answer {
		t.Helper()
		return w.Post("dora", path+"/confirm", append(fields, "rule", "pass_percent", "note_pass_percent", "Ms. Reed <by phone>.")...)
	}
	p, err := w.Pack(t.Context(), "nbcc")
	w.must(err)
	w.must(w.SavePack(t.Context(), "nbcc", strings.Replace(p.Text, "value: 80", "value: 75", 1), "Their letter.", "adam", 0))
	const moved, typed = "Somebody has changed these rules meanwhile", `value="Ms. Reed &lt;by phone&gt;."`
	post().Is(http.StatusConflict, moved)
	w.Post("dora", path+"/confirm", "rule", "pass_percent", "seen", seen).Is(http.StatusConflict, moved)
	page := post("seen", seen).Is(http.StatusConflict, moved, "at least 75 percent", typed, `name="seen" value="`+w.hash("nbcc", "pass_percent")+`"`).Lacks(seen)
	if n := w.recorded("rules.confirm"); n != 0 {
		t.Fatalf("%d are confirmed\n%s", n, page.Body)
	}
	w.must(w.SavePack(t.Context(), "nbcc", strings.Replace(p.Text, "mark: unverified", "mark: verified", 1), "Read.", "adam", 1))
	post("seen", seen).Is(http.StatusConflict, moved, "You typed: Ms. Reed &lt;by phone&gt;.").Lacks(typed)
	w.must(w.SavePack(t.Context(), "nbcc", "", "Back.", "adam", 2))
	post("seen", seen).Says(path, "rules.confirmed")
}

func TestAPackIsChangedAndGoesBack(t *testing.T) {
	w := newWorld(t)
	const path = "/admin/rules/nasw"
	p, err := w.Pack(t.Context(), "nasw")
	w.must(err)
	changed := strings.Replace(p.Text, "words_per_hour: 10000", "words_per_hour: 5000", 1)
	w.Get("dora", path+"/edit").OK("words_per_hour: 10000", `name="base" value="0"`).Lacks("/shipped")
	typed := strings.ReplaceAll(strings.Replace(changed, "mark: verified", "mark: sure", 1), "\n", "\r\n")
	w.Post("dora", path+"/edit", "base", "0", "body", typed, "note", "").Is(422, "Line ", "the mark is &#34;sure&#34;", "Say what changed, and why.", "words_per_hour: 5000", "mark: sure")
	w.Post("dora", path+"/edit", "base", "0", "body", strings.Replace(changed, "code: nasw", "code: nbcc", 1), "note", "So.").Is(422, "The code in the file is")
	w.Post("dora", path+"/edit", "base", "0", "body", p.Text, "note", "So.").Is(422, "Nothing was changed.")
	w.Post("dora", path+"/edit", "base", "0", "body", "", "note", "So.").Is(422, "Write the rules.")
	w.Post("dora", path+"/edit", "base", "x", "body", changed, "note", "So.").Is(422, "Enter a whole number")
	w.Post("dora", path+"/edit", "base", "0", "body", changed+"\x00", "note", "So.").Is(422, "words_per_hour: 5000")
	for range 2 {
		w.Post("dora", path+"/edit", saving("base", "0", "body", strings.ReplaceAll(changed, "\n", "\r\n"), "note", "A complex topic.")...).Says(path, "rules.saved")
	}
	w.Get("dora", path).OK("Version 1", "Dora Li", "A complex topic.", "5,000 words an hour", "Rules of an accreditor changed")
	w.Get("dora", "/admin/rules").OK("Version 1")
	// Somebody who began before meanwhile keeps what they typed, and decides anew.
	w.Post("adam", path+"/edit", "base", "0", "body", strings.Replace(changed, "5000", "7000", 1), "note", "Mine.").
		Is(http.StatusConflict, "Somebody has changed these rules meanwhile", "words_per_hour: 7000", `name="base" value="1"`)
	w.Get("dora", path+"/edit").OK("words_per_hour: 5000", `action="/admin/rules/nasw/shipped"`)
	w.Post("dora", path+"/shipped", "base", "1", "why", " ").Is(422, "Say what changed, and why.", `href="#f-why"`)
	for range 2 {
		w.Post("dora", path+"/shipped", saving("base", "1", "why", "The page says 10,000.")...).Says(path, "rules.shipped")
	}
	w.Post("dora", path+"/shipped", saving("base", "2", "why", "Once more.")...).Says(path, "rules.shipped")
	w.Get("dora", path).OK("As shipped", "10,000 words an hour", "Back to the shipped rules: Yes")
	if n := w.recorded("rules.save"); n != 2 {
		t.Errorf("%d events", n)
	}
}

// TestGoingOnRestsOnWhatWasSeen: what another saved in between is not overwritten
// without a word.
func TestGoingOnRestsOnWhatWasSeen(t *testing.T) {
	w := newWorld(t)
	const path = "/admin/rules/nasw"
	p, err := w.Pack(t.Context(), "nasw")
	w.must(err)
	mine := strings.Replace(p.Text, "words_per_hour: 10000", "words_per_hour: 5000", 1)
	w.must(w.SavePack(t.Context(), "nasw", strings.Replace(p.Text, "short: NASW", "short: N.A.S.W.", 1), "Theirs.", "adam", 0))
	w.Post("dora", path+"/edit", "base", "0", "body", mine, "note", "Mine.", "step", "back").OK("words_per_hour: 5000", `name="base" value="0"`).Lacks(`name="base" value="1"`)
	w.Post("dora", path+"/edit", "base", "0", "body", mine, "note", "").Is(422, "Say what changed, and why.", `name="base" value="0"`)
	w.Post("dora", path+"/edit", "base", "0", "body", mine, "note", "Mine.").Is(http.StatusConflict, "Somebody has changed these rules meanwhile", "words_per_hour: 5000", `name="base" value="1"`)
	w.Post("dora", path+"/shipped", "base", "0", "why", "Back.", "step", "back").OK(`name="base" value="0"`, `value="Back."`, "N.A.S.W.")
	w.Post("dora", path+"/shipped", "base", "1", "why", "Back.").OK(`name="why" value="Back."`).Lacks(`name="body"`)
	w.Post("dora", path+"/edit", "base", "x", "body", mine, "note", "Mine.").Is(422, "Enter a whole number", `name="base" value="1"`)
	if now, err := w.Pack(t.Context(), "nasw"); err != nil || now.Version != 1 {
		t.Errorf("version %d, %v", now.Version, err)
	}
}

// TestWhatNobodyKnowsIsNotSaved, with its line.
func TestWhatNobodyKnowsIsNotSaved(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ code, old, new, says string }{
		{"us-ca-bbs", "marriage-family-therapist", "marriage-therapist", "Line 6: &#34;marriage-therapist&#34; is not a profession"},
		{"us-ca-bbs", "[US-CA]", "[US-CB]", "Line 7: &#34;US-CB&#34; is not a state, province or territory"},
		{"us-ca-bbs", "camft", "camfd", "Line 20: &#34;camfd&#34; is not the code of an accreditor"},
		{"nbcc", "words_per_hour: 6000", "words_per_hour: 1", "Line 14: words_per_hour: nobody studies 1 words in an hour; write a number from 2000 to 20000"},
		{"nbcc", "words_per_hour: 6000", "words_per_hour: 6000.5", "Line 14: &#34;6000.5&#34; cannot stand here; write a whole number"},
		{"nbcc", "checked_on: 2026-11-23", "checked_on: 2026-11-29", "2026-11-28 at the latest"},
		{"nasw", "short: NASW", "short: NASW🎓", "Line 4: a certificate cannot print “🎓” (U&#43;1F393); write it without."},
		{"nasw", "unit: CE", "unit: C\u00adE", "Line 5: a certificate cannot print the character U&#43;00AD, which nobody can see"},
		{"nasw", "name: National", "name: ชNational", "Line 3: a certificate cannot print “ช”"},
	} {
		p, err := w.Pack(t.Context(), c.code)
		w.must(err)
		w.Post("dora", "/admin/rules/"+c.code+"/edit", "base", "0", "body", strings.Replace(p.Text, c.old, c.new, 1), "note", "So.").Is(422, c.says)
		if now, err := w.Pack(t.Context(), c.code); err != nil || now.Version != 0 {
			t.Errorf("%s: version %d, %v", c.says, now.Version, err)
		}
	}
}

// TestWhatChangesIsShownBeforeItIsSaved: the rules in words, and what each course
// has by them; only the second form stores it.
func TestWhatChangesIsShownBeforeItIsSaved(t *testing.T) {
	w := newWorld(t)
	const path = "/admin/rules/nbcc"
	for _, rule := range []string{"pass_percent", "attempts"} {
		w.must(w.Confirm(t.Context(), "nbcc", rule, w.hash("nbcc", rule), "By phone.", "dora"))
	}
	w.approve("accreditor", "nbcc")
	p, err := w.Pack(t.Context(), "nbcc")
	w.must(err)
	faster := strings.Replace(p.Text, "words_per_hour: 6000", "words_per_hour: 3000", 1)
	page := w.Post("dora", path+"/edit", "base", "0", "body", faster, "note", "Their <letter>.").OK("Nothing is saved yet", "6,000 words an hour, rounded", "3,000 words an hour, rounded",
		title, "clock hours", `name="step" value="save"`, `name="step" value="back"`, "words_per_hour: 3000", "Their &lt;letter&gt;.").Lacks("Pass mark", "Mark: secondary", "National Board for Certified Counselors</")
	if now, err := w.Pack(t.Context(), "nbcc"); err != nil || now.Version != 0 || w.recorded("rules.save") != 0 {
		t.Fatalf("version %d, %v", now.Version, err)
	}
	rows := regexp.MustCompile(`data-label="(?:By the rules before|By the rules after|Approvals earned|Approvals earn)">(?:<div>)?(?:<p>)?([0-9.]+) clock hours`).FindAllStringSubmatch(page.Body, -1)
	if len(rows) != 4 || rows[0][1] != rows[2][1] || rows[1][1] != rows[3][1] || rows[0][1] == rows[1][1] {
		t.Errorf("%q", rows)
	}
	w.Post("dora", path+"/edit", "base", "0", "body", faster, "note", "Their <letter>.", "step", "back").OK("<textarea", "words_per_hour: 3000", "Their &lt;letter&gt;.")
	blocked := strings.Replace(p.Text, "value: 80", "value: 95", 1)
	w.Post("dora", path+"/edit", "base", "0", "body", blocked, "note", "So.").OK("at least 80 percent", "at least 95 percent", "Nothing. Pass mark: at least 95 percent is asked for")
	w.Post("dora", path+"/edit", "base", "0", "body", p.Text+"# A remark.\n", "note", "So.").OK("only the text around it changes")
	w.Post("dora", path+"/edit", saving("base", "0", "body", faster, "note", "Theirs.")...).Says(path, "rules.saved")
	w.Post("adam", path+"/edit", "base", "0", "body", blocked, "note", "Mine.").Is(http.StatusConflict, "Somebody has changed these rules meanwhile", "value: 95", `name="base" value="1"`)
	w.Post("adam", path+"/edit", saving("base", "0", "body", blocked, "note", "Mine.")...).Is(http.StatusConflict, "Somebody has changed these rules meanwhile")
	w.Post("dora", path+"/shipped", "base", "1", "why", "It was wrong.").OK("3,000 words an hour", "6,000 words an hour", `name="why" value="It was wrong."`, `action="/admin/rules/nbcc/shipped"`)
	bbs, err := w.Pack(t.Context(), "us-ca-bbs")
	w.must(err)
	i := strings.Index(bbs.Text, "  retention_years:")
	w.Post("dora", "/admin/rules/us-ca-bbs/edit", "base", "0", "body", bbs.Text[:i], "note", "So.").OK("Will it count for me?", "Records are kept", "for 4 years", ">Nothing<", "no rule works hours out")
	w.Post("dora", "/admin/rules/new", "body", strings.Replace(p.Text, "code: nbcc", "code: ours", 1), "note", "Ours.").OK("no rules", "6,000 words an hour", `action="/admin/rules/new"`)
	w.Post("dora", "/admin/rules/new", "body", "code: ours", "note", "Ours.", "step", "back").OK("<textarea", "code: ours")
	if _, err := w.Pack(t.Context(), "ours"); err == nil {
		t.Error("it is saved without having been shown")
	}
}

// TestABoardsNewAnswersAreShownBeforeItsRulesAreSaved, and words that were forgotten.
func TestABoardsNewAnswersAreShownBeforeItsRulesAreSaved(t *testing.T) {
	w := newWorld(t)
	w.approve("accreditor", "ncbtmb", "course", w.course, "hours", "1.5")
	const body = "code: us-or\nkind: board\nname: Oregon Board\nshort: Oregon\nunit: hour\nprofessions: [nurse, psychologist]\njurisdictions: [US-OR]\nfrom: 2026-01-01\nchecked_on: 2026-11-23\nrules:\n" +
		"  accepts: {value: [ncbtmb], mark: verified, source: OAR 877, checked_on: 2026-11-23, says: By NCBTMB.}\n" +
		"  self_paced: {value: {accepted: true, hours: 12}, mark: verified, source: OAR 877, checked_on: 2026-11-23, says: At most 12 hours.}\n"
	w.Post("dora", "/admin/rules/new", "body", body, "note", "Ours.").OK("Answer before", "<p>Nurse, Oregon</p><p>Psychologist, Oregon</p>", "Ask your licensing board in Oregon.",
		"Yes, up to a limit. The Oregon Board accepts courses that NCBTMB has approved, and this is one: 1.5 CE.", "Self-paced courses count for at most 12 hours of a renewal.").Lacks("do its words say so?")
	w.must(w.SavePack(t.Context(), "us-or", body, "Ours.", "dora", 0))
	post := func(old, now string) area.Answer {
		t.Helper()
		return w.Post("dora", "/admin/rules/us-or/edit", "base", "1", "body", strings.Replace(body, old, now, 1), "note", "So.")
	}
	post("accepted: true, hours: 12", "accepted: false").OK("No. By the rule that we know, the Oregon Board does not count courses that you take at your own pace", "Yes, up to a limit.").Lacks("<p>The same</p>")
	post("hours: 12}", "hours: 6}").OK("Self-paced courses count for at most 6 hours of a renewal.", "Self-paced courses: do its words say so?", "The value is now: count for at most 6 hours of a renewal. But it says: “At most 12 hours.”")
	post("hours: 12}, mark: verified, source: OAR 877, checked_on: 2026-11-23, says: At most 12 hours", "hours: 6}, mark: verified, source: OAR 877, checked_on: 2026-11-23, says: At most 6 hours").OK().Lacks("do its words say so?")
	post("name: Oregon Board", "name: Oregon State Board").OK("The Oregon State Board accepts")
	post("short: Oregon", "short: Salem").OK("<p>The same</p>")
	p, err := w.Pack(t.Context(), "nbcc")
	w.must(err)
	w.Post("dora", "/admin/rules/nbcc/edit", "base", "0", "body", p.Text+"# A remark.\n", "note", "So.").OK().Lacks("Will it count for me?")
}

func TestRulesOfAnotherBody(t *testing.T) {
	w := newWorld(t)
	const path = "/admin/rules/new"
	body := regexp.MustCompile(`(?s)<textarea[^>]*>(.*?)</textarea>`).FindStringSubmatch(w.Get("dora", path).OK("kind: accreditor").Body)
	if body == nil {
		t.Fatal("no text to begin with")
	}
	w.Post("dora", path, "body", body[1], "note", "Ours.").Is(422, "Line 1: the code is", "All that is wrong", "name is empty", "rules.hours.source is empty")
	w.Get("dora", path+"?from=naadac").OK("code: naadac", "8, within_hours: 24")
	w.Get("dora", path+"?from=none").Is(http.StatusNotFound)
	p, err := w.Pack(t.Context(), "naadac")
	w.must(err)
	w.Post("dora", path, "body", p.Text, "note", "Ours.").Is(422, "There are rules under this code already")
	own := strings.Replace(p.Text, "code: naadac", "code: our-state", 1)
	w.Post("dora", path, "body", own, "note", "").Is(422, "Say what changed, and why.", "code: our-state")
	for range 2 {
		w.Post("dora", path, saving("body", own, "note", "Our state.")...).Says("/admin/rules/our-state", "rules.saved")
	}
	w.Get("dora", "/admin/rules/our-state").OK("Version 1")
	w.Get("dora", "/admin/rules/our-state/edit").OK().Lacks("/shipped")
	w.Post("dora", "/admin/rules/our-state/shipped", "base", "1", "why", "Away.").Is(http.StatusNotFound)
	w.Get("dora", "/admin/approvals/new").OK(`value="our-state"`)
}
