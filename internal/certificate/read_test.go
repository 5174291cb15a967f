package certificate_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/number"
)

func TestCheckFile(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.issued("p1")
	waiting := w.reserve("p2")
	file := w.pdf(c)

	flipped := func(at int) []byte {
		out := bytes.Clone(file)
		out[at] ^= 1
		return out
	}
	noise := make([]byte, 200<<10)
	rand.Read(noise)
	var forged bytes.Buffer
	forged.WriteString("%PDF-1.7\n")
	for range 1000 {
		forged.WriteString(number.New() + "\n")
	}
	own, err := certificate.Print(waiting.Facts)
	w.must(err)

	badge, err := w.Credential(ctx, c)
	w.must(err)
	var pretty bytes.Buffer
	w.must(json.Indent(&pretty, badge.JSON, " ", "  "))

	for name, tt := range map[string]struct {
		file []byte
		want certificate.Verdict
	}{
		"as issued":                {file, certificate.Genuine},
		"a byte appended":          {append(bytes.Clone(file), '\n'), certificate.Altered},
		"a byte less":              {file[:len(file)-1], certificate.Altered},
		"a bit in the number":      {flipped(bytes.Index(file, []byte(c.Number))), certificate.Altered},
		"a bit in the middle":      {flipped(len(file) / 2), certificate.Altered},
		"the last bit":             {flipped(len(file) - 1), certificate.Altered},
		"nothing":                  {nil, certificate.Unknown},
		"noise":                    {noise, certificate.Unknown},
		"a web page":               {[]byte("<!doctype html><title>" + c.Number + "</title>"), certificate.Unknown},
		"another PDF":              {[]byte("%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"), certificate.Unknown},
		"many unknown numbers":     {forged.Bytes(), certificate.Unknown},
		"many, then ours":          {append(bytes.Repeat([]byte("0000-0000-00001 "), 5000), file...), certificate.Unknown}, // no PDF at its start
		"the badge":                {badge.JSON, certificate.Genuine},
		"the badge, laid out":      {pretty.Bytes(), certificate.Genuine},
		"the badge as JWT":         {[]byte(badge.JWT + "\n"), certificate.Genuine},
		"a badge changed":          {bytes.Replace(badge.JSON, []byte("Ana"), []byte("Eva"), 1), certificate.Altered},
		"a badge without proof":    {bytes.Replace(badge.JSON, []byte(`"proof"`), []byte(`"prooF"`), 1), certificate.Altered},
		"a JWT changed":            {[]byte(badge.JWT[:len(badge.JWT)-6] + "AAAAAA"), certificate.Altered},
		"a badge cut off":          {badge.JSON[:len(badge.JSON)-1], certificate.Altered},
		"a million brackets":       {bytes.Repeat([]byte("["), 1<<20), certificate.Unknown},
		"JSON of something":        {[]byte(`{"id": "0000-0000-00001"}`), certificate.Unknown},
		"what is being prepared":   {own, certificate.Unknown},
		"a huge file of the sort":  {append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("0000-0000-00001 "), 600_000)...), certificate.Unknown},
		"a huge file of something": {bytes.Repeat([]byte{0}, 10<<20), certificate.Unknown},
	} {
		got, err := w.CheckFile(ctx, tt.file)
		w.must(err)
		if got.Verdict != tt.want {
			t.Errorf("%s: %s, want %s", name, got.Verdict, tt.want)
		}
		if (got.Certificate != nil) != (tt.want != certificate.Unknown) || got.Certificate != nil && got.Certificate.Number != c.Number {
			t.Errorf("%s: about %+v", name, got.Certificate)
		}
	}

	w.must(w.Revoke(ctx, c.Number, "Issued by mistake", ""))
	if got, err := w.CheckFile(ctx, file); err != nil || got.Verdict != certificate.Genuine || got.Certificate.State != certificate.Revoked {
		t.Errorf("a revoked one: %+v, %v", got, err)
	}
}

