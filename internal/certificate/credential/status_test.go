package credential_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate/credential"
)

func TestStatusPosition(t *testing.T) {
	for index, want := range map[int64][2]int64{0: {0, 0}, 131071: {0, 131071}, 131072: {1, 0}, 262145: {2, 1}} {
		if n, bit := credential.StatusPosition(index); n != want[0] || bit != want[1] {
			t.Errorf("%d: list %d, bit %d", index, n, bit)
		}
	}
}

func TestStatusListRoundTrip(t *testing.T) {
	var l credential.StatusList
	set := map[int64]bool{0: true, 7: true, 8: true, 131071: true}
	for bit := range set {
		if err := l.Set(bit, true); err != nil {
			t.Fatal(err)
		}
	}
	for _, bit := range []int64{-1, credential.StatusSize} {
		if _, err := l.Revoked(bit); err == nil || l.Set(bit, true) == nil {
			t.Errorf("there is a bit %d", bit)
		}
	}
	text, err := l.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := credential.DecodeStatusList(text)
	if err != nil {
		t.Fatal(err)
	}
	for bit := range int64(credential.StatusSize) {
		if got, err := back.Revoked(bit); err != nil || got != set[bit] {
			t.Fatalf("bit %d: %v, %v", bit, got, err)
		}
	}
	if err := back.Set(8, false); err != nil {
		t.Fatal(err)
	}
	if got, err := back.Revoked(8); got || err != nil {
		t.Errorf("bit 8 stays set, %v", err)
	}
}

func squeezed(t *testing.T, size int) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return "u" + base64.RawURLEncoding.EncodeToString(b.Bytes())
}

func TestDecodeStatusListRefuses(t *testing.T) {
	good := squeezed(t, credential.StatusSize/8)
	for name, text := range map[string]string{
		"nothing": "", "no multibase": good[1:], "another base": "z" + good[1:], "no gzip": "uAAAA",
		"no base64": "u!!!", "cut short": good[:len(good)-8], "too small": squeezed(t, 16), "too large": squeezed(t, credential.StatusSize/8+1),
		"a bomb": squeezed(t, 1<<24), "padded": good + "==",
	} {
		if _, err := credential.DecodeStatusList(text); err == nil {
			t.Errorf("%s was read", name)
		}
	}
	if _, err := credential.DecodeStatusList(good); err != nil {
		t.Error(err)
	}
}

func TestStanding(t *testing.T) {
	doc := issue(t, input(t), 1).JSON
	hour := time.Hour
	for name, tt := range map[string]struct {
		list credential.Issued
		want credential.Standing
	}{
		"in force":         {list(t, 1, nil), credential.InForce},
		"another's bit":    {list(t, 1, nil, 0, 40, 42), credential.InForce},
		"revoked":          {list(t, 1, nil, 41), credential.Revoked},
		"by a newer key":   {list(t, 2, nil, 41), credential.Revoked},
		"a stranger's":     {list(t, 3, nil), credential.StandingUnknown},
		"a distrusted key": {list(t, 4, nil), credential.StandingUnknown},
		"another list":     {list(t, 1, func(in *credential.StatusInput) { in.Number = 0 }), credential.StandingUnknown},
		"another issuer's": {list(t, 1, func(in *credential.StatusInput) { in.Issuer.BaseURL = "https://other.example" }), credential.StandingUnknown},
		"expired":          {list(t, 1, func(in *credential.StatusInput) { in.ValidFrom, in.ValidUntil = now.Add(-2*hour), now }), credential.StandingUnknown},
		"of the future":    {list(t, 1, func(in *credential.StatusInput) { in.ValidFrom, in.ValidUntil = now.Add(hour), now.Add(2*hour) }), credential.StandingUnknown},
		"no list":          {credential.Issued{JSON: doc, JWT: "a.b.c"}, credential.StandingUnknown},
	} {
		for form, raw := range map[string][]byte{"JSON": tt.list.JSON, "JWT": []byte(tt.list.JWT)} {
			o := trusting(t)
			o.Keys = append(o.Keys, credential.PublicKey{Public: public(2)}, credential.PublicKey{Public: public(4), NotTrustedAfter: new(now.AddDate(1, 0, 0))})
			o.StatusList = raw
			r := credential.Verify(doc, o)
			if r.Verdict != credential.Trusted || r.Status.Standing != tt.want || (r.Status.Problem != "") != (tt.want == credential.StandingUnknown) {
				t.Errorf("%s, %s: %s, %+v; want %s", name, form, r.Verdict, r.Status, tt.want)
			}
		}
	}
}

// TestStandingByTheFileAlone: the key of a credential vouches for its list as much
// as for itself.
func TestStandingByTheFileAlone(t *testing.T) {
	o := credential.Options{Now: now, StatusList: list(t, 1, nil, 41).JSON}
	if r := credential.Verify(issue(t, input(t), 1).JSON, o); r.Verdict != credential.Untrusted || r.Status.Standing != credential.Revoked {
		t.Errorf("%s, %+v", r.Verdict, r.Status)
	}
}

