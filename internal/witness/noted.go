package witness

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/atmacena/cocare/internal/translog"
)

// askedSetting is where a server notes whom it asks. A tool beside it may lack the
// file of witnesses, or read a newer one than the server did at its start.
const askedSetting = "log.witnesses"

// Note leaves the keys of those who are asked for the tools. A server calls it when
// it starts.
func (s *Service) Note(ctx context.Context) error {
	text, err := json.Marshal(append([]string{}, s.keys...))
	if err != nil {
		return fmt.Errorf("witness: note who is asked: %w", err)
	}
	noted, err := s.db.Setting(ctx, askedSetting)
	if err != nil || noted == string(text) {
		return err
	}
	return s.db.SetSetting(ctx, askedSetting, string(text))
}

// Noted are the witnesses that the server asks which started last, in the order of
// its settings. known is false where no server has started that notes them.
func (s *Service) Noted(ctx context.Context) (keys []translog.WitnessKey, known bool, err error) {
	noted, err := s.db.Setting(ctx, askedSetting)
	if err != nil || noted == "" {
		return nil, false, err
	}
	var list []string
	if err := json.Unmarshal([]byte(noted), &list); err != nil {
		return nil, false, fmt.Errorf("witness: the noted witnesses: %w", err)
	}
	for _, text := range list {
		key, err := translog.ParseWitnessKey(text)
		if err != nil {
			return nil, false, fmt.Errorf("witness: a noted key: %w", err)
		}
		keys = append(keys, key)
	}
	return keys, true, nil
}
