package pades

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/certificate/pdfread"
)

// found is the signature as the PDF describes it.
type found struct {
	name, reason string
	at           time.Time
	ranges       pdfread.Array
	contents     pdfread.String
	final        bool // it forbids every change
}

var (
	errUnsigned = errors.New("there is no signature")
	errField    = errors.New("the signature field is malformed")
)

// find leads from the catalog to the one signature.
func find(f *pdfread.File) (s found, err error) {
	catalog, err := f.Catalog()
	if err != nil {
		return s, err
	}
	if catalog["AcroForm"] == nil {
		return s, errUnsigned
	}
	form, err := f.Dict(catalog["AcroForm"])
	if err != nil {
		return s, err
	}
	fields, err := f.Array(form["Fields"])
	if err != nil {
		return s, err
	}
	if len(fields) == 0 {
		return s, errUnsigned
	}
	field, err := f.Dict(fields[0])
	switch {
	case err != nil:
		return s, err
	case len(fields) != 1 || field["FT"] != pdfread.Name("Sig"):
		return s, errField
	case field["V"] == nil:
		return s, errUnsigned
	}
	ref, ok := field["V"].(pdfread.Ref)
	if !ok {
		return s, errField
	}
	return read(f, catalog, ref)
}

func read(f *pdfread.File, catalog pdfread.Dict, ref pdfread.Ref) (s found, err error) {
	d, err := f.Dict(ref)
	if err != nil {
		return s, err
	}
	s.ranges, _ = d["ByteRange"].(pdfread.Array)
	contents, ok := d["Contents"].(pdfread.String)
	s.contents = contents
	if len(bytes.Trim(contents.Value, "\x00")) == 0 {
		return s, errUnsigned
	}
	if !ok || len(contents.Value) > maxCMS || d["SubFilter"] != pdfread.Name("ETSI.CAdES.detached") {
		return s, fmt.Errorf("%w: %v", errField, d["SubFilter"])
	}
	name, _ := d["Name"].(pdfread.String)
	reason, _ := d["Reason"].(pdfread.String)
	s.name, s.reason = name.Text(), reason.Text()
	when, _ := d["M"].(pdfread.String)
	if s.at, err = when.Time(); err != nil {
		return s, err
	}
	perms, _ := catalog["Perms"].(pdfread.Dict)
	s.final = perms["DocMDP"] == ref && forbidsChanges(d["Reference"])
	return s, nil
}

// forbidsChanges looks for the transform DocMDP with no permission (ISO 32000-1,
// 12.8.2.2).
func forbidsChanges(reference any) bool {
	list, _ := reference.(pdfread.Array)
	if len(list) != 1 {
		return false
	}
	sig, _ := list[0].(pdfread.Dict)
	params, _ := sig["TransformParams"].(pdfread.Dict)
	return sig["TransformMethod"] == pdfread.Name("DocMDP") && params["P"] == 1
}

// checkRange makes sure that the signature is about every byte but its own.
func (s found) checkRange(data []byte) error {
	want := [...]int{0, s.contents.From, s.contents.To, len(data) - s.contents.To}
	if len(s.ranges) != len(want) {
		return errors.New("the signature is not about two ranges")
	}
	for i, n := range want {
		if s.ranges[i] != n {
			return fmt.Errorf("the signature is about the ranges %v, not %v", s.ranges, want)
		}
	}
	// The parser also reads a string in round brackets.
	if data[s.contents.From] != '<' {
		return errField
	}
	return nil
}
