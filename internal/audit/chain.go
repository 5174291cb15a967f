package audit

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

const (
	// sealBatch bounds a sealing transaction: on SQLite it keeps other writers
	// waiting.
	sealBatch = 200
	// verifyBatch bounds the memory of Verify.
	verifyBatch = 1000
	// genesis stands for the hash before the first event.
	genesis = "0000000000000000000000000000000000000000000000000000000000000000"
	// stamp is how instants enter a hash: UTC, always six decimals.
	stamp = "2006-01-02T15:04:05.000000Z"
)

// event is a row of audit_events.
type event struct {
	ID           string
	OccurredAt   time.Time
	ActorID      string
	Action       string
	ObjectKind   string
	ObjectID     string
	DetailsHash  string
	Seq          int64
	PreviousHash string
	Hash         string
	SealedAt     time.Time
}

// chainHash covers every column but the hash itself. The array keeps values
// apart whatever they contain; its first element versions the format.
func (e event) chainHash() (string, error) {
	data, err := canonical([]any{
		"cocare audit 1", e.Seq, e.PreviousHash, e.ID, e.OccurredAt.UTC().Format(stamp), e.ActorID,
		e.Action, e.ObjectKind, e.ObjectID, e.DetailsHash, e.SealedAt.UTC().Format(stamp),
	})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// side is a row of audit_details: what may be erased.
type side struct {
	Salt      string
	Details   string // canonical JSON
	IP        string
	UserAgent string
	RequestID string
}

func newSide(details map[string]any, ip, agent, request string) (side, error) {
	if details == nil {
		details = map[string]any{}
	}
	data, err := canonical(details)
	if err != nil {
		return side{}, err
	}
	salt := make([]byte, 32)
	rand.Read(salt) // never fails
	return side{Salt: hex.EncodeToString(salt), Details: string(data), IP: ip, UserAgent: agent, RequestID: request}, nil
}

// hash is an HMAC under the salt: without the salt, nobody can test a guess.
func (s side) hash() string {
	mac := hmac.New(sha256.New, []byte(s.Salt))
	data, _ := canonical([]string{s.Details, s.IP, s.UserAgent, s.RequestID}) // strings always marshal
	mac.Write(data)
	return hex.EncodeToString(mac.Sum(nil))
}

// canonical is JSON with sorted keys, no white space and no HTML escapes. The
// detour through any sorts the fields of structs as well.
func canonical(v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var generic any
	if err := dec.Decode(&generic); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(generic); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// errLostRace: another sealer was faster; it has done the work.
var errLostRace = errors.New("audit: another sealer was faster")

// Seal chains the events that are not chained yet, in the order of their IDs,
// and returns their number. Any number of replicas may call it at once: who
// loses the race changes nothing and returns no error.
func (l *Log) Seal(ctx context.Context) (int, error) {
	total := 0
	for {
		waiting, err := l.anyUnsealed(ctx)
		if err != nil {
			return total, fmt.Errorf("audit: seal: %w", err)
		}
		if !waiting {
			return total, nil
		}
		n := 0
		err = l.db.InTx(ctx, func(ctx context.Context) (err error) {
			n, err = l.sealSome(ctx)
			return err
		})
		switch {
		case errors.Is(err, errLostRace), db.IsUnique(err):
			return total, nil
		case err != nil:
			return total, fmt.Errorf("audit: seal: %w", err)
		}
		total += n
		if n < sealBatch {
			return total, nil
		}
	}
}

func (l *Log) sealSome(ctx context.Context) (int, error) {
	head, err := l.head(ctx)
	if err != nil {
		return 0, err
	}
	events, err := l.unsealed(ctx, sealBatch)
	if err != nil {
		return 0, err
	}
	now := l.now()
	for _, e := range events {
		e.Seq, e.PreviousHash, e.SealedAt = head.Seq+1, head.Hash, now
		if e.Hash, err = e.chainHash(); err != nil {
			return 0, err
		}
		sealed, err := l.seal(ctx, e)
		if err != nil {
			return 0, err
		}
		if !sealed {
			return 0, errLostRace
		}
		head = e
	}
	return len(events), nil
}

// Report is what Verify found.
type Report struct {
	Seq      int64  // number of events in the chain
	Head     string // hash of the last one; note it elsewhere to detect a cut
	Erased   int64  // events whose details were erased
	Unsealed int64  // events that wait for the sealer
	Break    *Break // the first break, nil if the chain holds
}

// OK reports whether the chain holds.
func (r Report) OK() bool { return r.Break == nil }

// Break says where the chain does not hold and why.
type Break struct {
	Seq     int64
	EventID string
	Problem string
}

func (b Break) String() string {
	return fmt.Sprintf("event %d (%s): %s", b.Seq, b.EventID, b.Problem)
}

// Verify walks the chain from its beginning to the first break.
func (l *Log) Verify(ctx context.Context) (Report, error) {
	rep := Report{Head: genesis}
	for {
		page, err := l.chainAfter(ctx, rep.Seq, verifyBatch)
		if err != nil {
			return rep, fmt.Errorf("audit: verify: %w", err)
		}
		for _, e := range page {
			problem, err := check(e, rep)
			if err != nil {
				return rep, fmt.Errorf("audit: verify event %s: %w", e.Event.ID, err)
			}
			if problem != "" {
				rep.Break = &Break{Seq: e.Event.Seq, EventID: e.Event.ID, Problem: problem}
				return rep, nil
			}
			if e.Salt == nil {
				rep.Erased++
			}
			rep.Seq, rep.Head = e.Event.Seq, e.Event.Hash
		}
		if len(page) < verifyBatch {
			break
		}
	}
	n, err := l.countUnsealed(ctx)
	if err != nil {
		return rep, fmt.Errorf("audit: verify: %w", err)
	}
	rep.Unsealed = n
	return rep, nil
}

// check returns what is wrong with e, which follows the chain verified so far.
func check(e chained, so Report) (string, error) {
	hash, err := e.Event.chainHash()
	switch {
	case err != nil:
		return "", err
	case e.Event.Seq != so.Seq+1:
		return fmt.Sprintf("events %d to %d are missing", so.Seq+1, e.Event.Seq-1), nil
	case e.Event.PreviousHash != so.Head:
		return "it does not follow the event before it, which was replaced", nil
	case e.Event.Hash != hash:
		return "it was changed after it was chained", nil
	case e.Salt != nil && e.side().hash() != e.Event.DetailsHash:
		return "its details were changed", nil
	}
	return "", nil
}
