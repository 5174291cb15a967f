package main

import (
	"io"
	"strings"
	"testing"
)

func TestJudge(t *testing.T) {
	for name, tc := range map[string]struct {
		said string
		good bool
	}{
		"pass":       {`{"Action":"pass","Package":"p","Test":"T"}`, true},
		"fail":       {`{"Action":"pass","Package":"p","Test":"T"}` + "\n" + `{"Action":"fail","Package":"p"}`, false},
		"nothing":    {`{"Action":"skip","Package":"p"}`, false},
		"no build":   {`{"Action":"pass","Package":"p","Test":"T"}` + "\n" + `{"Action":"build-fail","ImportPath":"p"}`, false},
		"surprise":   {`{"Action":"output","Package":"p","Test":"S","Output":"skipped, needs browser: no chromium"}` + "\n" + `{"Action":"skip","Package":"p","Test":"S"}` + "\n" + `{"Action":"pass","Package":"p","Test":"T"}`, false},
		"with leave": {`{"Action":"output","Package":"p","Test":"S","Output":"SQLite has one writer: no race"}` + "\n" + `{"Action":"skip","Package":"p","Test":"S"}` + "\n" + `{"Action":"pass","Package":"p","Test":"T"}`, true},
	} {
		v, err := read(strings.NewReader(tc.said+"\n"), io.Discard, meant)
		if err != nil || v.say(io.Discard) != tc.good {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
}
