package certificate

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/number"
)

// MaxFile bounds a file that is verified, in bytes: many times a certificate of
// ours.
const MaxFile = 5 << 20

const (
	headLength    = 1024 // a PDF says what it is within its first KiB (ISO 32000-1, annex H.3)
	maxCandidates = 20   // numbers of one file that are looked up
)

// isPDF reports whether a file says that it is one.
func isPDF(file []byte) bool {
	return bytes.Contains(file[:min(headLength, len(file))], []byte("%PDF-"))
}

// numbersOf are the well-formed numbers that a PDF or a credential carries, each
// once, in order. The printer writes that of a certificate uncompressed into the
// document's metadata.
func numbersOf(file []byte) (list []string) {
	if !isPDF(file) {
		file = credential.Readable(file)
	}
	for n := range number.Find(file) {
		if !slices.Contains(list, n) {
			list = append(list, n)
		}
		if len(list) == maxCandidates {
			break
		}
	}
	return list
}

// CheckFile compares a file with what was issued: a PDF byte for byte, an Open Badge
// but for blanks and the order of its members. What somebody else's key signed is
// Altered if it carries a number of ours, and what our key signed is Genuine even
// if the key was compromised since: the register knows it. Whether the register still
// says what was certified, it says too. The caller bounds the size.
func (s *Service) CheckFile(ctx context.Context, file []byte) (FileCheck, error) {
	out, err := s.lookUp(ctx, file)
	if err != nil || out.Certificate == nil {
		return out, err
	}
	out.Contradicted, err = s.contradicted(ctx, out, file)
	return out, err
}

// lookUp finds the certificate that a file is or names.
func (s *Service) lookUp(ctx context.Context, file []byte) (FileCheck, error) {
	out := FileCheck{Verdict: Unknown, Hash: digest(file)}
	c, err := s.byHash(ctx, out.Hash)
	if err == nil {
		out.Verdict, out.Certificate = Genuine, &c
	}
	if err == nil || !apperr.Is(err, apperr.NotFound) {
		return out, err
	}
	for _, n := range numbersOf(file) {
		c, err := s.byNumber(ctx, n)
		if apperr.Is(err, apperr.NotFound) || err == nil && !c.Public() {
			continue
		}
		genuine := false
		if err == nil && !isPDF(file) {
			genuine, err = s.isBadge(ctx, c, file)
		}
		switch {
		case err != nil:
			return out, err
		case genuine:
			out.Verdict, out.Certificate = Genuine, &c
			return out, nil
		case out.Certificate == nil:
			out.Verdict, out.Certificate = Altered, &c
		}
	}
	return out, nil
}

// isBadge reports whether a file is the badge of a certificate.
func (s *Service) isBadge(ctx context.Context, c Certificate, file []byte) (bool, error) {
	badge, err := s.credentialOf(ctx, c.ID)
	if errors.Is(err, ErrNoCredential) {
		return false, nil
	}
	return err == nil && badge.Is(file), err
}
