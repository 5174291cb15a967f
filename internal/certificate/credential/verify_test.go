package credential_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate/credential"
)

func TestBothFormsVerify(t *testing.T) {
	c := issue(t, input(t), 1)
	o := trusting(t)
	o.StatusList = list(t, 1, nil, 40, 42).JSON
	for form, doc := range map[credential.Form][]byte{credential.JSON: c.JSON, credential.JWT: []byte("\n" + c.JWT + "\n")} {
		r := credential.Verify(doc, o)
		if r.Verdict != credential.Trusted || r.Problem != "" || r.Form != form || !r.Intact() || r.Unconfirmed {
			t.Fatalf("%s: %s %s", form, r.Verdict, r.Problem)
		}
		if r.Issuer != "did:web:ce.example.org" || r.IssuerName != "Example Education" || r.Key != credential.Multibase(public(1)) ||
			!r.SignedAt.Equal(issued.Truncate(time.Second)) || !r.ValidFrom.Equal(issued.Truncate(time.Second)) {
			t.Errorf("%s: %+v", form, r)
		}
		if r.ID != base+"/credentials/7K3M-92QX-4T8V-5" || r.HolderName != "Ana María Øvergård & Søn <PhD>" || r.Achievement != "Pain in practice" || r.Credit != "1.75" {
			t.Errorf("%s: %+v", form, r)
		}
		if r.Log.State != credential.LogProven || r.Log.Origin != origin || r.Log.Size != 5 || r.Log.Position != 3 || r.Log.Problem != "" || len(r.Log.Checkpoint) == 0 {
			t.Errorf("%s: %+v", form, r.Log)
		}
		if r.Status.Standing != credential.InForce || r.Status.List != base+"/credentials/status/1" || r.Status.Bit != 41 || r.Status.Problem != "" || r.Status.AsOf.IsZero() {
			t.Errorf("%s: %+v", form, r.Status)
		}
		var got, want any
		if json.Unmarshal(r.Facts, &got) != nil || json.Unmarshal([]byte(facts), &want) != nil {
			t.Fatalf("%s: facts %s", form, r.Facts)
		}
		if a, b := asJSON(got), asJSON(want); a != b {
			t.Errorf("%s: facts %s, want %s", form, a, b)
		}
	}
}

func asJSON(v any) string {
	out, _ := json.Marshal(v)
	return string(out)
}

// TestVerifyKnowsNoMoreThanItIsTold: without keys nothing is claimed of them.
func TestVerifyKnowsNoMoreThanItIsTold(t *testing.T) {
	r := credential.Verify(issue(t, input(t), 1).JSON, credential.Options{Now: now})
	if r.Verdict != credential.Untrusted || !r.Intact() || r.Problem == "" || r.HolderName == "" {
		t.Errorf("%s %s", r.Verdict, r.Problem)
	}
	if r.Log.State != credential.LogUnchecked || r.Status.Standing != credential.StandingUnchecked {
		t.Errorf("%+v %+v", r.Log, r.Status)
	}
}