func TestDamagedBytesAreNotServed(t *testing.T) {
	w := newWorld(t)
	c, waiting := w.issued("p1"), w.reserve("p2")
	finds := func(want ...string) {
		t.Helper()
		n, damaged, err := w.checkStored()
		if w.must(err); n != 1 || !slices.Equal(damaged, want) {
			t.Errorf("%d files, damaged %q, want %q", n, damaged, want)
		}
	}
	finds()
	sound := w.pdf(c)
	w.exec("UPDATE certificate_files SET pdf = ?", append(bytes.Clone(sound), 0))
	_, err := w.PDF(t.Context(), c)
	w.kind(err, apperr.Internal)
	finds(c.Number)
	w.exec("UPDATE certificate_files SET pdf = ?", sound)
	w.exec("UPDATE certificates SET facts = replace(facts, 'Ben', 'Eva')")
	finds(waiting.Number)
	w.exec("UPDATE certificates SET facts = replace(facts, 'Ana', 'Eva')")
	finds(c.Number, waiting.Number)
	w.exec("DELETE FROM certificate_files")
	_, err = w.PDF(t.Context(), c)
	w.kind(err, apperr.Internal)
	finds(c.Number, waiting.Number)
}

// TestARowThatWasTurnedIsFound: the facts are hashed, and what stands beside them
// must agree with them and with the history.
func TestARowThatWasTurnedIsFound(t *testing.T) {
	w := newWorld(t)
	c, other := w.issued("p1"), w.issued("p2")
	w.must(w.Revoke(t.Context(), c.Number, "Issued by mistake", ""))
	finds := func(how string, want ...string) {
		t.Helper()
		_, damaged, err := w.checkStored()
		if w.must(err); !slices.Equal(damaged, want) {
			t.Errorf("%s: damaged %q, want %q", how, damaged, want)
		}
	}
	finds("untouched")
	for column, values := range map[string][2]any{
		"state": {"issued", "revoked"}, "holder_name": {"Eva Ruiz", c.HolderName}, "course_title": {"Another", c.CourseTitle},
		"revoked_reason": {"By request", "Issued by mistake"},
		"issued_at":      {c.IssuedAt.AddDate(-1, 0, 0), *c.IssuedAt},
	} {
		w.exec("UPDATE certificates SET "+column+" = ? WHERE id = ?", values[0], c.ID)
		finds(column, c.Number)
		w.exec("UPDATE certificates SET "+column+" = ? WHERE id = ?", values[1], c.ID)
	}
	finds("put right")
	w.exec("UPDATE certificates SET number = 'AAAA-AAAA-AAAAA' WHERE id = ?", other.ID)
	finds("number", "AAAA-AAAA-AAAAA")
	w.exec("UPDATE certificates SET number = ? WHERE id = ?", other.Number, other.ID)
	w.exec("UPDATE certificates SET state = 'revoked', revoked_at = issued_at, revoked_reason = 'x' WHERE id = ?", other.ID)
	finds("revoked without a history", other.Number)
}

// TestAHistoryThatTheLogDoesNotHaveIsFound: a revocation that was taken out of the
// tables is still in the log.
func TestAHistoryThatTheLogDoesNotHaveIsFound(t *testing.T) {
	w := newWorld(t)
	c, waiting := w.issued("p1"), w.reserve("p2")
	w.must(w.Revoke(t.Context(), c.Number, "Issued by mistake", ""))
	finds := func(how string, want ...string) {
		t.Helper()
		_, damaged, err := w.checkStored()
		if w.must(err); !slices.Equal(damaged, want) {
			t.Errorf("%s: damaged %q, want %q", how, damaged, want)
		}
	}
	finds("untouched")
	w.exec("UPDATE certificates SET state = 'issued', revoked_at = NULL, revoked_reason = NULL WHERE id = ?", c.ID)
	w.exec("DELETE FROM certificate_history WHERE certificate_id = ? AND kind = 'revoked'", c.ID)
	finds("a revocation taken out", c.Number)
	w.must(w.Revoke(t.Context(), c.Number, "Again", ""))
	finds("revoked anew, beside the old entry", c.Number)
	w.exec("UPDATE certificate_history SET log_position = log_position + 100 WHERE certificate_id = ?", c.ID)
	finds("entries that are not there", c.Number)
	w.drain()
	if w.again(waiting).State != certificate.Issued {
		t.Fatal("not issued")
	}
	w.exec("DELETE FROM translog_leaves WHERE subject = ?", waiting.ID)
	finds("taken out of the log", c.Number, waiting.Number)
}

