package witnesstest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

func opened(checkpoint string, keys []string) (text string, err error) {
	var list []note.Verifier
	for _, k := range keys {
		v, err := note.NewVerifier(k)
		if err != nil {
			return "", err
		}
		list = append(list, v)
	}
	n, err := note.Open([]byte(checkpoint), note.VerifierList(list...))
	if err != nil {
		return "", err
	}
	return n.Text, nil
}

func tree(text string) (s Seen, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return s, fmt.Errorf("%d lines", len(lines))
	}
	if s.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || strconv.FormatInt(s.Size, 10) != lines[1] {
		return s, fmt.Errorf("size %q", lines[1])
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(raw) != sha256.Size {
		return s, fmt.Errorf("root %q", lines[2])
	}
	s.Root = [sha256.Size]byte(raw)
	return s, nil
}

// consistent verifies a proof by the steps of RFC 9162, 2.1.4.2.
func consistent(first, second Seen, proof [][sha256.Size]byte) bool {
	switch {
	case first.Size == 0:
		return len(proof) == 0 && (second.Size > 0 || second.Root == sha256.Sum256(nil))
	case first.Size == second.Size:
		return len(proof) == 0 && first.Root == second.Root
	case first.Size > second.Size || len(proof) == 0:
		return false
	}
	if first.Size&(first.Size-1) == 0 {
		proof = append([][sha256.Size]byte{first.Root}, proof...)
	}
	fn, sn := first.Size-1, second.Size-1
	for fn&1 == 1 {
		fn, sn = fn>>1, sn>>1
	}
	fr, sr := proof[0], proof[0]
	for _, c := range proof[1:] {
		if sn == 0 {
			return false
		}
		if fn&1 == 1 || fn == sn {
			fr, sr = node(c, fr), node(c, sr)
			for fn&1 == 0 && fn != 0 {
				fn, sn = fn>>1, sn>>1
			}
		} else {
			sr = node(sr, c)
		}
		fn, sn = fn>>1, sn>>1
	}
	return sn == 0 && fr == first.Root && sr == second.Root
}

func node(left, right [sha256.Size]byte) [sha256.Size]byte {
	return sha256.Sum256(bytes.Join([][]byte{{1}, left[:], right[:]}, nil))
}
