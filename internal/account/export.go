package account

import "context"

// Data is what we hold about a person in this package, for their own copy.
type Data struct {
	Person   Person    `json:"person"`
	Licenses []License `json:"licenses"`
	Devices  []Session `json:"devices"` // signed in now, or kept for a while after they were
	Factors  Methods   `json:"second_factors"`
	Passkeys []Passkey `json:"passkeys"`
}

// Export returns the person's own data and records that it was taken.
func (s *Service) Export(ctx context.Context, i Identity) (d Data, err error) {
	if d.Person, err = s.Get(ctx, i.PersonID); err != nil {
		return d, err
	}
	if d.Licenses, err = s.licenses(ctx, i.PersonID); err != nil {
		return d, err
	}
	rows, err := s.allSessions(ctx, i.PersonID)
	if err != nil {
		return d, err
	}
	d.Devices = devices(rows, i)
	if d.Factors, err = s.factors.Methods(ctx, i.PersonID); err != nil {
		return d, err
	}
	if d.Passkeys, err = s.Passkeys(ctx, i.PersonID); err != nil {
		return d, err
	}
	return d, s.record(ctx, "account.export", i.PersonID, nil)
}
