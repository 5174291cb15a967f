package pdf

import (
	"encoding/binary"
	"math"
	"slices"
)

// srgb builds an ICC profile, version 2.4, of the display class: the sRGB
// primaries adapted to D50 and the transfer curve of IEC 61966-2-1.
func srgb() []byte {
	type tag struct {
		name string
		data []byte
	}
	curve := curveTag()
	tags := []tag{
		{"desc", descTag("sRGB IEC61966-2.1")},
		{"cprt", textTag("No copyright, use freely")},
		{"wtpt", xyzTag(0.9642, 1, 0.8249)},
		{"rXYZ", xyzTag(0.43607, 0.22249, 0.01392)},
		{"gXYZ", xyzTag(0.38515, 0.71687, 0.09708)},
		{"bXYZ", xyzTag(0.14307, 0.06061, 0.71410)},
		{"rTRC", curve}, {"gTRC", curve}, {"bTRC", curve},
	}
	head := make([]byte, 128)
	binary.BigEndian.PutUint32(head[8:], 0x02400000)
	copy(head[12:], "mntrRGB XYZ ")
	for i, v := range [...]uint16{1999, 1, 1, 0, 0, 0} { // date of the standard
		binary.BigEndian.PutUint16(head[24+2*i:], v)
	}
	copy(head[36:], "acsp")
	copy(head[68:], xyzTag(0.9642, 1, 0.8249)[8:])
	table := binary.BigEndian.AppendUint32(nil, uint32(len(tags)))
	at := 128 + 4 + 12*len(tags)
	var body []byte
	shared := 0
	for _, t := range tags {
		pos := at + len(body)
		if t.name == "rTRC" {
			shared = pos
		}
		if t.name == "gTRC" || t.name == "bTRC" {
			pos = shared // the three channels have one curve
		} else {
			body = append(body, t.data...)
			for len(body)%4 != 0 {
				body = append(body, 0)
			}
		}
		table = append(table, t.name...)
		table = binary.BigEndian.AppendUint32(table, uint32(pos))
		table = binary.BigEndian.AppendUint32(table, uint32(len(t.data)))
	}
	out := slices.Concat(head, table, body)
	binary.BigEndian.PutUint32(out, uint32(len(out)))
	return out
}

func xyzTag(v ...float64) []byte {
	out := []byte("XYZ \x00\x00\x00\x00")
	for _, f := range v {
		out = binary.BigEndian.AppendUint32(out, uint32(math.Round(f*65536)))
	}
	return out
}

func textTag(s string) []byte { return append([]byte("text\x00\x00\x00\x00"+s), 0) }

// descTag is a textDescriptionType with its Unicode and script parts empty.
func descTag(s string) []byte {
	out := []byte("desc\x00\x00\x00\x00")
	out = binary.BigEndian.AppendUint32(out, uint32(len(s)+1))
	out = append(out, s...)
	return append(out, make([]byte, 1+4+4+2+1+67)...)
}

func curveTag() []byte {
	const n = 256
	out := binary.BigEndian.AppendUint32([]byte("curv\x00\x00\x00\x00"), n)
	for i := range n {
		v := float64(i) / (n - 1)
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		out = binary.BigEndian.AppendUint16(out, uint16(math.Round(v*65535)))
	}
	return out
}