func TestVerdicts(t *testing.T) {
	c := issue(t, input(t), 1)
	replace := func(from, to string) []byte {
		if !strings.Contains(string(c.JSON), from) {
			t.Fatalf("no %s in it", from)
		}
		return []byte(strings.Replace(string(c.JSON), from, to, 1))
	}
	swapped := func(header string) []byte {
		_, rest, _ := strings.Cut(c.JWT, ".")
		return []byte(base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + rest)
	}
	_, rest, _ := strings.Cut(c.JWT, ".")
	head, _, _ := strings.Cut(c.JWT, ".")
	payload, _, _ := strings.Cut(rest, ".")
	const kid = `"kid":"did:web:ce.example.org#x"`
	for name, tt := range map[string]struct {
		doc  []byte
		want credential.Verdict
	}{
		"empty":               {nil, credential.SomethingElse},
		"blank":               {[]byte(" \n"), credential.SomethingElse},
		"a picture":           {[]byte("\x89PNG\r\n\x1a\n"), credential.SomethingElse},
		"an array":            {[]byte("[]"), credential.SomethingElse},
		"an object":           {[]byte("{}"), credential.SomethingElse},
		"other JSON":          {[]byte(`{"@context":1,"proof":[]}`), credential.UnknownSuite},
		"huge":                {[]byte(`{"a":"` + strings.Repeat("a", credential.MaxSize) + `"}`), credential.SomethingElse},
		"deep":                {[]byte(`{"a":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`), credential.SomethingElse},
		"a key twice":         {replace(`"name":"Pain`, `"name":"Pain","name":"Pain`), credential.SomethingElse},
		"a key twice inside":  {replace(`"centihours":175`, `"centihours":175,"centihours":175`), credential.SomethingElse},
		"not UTF-8":           {replace(`Pain`, "Pa\xffn"), credential.SomethingElse},
		"something after":     {append(replace("Pain", "Pain"), '{'), credential.SomethingElse},
		"cut short":           {c.JSON[:len(c.JSON)/2], credential.SomethingElse},
		"more contexts":       {replace(`"@context":[`, `"@context":["https://evil.example/v1",`), credential.UnknownContext},
		"an older badge":      {replace(`context-3.0.3`, `context-3.0.2`), credential.UnknownContext},
		"our terms bent":      {replace(`credential.md#facts`, `credential.md#fakes`), credential.UnknownContext},
		"a list":              {list(t, 1, nil).JSON, credential.SomethingElse},
		"another kind":        {replace(`"AchievementCredential"`, `"ClrCredential"`), credential.SomethingElse},
		"one type more":       {replace(`"AchievementCredential"`, `"AchievementCredential","X"`), credential.SomethingElse},
		"no credential":       {replace(`"VerifiableCredential"`, `"VerifiablePresentation"`), credential.SomethingElse},
		"another suite":       {replace(`eddsa-jcs-2022`, `eddsa-rdfc-2022`), credential.UnknownSuite},
		"another proof":       {replace(`"DataIntegrityProof"`, `"Ed25519Signature2020"`), credential.UnknownSuite},
		"another purpose":     {replace(`"assertionMethod"`, `"authentication"`), credential.UnknownSuite},
		"a proof with more":   {replace(`"proofPurpose"`, `"nonce":"x","proofPurpose"`), credential.UnknownSuite},
		"no proof":            {replace(`"proof":[{`, `"prof":[{`), credential.SomethingElse},
		"two proofs":          {replace(`"proof":[`, `"proof":[{},`), credential.UnknownSuite},
		"a proof of nulls":    {replace(`"proof":[`, `"proof":null,"x":[`), credential.UnknownSuite},
		"a base of 64":        {replace(`"proofValue":"z`, `"proofValue":"u`), credential.UnknownSuite},
		"a short signature":   {replace(`"proofValue":"z`, `"proofValue":"z2`), credential.Altered},
		"another name":        {replace(`Ana María`, `Eva María`), credential.Altered},
		"more hours":          {replace(`"centihours":175`, `"centihours":975`), credential.Altered},
		"another signer":      {replace(`"verificationMethod":"did:web:ce.`, `"verificationMethod":"did:web:cf.`), credential.Altered},
		"another key inside":  {replace(credential.DIDKey(public(1)), credential.DIDKey(public(2))), credential.Altered},
		"a damaged key":       {replace(`did:key:z6Mk`, `did:key:z6Mj`), credential.Altered},
		"no key":              {replace(`"ext:did"`, `"ext:dad"`), credential.Altered},
		"a later time":        {replace(`"created":"2026-11-28T09:30:15Z"`, `"created":"2026-11-28T09:30:16Z"`), credential.Altered},
		"no time":             {replace(`"created":"2026-11-28T09:30:15Z"`, `"created":"yesterday"`), credential.Altered},
		"unsigned":            {swapped(`{"alg":"none",` + kid + `,"typ":"vc+jwt"}`), credential.UnknownSuite},
		"by a shared secret":  {swapped(`{"alg":"HS256",` + kid + `,"typ":"vc+jwt"}`), credential.UnknownSuite},
		"a session":           {swapped(`{"alg":"EdDSA",` + kid + `,"typ":"at+jwt"}`), credential.SomethingElse},
		"of no type":          {swapped(`{"alg":"EdDSA",` + kid + `}`), credential.SomethingElse},
		"critical":            {swapped(`{"alg":"EdDSA","crit":["b64"],` + kid + `,"typ":"vc+jwt"}`), credential.UnknownSuite},
		"a type twice":        {swapped(`{"alg":"EdDSA","typ":"vc+jwt","typ":"vc+jwt"}`), credential.SomethingElse},
		"another header":      {swapped(`{"alg":"EdDSA",` + kid + `,"typ":"vc+jwt"}`), credential.Altered},
		"a header of numbers": {swapped(`7`), credential.SomethingElse},
		"two parts":           {[]byte(head + "." + payload), credential.SomethingElse},
		"no signature":        {[]byte(head + "." + payload + "."), credential.Altered},
		"an empty payload":    {[]byte(head + "..AAAA"), credential.SomethingElse},
		"another's payload":   {[]byte(head + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"@context":[],"iat":1}`)) + ".AAAA"), credential.Altered},
	} {
		r := credential.Verify(tt.doc, trusting(t))
		if r.Verdict != tt.want || r.Problem == "" {
			t.Errorf("%s: %s (%s), want %s", name, r.Verdict, r.Problem, tt.want)
		}
		if r.HolderName != "" || r.Facts != nil {
			t.Errorf("%s: it says what it cannot know: %+v", name, r)
		}
	}
}

// TestClaimsMustAgree: claims that contradict the credential, signed by the
// issuer's own key.
func TestClaimsMustAgree(t *testing.T) {
	for name, claim := range map[string]any{"iss": "did:web:evil.example", "jti": "x", "sub": "x", "nbf": 1, "iat": "x"} {
		token := credential.SignPayload(t, issue(t, input(t), 1).JWT, key(1), map[string]any{name: claim})
		if r := credential.Verify([]byte(token), trusting(t)); r.Verdict != credential.Altered {
			t.Errorf("%s: %s (%s)", name, r.Verdict, r.Problem)
		}
	}
	token := credential.SignPayload(t, issue(t, input(t), 1).JWT, key(1), nil)
	if r := credential.Verify([]byte(token), trusting(t)); r.Verdict != credential.Trusted {
		t.Errorf("the test itself signs badly: %s (%s)", r.Verdict, r.Problem)
	}
}

// stride is 1: each byte. A short run takes some.
func stride() int {
	if testing.Short() {
		return 17
	}
	return 1
}

// TestAChangedByteIsNoticed changes each byte in several ways, and leaves each out.
func TestAChangedByteIsNoticed(t *testing.T) {
	c := issue(t, input(t), 1)
	o := trusting(t)
	for form, doc := range map[string][]byte{"JSON": c.JSON, "JWT": []byte(c.JWT)} {
		if r := credential.Verify(doc, o); r.Verdict != credential.Trusted {
			t.Fatal(r.Problem)
		}
		for i := 0; i < len(doc); i += stride() {
			for _, mask := range []byte{0x01, 0x02, 0x20, 0x80} {
				changed := append([]byte(nil), doc...)
				changed[i] ^= mask
				if r := credential.Verify(changed, o); r.Intact() {
					t.Errorf("%s: byte %d, %q for %q: %s", form, i, changed[i], doc[i], r.Verdict)
				}
			}
			if r := credential.Verify(append(append([]byte(nil), doc[:i]...), doc[i+1:]...), o); r.Intact() {
				t.Errorf("%s: without byte %d, %q: %s", form, i, doc[i], r.Verdict)
			}
		}
	}
}

// TestBlankSpaceIsNoChange: a mail program may fold lines; what is said stays.
func TestBlankSpaceIsNoChange(t *testing.T) {
	var v any
	if err := json.Unmarshal(issue(t, input(t), 1).JSON, &v); err != nil {
		t.Fatal(err)
	}
	folded, err := json.MarshalIndent(v, "", "    ")
	if err != nil {
		t.Fatal(err)
	}
	if r := credential.Verify(folded, trusting(t)); r.Verdict != credential.Trusted || r.FactsHash != credential.Verify(issue(t, input(t), 1).JSON, trusting(t)).FactsHash {
		t.Errorf("%s %s", r.Verdict, r.Problem)
	}
}

func TestClocks(t *testing.T) {
	c := issue(t, input(t), 1)
	for _, tt := range []struct {
		now  time.Time
		want credential.Verdict
	}{
		{issued.Add(-time.Hour), credential.NotYet},
		{issued.Add(-4 * time.Minute), credential.Trusted},
		{issued, credential.Trusted},
		{issued.AddDate(30, 0, 0), credential.Trusted},
		{time.Time{}, credential.NotYet},
	} {
		o := trusting(t)
		o.Now = tt.now
		if r := credential.Verify(c.JSON, o); r.Verdict != tt.want {
			t.Errorf("at %v: %s (%s), want %s", tt.now, r.Verdict, r.Problem, tt.want)
		}
	}
}

// TestCompromisedKey: what it signed later is refused. What bears an earlier date
// stands, but only the log can confirm it.
func TestCompromisedKey(t *testing.T) {
	c := issue(t, input(t), 1)
	for _, tt := range []struct {
		after       time.Time
		log         bool
		want        credential.Verdict
		unconfirmed bool
	}{
		{issued.Add(-time.Hour), true, credential.Distrusted, false},
		{issued.Add(time.Hour), true, credential.Trusted, false},
		{issued.Add(time.Hour), false, credential.Trusted, true},
	} {
		o := trusting(t)
		o.Keys[0].NotTrustedAfter = &tt.after
		if !tt.log {
			o.LogKeys = nil
		}
		for _, doc := range [][]byte{c.JSON, []byte(c.JWT)} {
			if r := credential.Verify(doc, o); r.Verdict != tt.want || r.Unconfirmed != tt.unconfirmed {
				t.Errorf("after %v: %s (%s), unconfirmed %v", tt.after, r.Verdict, r.Problem, r.Unconfirmed)
			}
		}
	}
}

func TestLogMustHaveTheFacts(t *testing.T) {
	_, other, err := noteKey(7)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*credential.Input, *credential.Options){
		"other facts":      func(in *credential.Input, _ *credential.Options) { in.Log = logged(t, `{"other":true}`) },
		"another place":    func(in *credential.Input, _ *credential.Options) { in.Log.Position = 2 },
		"beyond the tree":  func(in *credential.Input, _ *credential.Options) { in.Log.Position = 5 },
		"no proof":         func(in *credential.Input, _ *credential.Options) { in.Log.Proof = nil },
		"no note":          func(in *credential.Input, _ *credential.Options) { in.Log.Checkpoint = []byte("hello") },
		"another's log":    func(_ *credential.Input, o *credential.Options) { o.LogKeys = []string{other} },
		"a key that isn't": func(_ *credential.Input, o *credential.Options) { o.LogKeys = []string{"nonsense"} },
	} {
		in, o := input(t), trusting(t)
		change(&in, &o)
		r := credential.Verify(issue(t, in, 1).JSON, o)
		if r.Verdict != credential.Trusted || r.Log.State != credential.LogUnproven || r.Log.Problem == "" {
			t.Errorf("%s: %s, %+v", name, r.Verdict, r.Log)
		}
	}
}
