package fonts

import (
	"encoding/binary"
	"fmt"
	"sort"
)

// Composite glyph flags of the OpenType glyf table.
const (
	argsAreWords   = 0x0001
	haveScale      = 0x0008
	moreComponents = 0x0020
	haveXYScale    = 0x0040
	haveTwoByTwo   = 0x0080
)

// Subset returns a TrueType file in which glyph i+1 is the face's glyph gids[i];
// glyph 0 is .notdef. A glyph may be asked for twice. Components of composite
// glyphs follow after those. It holds the tables that PDF wants for a CIDFont of
// type 2 (ISO 32000-1, 9.9) and is the same for the same input.
func (f *Face) Subset(gids []uint16) ([]byte, error) {
	p := f.load()
	s := subset{face: f, parsed: p, order: append([]uint16{0}, gids...), added: map[uint16]uint16{}}
	glyf, offsets, err := s.outlines()
	if err != nil {
		return nil, fmt.Errorf("fonts: subset %s: %w", f.Name, err)
	}
	tables := map[string][]byte{"glyf": glyf}
	for _, tag := range []string{"cvt ", "fpgm", "prep"} {
		if t, ok := p.tables[tag]; ok {
			tables[tag] = t
		}
	}
	n := len(s.order)
	loca := make([]byte, 0, 4*len(offsets))
	for _, o := range offsets {
		loca = binary.BigEndian.AppendUint32(loca, o)
	}
	hmtx := make([]byte, 0, 4*n)
	for _, g := range s.order {
		hmtx = append(hmtx, p.hmetric(g)...)
	}
	head := append([]byte(nil), p.tables["head"]...)
	binary.BigEndian.PutUint32(head[8:], 0)
	binary.BigEndian.PutUint16(head[50:], 1) // loca in 32 bits
	hhea := append([]byte(nil), p.tables["hhea"]...)
	binary.BigEndian.PutUint16(hhea[34:], uint16(n))
	maxp := append([]byte(nil), p.tables["maxp"]...)
	binary.BigEndian.PutUint16(maxp[4:], uint16(n))
	tables["loca"], tables["hmtx"], tables["head"], tables["hhea"], tables["maxp"] = loca, hmtx, head, hhea, maxp
	return writeSFNT(tables), nil
}

type subset struct {
	face *Face
	*parsed
	order []uint16          // new glyph number to old
	added map[uint16]uint16 // components added at the end: old to new
}

// outlines builds glyf and the offsets for loca. order grows while it runs.
func (s *subset) outlines() (glyf []byte, offsets []uint32, err error) {
	for i := 0; i < len(s.order); i++ {
		offsets = append(offsets, uint32(len(glyf)))
		g, err := s.outline(s.order[i])
		if err != nil {
			return nil, nil, err
		}
		if len(g) > 0 && int16(binary.BigEndian.Uint16(g)) < 0 {
			if g, err = s.renumber(append([]byte(nil), g...)); err != nil {
				return nil, nil, err
			}
		}
		glyf = append(glyf, g...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		if len(s.order) > 0xFFFF {
			return nil, nil, fmt.Errorf("%d glyphs", len(s.order))
		}
	}
	return glyf, append(offsets, uint32(len(glyf))), nil
}

// outline returns the glyph's bytes in the face's file; empty for a space.
func (p *parsed) outline(gid uint16) ([]byte, error) {
	if int(gid) >= p.metrics.Glyphs {
		return nil, fmt.Errorf("no glyph %d", gid)
	}
	loca, glyf := p.tables["loca"], p.tables["glyf"]
	var a, b int
	if p.longLoc {
		a = int(binary.BigEndian.Uint32(loca[4*int(gid):]))
		b = int(binary.BigEndian.Uint32(loca[4*int(gid)+4:]))
	} else {
		a = 2 * int(binary.BigEndian.Uint16(loca[2*int(gid):]))
		b = 2 * int(binary.BigEndian.Uint16(loca[2*int(gid)+2:]))
	}
	if a > b || b > len(glyf) || b > a && b-a < 10 {
		return nil, fmt.Errorf("glyph %d lies at %d to %d", gid, a, b)
	}
	return glyf[a:b], nil
}

// renumber points a composite glyph at its components' new numbers.
func (s *subset) renumber(g []byte) ([]byte, error) {
	for at := 10; ; {
		if at+4 > len(g) {
			return nil, fmt.Errorf("composite glyph cut short")
		}
		flags, old := binary.BigEndian.Uint16(g[at:]), binary.BigEndian.Uint16(g[at+2:])
		n, ok := s.added[old]
		if !ok {
			n = uint16(len(s.order))
			s.added[old] = n
			s.order = append(s.order, old)
		}
		binary.BigEndian.PutUint16(g[at+2:], n)
		if flags&moreComponents == 0 {
			return g, nil
		}
		at += 4 + componentArgs(flags)
	}
}

// componentArgs is the length of what follows a component's flags and number.
func componentArgs(flags uint16) int {
	n := 2
	if flags&argsAreWords != 0 {
		n = 4
	}
	switch {
	case flags&haveScale != 0:
		n += 2
	case flags&haveXYScale != 0:
		n += 4
	case flags&haveTwoByTwo != 0:
		n += 8
	}
	return n
}

// hmetric returns advance and left side bearing, four bytes.
func (p *parsed) hmetric(gid uint16) []byte {
	t := p.tables["hmtx"]
	if int(gid) < p.numHM {
		return t[4*int(gid) : 4*int(gid)+4]
	}
	out := append([]byte(nil), t[4*(p.numHM-1):4*(p.numHM-1)+2]...)
	at := 4*p.numHM + 2*(int(gid)-p.numHM)
	return append(out, t[at:at+2]...)
}

// writeSFNT writes a TrueType file with its checksums.
func writeSFNT(tables map[string][]byte) []byte {
	tags := make([]string, 0, len(tables))
	for t := range tables {
		tags = append(tags, t)
	}
	sort.Strings(tags)
	n := len(tags)
	pow, log := 1, 0
	for pow*2 <= n {
		pow, log = pow*2, log+1
	}
	out := binary.BigEndian.AppendUint32(nil, 0x00010000)
	for _, v := range [...]int{n, 16 * pow, log, 16 * (n - pow)} {
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	at, headAt := 12+16*n, 0
	for _, t := range tags {
		if t == "head" {
			headAt = at
		}
		out = append(out, t...)
		out = binary.BigEndian.AppendUint32(out, checksum(tables[t]))
		out = binary.BigEndian.AppendUint32(out, uint32(at))
		out = binary.BigEndian.AppendUint32(out, uint32(len(tables[t])))
		at += (len(tables[t]) + 3) &^ 3
	}
	for _, t := range tags {
		out = append(out, tables[t]...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	binary.BigEndian.PutUint32(out[headAt+8:], 0xB1B0AFBA-checksum(out))
	return out
}

func checksum(b []byte) (sum uint32) {
	for ; len(b) >= 4; b = b[4:] {
		sum += binary.BigEndian.Uint32(b)
	}
	if len(b) > 0 {
		var last [4]byte
		copy(last[:], b)
		sum += binary.BigEndian.Uint32(last[:])
	}
	return sum
}
