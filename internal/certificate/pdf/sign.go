package pdf

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Signature is what a signed document says about its signature, and who makes it.
type Signature struct {
	Name   string // who signs
	Reason string
	At     time.Time // claimed, not proven
	// Size is how many bytes the signature may have, at most MaxSignature.
	Size int
	// Sign returns the signature, a CMS structure, of before and after joined:
	// the whole file but for the place where the signature goes.
	Sign func(before, after []byte) ([]byte, error)
}

// MaxSignature is the length of the longest string that PDF/A allows, in bytes
// (ISO 19005-3, 6.1.13).
const MaxSignature = 32767

// rangeHole is replaced by numbers, which have no more digits than a file
// of 10 GB needs.
const rangeHole = "[0 ********** ********** **********]"

// signer is the signature of a document that has yet to be written.
type signer struct {
	Signature
	ref Ref // of the signature dictionary
}

// Sign has the document signed when it is written, once. The signature certifies
// it and allows no change (DocMDP, P 1). Its field is on p, has no size and
// belongs to a Form element, which comes last in reading order.
func (d *Document) Sign(p *Page, s Signature) error {
	switch {
	case d.signer != nil:
		return errors.New("pdf: the document is signed already")
	case s.Name == "" || s.Reason == "" || s.At.IsZero() || s.Sign == nil:
		return errors.New("pdf: the signature lacks its name, reason, time or signer")
	case s.Size < 1 || s.Size > MaxSignature:
		return fmt.Errorf("pdf: a signature has no %d bytes", s.Size)
	}
	certifies := Dict{
		"Type": Name("SigRef"), "TransformMethod": Name("DocMDP"),
		"TransformParams": Dict{"Type": Name("TransformParams"), "P": 1, "V": Name("1.2")},
	}
	d.signer = &signer{s, d.Add(Dict{
		"Type": Name("Sig"), "Filter": Name("Adobe.PPKLite"), "SubFilter": Name("ETSI.CAdES.detached"),
		"ByteRange": Raw(rangeHole), "Contents": Bytes(make([]byte, s.Size)),
		"M": s.At, "Name": Text(s.Name), "Reason": Text(s.Reason), "Reference": Array{certifies},
	})}
	says := "Digital signature of " + s.Name
	field := d.Reserve()
	form := d.root.Child("Form")
	form.Alt = says
	// Print and Locked. An annotation without size needs no appearance
	// (ISO 19005-3, 6.3.3).
	p.annotate(form, field, Dict{
		"Subtype": Name("Widget"), "FT": Name("Sig"), "T": Text("Signature"), "TU": Text(says),
		"F": 4 | 128, "Rect": Array{0, 0, 0, 0}, "V": d.signer.ref,
	})
	d.Catalog["AcroForm"] = Dict{"Fields": Array{field}, "SigFlags": 3}
	d.Catalog["Perms"] = Dict{"DocMDP": d.signer.ref}
	return nil
}

// seal writes the ranges and the signature into the finished file. at is where
// the signature dictionary begins; its keys are sorted, so that no text of the
// caller stands before the two holes.
func (s *signer) seal(file []byte, at int) error {
	ranges := at + bytes.Index(file[at:], []byte(rangeHole))
	from := ranges + bytes.IndexByte(file[ranges:], '<')
	to := from + 2*s.Size + 2
	text := fmt.Appendf(nil, "[0 %d %d %d", from, to, len(file)-to)
	copy(file[ranges:], fmt.Appendf(nil, "%-*s]", len(rangeHole)-1, text))
	cms, err := s.Sign(file[:from:from], file[to:len(file):len(file)])
	if err != nil {
		return err
	}
	if len(cms) == 0 || len(cms) > s.Size {
		return fmt.Errorf("pdf: the signature has %d bytes, not at most %d", len(cms), s.Size)
	}
	hex.Encode(file[from+1:], cms)
	return nil
}
