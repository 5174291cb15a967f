package handout

import "bytes"

// opening looks for what a reader does by itself when it opens the file: to show a
// place of it, as most word processors ask, and nothing else.
type opening struct {
	acts   bool         // some leads elsewhere, or nobody can say where
	refers map[int]bool // objects that say where, and whether they were found
}

// name notes what a text says of it.
func (o *opening) name(text []byte) {
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], '/')
		if i < 0 {
			return
		}
		at += i + 1
		if n := wordEnd(text, at); is(text[at:], "OpenAction") {
			o.value(text[n:])
		}
	}
}

// value notes what stands behind the name: a place, an action, or where that stands.
func (o *opening) value(text []byte) {
	text = text[blanks(text, 0):]
	number, n := integer(text)
	switch {
	case bytes.HasPrefix(text, []byte("<<")):
		dict, _ := dictionary(text)
		o.action(dict)
	case n > 0:
		if o.refers == nil {
			o.refers = map[int]bool{}
		}
		o.refers[number] = false
	case !bytes.HasPrefix(text, []byte("[")):
		o.acts = true
	}
}

// action judges one: it may go to a place, and nothing may come after it.
func (o *opening) action(dict []byte) {
	o.acts = o.acts || has(dict, "URI") || has(dict, "Next")
}

// open judges the objects of a text, or of the file itself, that were referred to.
func (o *opening) open(text []byte) {
	for at := 0; ; {
		i := bytes.Index(text[at:], []byte("obj"))
		if i < 0 {
			return
		}
		number, ok := numbered(text[:at+i])
		at += i + len("obj")
		if ok {
			o.object(number, text[at:])
		}
	}
}

// packed judges those of a stream of objects, which begins with their numbers and places.
func (o *opening) packed(text []byte) {
	var head []int
	from := 0
	for {
		from = blanks(text, from)
		v, n := integer(text[from:])
		if n == 0 {
			break
		}
		head, from = append(head, v), from+n
	}
	for i := 0; i+1 < len(head); i += 2 {
		if at := from + head[i+1] - head[1]; at >= 0 && at <= len(text) {
			o.object(head[i], text[at:])
		}
	}
}

func (o *opening) object(number int, text []byte) {
	if _, asked := o.refers[number]; !asked {
		return
	}
	o.refers[number] = true
	switch text = text[blanks(text, 0):]; {
	case bytes.HasPrefix(text, []byte("<<")):
		dict, _ := dictionary(text)
		o.action(dict)
	case !bytes.HasPrefix(text, []byte("[")):
		o.acts = true
	}
}

// check is the verdict on a file, once all names were noted. What was referred to and
// is not found may be anything.
func (o *opening) check(data []byte) error {
	if len(o.refers) > 0 {
		o.open(data)
		err := eachPacked(data, func(unpacked []byte) error {
			o.packed(unpacked)
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, found := range o.refers {
		o.acts = o.acts || !found
	}
	if o.acts {
		return refuse("may open an address by itself")
	}
	return nil
}

// integer is the number that text begins with and how many bytes write it, 0 if none.
func integer(text []byte) (v, n int) {
	for n < len(text) && n < 10 && text[n] >= '0' && text[n] <= '9' {
		v, n = v*10+int(text[n]-'0'), n+1
	}
	return v, n
}

// numbered is the number of the object whose “obj” stands behind text.
func numbered(text []byte) (number int, ok bool) {
	_, before := lastInteger(text)
	number, rest := lastInteger(before)
	return number, rest != nil
}

// lastInteger is the number that text ends with, blanks left out, and what stands
// before it; nil where there is none.
func lastInteger(text []byte) (v int, rest []byte) {
	text = bytes.TrimRight(text, "\x00\t\n\f\r ")
	digits := len(text)
	for digits > 0 && len(text)-digits < 10 && text[digits-1] >= '0' && text[digits-1] <= '9' {
		digits--
	}
	if digits == len(text) {
		return 0, nil
	}
	v, _ = integer(text[digits:])
	return v, text[:digits]
}

// wordEnd is where the name that begins at i ends.
func wordEnd(text []byte, i int) int {
	for i < len(text) && !delimits(text[i]) {
		i++
	}
	return i
}
