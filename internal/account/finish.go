package account

import (
	"context"
	"errors"
)

// TicketMethods tells what the holder of a ticket may prove themselves with.
// Errors: ErrTicket.
func (s *Service) TicketMethods(ctx context.Context, ticket string) (Methods, error) {
	t, err := s.ticket(ctx, ticket)
	if err != nil {
		return Methods{}, err
	}
	return s.factors.Methods(ctx, t.PersonID)
}

func (s *Service) ticket(ctx context.Context, ticket string) (accountToken, error) {
	t, err := s.peekToken(ctx, hashToken(ticket), purposeFactor)
	return t, ticketError(err)
}

// FinishSignIn takes the second factor. A wrong one leaves the ticket good for
// another try; a right one is spent together with it. The second click on the
// button gets the session of the first. Errors: ErrTicket, factor.ErrCode,
// factor.ErrPasskey, Limited.
func (s *Service) FinishSignIn(ctx context.Context, ticket string, proof Proof, c Client) (t Tokens, i Identity, err error) {
	proof.Password = "" // it was given already
	open, err := s.ticket(ctx, ticket)
	if err == nil {
		t, i, err = s.finish(ctx, open.PersonID, ticket, proof, c)
	}
	if errors.Is(err, ErrTicket) {
		t, i, err = s.finishAgain(ctx, ticket, proof)
	}
	if err != nil {
		return Tokens{}, Identity{}, err
	}
	return t, i, nil
}

func (s *Service) finish(ctx context.Context, personID, ticket string, proof Proof, c Client) (t Tokens, i Identity, err error) {
	p, err := s.byID(ctx, personID)
	if err != nil {
		return t, i, err
	}
	err = s.prove(ctx, p, "", proof, func(ctx context.Context, how string, spend spend) error {
		hash := hashToken(ticket)
		if _, err := s.spendToken(ctx, hash, purposeFactor); err != nil {
			return ticketError(err)
		}
		if err := spend(ctx); err != nil {
			return err
		}
		p, err := s.byID(ctx, personID)
		if err != nil {
			return err
		}
		if p.BlockedAt != nil || p.ErasedAt != nil {
			return ErrBlocked
		}
		if t, i, err = s.begin(ctx, p, c, &proof); err != nil {
			return err
		}
		if err := s.setTicketSession(ctx, hash, i.SessionID); err != nil {
			return err
		}
		return s.recordOwn(ctx, "account.sign_in", p.ID, map[string]any{"session": i.SessionID, "factor": how})
	})
	return t, i, err
}

// finishAgain answers whoever has a ticket that was spent a moment ago and gives
// the same proof: with the session that it opened. It counts as a try, so that
// nobody guesses at what the proof was.
func (s *Service) finishAgain(ctx context.Context, ticket string, proof Proof) (t Tokens, i Identity, err error) {
	spent, err := s.spentToken(ctx, hashToken(ticket), purposeFactor)
	if err != nil {
		return t, i, ticketError(err)
	}
	if err := s.factors.Allow(ctx, spent.PersonID); err != nil {
		return t, i, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		r, p, err := s.usable(ctx, spent.SessionID)
		if errors.Is(err, ErrSession) || err == nil && !s.justProven(r, proof) {
			return ErrTicket
		}
		if err != nil {
			return err
		}
		if t, i, err = s.issue(ctx, r, p, true); err != nil {
			return err
		}
		return s.factors.Forgive(ctx, p.ID)
	})
	return t, i, err
}

// ticketError says what a link says in the words of a sign-in.
func ticketError(err error) error {
	if errors.Is(err, ErrLink) {
		return ErrTicket
	}
	return err
}
