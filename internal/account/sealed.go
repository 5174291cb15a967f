package account

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// SealFor makes text that a browser may keep until an instant and that nobody
// else can read or make. The label says what it is for.
func (s *Service) SealFor(label, text string, until time.Time) string {
	return base64.RawURLEncoding.EncodeToString(s.Keys.Seal("browser|"+label, []byte(strconv.FormatInt(until.Unix(), 10)+"|"+text)))
}

// Unseal returns what SealFor was given under the same label; ok is false once
// its time is over, and for everything that SealFor did not make.
func (s *Service) Unseal(label, sealed string) (text string, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return "", false
	}
	plain, err := s.Keys.Open("browser|"+label, raw)
	if err != nil {
		return "", false
	}
	until, text, _ := strings.Cut(string(plain), "|")
	unix, err := strconv.ParseInt(until, 10, 64)
	if err != nil || s.Now().Unix() >= unix {
		return "", false
	}
	return text, true
}
