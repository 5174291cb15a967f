// Command judge reads what `go test -json` says and tells what a person wants to
// know: the output of what failed, how long the slowest packages took, and every
// test that was skipped. It ends with 1 if something failed, nothing ran, or a
// test was skipped for a reason that is not listed here.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// meant are the reasons for a skip that CI accepts: parts of its text.
var meant = []string{
	"this is the process that ", "this is the child process of ", // bodies of processes that other tests start
	"SQLite has one writer",                          // races that one engine cannot have
	"it is done to SQLite's file",                    // what PostgreSQL has none of
	"refused before it is parsed",                    // a fuzz seed that the target does not take
	"skipped: the long run on SQLite looks at it",    // once is enough
	"skipped: a walk through the browser takes its ", // in the short run
}

type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64
}

type verdict struct {
	passed, skipped int
	failed          []string
	surprises       []string
	packages        []event
}

func main() {
	allow := os.Args[1:] // further reasons, for a run that has less
	v, err := read(os.Stdin, os.Stdout, append(meant, allow...))
	if err != nil {
		fmt.Println("judge:", err)
		os.Exit(1)
	}
	if !v.say(os.Stdout) {
		os.Exit(1)
	}
}

// read keeps the output of a test until it is known how the test ended.
func read(r io.Reader, w io.Writer, reasons []string) (verdict, error) {
	var v verdict
	kept := map[string]*strings.Builder{}
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			if errors.Is(err, io.EOF) {
				return v, nil
			}
			return v, err
		}
		var e event
		if json.Unmarshal([]byte(line), &e) != nil {
			fmt.Fprint(w, line) // what the go command says before it begins
			continue
		}
		key := cmp.Or(e.Package, e.ImportPath) + " " + e.Test
		if kept[key] == nil {
			kept[key] = &strings.Builder{}
		}
		switch e.Action {
		case "output", "build-output":
			kept[key].WriteString(e.Output)
		case "fail", "build-fail":
			v.failed = append(v.failed, strings.TrimSpace(key))
			fmt.Fprint(w, kept[key].String())
			if e.Test == "" { // it ended in the middle of these
				printUnended(w, kept, key)
			}
		case "skip":
			v.skip(e, kept[key].String(), reasons)
		case "pass":
			if e.Test != "" {
				v.passed++
			}
		}
		if e.Test == "" && (e.Action == "pass" || e.Action == "fail") {
			v.packages = append(v.packages, e)
		}
		if e.Action == "pass" || e.Action == "fail" || e.Action == "skip" {
			delete(kept, key)
		}
	}
}

func printUnended(w io.Writer, kept map[string]*strings.Builder, pkg string) {
	for _, key := range slices.Sorted(maps.Keys(kept)) {
		if strings.HasPrefix(key, pkg) && key != pkg {
			fmt.Fprint(w, kept[key].String())
		}
	}
}

func (v *verdict) skip(e event, said string, reasons []string) {
	if e.Test == "" { // a package without tests
		return
	}
	v.skipped++
	if !slices.ContainsFunc(reasons, func(r string) bool { return strings.Contains(said, r) }) {
		v.surprises = append(v.surprises, e.Package+" "+e.Test+"\n"+said)
	}
}

// say prints the verdict and reports whether it is good.
func (v *verdict) say(w io.Writer) bool {
	slices.SortFunc(v.packages, func(a, b event) int { return cmp.Compare(b.Elapsed, a.Elapsed) })
	for _, p := range v.packages[:min(5, len(v.packages))] {
		fmt.Fprintf(w, "%6.1f s  %s\n", p.Elapsed, p.Package)
	}
	fmt.Fprintf(w, "%d tests passed and %d were skipped in %d packages\n", v.passed, v.skipped, len(v.packages))
	for _, s := range v.surprises {
		fmt.Fprintf(w, "skipped without leave: %s", s)
	}
	for _, f := range v.failed {
		fmt.Fprintln(w, "failed:", f)
	}
	return len(v.failed) == 0 && len(v.surprises) == 0 && v.passed > 0
}
