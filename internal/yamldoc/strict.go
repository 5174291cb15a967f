package yamldoc

import (
	"bytes"
	"reflect"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// Strict decodes doc, which was read of data, into out, and refuses keys that out does
// not have: in the decoder's own words, which come of reading data once more. A text
// without such a key, as nearly every one is, is read once.
func Strict(data []byte, doc *yaml.Node, out any) error {
	if knows(reflect.TypeOf(out), doc) {
		return doc.Decode(out)
	}
	strict := yaml.NewDecoder(bytes.NewReader(data))
	strict.KnownFields(true)
	return strict.Decode(out)
}

var unmarshaler = reflect.TypeFor[yaml.Unmarshaler]()

// knows reports whether every key below n has its field in t. What it cannot tell, it
// denies.
func knows(t reflect.Type, n *yaml.Node) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case n.Kind == yaml.DocumentNode:
		return len(n.Content) == 1 && knows(t, n.Content[0])
	case n.Kind == yaml.AliasNode:
		return false
	case n.Kind == yaml.ScalarNode, reflect.PointerTo(t).Implements(unmarshaler): // it refuses keys itself
		return true
	case t.Kind() == reflect.Struct && n.Kind == yaml.MappingNode:
		return knowsKeys(t, n)
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Map:
		return knowsAll(t.Elem(), n)
	}
	return false
}

func knowsKeys(t reflect.Type, n *yaml.Node) bool {
	fields := fieldsOf(t)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		field, known := fields[key.Value]
		if !known || key.Kind != yaml.ScalarNode || key.ShortTag() != "!!str" || !knows(field, n.Content[i+1]) {
			return false
		}
	}
	return true
}

// knowsAll is knows for each value of a list or a mapping.
func knowsAll(t reflect.Type, n *yaml.Node) bool {
	step, first := 1, 0
	if n.Kind == yaml.MappingNode {
		step, first = 2, 1
	}
	for i := first; i < len(n.Content); i += step {
		if !knows(t, n.Content[i]) {
			return false
		}
	}
	return true
}

var fieldTypes sync.Map // reflect.Type → map[string]reflect.Type

// fieldsOf are the types of a struct's fields by their keys in YAML.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	if kept, ok := fieldTypes.Load(t); ok {
		return kept.(map[string]reflect.Type)
	}
	out := map[string]reflect.Type{}
	for f := range t.Fields() {
		tag := f.Tag.Get("yaml")
		key, flags, _ := strings.Cut(tag, ",")
		switch {
		case tag == "-" || !f.IsExported() || strings.Contains(flags, "inline"): // the decoder tells
		case key == "":
			out[strings.ToLower(f.Name)] = f.Type
		default:
			out[key] = f.Type
		}
	}
	fieldTypes.Store(t, out)
	return out
}
