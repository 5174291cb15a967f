// Package outline moves modules and lessons of a course. Their order is that of the
// numbers that their folders and files begin with, so a move is a renaming; what is
// in the files, and the ids by which the course refers to itself, stay. It is pure.
package outline

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course/content"
)

// The errors of a move.
var (
	ErrGone = apperr.New(apperr.Conflict, "The outline has changed meanwhile. Look at it again.")
	ErrEdge = apperr.New(apperr.Invalid, "It stands at the end already.")
	ErrFull = apperr.New(apperr.Conflict, "No number is left: files are numbered to 99.")
)

// Module is a folder of lessons.
type Module struct {
	Dir     string   // modules/01-first
	Lessons []string // names in it, in order
	others  []string // its other files
}

var numbered = regexp.MustCompile(`^(\d\d)-(.+)$`)

// Outline is the order of a course's lessons.
type Outline struct {
	files   content.Files
	Modules []Module
}

// Of reads the order from the names of files.
func Of(files content.Files) *Outline {
	o := &Outline{files: files}
	for _, p := range files.Paths() {
		dir, name := path.Split(p)
		if !strings.HasPrefix(p, "modules/") {
			continue
		}
		dir = strings.TrimSuffix(dir, "/")
		if n := len(o.Modules); n == 0 || o.Modules[n-1].Dir != dir {
			o.Modules = append(o.Modules, Module{Dir: dir})
		}
		m := &o.Modules[len(o.Modules)-1]
		if strings.HasSuffix(name, ".md") {
			m.Lessons = append(m.Lessons, name)
		} else {
			m.others = append(m.others, name)
		}
	}
	return o
}

// at is where a lesson's file stands.
func (o *Outline) at(file string) (m, l int, ok bool) {
	for i := range o.Modules {
		if j := slices.Index(o.Modules[i].Lessons, path.Base(file)); j >= 0 && o.Modules[i].Dir == path.Dir(file) {
			return i, j, true
		}
	}
	return 0, 0, false
}

// place is a lesson on its way, or one that keeps its place.
type place struct{ from, name string }

// Moved is a course after a move.
type Moved struct {
	content.Files                   // all of them
	Names         map[string]string // what files are called now that were called otherwise, by that
}

func (v *Moved) put(from, to string, data []byte) {
	v.Files[to] = data
	if from != to {
		v.Names[from] = to
	}
}

// Lesson moves a lesson by one place, up (-1) or down (1); beyond the end of its
// module it goes into the next.
func (o *Outline) Lesson(file string, by int) (Moved, error) {
	m, l, ok := o.at(file)
	if !ok {
		return Moved{}, ErrGone
	}
	to, i := m, l+by
	switch {
	case i < 0:
		if to--; to < 0 {
			return Moved{}, ErrEdge
		}
		i = len(o.Modules[to].Lessons)
	case i >= len(o.Modules[m].Lessons):
		to, i = to+1, 0
		if to == len(o.Modules) {
			return Moved{}, ErrEdge
		}
	}
	return o.put(m, l, to, i)
}

// Before moves a lesson to the place of another, which comes after it.
func (o *Outline) Before(file, target string) (Moved, error) { return o.beside(file, target, 0) }

// After moves a lesson behind another.
func (o *Outline) After(file, target string) (Moved, error) { return o.beside(file, target, 1) }

// Into moves a lesson to the end of a module, by its folder.
func (o *Outline) Into(file, dir string) (Moved, error) {
	m, l, ok := o.at(file)
	to := slices.IndexFunc(o.Modules, func(x Module) bool { return x.Dir == dir })
	if !ok || to < 0 {
		return Moved{}, ErrGone
	}
	end := len(o.Modules[to].Lessons)
	if to == m {
		end--
	}
	return o.put(m, l, to, end)
}

func (o *Outline) beside(file, target string, by int) (Moved, error) {
	m, l, ok := o.at(file)
	to, i, there := o.at(target)
	if !ok || !there {
		return Moved{}, ErrGone
	}
	if i += by; to == m && i > l { // without it the others stand one place earlier
		i--
	}
	return o.put(m, l, to, i)
}

// put takes lesson l out of module m and puts it into module to, at i.
func (o *Outline) put(m, l, to, i int) (Moved, error) {
	lists := make([][]place, len(o.Modules))
	for k, mod := range o.Modules {
		for _, name := range mod.Lessons {
			lists[k] = append(lists[k], place{mod.Dir, name})
		}
	}
	one := lists[m][l]
	lists[m] = slices.Delete(lists[m], l, l+1)
	lists[to] = slices.Insert(lists[to], i, one)
	out := o.rest()
	for k, mod := range o.Modules {
		var names []string
		for _, p := range lists[k] {
			names = append(names, p.name)
		}
		fresh, err := renumber(names)
		if err != nil {
			return Moved{}, err
		}
		for j, p := range lists[k] {
			from := p.from + "/" + p.name
			out.put(from, mod.Dir+"/"+fresh[j], o.files[from])
		}
	}
	return out, nil
}

// rest are all files but the lessons.
func (o *Outline) rest() Moved {
	out := Moved{content.Files{}, map[string]string{}}
	for p, data := range o.files {
		if _, _, lesson := o.at(p); !lesson {
			out.put(p, p, data)
		}
	}
	return out
}

// Module moves a module by one place.
func (o *Outline) Module(dir string, by int) (Moved, error) {
	i := slices.IndexFunc(o.Modules, func(m Module) bool { return m.Dir == dir })
	if i < 0 {
		return Moved{}, ErrGone
	}
	if i+by < 0 || i+by >= len(o.Modules) {
		return Moved{}, ErrEdge
	}
	order := slices.Clone(o.Modules)
	order[i], order[i+by] = order[i+by], order[i]
	names := make([]string, len(order))
	for k, m := range order {
		names[k] = path.Base(m.Dir)
	}
	fresh, err := renumber(names)
	if err != nil {
		return Moved{}, err
	}
	out := Moved{content.Files{}, map[string]string{}}
	for p, data := range o.files {
		if !strings.HasPrefix(p, "modules/") {
			out.put(p, p, data)
		}
	}
	for k, m := range order {
		for _, name := range append(slices.Clone(m.Lessons), m.others...) {
			from := m.Dir + "/" + name
			out.put(from, "modules/"+fresh[k]+"/"+name, o.files[from])
		}
	}
	return out, nil
}

// renumber gives names the numbers that stand in them in their order, each as it is
// where it can stay.
func renumber(names []string) ([]string, error) {
	numbers, words := make([]int, len(names)), make([]string, len(names))
	for i, name := range names {
		m := numbered.FindStringSubmatch(name)
		if m == nil {
			return nil, ErrGone
		}
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return nil, ErrGone
		}
		numbers[i], words[i] = n, m[2]
	}
	slices.Sort(numbers)
	for i := range numbers { // two may have come with one number
		if i > 0 {
			numbers[i] = max(numbers[i], numbers[i-1]+1)
		}
	}
	out := make([]string, len(names))
	for i, n := range numbers {
		if n > 99 {
			return compact(words)
		}
		out[i] = fmt.Sprintf("%02d-%s", n, words[i])
	}
	return out, nil
}

// compact numbers from 1, where the numbers have run out.
func compact(words []string) ([]string, error) {
	if len(words) > 99 {
		return nil, ErrFull
	}
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = fmt.Sprintf("%02d-%s", i+1, w)
	}
	return out, nil
}