// TestABadgeThatIsNotInItsFileIsFound: what is handed out beside the PDF must be what
// the PDF has inside.
func TestABadgeThatIsNotInItsFileIsFound(t *testing.T) {
	w := newWorld(t)
	c, other := w.issued("p1"), w.issued("p2")
	finds := func(how string, want ...string) {
		t.Helper()
		_, damaged, err := w.checkStored()
		if w.must(err); !slices.Equal(damaged, want) {
			t.Errorf("%s: damaged %q, want %q", how, damaged, want)
		}
	}
	finds("untouched")
	own, err := w.Credential(t.Context(), c)
	w.must(err)
	foreign, err := w.Credential(t.Context(), other)
	w.must(err)
	put := func(json []byte, jwt string) {
		w.exec("UPDATE certificate_credentials SET json = ?, jwt = ? WHERE certificate_id = ?", json, jwt, c.ID)
	}
	put(foreign.JSON, own.JWT)
	finds("another's badge", c.Number)
	put(append(bytes.Clone(own.JSON), '\n'), own.JWT)
	finds("a byte more", c.Number)
	put(own.JSON, foreign.JWT)
	finds("another's token", c.Number)
	put(own.JSON, own.JWT[:len(own.JWT)-4]+"AAAA")
	finds("a token that nobody signed", c.Number)
	put(own.JSON, own.JWT)
	finds("put right")
	w.exec("DELETE FROM certificate_credentials WHERE certificate_id = ?", c.ID)
	finds("no badge", c.Number)
}

// certOf is the n-th certificate of a list.
func certOf(w *world, f certificate.Filter, n int) (c certificate.Certificate) {
	w.t.Helper()
	i := 0
	w.must(w.Each(w.t.Context(), f, func(one certificate.Certificate) error {
		if i == n {
			c = one
		}
		i++
		return nil
	}))
	return c
}

// People look for a certificate by whom it was issued to, however they know them.
func TestCertificatesAreFoundByWhatTheAccountSays(t *testing.T) {
	w := newWorld(t)
	w.licenses = []certificate.License{{Profession: "Psychologist", Jurisdiction: "New York", Number: "PSY-118 73"}}
	c := w.issued("p1")
	w.exec("UPDATE people SET search = 'eleni papadopoulou eleni@example.net rn77' WHERE id = 'p1'")
	for q, want := range map[string]int64{"Papadopoulou": 1, "ELENI@example.net": 1, "psy11873": 1, "PSY-118": 1, "RN77": 1, "ruiz": 1, c.Number: 1, "nobody": 0, "%": 0} {
		p, err := w.List(t.Context(), certificate.Filter{Q: q})
		if err != nil || p.Total != want || len(p.Certificates) != int(want) || p.Over {
			t.Errorf("%q: %d, %v, want %d", q, p.Total, err, want)
		}
	}
	for person, want := range map[string]int64{"p1": 1, "p2": 0} {
		if p, err := w.List(t.Context(), certificate.Filter{PersonID: person}); err != nil || p.Total != want {
			t.Errorf("of %s: %d, %v", person, p.Total, err)
		}
	}
}

