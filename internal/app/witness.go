package app

import (
	"context"
	"fmt"
	"os"

	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/witness"
)

// wireWitnesses reads who cosigns the log. A file that is wrong stops the start: the
// operator believes that somebody watches.
func (a *App) wireWitnesses() error {
	var list []witness.Witness
	if path := a.Config.WitnessesFile; path != "" {
		text, err := os.ReadFile(path) // #nosec G304 -- the operator names it, and the settings bound it
		if err != nil {
			return fmt.Errorf("witnesses: %w", err)
		}
		if list, err = witness.Parse(string(text)); err != nil {
			return &config.Error{Problems: []config.Problem{{Variable: "COCARE_WITNESSES_FILE", Text: path + ", " + err.Error()}}}
		}
	}
	a.Witnesses = witness.New(witness.Deps{DB: a.DB, Log: a.TransLog, Audit: a.Audit, Logger: a.Log, Now: a.Now, Witnesses: list})
	return nil
}

// noteWitnesses leaves whom the server asks for the tools.
func (a *App) noteWitnesses(ctx context.Context) error {
	if a.Config.Mode != config.Serve {
		return nil
	}
	return a.Witnesses.Note(ctx)
}
