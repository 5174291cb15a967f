package keyring

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// LoadMaster reads the 32-byte master key from path: base64 text, one line.
func LoadMaster(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("keyring: master key: %w", err)
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("keyring: %s must hold 32 bytes in base64; make one with: openssl rand -base64 32", path)
	}
	return key, nil
}

// LoadOrMakeMaster is LoadMaster, but makes the file (mode 0600) if it is not
// there. O_EXCL lets only one of two starters write it.
func LoadOrMakeMaster(path string) ([]byte, error) {
	key, err := LoadMaster(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	fresh := make([]byte, 32)
	rand.Read(fresh)
	temp, err := os.CreateTemp(filepath.Dir(path), ".master-*")
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	defer os.Remove(temp.Name())
	if _, err := temp.WriteString(base64.StdEncoding.EncodeToString(fresh) + "\n"); err != nil {
		return nil, errors.Join(err, temp.Close())
	}
	if err := errors.Join(temp.Chmod(0o600), temp.Sync(), temp.Close()); err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	// A link fails if the other starter was first; then its key is the key.
	if err := os.Link(temp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	return LoadMaster(path)
}
