package exchange

import (
	"bytes"
	"errors"
	"io"
)

// entryMark begins every entry of a ZIP's list of files.
var entryMark = []byte("PK\x01\x02")

// entries counts the marks in a ZIP that begin an entry, up to more than most: as
// many as its list can have at the most. What the end of the file says of their
// number binds nobody, and the library reads them all before it compares.
func entries(r io.ReaderAt, size int64, most int) (n int, err error) {
	buf := make([]byte, 64<<10)
	keep := 0
	for at := int64(0); at < size && n <= most; {
		got, err := r.ReadAt(buf[keep:min(int64(len(buf)), int64(keep)+size-at)], at)
		if err != nil && !errors.Is(err, io.EOF) {
			return n, err
		}
		if got == 0 {
			break
		}
		at += int64(got)
		seen := buf[:keep+got]
		n += bytes.Count(seen, entryMark)
		keep = copy(buf, seen[max(0, len(seen)-len(entryMark)+1):])
	}
	return n, nil
}
