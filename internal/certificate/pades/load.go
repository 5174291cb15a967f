package pades

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"time"

	"software.sslmate.com/src/go-pkcs12"
)

// LoadIdentity reads what an operator supplies: a PKCS#12 file with its password,
// or PEM with one unencrypted private key (PKCS#8, PKCS#1 or SEC 1) and its
// certificates, in any order. Errors: ErrKeyFile, ErrPassword, ErrEncrypted,
// ErrNoKey, ErrManyKeys, and those of OpenIdentity.
func LoadIdentity(data []byte, password string, now time.Time) (Identity, error) {
	read := parsePKCS12
	if bytes.Contains(data, []byte("-----BEGIN ")) {
		read = func(data []byte, _ string) (crypto.Signer, []*x509.Certificate, error) { return parsePEM(data, true) }
	}
	key, certificates, err := read(data, password)
	if err != nil {
		return Identity{}, err
	}
	return OpenIdentity(key, certificates, now)
}

func parsePKCS12(data []byte, password string) (crypto.Signer, []*x509.Certificate, error) {
	key, leaf, issuers, err := pkcs12.DecodeChain(data, password)
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword), errors.Is(err, pkcs12.ErrDecryption):
		return nil, nil, ErrPassword.Because(err)
	case err != nil && strings.Contains(err.Error(), "private key missing"):
		// The library has no error of its own for this.
		return nil, nil, ErrNoKey.Because(err)
	case err != nil && strings.Contains(err.Error(), "certificate missing"):
		return nil, nil, ErrNoChain.Because(err)
	case err != nil:
		return nil, nil, ErrKeyFile.Because(err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, nil, ErrWeakKey
	}
	return signer, append([]*x509.Certificate{leaf}, issuers...), nil
}

// parsePEM reads certificates and, if it is wanted, the one private key.
func parsePEM(data []byte, wantKey bool) (key crypto.Signer, certificates []*x509.Certificate, err error) {
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case block.Type == "CERTIFICATE":
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, nil, ErrKeyFile.Because(err)
			}
			certificates = append(certificates, c)
		case !wantKey || !strings.HasSuffix(block.Type, "PRIVATE KEY"):
		case block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "":
			return nil, nil, ErrEncrypted
		case key != nil:
			return nil, nil, ErrManyKeys
		default:
			if key, err = parseKey(block); err != nil {
				return nil, nil, err
			}
		}
	}
	if wantKey && key == nil {
		return nil, nil, ErrNoKey
	}
	return key, certificates, nil
}

func parseKey(block *pem.Block) (crypto.Signer, error) {
	var key any
	var err error
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	if err != nil {
		return nil, ErrKeyFile.Because(err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, ErrWeakKey
	}
	return signer, nil
}
