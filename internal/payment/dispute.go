package payment

import "context"

// dispute keeps the complaint and tells an administrator. The enrollment stays:
// the bank has not decided.
func (s *Service) dispute(ctx context.Context, o Order, d Dispute) (string, error) {
	now := s.now()
	d.OrderID, d.OpenedAt = o.ID, now
	if d.State != "open" {
		d.ClosedAt = &now
	}
	changed, err := s.store.upsertDispute(ctx, d)
	if err != nil {
		return "", err
	}
	if !changed {
		return "nothing new about the dispute", nil
	}
	if o.ID == "" {
		return "dispute of a payment not yet known", nil
	}
	return "dispute " + d.State, s.disputed(ctx, d)
}

// adoptDisputes gives an order the disputes that came before its payment.
func (s *Service) adoptDisputes(ctx context.Context, orderID, paymentIntent string) error {
	list, err := s.store.adoptDisputes(ctx, orderID, paymentIntent)
	if err != nil {
		return err
	}
	for _, d := range list {
		if err := s.disputed(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// disputed tells how a dispute of an order stands. One that was won leaves
// nothing to do.
func (s *Service) disputed(ctx context.Context, d Dispute) error {
	err := s.record(ctx, "order.dispute", d.OrderID, map[string]any{"dispute": d.ID, "state": d.State, "reason": d.Reason, "cents": d.AmountCents})
	if err != nil {
		return err
	}
	if d.State == "open" {
		return s.alert(ctx, d.OrderID, AlertDispute, d.ID+" open", "The payment is disputed. Answer in Stripe's dashboard.", nil)
	}
	if _, err := s.store.settleFact(ctx, d.OrderID, AlertDispute, d.ID+" open", s.now()); err != nil || d.State == "won" {
		return err
	}
	return s.alert(ctx, d.OrderID, AlertDispute, d.ID+" lost", "The dispute was lost and the money is gone. Decide whether the enrollment stays.", nil)
}
