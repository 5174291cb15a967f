package edit

import "slices"

// Count gives the entries of a list the number, under the key into, of what they name
// under the key of: have says it, and of what it is not known. Errors: ErrCannot.
func (d *Doc) Count(list Path, of, into string, have func(name string) (n int, known bool)) error {
	next := *d
	for i := range next.Len(list) {
		row := append(slices.Clip(list), i)
		name, _ := next.Get(append(slices.Clip(row), of))
		n, known := have(name)
		if !known {
			continue
		}
		if err := next.Set(append(row, into), n); err != nil {
			return err
		}
	}
	*d = next
	return nil
}
