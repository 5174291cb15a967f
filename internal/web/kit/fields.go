package kit

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
)

// Option is one choice of a select, a radio group or a group of check boxes.
type Option struct {
	Value, Label, Hint string
	Group              string // of a select: those of one group stand together, below its name
	Checked, Disabled  bool
	ID                 string
}

// Field is what the partial "field" draws; the template function field makes
// one.
type Field struct {
	ID, Name, Label, Type, Value, Hint, Error string
	Required, Optional, Checked, Small        bool
	Options                                   []Option
	Attrs                                     []template.HTMLAttr
}

// DescribedBy lists the IDs of hint and error.
func (f Field) DescribedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID+"-error")
	}
	return strings.Join(ids, " ")
}

// fieldAttrs are the attributes that a template may add to a control.
var fieldAttrs = []string{
	"accept", "autocapitalize", "autocomplete", "autofocus", "disabled", "form",
	"inputmode", "list", "max", "maxlength", "min", "minlength", "multiple",
	"pattern", "readonly", "rows", "size", "spellcheck", "step",
}

// newField is the template function field: form, name, label, then pairs. Known
// keys are type, hint, value, options, required, optional, small and the
// attributes of fieldAttrs; any data-* goes through. The value shown is what was
// typed; "value" is shown where nothing was sent.
func newField(form *Form, name, label string, pairs ...any) (Field, error) {
	f := Field{ID: FieldID(name), Name: name, Label: label, Type: "text", Error: form.Err(name)}
	f.Value = form.Val(name)
	if len(pairs)%2 != 0 {
		return f, fmt.Errorf("field %s: a key without a value", name)
	}
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return f, fmt.Errorf("field %s: key %v is not text", name, pairs[i])
		}
		if err := f.set(form, key, pairs[i+1]); err != nil {
			return f, fmt.Errorf("field %s: %w", name, err)
		}
	}
	switch f.Type {
	case "password", "file":
		f.Value = ""
	case "checkbox":
		f.Checked = f.Checked || form.Bool(name)
		if f.Value == "" {
			f.Value = Ticked
		}
	}
	f.check(form)
	return f, nil
}

func (f *Field) set(form *Form, key string, value any) error {
	var ok bool
	switch key {
	case "type":
		f.Type, ok = value.(string)
	case "hint":
		f.Hint, ok = value.(string)
	case "value":
		if !wasSent(form, f.Name) {
			f.Value = fmt.Sprint(value)
		}
		ok = true
	case "options":
		f.Options, ok = value.([]Option)
	case "required":
		f.Required, ok = value.(bool)
	case "optional":
		f.Optional, ok = value.(bool)
	case "checked":
		f.Checked, ok = value.(bool)
		if form != nil && form.Values != nil && len(form.Values) > 0 {
			f.Checked = false
		}
	case "small":
		f.Small, ok = value.(bool)
	default:
		return f.attr(key, value)
	}
	if !ok {
		return fmt.Errorf("%s: %v has the wrong type", key, value)
	}
	return nil
}

func (f *Field) attr(key string, value any) error {
	if !slices.Contains(fieldAttrs, key) && !strings.HasPrefix(key, "data-") {
		return fmt.Errorf("unknown key %q", key)
	}
	if on, isBool := value.(bool); isBool {
		if on {
			f.Attrs = append(f.Attrs, template.HTMLAttr(key)) // #nosec G203 -- one of fieldAttrs or data-…, written in a template
		}
		return nil
	}
	text := template.HTMLEscapeString(fmt.Sprint(value))
	f.Attrs = append(f.Attrs, template.HTMLAttr(key+`="`+text+`"`)) // #nosec G203 -- escaped above
	return nil
}

func wasSent(form *Form, name string) bool {
	if form == nil {
		return false
	}
	_, sent := form.Values[name]
	return sent
}

// check copies the options, gives them IDs and marks what was chosen.
func (f *Field) check(form *Form) {
	options := slices.Clone(f.Options)
	sent := wasSent(form, f.Name)
	for i := range options {
		o := &options[i]
		o.ID = f.ID
		if i > 0 {
			o.ID = fmt.Sprintf("%s-%d", f.ID, i)
		}
		switch {
		case sent:
			o.Checked = form.Has(f.Name, o.Value)
		case f.Value != "":
			o.Checked = o.Value == f.Value
		}
	}
	f.Options = options
}

// FieldID is the ID of a field's control, and the target of the error summary.
func FieldID(name string) string {
	return "f-" + strings.Map(func(r rune) rune {
		if (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9') || r == '_' {
			return r
		}
		return '-'
	}, name)
}

// optionList is the template function options: pairs of value and label.
func optionList(pairs ...string) ([]Option, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("options: a value without a label")
	}
	list := make([]Option, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, Option{Value: pairs[i], Label: pairs[i+1]})
	}
	return list, nil
}
