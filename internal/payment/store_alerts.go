package payment

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

const alertColumns = `id, order_id, kind, text, raised_at, settled_at, settled_by`

// insertAlert reports false for a fact that was raised before.
func (s store) insertAlert(ctx context.Context, a Alert, ref string) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`INSERT INTO order_alerts (id, order_id, kind, ref, text, raised_at)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, a.ID, a.OrderID, a.Kind, ref, a.Text, a.RaisedAt))
}

// alert is one of an order's. Errors: errNoAlert.
func (s store) alert(ctx context.Context, orderID, id string) (a Alert, err error) {
	q := s.db.Read(ctx).Raw(`SELECT `+alertColumns+` FROM order_alerts WHERE id = ? AND order_id = ?`, id, orderID).Scan(&a)
	return a, db.One(q, errNoAlert)
}

// openAlerts are those of the orders that nobody has settled, oldest first.
func (s store) openAlerts(ctx context.Context, orderIDs []string) (list []Alert, err error) {
	err = s.db.Read(ctx).Raw(`SELECT `+alertColumns+` FROM order_alerts WHERE settled_at IS NULL AND order_id IN ?
		ORDER BY id`, orderIDs).Scan(&list).Error
	return list, err
}

func (s store) settleAlert(ctx context.Context, id, by string, at time.Time) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE order_alerts SET settled_at = ?, settled_by = ?
		WHERE id = ? AND settled_at IS NULL`, at, by, id))
}

// settleAlerts settles what was about the kinds.
func (s store) settleAlerts(ctx context.Context, orderID string, at time.Time, kinds ...AlertKind) error {
	return s.db.Conn(ctx).Exec(`UPDATE order_alerts SET settled_at = ?
		WHERE order_id = ? AND settled_at IS NULL AND kind IN ?`, at, orderID, kinds).Error
}

// settleFact settles one fact and reports false if it was settled or never
// raised.
func (s store) settleFact(ctx context.Context, orderID string, kind AlertKind, ref string, at time.Time) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE order_alerts SET settled_at = ?
		WHERE order_id = ? AND kind = ? AND ref = ? AND settled_at IS NULL`, at, orderID, kind, ref))
}
