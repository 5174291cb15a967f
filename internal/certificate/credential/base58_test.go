package credential_test

import (
	"encoding/hex"
	"testing"

	"github.com/atmacena/cocare/internal/certificate/credential"
)

// TestBase58 has the examples of draft-msporny-base58, section 5.
func TestBase58(t *testing.T) {
	for raw, want := range map[string]string{
		"":                         "",
		"00":                       "1",
		"48656c6c6f20576f726c6421": "2NEpo7TZRRrLZSi2U",
		"0000287fb4cd":             "11233QC4",
		"54686520717569636b2062726f776e20666f78206a756d7073206f76657220746865206c617a7920646f672e": "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
	} {
		b, err := hex.DecodeString(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := credential.Base58(b); got != want {
			t.Errorf("%s: %s, want %s", raw, got, want)
		}
		if back, err := credential.Unbase58(want, len(b)); err != nil || hex.EncodeToString(back) != raw {
			t.Errorf("%s: %x, %v", want, back, err)
		}
	}
	for _, text := range []string{"0", "O", "I", "l", "2N Ep", "2é"} {
		if b, err := credential.Unbase58(text, 2); err == nil {
			t.Errorf("%q is read as %x", text, b)
		}
	}
}
