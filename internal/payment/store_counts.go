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
