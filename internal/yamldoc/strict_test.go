package yamldoc_test

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/atmacena/cocare/internal/yamldoc"
)

// shape has a field of every kind that our files have.
type shape struct {
	Name  string `yaml:"name"`
	Plain int
	List  []struct {
		ID  string `yaml:"id,omitempty"`
		Own *own   `yaml:"own"`
	} `yaml:"list"`
	Map  map[string]struct{ A int } `yaml:"map"`
	Deep *shape                     `yaml:"deep"`
	Any  any                        `yaml:"any"`
	base `yaml:",inline"`
	Out  string `yaml:"-"`
}

type base struct {
	Base string `yaml:"base"`
}

// own refuses keys itself.
type own struct{ keys []string }

func (o *own) UnmarshalYAML(n *yaml.Node) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "bad" {
			return fmt.Errorf("line %d: bad", n.Content[i].Line)
		}
		o.keys = append(o.keys, n.Content[i].Value)
	}
	return nil
}

var shapes = []string{
	"name: a\nplain: 1\n", "Plain: 1\n", "nam: a\n", "list: [{id: a}, {id: b, own: {x: 1}}]\n", "list: [{id: a}, {ib: b}]\n",
	"list: [{own: {bad: 1}}]\n", "list: {id: a}\n", "map: {x: {a: 1}, y: {a: 2}}\n", "map: {x: {b: 1}}\n", "deep: {deep: {name: x}}\n",
	"deep: {deep: {nam: x}}\n", "any: {whatever: [1, 2]}\n", "base: x\n", "out: x\n", "name: [a]\n", "plain: x\nmap: 3\n",
	"deep: &d {name: x}\nlist: []\n", "deep: &d {name: x}\nany: *d\n", "deep: {<<: {name: x}}\n", "- 1\n", "name:\n", "1: 2\n", "deep: null\nlist: ~\n",
	"any: &name x\n*name : lost\n", "!!binary bmFtZQ==: x\n", "!!str name: x\n",
}

// asTheDecoder holds Strict to what the decoder makes of a text.
func asTheDecoder(t *testing.T, src []byte) {
	t.Helper()
	var doc yaml.Node
	if yaml.Unmarshal(src, &doc) != nil || doc.Kind == 0 {
		return
	}
	var got, want shape
	dec := yaml.NewDecoder(bytes.NewReader(src))
	dec.KnownFields(true)
	wantErr := dec.Decode(&want)
	err := yamldoc.Strict(src, &doc, &got)
	if fmt.Sprint(err) != fmt.Sprint(wantErr) || !reflect.DeepEqual(got, want) {
		t.Errorf("%q:\n%+v, %v; the decoder:\n%+v, %v", src, got, err, want, wantErr)
	}
}

func TestStrictIsTheDecoder(t *testing.T) {
	for _, src := range shapes {
		asTheDecoder(t, []byte(src))
	}
}

func FuzzStrict(f *testing.F) {
	for _, src := range shapes {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) < 4096 && !bytes.Contains(src, []byte("&")) { // aliases of aliases cost the decoder its time
			asTheDecoder(t, src)
		}
	})
}
