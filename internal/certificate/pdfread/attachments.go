package pdfread

import (
	"bytes"
	"compress/zlib"
	"io"
	"time"
)

// Bounds on attachments.
const (
	maxAttachments = 16
	maxInflated    = 8 << 20 // bytes of all attachments together
)

// Attachment is a file inside the file.
type Attachment struct {
	Name, Description, MediaType, Relationship string
	Data                                       []byte
	ModifiedAt                                 time.Time
}

// Attachments reads the embedded files, sorted by name. Errors: ErrForeign.
func (f *File) Attachments() ([]Attachment, error) {
	catalog, err := f.Catalog()
	if err != nil || catalog["Names"] == nil {
		return nil, err
	}
	names, err := f.Dict(catalog["Names"])
	if err != nil {
		return nil, err
	}
	tree, err := f.Dict(names["EmbeddedFiles"])
	if err != nil {
		return nil, err
	}
	pairs, err := f.Array(tree["Names"])
	if err != nil {
		return nil, err
	}
	if len(pairs)%2 != 0 || len(pairs)/2 > maxAttachments {
		return nil, foreign("%d names of attachments", len(pairs))
	}
	room := maxInflated
	var out []Attachment
	for i := 0; i < len(pairs); i += 2 {
		a, err := f.attachment(pairs[i], pairs[i+1], room)
		if err != nil {
			return nil, err
		}
		room -= len(a.Data)
		out = append(out, a)
	}
	return out, nil
}

func (f *File) attachment(key, spec any, room int) (a Attachment, err error) {
	d, err := f.Dict(spec)
	if err != nil {
		return a, err
	}
	ef, err := f.Dict(d["EF"])
	if err != nil {
		return a, err
	}
	k, _ := key.(String)
	name, _ := d["UF"].(String)
	old, _ := d["F"].(String)
	file, _ := ef["F"].(Ref)
	same, _ := ef["UF"].(Ref)
	if file != same || name.Text() != old.Text() || name.Text() != k.Text() || name.Text() == "" {
		return a, foreign("an attachment has two names")
	}
	desc, _ := d["Desc"].(String)
	rel, _ := d["AFRelationship"].(Name)
	a = Attachment{Name: name.Text(), Description: desc.Text(), Relationship: string(rel)}
	v, err := f.Get(file)
	if err != nil {
		return a, err
	}
	s, ok := v.(Stream)
	if !ok {
		return a, foreign("%q is no stream", a.Name)
	}
	media, _ := s.Dict["Subtype"].(Name)
	a.MediaType = string(media)
	if a.Data, err = s.Inflate(room); err != nil {
		return a, err
	}
	params, err := f.Dict(s.Dict["Params"])
	if err != nil {
		return a, err
	}
	when, _ := params["ModDate"].(String)
	if a.ModifiedAt, err = when.Time(); err != nil || params["Size"] != len(a.Data) {
		return a, foreign("%q has another size than it says, or no date", a.Name)
	}
	return a, nil
}

// Inflate returns the stream's data, at most limit bytes. Errors: ErrForeign.
func (s Stream) Inflate(limit int) ([]byte, error) {
	switch s.Dict["Filter"] {
	case nil:
		if len(s.Raw) > limit {
			return nil, foreign("a stream has %d bytes", len(s.Raw))
		}
		return s.Raw, nil
	case Name("FlateDecode"):
	default:
		return nil, foreign("a stream is compressed in another way")
	}
	compressed := bytes.NewReader(s.Raw)
	r, err := zlib.NewReader(compressed)
	if err != nil {
		return nil, foreign("a stream is damaged: %v", err)
	}
	out, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if err != nil || compressed.Len() > 0 {
		return nil, foreign("a stream is damaged: %v", err)
	}
	if len(out) > limit {
		return nil, foreign("a stream holds more than %d bytes", limit)
	}
	return out, nil
}

// Time reads a date as package pdf writes it, in UTC.
func (s String) Time() (time.Time, error) {
	t, err := time.Parse("D:20060102150405+00'00'", string(s.Value))
	if err != nil {
		return t, foreign("a date %.30q", s.Value)
	}
	return t, nil
}
