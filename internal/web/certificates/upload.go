package certificates

import (
	"sync"

	"github.com/atmacena/cocare/internal/account/limit"
	"github.com/atmacena/cocare/internal/apperr"
)

// How many files are read at a time: each takes a connection, for as long as the
// server lets a request arrive.
const (
	maxUploads    = 16 // of 5 MB, in memory
	maxUploadsFor = 4  // one network
)

var errBusy = &apperr.Error{Kind: apperr.Limited, Msg: "Please correct what is marked.", Fields: []apperr.Field{
	{Name: "file", Msg: "Too many files are being compared right now. Please send yours again in a minute."}}}

// uploads counts the files that are being read; the zero value is ready.
type uploads struct {
	mu  sync.Mutex
	all int
	of  map[string]int // by network
}

// begin takes a place for a file from an address, and returns how to give it
// back; nil says that there is none.
func (u *uploads) begin(ip string) (end func()) {
	network := limit.Network(ip)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.all >= maxUploads || u.of[network] >= maxUploadsFor {
		return nil
	}
	if u.of == nil {
		u.of = map[string]int{}
	}
	u.all++
	u.of[network]++
	return func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.all--
		if u.of[network]--; u.of[network] == 0 {
			delete(u.of, network)
		}
	}
}
