package app

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/atmacena/cocare/internal/config"
)

// senderSetting is where a server notes how its mails name the provider. A tool
// beside it may lack those settings, and what it does still tells people.
const senderSetting = "mail.sender"

// demoSender is whom the mails of a demonstration come from.
const demoSender = "demo@example.org"

type sender struct{ BaseURL, Provider, From string }

// noteSender leaves the sender of the server, or of the demonstration, for the tools.
func (a *App) noteSender(ctx context.Context) error {
	if a.Config.Mode == config.Tool {
		return nil
	}
	from := a.Config.SMTPFrom
	if a.Demo() {
		from = demoSender
	}
	text, err := json.Marshal(sender{a.baseURL(), a.Config.ProviderName, from})
	if err != nil {
		return fmt.Errorf("app: note the sender: %w", err)
	}
	noted, err := a.DB.Setting(ctx, senderSetting)
	if err != nil || noted == string(text) {
		return err
	}
	return a.DB.SetSetting(ctx, senderSetting, string(text))
}

// recallSender fills what a tool's settings leave open with what the last server
// noted. The settings of the caller stay as they are.
func (a *App) recallSender(ctx context.Context) error {
	c := *a.Config
	if c.Mode != config.Tool || c.BaseURL != "" && c.ProviderName != "" && c.SMTPFrom != "" {
		return nil
	}
	noted, err := a.DB.Setting(ctx, senderSetting)
	if err != nil || noted == "" {
		return err
	}
	var s sender
	if err := json.Unmarshal([]byte(noted), &s); err != nil {
		return fmt.Errorf("app: the noted sender: %w", err)
	}
	for _, f := range []struct {
		field *string
		noted string
	}{{&c.BaseURL, s.BaseURL}, {&c.ProviderName, s.Provider}, {&c.SMTPFrom, s.From}} {
		if *f.field == "" {
			*f.field = f.noted
		}
	}
	a.Config = &c
	return nil
}
