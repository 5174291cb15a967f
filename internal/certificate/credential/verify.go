package credential

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/atmacena/cocare/internal/translog"
)

// MaxSize is the longest credential or status list that is issued or read, in
// bytes: ten times what a certificate with many credit lines needs.
const MaxSize = 256 << 10

// skew is by how much clocks may differ.
const skew = 5 * time.Minute

// Options is what the caller trusts and knows.
type Options struct {
	Keys       []PublicKey // of issuers
	LogKeys    []string    // of the log, as translog.VerifierKey writes them
	StatusList []byte      // the list that the credential names, as JSON or JWT; nil for none
	Now        time.Time
	// Vouched: what the credential lies in is the issuer's, to the last byte, as a PDF
	// by its own signature. Its place in the status list is then not the word of
	// whoever has the credential's key.
	Vouched bool
}

// Verify judges a credential in either form. It needs neither network nor
// database, and any input is safe.
func Verify(doc []byte, o Options) Report {
	r, err := judge(doc, o)
	var no refusal
	switch {
	case err == nil:
	case errors.As(err, &no):
		r.Verdict, r.Problem = no.verdict, no.problem
	default:
		r.Verdict, r.Problem = SomethingElse, err.Error()
	}
	return r
}

func judge(doc []byte, o Options) (r Report, err error) {
	s, err := open(doc)
	if s != nil {
		r.Form = s.form
	}
	if err != nil {
		return r, err
	}
	d, err := s.badge()
	if err != nil {
		return r, err
	}
	key, err := d.key(s)
	if err != nil {
		return r, err
	}
	if !ed25519.Verify(key, s.signed, s.signature) {
		return r, refuse(Altered, "The credential was changed after it was signed, or another key signed it.")
	}
	r = d.report(s, key)
	r.Log = d.Log.check(r.FactsHash, o.LogKeys)
	err = r.trust(key, o)
	r.Status = d.Status.check(o, d.Issuer.ID, key, r.placed(key, o))
	return r, err
}

// sealed is a signed document taken apart.
type sealed struct {
	form      Form
	plain     []byte  // canonical, without proof or claims
	top       members // of plain
	method    string  // names the key
	created   time.Time
	signed    []byte // what the signature is of
	signature []byte
}

func open(doc []byte) (*sealed, error) {
	doc = bytes.TrimSpace(doc)
	text, other := decoded(doc)
	text = bytes.TrimSpace(text)
	switch {
	case len(doc) > MaxSize: // the caller may have read no more
		return nil, refuse(SomethingElse, "The file has more than %d bytes, which nothing of this kind has.", MaxSize)
	case other != "" && len(text) > 0 && text[0] == '{':
		return &sealed{form: JSON}, refuse(SomethingElse, "The file was saved anew by another program, as %s. Get it as it was downloaded.", other)
	case other != "" && bytes.HasPrefix(text, []byte("eyJ")):
		return &sealed{form: JWT}, refuse(SomethingElse, "The file was saved anew by another program, as %s. Get it as it was downloaded.", other)
	case len(doc) == 0:
		return nil, refuse(SomethingElse, "The file is empty.")
	case doc[0] == '{':
		return openProof(doc)
	}
	return openToken(string(doc))
}

// read is a credential of ours as it is read.
type read struct {
	identified
	Name    string `json:"name"`
	Subject struct {
		ID          string      `json:"id"`
		Identifier  []identity  `json:"identifier"`
		Achievement achievement `json:"achievement"`
		Credits     json.Number `json:"creditsEarned"`
	} `json:"credentialSubject"`
	Status entry           `json:"credentialStatus"`
	Facts  json.RawMessage `json:"facts"`
	Log    logEntry        `json:"transparencyLog"`
}

// badge reads a document as what Issue writes.
func (s *sealed) badge() (d read, err error) {
	if err := s.is(badgeContext, typeBadge); err != nil {
		return d, err
	}
	if err := json.Unmarshal(s.plain, &d); err != nil {
		return d, refuse(SomethingElse, "The credential is not of the form that it should have: %v.", err)
	}
	if d.Facts == nil || len(d.Subject.Identifier) != 1 || d.ID == "" || d.ValidFrom.IsZero() {
		return d, refuse(SomethingElse, "The credential lacks a part that each of ours has.")
	}
	return d, nil
}

// kinds are the credentials that are issued, for people.
var kinds = map[string]string{typeBadge: "an Open Badge", typeList: "a status list"}

// is checks contexts and type. A context that is not exactly ours could give the
// same words another meaning.
func (s *sealed) is(context, kind string) error {
	var types []string
	if json.Unmarshal(s.top["type"], &types) != nil || !slices.Contains(types, typeVerifiable) {
		return refuse(SomethingElse, "This is no verifiable credential.")
	}
	for other, what := range kinds {
		if other != kind && slices.Contains(types, other) {
			return refuse(SomethingElse, "This is %s, not %s.", what, kinds[kind])
		}
	}
	if string(s.top["@context"]) != context {
		return refuse(UnknownContext, "The credential is written in terms that this program does not know. It does not fetch them.")
	}
	if len(types) != 2 || types[0] != typeVerifiable || types[1] != kind {
		return refuse(SomethingElse, "This is a credential of another kind, not %s.", kind)
	}
	return nil
}

