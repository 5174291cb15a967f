package kit

import "sync"

// Places bounds how many requests do something costly at a time, such as reading a
// file into memory: All together, and Each of those who ask. Set both before use.
type Places struct {
	All, Each int

	mu    sync.Mutex
	taken int
	of    map[string]int
}

// Take takes a place for who asks, a network or a person, and returns how to give
// it back; nil says that there is none.
func (p *Places) Take(who string) (give func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken >= p.All || p.of[who] >= p.Each {
		return nil
	}
	if p.of == nil {
		p.of = map[string]int{}
	}
	p.taken++
	p.of[who]++
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.taken--
		if p.of[who]--; p.of[who] == 0 {
			delete(p.of, who)
		}
	}
}