func TestList(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	names := []string{"Ünal Öz", "ana Ruiz", "100% Sure_", "Ana Zola", `Back\slash`}
	var numbers []string
	for i, name := range names {
		id := fmt.Sprintf("q%d", i)
		w.person(id, name, "UTC")
		numbers = append(numbers, w.reserve(id).Number)
	}
	w.drain()
	w.must(w.Revoke(ctx, numbers[0], "Wrong person", ""))

	names2 := func(f certificate.Filter) (out []string, total int64) {
		t.Helper()
		f.Limit = 2
		for range 10 {
			p, err := w.List(ctx, f)
			w.must(err)
			total = p.Total
			for _, c := range p.Certificates {
				out = append(out, c.HolderName)
			}
			if p.Earlier != (len(f.After) > 0) {
				t.Errorf("%+v: earlier %v", f, p.Earlier)
			}
			if !p.More {
				break
			}
			f.After = f.Key(p.Certificates[len(p.Certificates)-1])
		}
		return out, total
	}
	for _, tt := range []struct {
		filter certificate.Filter
		want   []string
	}{
		{certificate.Filter{}, []string{`Back\slash`, "Ana Zola", "100% Sure_", "ana Ruiz", "Ünal Öz"}},
		{certificate.Filter{Sort: "reserved"}, names},
		{certificate.Filter{Q: "ÜNAL"}, []string{"Ünal Öz"}},
		{certificate.Filter{Q: "u\u0308nal  o\u0308z"}, []string{"Ünal Öz"}},
		{certificate.Filter{Q: "unal oz"}, []string{"Ünal Öz"}},
		{certificate.Filter{Q: "ana", Sort: "reserved"}, []string{"ana Ruiz", "Ana Zola"}},
		{certificate.Filter{Q: "%"}, []string{"100% Sure_"}},
		{certificate.Filter{Q: "_"}, []string{"100% Sure_"}},
		{certificate.Filter{Q: `\`}, []string{`Back\slash`}},
		{certificate.Filter{Q: strings.ToLower(strings.ReplaceAll(numbers[1], "-", ""))}, []string{"ana Ruiz"}},
		{certificate.Filter{Q: numbers[3][:9]}, []string{"Ana Zola"}},
		{certificate.Filter{Q: "ketamine", State: certificate.Revoked}, []string{"Ünal Öz"}},
		{certificate.Filter{Q: "nobody"}, nil},
	} {
		got, total := names2(tt.filter)
		if !slices.Equal(got, tt.want) || total != int64(len(tt.want)) {
			t.Errorf("%+v: %q (%d), want %q", tt.filter, got, total, tt.want)
		}
	}
	up, _ := names2(certificate.Filter{Sort: "holder"})
	down, _ := names2(certificate.Filter{Sort: "-holder"})
	slices.Reverse(down)
	if len(up) != 5 || !slices.Equal(up, down) {
		t.Errorf("by name %q, backward %q", up, down)
	}
	for _, f := range []certificate.Filter{{Sort: "price"}, {After: []string{"x"}}, {Sort: "holder", After: []string{"", "x"}}} {
		_, err := w.List(ctx, f)
		w.kind(err, apperr.Invalid)
	}
	// Two of five a page: to the end, and back to a first page that is full.
	f := certificate.Filter{Sort: "holder", Limit: 2}
	last := f.Key(certOf(w, f, 4))
	f.Before = last
	back, err := w.List(ctx, f)
	w.must(err)
	if len(back.Certificates) != 2 || !back.Earlier || !back.More || back.Certificates[1].HolderName != up[3] {
		t.Errorf("back: %+v", back)
	}
	f.Before = f.Key(back.Certificates[0])
	if back, err = w.List(ctx, f); err != nil || len(back.Certificates) != 2 || back.Earlier || back.Certificates[0].HolderName != up[0] {
		t.Errorf("back at the start: %+v, %v", back, err)
	}
	w.setHolder("q1", "Ana R. Ruiz", "UTC")
	_, err = w.replace(ctx, numbers[1], "Name changed", "")
	w.must(err)
	w.drain()
	counts, err := w.Counts(ctx, began, began.Add(time.Second))
	if err != nil || counts != (certificate.Counts{Issued: 5}) {
		t.Errorf("counts %+v, %v", counts, err)
	}
	totals, err := w.Totals(ctx)
	if err != nil || totals[certificate.Issued] != 4 || totals[certificate.Superseded] != 1 || totals[certificate.Revoked] != 1 || totals[certificate.Preparing] != 0 {
		t.Errorf("totals %v, %v", totals, err)
	}
}
