package payment

import (
	"context"
	"time"
)

// NeedAttention counts the orders that an administrator should look at.
func (s *Service) NeedAttention(ctx context.Context) (n int64, err error) {
	err = s.DB.Read(ctx).Raw("SELECT COUNT(DISTINCT order_id) FROM order_alerts WHERE settled_at IS NULL").Scan(&n).Error
	return n, err
}

// Revenue sums up the money that came in and went back since an instant, one
// line a currency. A refund counts when it was settled, whenever its order was
// paid, so that a sum of a past month never changes.
func (s *Service) Revenue(ctx context.Context, since time.Time) (list []Total, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT currency, SUM(orders) AS orders, SUM(paid_cents) AS paid_cents, SUM(refunded_cents) AS refunded_cents FROM (
			SELECT currency, COUNT(*) AS orders, SUM(amount_cents) AS paid_cents, 0 AS refunded_cents
				FROM payments WHERE state = 'accepted' AND received_at >= ? GROUP BY currency
			UNION ALL
			SELECT currency, 0, 0, SUM(amount_cents) FROM refunds WHERE state = 'succeeded' AND settled_at >= ? GROUP BY currency
		) t GROUP BY currency ORDER BY currency`, since.UTC(), since.UTC()).Scan(&list).Error
	return list, err
}

func (s store) contradicted(ctx context.Context, limit int) (paid int64, flaws []Flaw, err error) {
	err = s.db.Read(ctx).Raw(`SELECT number, what FROM (SELECT o.id, o.number, `+contradictions+` AS what FROM orders o
		LEFT JOIN payments p ON p.order_id = o.id AND p.state = 'accepted'
		LEFT JOIN refunds r ON r.order_id = o.id AND r.state <> 'failed') t WHERE what <> '' ORDER BY id LIMIT ?`, limit).Scan(&flaws).Error
	if err == nil {
		err = s.db.Read(ctx).Raw("SELECT COUNT(*) FROM orders WHERE paid_at IS NOT NULL").Scan(&paid).Error
	}
	return paid, flaws, err
}