// key is the one that the document says has signed it: it is inside, and the
// proof must name it.
func (d read) key(s *sealed) (ed25519.PublicKey, error) {
	for _, other := range d.Issuer.Other {
		if other.Kind != didKeyKind {
			continue
		}
		key, err := parseDIDKey(other.Value)
		if err != nil {
			return nil, refuse(Altered, "The issuer's key is damaged: %v.", err)
		}
		if !s.names(d.Issuer.ID, key) {
			return nil, refuse(Altered, "The signature names another key than the credential.")
		}
		return key, nil
	}
	return nil, refuse(Altered, "The credential does not name the key of its issuer.")
}

// names reports whether the signature names a key of an issuer.
func (s *sealed) names(did string, key ed25519.PublicKey) bool {
	if s.form == JWT {
		return s.method == keyID(did, key)
	}
	return s.method == method(did, key)
}

func (d read) report(s *sealed, key ed25519.PublicKey) Report {
	sum := sha256.Sum256(d.Facts)
	return Report{
		Form: s.form, Issuer: d.Issuer.ID, IssuerName: d.Issuer.Name, Key: Multibase(key),
		SignedAt: s.created, ValidFrom: d.ValidFrom, ID: d.ID,
		HolderName: d.Subject.Identifier[0].Hash, Achievement: d.Subject.Achievement.Name,
		Credit: d.Subject.Credits, Facts: d.Facts, FactsHash: hex.EncodeToString(sum[:]),
	}
}

// trust says whether the key that signed is one to trust.
func (r *Report) trust(key ed25519.PublicKey, o Options) error {
	if latest := o.Now.Add(skew); r.SignedAt.After(latest) || r.ValidFrom.After(latest) {
		return refuse(NotYet, "The credential is dated %s, and it is %s now: a clock is wrong, or the date.", instant(r.ValidFrom), instant(o.Now))
	}
	trusted, known := find(o.Keys, key)
	if !known {
		return refuse(Untrusted, "The content is what the key in the file signed. Whether that key is the issuer's cannot be said.")
	}
	if after := trusted.NotTrustedAfter; after != nil {
		if r.SignedAt.After(*after) {
			return refuse(Distrusted, "The key that signed this is not trusted for anything after %s.", instant(*after))
		}
		r.Unconfirmed = r.Log.State != LogProven
	}
	r.Verdict = Trusted
	return nil
}

// placed says how far the credential's place in the status list is to be believed.
func (r *Report) placed(key ed25519.PublicKey, o Options) placing {
	trusted, known := find(o.Keys, key)
	switch {
	case o.Vouched, len(o.Keys) == 0:
		return believed
	case !known, trusted.NotTrustedAfter != nil && r.SignedAt.After(*trusted.NotTrustedAfter):
		return claimed
	case r.Unconfirmed:
		return doubted
	}
	return believed
}

func find(keys []PublicKey, key ed25519.PublicKey) (PublicKey, bool) {
	for _, k := range keys {
		if k.Public.Equal(key) {
			return k, true
		}
	}
	return PublicKey{}, false
}

// check follows the proof from the facts to a checkpoint of the log.
func (e logEntry) check(factsHash string, keys []string) LogReport {
	r := LogReport{State: LogUnchecked, Checkpoint: []byte(e.Checkpoint), Position: e.Leaf}
	proof, err := e.proof()
	if r.Proof = proof; len(keys) == 0 {
		return r
	}
	r.State = LogUnproven
	origin, tree, wrong := translog.Open(r.Checkpoint, keys)
	if wrong != nil {
		r.Problem = "No key of the log that is trusted signed the checkpoint."
		return r
	}
	r.Origin, r.Size = origin, tree.Size
	if err == nil {
		err = translog.Included(tree, e.Leaf, translog.Data(translog.Facts, factsHash), proof)
	}
	if err != nil {
		r.Problem = "The proof does not lead from these facts to the checkpoint."
		return r
	}
	r.State = LogProven
	return r
}

func (e logEntry) proof() (tlog.RecordProof, error) {
	proof := make(tlog.RecordProof, len(e.Proof))
	for i, text := range e.Proof {
		raw, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil || len(raw) != tlog.HashSize {
			return nil, translog.ErrProof
		}
		proof[i] = tlog.Hash(raw)
	}
	return proof, nil
}

// bit is the place in the list, as the specification writes it.
func (e entry) bit() (int64, error) {
	n, err := strconv.ParseInt(e.Index, 10, 64)
	if err != nil || n < 0 || strings.HasPrefix(e.Index, "+") {
		return 0, errors.New("the place in the status list is no number")
	}
	return n, nil
}
