package credential_test

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"github.com/atmacena/cocare/internal/certificate/credential"
)

// FuzzVerify: whatever the file, a verdict, and no content that is not intact. The
// seeds are short, since the fuzzer spends its time to shorten long ones.
func FuzzVerify(f *testing.F) {
	for _, seed := range []string{"", "{}", "a.b.c", `{"@context":[],"proof":[{}],"type":["VerifiableCredential"]}`,
		`{"@context":1,"proof":[{"type":"DataIntegrityProof","cryptosuite":"eddsa-jcs-2022","created":"2026-11-28T09:30:15Z","verificationMethod":"x","proofPurpose":"assertionMethod","proofValue":"z1"}]}`,
		"eyJhbGciOiJFZERTQSIsImtpZCI6IngiLCJ0eXAiOiJ2Yytqd3QifQ.eyJAY29udGV4dCI6MX0.AAAA"} {
		f.Add([]byte(seed))
	}
	o := trusting(f)
	f.Fuzz(func(t *testing.T, doc []byte) {
		o := o
		o.StatusList = doc
		r := credential.Verify(doc, o)
		if r.Verdict == "" || r.Problem == "" || r.Intact() || r.Facts != nil || r.HolderName != "" {
			t.Errorf("nobody issued %q: %+v", doc, r)
		}
		if s, err := credential.ParseStatusList(doc, o.Keys, now); err == nil || s.List != nil {
			t.Errorf("nobody issued %q: %+v", doc, s)
		}
	})
}

// FuzzSplice puts something else into what was issued: it says the same, or it is
// not intact.
func FuzzSplice(f *testing.F) {
	c, l := issue(f, input(f), 1), list(f, 1, nil, 41)
	o := trusting(f)
	whole := credential.Verify(c.JSON, o)
	f.Add(uint8(0), uint16(700), uint16(3), []byte("Eva"))
	f.Add(uint8(1), uint16(90), uint16(1), []byte("A"))
	f.Add(uint8(2), uint16(40), uint16(0), []byte(" "))
	f.Add(uint8(3), uint16(400), uint16(0), []byte("="))
	f.Fuzz(func(t *testing.T, form uint8, at, cut uint16, with []byte) {
		doc := [][]byte{c.JSON, []byte(c.JWT), l.JSON, []byte(l.JWT)}[form%4]
		from := int(at) % len(doc)
		to := min(len(doc), from+int(cut)%32)
		doc = slices.Concat(doc[:from], with, doc[to:])
		if form%4 < 2 {
			r := credential.Verify(doc, o)
			r.Form = whole.Form
			if r.Intact() && !reflect.DeepEqual(r, whole) {
				t.Errorf("%q for [%d:%d]: %+v", with, from, to, r)
			}
			return
		}
		if s, err := credential.ParseStatusList(doc, o.Keys, now); err == nil {
			revoked, err := s.List.Revoked(41)
			if !revoked || err != nil || s.ID != base+"/credentials/status/1" {
				t.Errorf("%q for [%d:%d]: %+v, %v", with, from, to, s.ID, err)
			}
		}
	})
}

// FuzzDecodeStatusList: it holds its size, whatever it is.
func FuzzDecodeStatusList(f *testing.F) {
	whole, err := new(credential.StatusList).Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add("u")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := credential.DecodeStatusList(text)
		if (err == nil) != (l != nil) {
			t.Fatal(l, err)
		}
		if err != nil {
			return
		}
		again, err := l.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := credential.DecodeStatusList(again); err != nil || *back != *l {
			t.Errorf("%s changed, %v", text, err)
		}
	})
}

// FuzzParseDIDDocument: keys or an error.
func FuzzParseDIDDocument(f *testing.F) {
	f.Add([]byte(`{"id":"did:web:a","verificationMethod":[{"id":"k","type":"Multikey","controller":"did:web:a","publicKeyMultibase":"z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX"}],"assertionMethod":["k"]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		did, keys, err := credential.ParseDIDDocument(raw)
		if (err == nil) != (did != "" && len(keys) > 0) {
			t.Errorf("%s, %v, %v", did, keys, err)
		}
		for _, k := range keys {
			credential.Multibase(k.Public)
		}
	})
}

// FuzzBase58: what is written reads back, and in one way only.
func FuzzBase58(f *testing.F) {
	f.Add([]byte{0, 0, 1, 2, 255})
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 200 {
			raw = raw[:200]
		}
		text := credential.Base58(raw)
		if back, err := credential.Unbase58(text, len(raw)); err != nil || !bytes.Equal(back, raw) {
			t.Errorf("%x: %s: %x, %v", raw, text, back, err)
		}
		if len(raw) > 0 {
			if back, err := credential.Unbase58("1"+text, len(raw)); err == nil {
				t.Errorf("1%s is read as %x", text, back)
			}
		}
	})
}
