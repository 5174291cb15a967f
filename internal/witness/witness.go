// Package witness has others sign the transparency log: a witness cosigns a
// checkpoint only if the log that it states begins with all that the witness saw of
// it before (c2sp.org/tlog-witness). Whoever trusts a witness then knows that the
// log was not shown to others in another form, and when a line was in it.
//
// It owns the tables witnesses and witness_cosignatures.
//
// Invariants:
//   - Nothing waits for a witness: it is asked by the clock, once across replicas,
//     outside any transaction.
//   - What is stored was verified with the key that the operator named, and whoever
//     signed has a row in witnesses.
//   - The cosignatures of one round are stored together, so that a checkpoint never
//     shows with half of those that it got.
//   - A witness that contradicts the log raises an alarm, which ends only when the
//     same witness cosigns again.
package witness

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/translog"
)

// Witness is one that is asked.
type Witness struct {
	Key translog.WitnessKey
	URL string // its submission prefix, without a slash at the end
}

// Most is how many witnesses a log can have: with its own signature a checkpoint
// then has the sixteen that every verifier must read.
const Most = 15

// Parse reads the operator's file: a line for each witness, as policies of
// c2sp.org/tlog-policy have it. Errors name the line.
func Parse(text string) (list []Witness, err error) {
	names := map[string]bool{}
	for i, line := range strings.Split(text, "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		w, err := parseLine(fields)
		switch {
		case err != nil:
		case names[fields[1]]:
			err = fmt.Errorf("the name %s is taken by another line", fields[1])
		case twice(list, w):
			err = errors.New("this key stands on another line too")
		case len(list) == Most:
			err = fmt.Errorf("there are more than %d witnesses", Most)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		names[fields[1]], list = true, append(list, w)
	}
	return list, nil
}

func parseLine(fields []string) (Witness, error) {
	switch fields[0] {
	case "witness":
	case "log", "group", "quorum":
		return Witness{}, fmt.Errorf("a line that begins with %s has no meaning here: the log shows what its witnesses sign and waits for none; leave it out", fields[0])
	default:
		return Witness{}, fmt.Errorf("%.40q is no witness; write: witness NAME KEY https://witness.example.org", fields[0])
	}
	if len(fields) != 4 {
		return Witness{}, errors.New("it is not four words; write: witness NAME KEY https://witness.example.org")
	}
	key, err := translog.ParseWitnessKey(fields[2])
	if err != nil {
		return Witness{}, err
	}
	address, err := parseURL(fields[3])
	return Witness{key, address}, err
}

// parseURL takes http on this machine only: elsewhere anybody between could answer
// that the log is in order, or raise an alarm.
func parseURL(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return "", fmt.Errorf("%.80q is not an address; write for example https://witness.example.org", text)
	case u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return "", errors.New("the address has more than scheme, host and path")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return "", errors.New("http is for a witness on this machine; write https")
	}
	return strings.TrimRight(u.Scheme+"://"+u.Host+u.EscapedPath(), "/"), nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.Unmap().IsLoopback()
}

func twice(list []Witness, w Witness) bool {
	for _, other := range list {
		if other.Key.Public() == w.Key.Public() {
			return true
		}
	}
	return false
}

// Alarm is how a witness contradicts the log.
type Alarm string

// The alarms.
const (
	None    Alarm = ""
	Shorter Alarm = "shorter" // the log has fewer lines than the witness has seen
	Changed Alarm = "changed" // the log does not begin with what the witness has seen
)

// lateAfter is how long a witness may be silent: it is asked twice a day, also
// while the log stands still.
const lateAfter = 24 * time.Hour

// Standing is a witness with what it did so far.
type Standing struct {
	Key        translog.WitnessKey
	Asked      bool       // it is in the settings; one that left them keeps what it signed
	Size       int64      // of the tree that it cosigned last
	CosignedAt *time.Time // nil for never
	Late       bool       // it is asked and has not signed for a day, or never, though the log has lines
	Problem    string     // why it does not sign now, a sentence; empty when it does
	Alarm      Alarm
	AlarmAt    *time.Time
	Seen       int64 // how many lines it has seen, where there is an alarm
}

// Signs reports whether its signatures are those of now.
func (s Standing) Signs() bool { return s.Asked && s.CosignedAt != nil && !s.Late && s.Alarm == None }
