package attendance_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/attendance"
)

func TestParse(t *testing.T) {
	one := []attendance.Entry{{Line: 2, Email: "ana@example.org", Name: "Ruiz, Ana", Minutes: "165"}}
	for name, tt := range map[string]struct {
		file string
		want []attendance.Entry
	}{
		"commas":            {"email,name,minutes\nana@example.org,\"Ruiz, Ana\",165\n", one},
		"semicolons":        {"email;name;minutes\nana@example.org;Ruiz, Ana;165\n", one},
		"tabs":              {"email\tname\tminutes\nana@example.org\tRuiz, Ana\t165\n", one},
		"mark and CRLF":     {"\ufeffemail,name,minutes\r\nana@example.org,\"Ruiz, Ana\",165\r\n", one},
		"an old Mac":        {"email;name;minutes\rana@example.org;Ruiz, Ana;165\r", one},
		"no end of line":    {"email;name;minutes\nana@example.org;Ruiz, Ana;165", one},
		"other order":       {"Minutes;NAME;E mail\n", nil},
		"columns by name":   {"MINUTES;Name; Email \n165;\"Ruiz, Ana\";ana@example.org\n", one},
		"one column":        {"email\nana@example.org\n", []attendance.Entry{{Line: 2, Email: "ana@example.org", Minutes: "all"}}},
		"empty lines":       {"\n\nemail;name;minutes\n;;\n\nana@example.org; Ruiz, Ana ;165\n \n", []attendance.Entry{{Line: 6, Email: "ana@example.org", Name: "Ruiz, Ana", Minutes: "165"}}},
		"short rows":        {"email,name,minutes\nana@example.org\n", []attendance.Entry{{Line: 2, Email: "ana@example.org"}}},
		"empty last column": {"email,name,\nana@example.org,Ana,\n", []attendance.Entry{{Line: 2, Email: "ana@example.org", Name: "Ana", Minutes: "all"}}},
		"text over lines":   {"email,name\nana@example.org,\"Ana\nRuiz\"\nben@example.org,Ben\n", []attendance.Entry{{Line: 2, Email: "ana@example.org", Name: "Ana\nRuiz", Minutes: "all"}, {Line: 4, Email: "ben@example.org", Name: "Ben", Minutes: "all"}}},
		"quotes inside":     {"email,name\nana@example.org,\"Ana \"\"Annie\"\" Ruiz\"\n", []attendance.Entry{{Line: 2, Email: "ana@example.org", Name: `Ana "Annie" Ruiz`, Minutes: "all"}}},
		"as we write it":    {"email,name\n'+ana@example.org,'=Ana\n", []attendance.Entry{{Line: 2, Email: "+ana@example.org", Name: "=Ana", Minutes: "all"}}},
		"all columns": {"email,name,minutes,evaluation,License profession,license-jurisdiction,LICENSE_NUMBER\na@b.org,A,1,yes,nurse,US-OR,L 1\n",
			[]attendance.Entry{{Line: 2, Email: "a@b.org", Name: "A", Minutes: "1", Evaluation: "yes", Profession: "nurse", Jurisdiction: "US-OR", Number: "L 1"}}},
	} {
		got, err := attendance.Parse([]byte(tt.file))
		if tt.want == nil {
			if err == nil {
				t.Errorf("%s: taken", name)
			}
			continue
		}
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestParseSaysWhatIsWrongAndWhere(t *testing.T) {
	rows := strings.Repeat("a@b.org\n", attendance.MaxRows)
	for name, tt := range map[string]struct{ file, want string }{
		"nothing":              {"", "The file is empty."},
		"only blank lines":     {"\n \n,,\n", "The file is empty."},
		"no rows":              {"email,name\n", "a header and no rows"},
		"no header":            {"ana@example.org,Ana\n", "Line 1: there is no column “ana@example.org”"},
		"no email":             {"name\nAna\n", "Line 1: there is no column “email”"},
		"unknown column":       {"\nemail,minuts\na@b.org,5\n", "Line 2: there is no column “minuts”. Take it out, or name it one of: email, name, minutes"},
		"twice":                {"email,Email\na@b.org,\n", "the column “email” stands there twice"},
		"spreadsheet":          {"PK\x03\x04rest", "save it as “CSV UTF-8"},
		"old spreadsheet":      {"\xd0\xcf\x11\xe0rest", "This is a spreadsheet file"},
		"PDF":                  {"%PDF-1.7", "no CSV file"},
		"UTF-16":               {"\xff\xfee\x00m\x00", "UTF-16"},
		"Latin-1":              {"email,name\na@b.org,Jos\xe9\n", "Line 2: this is not UTF-8"},
		"NUL":                  {"email\na\x00@b.org\n", "no CSV file"},
		"an open quote":        {"email,name\na@b.org,\"Ana\nb@b.org,Ben\n", "Line 2: a quotation mark is missing"},
		"a quote in the wrong": {"email,name\na@b.org,An\"a\n", "Line 2: a quotation mark"},
		"too many cells":       {"email,name\na@b.org,Ruiz, Ana\n", "Line 2: “Ana” stands in no column"},
		"a long cell":          {"email,name\na@b.org," + strings.Repeat("é", 301) + "\n", "Line 2: the column “name” has more than 300 characters"},
		"several":              {"email\n" + strings.Repeat("a@b.org,x\n", 7), "And 2 more."},
		"too many rows":        {"email\n" + rows + "a@b.org\n", "more than 5000 rows"},
		"too large":            {"email\n" + strings.Repeat("x", attendance.MaxFile), "larger than 1 MB"},
		"a lone mark":          {"\ufeff", "The file is empty."},
	} {
		_, err := attendance.Parse([]byte(tt.file))
		fields := apperr.FieldsOf(err)
		if len(fields) != 1 || fields[0].Name != "file" || !strings.Contains(fields[0].Msg, tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
	if list, err := attendance.Parse([]byte("email\n" + rows)); err != nil || len(list) != attendance.MaxRows {
		t.Errorf("as many rows as there may be: %d, %v", len(list), err)
	}
}

// FuzzParse: whatever is uploaded, what comes out is bounded text in the order of the
// file, and written as CSV it is read as the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"email,name,minutes\nana@example.org,\"Ruiz, Ana\",165\n", "\ufeffEmail;Name\r\n'=1;\"a\nb\"\r\n", "email\rx\r", "email\t\n\"\"\"\"\t\n", "PK\x03\x04", "\xff\xfe"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		list, err := attendance.Parse(file)
		if err != nil {
			if fields := apperr.FieldsOf(err); len(fields) != 1 || fields[0].Name != "file" || !apperr.Is(err, apperr.Invalid) {
				t.Fatalf("%v", err)
			}
			return
		}
		if len(list) == 0 || len(list) > attendance.MaxRows {
			t.Fatalf("%d rows", len(list))
		}
		var text bytes.Buffer
		c := csv.NewWriter(&text)
		records := [][]string{attendance.Columns}
		last := 1
		for _, e := range list {
			if e.Line <= last || e.Line > bytes.Count(file, []byte("\n"))+bytes.Count(file, []byte("\r"))+1 {
				t.Fatalf("line %d after %d", e.Line, last)
			}
			last = e.Line
			record := []string{e.Email, e.Name, e.Minutes, e.Evaluation, e.Profession, e.Jurisdiction, e.Number}
			for _, cell := range record {
				if apperr.Unstorable(cell) || strings.TrimSpace(cell) != cell || len([]rune(cell)) > 300 {
					t.Fatalf("%q", cell)
				}
			}
			records = append(records, record)
		}
		if err := c.WriteAll(records); err != nil {
			t.Fatal(err)
		}
		again, err := attendance.Parse(text.Bytes())
		if err != nil {
			if text.Len() > attendance.MaxFile {
				return
			}
			t.Fatalf("%v: %q", err, text.String())
		}
		for i := range again {
			again[i].Line = list[i].Line
		}
		if fmt.Sprint(again) != fmt.Sprint(list) {
			t.Fatalf("%+v became %+v", list, again)
		}
	})
}
