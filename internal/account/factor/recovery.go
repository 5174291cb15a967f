package factor

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
)

const (
	recoveryCodes = 10
	sheetLife     = 10 * time.Minute
)

// ErrNoSheet means that no recovery codes wait to be written down.
var ErrNoSheet = apperr.New(apperr.NotFound, "There are no codes to show. Make new ones if you have not kept them.")

// NewRecoveryCodes replaces the recovery codes, and reports false where new ones
// wait to be written down: those stay. RecoveryCodes returns them.
func (k *Keeper) NewRecoveryCodes(ctx context.Context, personID string) (made bool, err error) {
	codes := make([]string, recoveryCodes)
	for n := range codes {
		codes[n] = newRecoveryCode()
	}
	err = k.DB.InTx(ctx, func(ctx context.Context) error {
		sealed := k.Keys.Seal(sheetLabel(personID), []byte(strings.Join(codes, "\n")))
		if made, err = k.putSheet(ctx, personID, sealed, k.Now().Add(sheetLife)); err != nil || !made {
			return err
		}
		if err := k.deleteRecovery(ctx, personID); err != nil {
			return err
		}
		for _, c := range codes {
			if err := k.insertRecovery(ctx, personID, hashRecovery(personID, plainCode(c))); err != nil {
				return err
			}
		}
		return nil
	})
	return made, err
}

func sheetLabel(personID string) string { return "recovery|" + personID }

// RecoveryCodes returns the codes made a moment ago, until they are put away or
// ten minutes are over. Errors: ErrNoSheet.
func (k *Keeper) RecoveryCodes(ctx context.Context, personID string) ([]string, error) {
	sealed, err := k.sheet(ctx, personID)
	if err != nil {
		return nil, err
	}
	text, err := k.Keys.Open(sheetLabel(personID), sealed)
	return strings.Split(string(text), "\n"), err
}

// PutAway makes that RecoveryCodes shows the codes no more; they stay good.
func (k *Keeper) PutAway(ctx context.Context, personID string) error {
	return k.deleteSheet(ctx, personID)
}

// RemoveRecoveryCodes makes them void.
func (k *Keeper) RemoveRecoveryCodes(ctx context.Context, personID string) error {
	if err := k.deleteSheet(ctx, personID); err != nil {
		return err
	}
	return k.deleteRecovery(ctx, personID)
}

// newRecoveryCode returns 80 random bits as four groups of four letters and
// digits: too many to guess even from the stored hashes.
func newRecoveryCode() string {
	b := make([]byte, 10)
	rand.Read(b)
	text := crockford.EncodeToString(b)
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
}

var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// hashRecovery forgives what people misread: O for 0, I and L for 1.
func hashRecovery(personID, code string) string {
	code = strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(code))
	return hash(personID + "|" + code)
}
