package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/witness"
)

// witnesses compares the log with all that witnesses signed, and tells of those that
// contradict it or are silent.
func witnesses(ctx context.Context, a *app.App) (State, string, error) {
	n, broken, err := a.Witnesses.Check(ctx)
	if err != nil {
		return Bad, "", err
	}
	if broken > 0 {
		return Bad, fmt.Sprintf("%d of %d cosignatures are of another log than there is: it was changed, cut or restored from a backup after they were made", broken, n), nil
	}
	list, err := asked(ctx, a)
	if err != nil {
		return Bad, "", err
	}
	state, signing, silent := OK, 0, ""
	for _, s := range list {
		switch {
		case s.Alarm != witness.None && s.Asked:
			return Bad, fmt.Sprintf("%s saw another log than there is (%s; it has seen %d lines): lines were lost or changed; see Witnesses in docs/deployment.md", s.Key.Name(), s.Alarm, s.Seen), nil
		case s.Alarm != witness.None:
			state, silent = Warn, silent+fmt.Sprintf("; %s left the settings after it saw another log than there is", s.Key.Name())
		case s.Late:
			state, silent = Warn, silent+fmt.Sprintf("; %s has not signed for a day, or never. %s", s.Key.Name(), s.Problem)
		case s.Asked:
			signing++
		}
	}
	if len(list) == 0 {
		return OK, "none is named, so nobody can tell that all are shown the same log", nil
	}
	return state, fmt.Sprintf("%d cosignatures match the tree; %d of the witnesses that are asked are in order", n, signing) + strings.TrimRight(silent, " "), nil
}

// asked are the witnesses as the server knows them: this tool may lack its file of
// witnesses. Before any server has started, they are those of the settings.
func asked(ctx context.Context, a *app.App) ([]witness.Standing, error) {
	keys, known, err := a.Witnesses.Noted(ctx)
	if err != nil {
		return nil, err
	}
	if !known {
		return a.Witnesses.List(ctx)
	}
	return a.Witnesses.ListAsked(ctx, keys)
}