// TestThePlaceOfAnotherSignerIsNotJudged: whoever forges a credential writes the place
// of a valid one into it. Inside of what is the issuer's, it is the issuer's word.
func TestThePlaceOfAnotherSignerIsNotJudged(t *testing.T) {
	forged, ours := issue(t, input(t), 3).JSON, issue(t, input(t), 1).JSON
	fallen := func(o *credential.Options, after time.Duration) {
		at := issued.Add(after)
		o.Keys = []credential.PublicKey{{Public: public(1), NotTrustedAfter: &at}, {Public: public(2)}}
	}
	for name, tt := range map[string]struct {
		doc           []byte
		change        func(*credential.Options)
		kept, revoked credential.Standing
	}{
		"a stranger's":         {forged, func(*credential.Options) {}, credential.StandingUnjudged, credential.StandingUnjudged},
		"a stranger's, no key": {forged, func(o *credential.Options) { o.Keys = nil }, credential.StandingUnknown, credential.StandingUnknown},
		"a thief's":            {ours, func(o *credential.Options) { fallen(o, -time.Hour) }, credential.StandingUnjudged, credential.StandingUnjudged},
		"vouched for":          {ours, func(o *credential.Options) { fallen(o, -time.Hour); o.Vouched = true }, credential.InForce, credential.Revoked},
		"before the theft":     {ours, func(o *credential.Options) { fallen(o, time.Hour) }, credential.InForce, credential.Revoked},
		"perhaps a thief's":    {ours, func(o *credential.Options) { fallen(o, time.Hour); o.LogKeys = nil }, credential.StandingUnjudged, credential.Revoked},
	} {
		for bit, want := range map[int64]credential.Standing{40: tt.kept, 41: tt.revoked} {
			o := trusting(t)
			o.Keys = append(o.Keys, credential.PublicKey{Public: public(2)})
			o.StatusList = list(t, 2, nil, bit).JSON
			tt.change(&o)
			if r := credential.Verify(tt.doc, o); r.Status.Standing != want {
				t.Errorf("%s, bit %d: %s, %+v; want %s", name, bit, r.Verdict, r.Status, want)
			}
		}
	}
}

// TestAListIsNamed: what was taken for it by mistake is said.
func TestAListIsNamed(t *testing.T) {
	for want, doc := range map[string][]byte{
		"This is an Open Badge, not a status list.": issue(t, input(t), 1).JSON,
		"more than 262144 bytes":                    []byte(strings.Repeat(" ", 100) + "{" + strings.Repeat("x", credential.MaxSize)),
	} {
		o := trusting(t)
		o.StatusList = doc
		if r := credential.Verify(issue(t, input(t), 1).JSON, o); r.Status.Standing != credential.StandingUnknown || !strings.Contains(r.Status.Problem, want) {
			t.Errorf("%+v, want %q", r.Status, want)
		}
	}
}

func TestAChangedByteOfAListIsNoticed(t *testing.T) {
	l := list(t, 1, nil, 41)
	keys := []credential.PublicKey{{Public: public(1)}}
	for form, doc := range map[string][]byte{"JSON": l.JSON, "JWT": []byte(l.JWT)} {
		if s, err := credential.ParseStatusList(doc, keys, now); err != nil || s.ID != base+"/credentials/status/1" || s.Issuer != "did:web:ce.example.org" {
			t.Fatalf("%s: %+v, %v", form, s, err)
		}
		for i := 0; i < len(doc); i += stride() {
			for _, mask := range []byte{0x01, 0x02, 0x20} {
				changed := bytes.Clone(doc)
				changed[i] ^= mask
				if _, err := credential.ParseStatusList(changed, keys, now); err == nil {
					t.Errorf("%s: byte %d, %q for %q, was not noticed", form, i, changed[i], doc[i])
				}
			}
		}
	}
}

func TestIssueStatusListRefuses(t *testing.T) {
	for name, change := range map[string]func(*credential.StatusInput){
		"no address": func(in *credential.StatusInput) { in.Issuer.BaseURL = "" },
		"no name":    func(in *credential.StatusInput) { in.Issuer.Name = "" },
		"no list":    func(in *credential.StatusInput) { in.List = nil },
		"no number":  func(in *credential.StatusInput) { in.Number = -1 },
		"no life":    func(in *credential.StatusInput) { in.ValidUntil = in.ValidFrom },
		"no ttl":     func(in *credential.StatusInput) { in.TTL = 0 },
	} {
		in := credential.StatusInput{Issuer: credential.Issuer{BaseURL: base, Name: "x"}, List: &credential.StatusList{},
			ValidFrom: now, ValidUntil: now.Add(time.Hour), TTL: time.Minute}
		change(&in)
		if _, err := credential.IssueStatusList(in, signer(t, 1)); err == nil {
			t.Errorf("%s: issued", name)
		}
	}
}

// TestParseStatusListWantsAList: signed by the right key, but no list.
func TestParseStatusListWantsAList(t *testing.T) {
	keys := []credential.PublicKey{{Public: public(1)}}
	good := list(t, 1, nil).JWT
	for name, change := range map[string]map[string]any{
		"purpose": {"credentialSubject": map[string]any{"id": base + "/credentials/status/1#list", "type": "BitstringStatusList", "statusPurpose": "suspension", "ttl": 1, "encodedList": strings.Repeat("u", 9)}},
		"list":    {"credentialSubject": map[string]any{"id": base + "/credentials/status/1#list", "type": "BitstringStatusList", "statusPurpose": "revocation", "ttl": 1, "encodedList": "u"}},
		"subject": {"credentialSubject": []any{}},
		"times":   {"validUntil": "never"},
	} {
		if _, err := credential.ParseStatusList([]byte(credential.SignPayload(t, good, key(1), change)), keys, now); err == nil {
			t.Errorf("%s was read", name)
		}
	}
	if _, err := credential.ParseStatusList([]byte(credential.SignPayload(t, good, key(1), nil)), keys, now); err != nil {
		t.Error(err)
	}
}
