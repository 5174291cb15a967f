package question

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Answer is the key of a numeric question, written as a mapping, or of an
// ordering question, written as a list of item IDs. One of the two is set.
type Answer struct {
	Numeric *NumericKey
	Order   []string
}

// NumericKey is the right number. Value, Min and Max are plain decimals such
// as "-7.1". Min and Max bound what is accepted, both included; absent, each
// is Value. Decimals is how many decimal places the learner is asked for; absent in
// YAML, as many as Value has. Unit
// is shown behind the field and may be typed.
type NumericKey struct {
	Value    string `yaml:"value" json:"value"`
	Min      string `yaml:"min,omitempty" json:"min,omitempty"`
	Max      string `yaml:"max,omitempty" json:"max,omitempty"`
	Decimals int    `yaml:"decimals,omitempty" json:"decimals,omitempty"`
	Unit     string `yaml:"unit,omitempty" json:"unit,omitempty"`
}

// bounds returns the accepted range as written.
func (k *NumericKey) bounds() (low, high string) {
	low, high = k.Min, k.Max
	if low == "" {
		low = k.Value
	}
	if high == "" {
		high = k.Value
	}
	return low, high
}

var numericKeys = map[string]bool{"value": true, "min": true, "max": true, "decimals": true, "unit": true}

// UnmarshalYAML reads either form. It refuses unknown keys itself, because the
// strictness of the outer decoder does not reach into it.
func (a *Answer) UnmarshalYAML(n *yaml.Node) error {
	switch n.Kind {
	case yaml.MappingNode:
		asked := false
		for i := 0; i < len(n.Content); i += 2 {
			k := n.Content[i]
			asked = asked || k.Value == "decimals"
			if !numericKeys[k.Value] {
				return lineError(k.Line, fmt.Sprintf("unknown key %q in answer; a numeric answer has value, min, max, decimals and unit", k.Value))
			}
		}
		a.Numeric = &NumericKey{}
		err := n.Decode(a.Numeric)
		if !asked {
			a.Numeric.Decimals = min(decimalsOf(a.Numeric.Value), maxDecimals)
		}
		return err
	case yaml.SequenceNode:
		return n.Decode(&a.Order)
	default:
		return lineError(n.Line, `answer must be a mapping such as {value: "7.1"} or a list of item ids`)
	}
}

// lineError is an error in the decoder's own form, so that it joins the other
// mistakes of the file instead of hiding them.
func lineError(line int, msg string) error {
	return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: %s", line, msg)}}
}

// MarshalYAML writes the form that was read.
func (a *Answer) MarshalYAML() (any, error) {
	if a.Numeric != nil {
		return a.Numeric, nil
	}
	return a.Order, nil
}

// MarshalJSON writes an object for a number and an array for an order.
func (a *Answer) MarshalJSON() ([]byte, error) {
	if a.Numeric != nil {
		return json.Marshal(a.Numeric)
	}
	return json.Marshal(a.Order)
}

// UnmarshalJSON reads either form and refuses unknown keys.
func (a *Answer) UnmarshalJSON(data []byte) error {
	if strings.HasPrefix(string(bytes.TrimSpace(data)), "[") {
		return json.Unmarshal(data, &a.Order)
	}
	var k NumericKey
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&k); err != nil {
		return errors.Join(errors.New("answer is neither a numeric key nor a list of item ids"), err)
	}
	a.Numeric = &k
	return nil
}
