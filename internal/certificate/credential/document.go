package credential

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
)

// The contexts of a credential. Nobody has to fetch them: verifiers know the
// first two, and the third is spelled out.
const (
	contextVC    = "https://www.w3.org/ns/credentials/v2"
	contextBadge = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
	// ours names the two terms that the others lack, after the document that
	// describes them. Both are JSON literals, so what lies in them needs no terms.
	ours = `{"facts":{"@id":"https://github.com/atmacena/cocare/blob/main/docs/credential.md#facts","@type":"@json"},` +
		`"transparencyLog":{"@id":"https://github.com/atmacena/cocare/blob/main/docs/credential.md#transparencylog","@type":"@json"}}`

	badgeContext = `["` + contextVC + `","` + contextBadge + `",` + ours + `]`
	listContext  = `["` + contextVC + `"]`
)

const (
	typeVerifiable = "VerifiableCredential"
	typeBadge      = "AchievementCredential"
	typeList       = "BitstringStatusListCredential"
)

// document is a credential without its proof.
type document struct {
	Context   json.RawMessage `json:"@context"`
	ID        string          `json:"id"`
	Type      []string        `json:"type"`
	Name      string          `json:"name"`
	Issuer    profile         `json:"issuer"`
	ValidFrom string          `json:"validFrom"`
	Subject   subject         `json:"credentialSubject"`
	Status    entry           `json:"credentialStatus"`
	Facts     json.RawMessage `json:"facts"`
	Log       logEntry        `json:"transparencyLog"`
}

type profile struct {
	ID    string       `json:"id"`
	Type  []string     `json:"type"`
	Name  string       `json:"name"`
	URL   string       `json:"url"`
	Other []identifier `json:"otherIdentifier"`
}

// identifier is an IdentifierEntry of Open Badges 3.0.
type identifier struct {
	Type  string `json:"type"`
	Value string `json:"identifier"`
	Kind  string `json:"identifierType"`
}

// didKeyKind marks the issuer's did:key. Open Badges has no word for a DID, and
// has others begin with ext:.
const didKeyKind = "ext:did"

type subject struct {
	ID          string      `json:"id"`
	Type        []string    `json:"type"`
	Identifier  []identity  `json:"identifier"`
	Achievement achievement `json:"achievement"`
	Ended       string      `json:"activityEndDate"`
	Credits     json.Number `json:"creditsEarned,omitempty"`
}

// identity is an IdentityObject of Open Badges 3.0.
type identity struct {
	Type   string `json:"type"`
	Hash   string `json:"identityHash"` // the name itself, see Hashed
	Kind   string `json:"identityType"`
	Hashed bool   `json:"hashed"`
}

type achievement struct {
	ID          string      `json:"id"`
	Type        []string    `json:"type"`
	Kind        string      `json:"achievementType"`
	Name        string      `json:"name"`
	Description string      `json:"description"`
	Criteria    criteria    `json:"criteria"`
	Credits     json.Number `json:"creditsAvailable,omitempty"`
}

type criteria struct {
	Narrative string `json:"narrative"`
}

// entry is a BitstringStatusListEntry.
type entry struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Purpose string `json:"statusPurpose"`
	Index   string `json:"statusListIndex"`
	List    string `json:"statusListCredential"`
}

type logEntry struct {
	Checkpoint string   `json:"checkpoint"`
	Leaf       int64    `json:"leaf"`
	Proof      []string `json:"proof"`
}

func (in Input) document(did string, k Key) document {
	id := Address(in.Issuer.BaseURL, in.Number)
	credits := hours(in.Credit)
	list, bit := StatusPosition(in.StatusIndex)
	listID, index := StatusAddress(in.Issuer.BaseURL, list), strconv.FormatInt(bit, 10)
	return document{
		Context: json.RawMessage(badgeContext), ID: id, Type: []string{typeVerifiable, typeBadge},
		Name: in.Course.Name, ValidFrom: instant(in.IssuedAt), Facts: in.Facts,
		Issuer: profile{did, []string{"Profile"}, in.Issuer.Name, in.Issuer.BaseURL,
			[]identifier{{"IdentifierEntry", DIDKey(k.public), didKeyKind}}},
		Subject: subject{
			// Names the holder of this certificate and says nothing else of them. The
			// JWT form of Open Badges demands a subject with an ID.
			ID: id + "#holder", Type: []string{"AchievementSubject"},
			Identifier: []identity{{"IdentityObject", in.HolderName, "name", false}},
			Ended:      instant(in.CompletedAt), Credits: credits,
			Achievement: achievement{
				ID: in.Course.ID, Type: []string{"Achievement"}, Kind: "CertificateOfCompletion",
				Name: in.Course.Name, Description: in.Course.Description,
				Criteria: criteria{in.Course.Criteria}, Credits: credits,
			},
		},
		Status: entry{listID + "#" + index, "BitstringStatusListEntry", purpose, index, listID},
		Log:    in.Log.entry(),
	}
}

func (p LogProof) entry() logEntry {
	e := logEntry{string(p.Checkpoint), p.Position, make([]string, len(p.Proof))}
	for i, h := range p.Proof {
		e.Proof[i] = base64.StdEncoding.EncodeToString(h[:])
	}
	return e
}

// hours writes centihours as a number of hours, and 0 as nothing.
func hours(centihours int64) json.Number {
	if centihours == 0 {
		return ""
	}
	return json.Number(strconv.FormatFloat(float64(centihours)/100, 'f', -1, 64))
}
