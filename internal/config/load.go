package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
)

// maxSecretFile is more than any certificate chain or key takes.
const maxSecretFile = 64 << 10

// Problem is one wrong setting and what to do about it.
type Problem struct{ Variable, Text string }

// Error holds every problem of the settings.
type Error struct {
	Problems []Problem
	// Unknown are variables that are set and have no meaning: one of them may be
	// the misspelled name of another that is missing.
	Unknown []string
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d settings are wrong:", len(e.Problems))
	if len(e.Problems) == 1 {
		b.Reset()
		b.WriteString("one setting is wrong:")
	}
	for _, p := range e.Problems {
		fmt.Fprintf(&b, "\n  %s: %s", p.Variable, p.Text)
	}
	for _, n := range e.Unknown {
		b.WriteString("\n  " + misspelled(n))
	}
	return b.String()
}

// Load reads the settings from environ (as os.Environ returns it), lets set
// change them (command line flags win) and validates. The error is an *Error
// that names everything that is wrong.
func Load(mode Mode, environ []string, set ...func(*Config)) (*Config, error) {
	c := &Config{Mode: mode}
	vars := c.collect(environ)
	err := env.ParseWithOptions(c, env.Options{Prefix: Prefix, Environment: vars})
	c.noteParseErrors(err, vars)
	for _, f := range set {
		f(c)
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return c, nil
}

// collect picks our variables, reads the files of secrets and leaves out what
// the mode ignores.
func (c *Config) collect(environ []string) map[string]string {
	vars := map[string]string{}
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if strings.HasPrefix(name, Prefix) && strings.TrimSpace(value) != "" {
			vars[name] = value
		}
	}
	known := map[string]bool{}
	var ignored []string
	for _, v := range variables() {
		names := []string{v.Name}
		if v.Secret {
			names = append(names, v.Name+"_FILE")
		}
		for _, n := range names {
			known[n] = true
			if _, isSet := vars[n]; isSet && v.off == c.Mode {
				ignored = append(ignored, n)
				delete(vars, n)
			}
		}
		if v.Secret {
			c.readSecret(vars, v.Name)
		}
	}
	if len(ignored) > 0 {
		c.warn("%s ignores %s", c.Mode, strings.Join(ignored, ", "))
	}
	c.unknown = unknown(vars, known)
	for _, n := range c.unknown {
		c.warn("%s", misspelled(n))
	}
	return vars
}

// unknown leaves alone what the tests and an orchestrator's service links
// (COCARE_PORT_80_TCP and the like) set.
func unknown(vars map[string]string, known map[string]bool) (names []string) {
	for n := range vars {
		if known[n] || strings.HasPrefix(n, Prefix+"TEST_") || n == Prefix+"VULNDB" ||
			strings.HasPrefix(n, Prefix+"PORT") || strings.HasPrefix(n, Prefix+"SERVICE_") {
			continue
		}
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// misspelled says that a name means nothing, and which one may be meant.
func misspelled(name string) string {
	text := name + " is no setting of this version; "
	best, least := "", len(name)/4+1 // more changes make another word
	for _, v := range variables() {
		for _, n := range []string{v.Name, v.Name + "_FILE"} {
			if d := changes(name, n); d < least && (n == v.Name || v.Secret) {
				best, least = n, d
			}
		}
	}
	if best == "" {
		return text + "check the spelling"
	}
	return text + "is " + best + " meant?"
}

// changes counts the letters to add, leave out, replace, or swap with the next.
func changes(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		now := make([]int, len(b)+1)
		now[0] = i + 1
		for j := range len(b) {
			now[j+1] = min(last[j+1], now[j]) + 1
			if a[i] == b[j] {
				now[j+1] = min(now[j+1], last[j])
			} else {
				now[j+1] = min(now[j+1], last[j]+1)
			}
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				now[j+1] = min(now[j+1], before[j-1]+1)
			}
		}
		before, last = last, now
	}
	return last[len(b)]
}

func (c *Config) readSecret(vars map[string]string, name string) {
	path, isSet := vars[name+"_FILE"]
	if !isSet {
		return
	}
	if _, both := vars[name]; both {
		c.problem(name, "it is set, and so is %s_FILE; remove one of them", name)
		return
	}
	value, err := readFile(path)
	switch {
	case err != nil:
		c.problem(name+"_FILE", "the file cannot be read (%v); correct the path or its permissions", err)
	case value == "":
		c.problem(name+"_FILE", "%s is empty; write the secret into it", path)
	default:
		vars[name] = value
	}
}

func readFile(path string) (string, error) {
	f, err := os.Open(path) // #nosec G304 -- the operator names the file
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSecretFile+1))
	if err != nil {
		return "", err
	}
	if len(data) > maxSecretFile {
		return "", fmt.Errorf("%s has more than %d bytes", path, maxSecretFile)
	}
	return strings.TrimSpace(string(data)), nil
}

// noteParseErrors turns the library's errors, which name Go fields, into ones
// that name variables.
func (c *Config) noteParseErrors(err error, vars map[string]string) {
	if err == nil {
		return
	}
	var all env.AggregateError
	if !errors.As(err, &all) {
		all.Errors = []error{err}
	}
	byField := map[string]Variable{}
	for _, v := range variables() {
		byField[v.field] = v
	}
	for _, e := range all.Errors {
		parse, _ := errors.AsType[env.ParseError](e) // others have no name and are not found
		v, ok := byField[parse.Name]
		if !ok { // a mistake in the struct's tags
			c.problem(Prefix+"…", "%v", e)
			continue
		}
		c.problem(v.Name, "%q is not %s", vars[v.Name], v.Form)
	}
}

func (c *Config) problem(variable, format string, args ...any) {
	c.problems = append(c.problems, Problem{variable, fmt.Sprintf(format, args...)})
}

func (c *Config) warn(format string, args ...any) {
	c.warnings = append(c.warnings, fmt.Sprintf(format, args...))
}

// Variable describes one setting.
type Variable struct {
	Name    string
	Default string
	Form    string // what a value looks like
	Doc     string
	Secret  bool // NAME_FILE is accepted as well
	Needed  bool // serve does not start without it

	field string
	off   Mode
}

// Describe lists every variable in the order of the struct.
func Describe() []Variable { return variables() }

func variables() (list []Variable) {
	for f := range reflect.TypeFor[Config]().Fields() {
		name := f.Tag.Get("env")
		if name == "" {
			continue
		}
		list = append(list, Variable{
			Name: Prefix + name, Default: f.Tag.Get("envDefault"), Form: f.Tag.Get("form"), Doc: f.Tag.Get("doc"),
			Secret: f.Type == reflect.TypeFor[Secret](), Needed: Mode(f.Tag.Get("need")) == Serve,
			field: f.Name, off: Mode(f.Tag.Get("off")),
		})
	}
	return list
}

// Markdown is the table of all variables for the documentation.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| Variable | Default | Meaning |\n|---|---|---|\n")
	for _, v := range variables() {
		def := "–"
		switch {
		case v.Needed:
			def = "required by `serve`"
		case v.Default != "":
			def = "`" + v.Default + "`"
		}
		doc := v.Doc
		if v.Secret {
			doc += " Or `" + v.Name + "_FILE`."
		}
		if v.off == Demo {
			doc += " Ignored by `demo`."
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s Form: %s. |\n", v.Name, def, doc, v.Form)
	}
	return b.String()
}
