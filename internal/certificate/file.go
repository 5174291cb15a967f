package certificate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate/number"
)

// MaxFile bounds a file that is verified, in bytes: many times a certificate of
// ours.
const MaxFile = 5 << 20

const (
	headLength    = 1024 // a PDF says what it is within its first KiB (ISO 32000-1, annex H.3)
	maxCandidates = 20   // numbers of one file that are looked up
)

// scanner reads a file of any length once and keeps what CheckFile asks of it. The
// printer writes the number uncompressed into the document's metadata.
type scanner struct {
	head, tail []byte
	numbers    []string // well-formed, each once, in order
}

func (s *scanner) Write(p []byte) (int, error) {
	if room := headLength - len(s.head); room > 0 {
		s.head = append(s.head, p[:min(room, len(p))]...)
	}
	if len(s.numbers) == maxCandidates {
		return len(p), nil
	}
	text := slices.Concat(s.tail, p)
	for n := range number.Find(text) {
		if !slices.Contains(s.numbers, n) {
			s.numbers = append(s.numbers, n)
		}
		if len(s.numbers) == maxCandidates {
			break
		}
	}
	// A number may lie across two writes.
	s.tail = bytes.Clone(text[max(0, len(text)-number.Length+1):])
	return len(p), nil
}

// CheckFile is CheckReader for a file in memory.
func (s *Service) CheckFile(ctx context.Context, file []byte) (FileCheck, error) {
	return s.CheckReader(ctx, bytes.NewReader(file))
}

// CheckReader compares a file with what was issued, by its SHA-256. It reads
// the file once and keeps nothing of it; the caller bounds its size. An error of
// file is returned as it is, wrapped.
func (s *Service) CheckReader(ctx context.Context, file io.Reader) (FileCheck, error) {
	hash, seen := sha256.New(), &scanner{}
	if _, err := io.Copy(io.MultiWriter(hash, seen), file); err != nil {
		return FileCheck{}, fmt.Errorf("certificate: read file: %w", err)
	}
	out := FileCheck{Verdict: Unknown, Hash: hex.EncodeToString(hash.Sum(nil))}
	c, err := s.byHash(ctx, out.Hash)
	if err == nil {
		out.Verdict, out.Certificate = Genuine, &c
		return out, nil
	}
	if !apperr.Is(err, apperr.NotFound) {
		return out, err
	}
	if !bytes.Contains(seen.head, []byte("%PDF-")) {
		return out, nil
	}
	for _, n := range seen.numbers {
		c, err := s.byNumber(ctx, n)
		if err == nil && c.Public() {
			out.Verdict, out.Certificate = Altered, &c
			return out, nil
		}
		if err != nil && !apperr.Is(err, apperr.NotFound) {
			return out, err
		}
	}
	return out, nil
}
