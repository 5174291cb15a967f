package exchange

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"

	"github.com/atmacena/cocare/internal/question"
)

// idMost is how long an ID may be.
const idMost = 32

var validID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`)

// name gives the question its ID: the source's own word for it where that is an
// ID, otherwise one made from that word, or from what the question says. The same
// question twice in a file is one.
func (c *collector) name(d *draft) {
	says := Digest(d.q)
	switch {
	case validID.MatchString(d.ident):
		d.q.ID = d.ident
	case d.ident != "":
		sum := sha256.Sum256([]byte(d.ident))
		d.q.ID = "x" + hex.EncodeToString(sum[:8])
	default:
		d.q.ID = "q" + hex.EncodeToString(says[:])
	}
	id, there := Place(d.q.ID, says, c.seen)
	if there {
		d.refuse("The same question stands in the file before", "it is taken once")
		return
	}
	d.q.ID = id
	c.seen[id] = says
}

// Digest names what a question says, whatever its ID.
func Digest(q question.Question) (out [8]byte) {
	q.ID = ""
	data, err := json.Marshal(q)
	if err != nil { // a question holds nothing that JSON does not
		return out
	}
	sum := sha256.Sum256(data)
	return [8]byte(sum[:8])
}

// Place is the ID of a question among others, of which taken has what they say by their
// IDs: its own, or where that is another's, the same with a hash behind it, as long as it
// takes. there says that the question itself has that ID already. The same questions get
// the same IDs each time.
func Place(id string, says [8]byte, taken map[string][8]byte) (name string, there bool) {
	name = id
	for hash, n := says, 3; ; n++ {
		before, is := taken[name]
		if !is || before == says {
			return name, is
		}
		if n > len(hash) { // never but on purpose
			sum := sha256.Sum256(hash[:])
			hash, n = [8]byte(sum[:8]), len(hash)
		}
		tail := "-" + hex.EncodeToString(hash[:n])
		name = id[:min(len(id), idMost-len(tail))] + tail
	}
}
