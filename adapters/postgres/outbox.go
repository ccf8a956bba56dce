package postgres

import (
	"context"

	"github.com/siriusys/user-management-service/ports"
)

// letterAttempts is how often a letter is tried. With at most 5 minutes between two attempts that is about a day.
const letterAttempts = 300

// outbox puts letters into River's queue, whose rows live and die with the transaction that adds them.
type outbox struct{ work }

func (o outbox) Enqueue(ctx context.Context, l ports.Letter) error {
	var err error
	if o.tx != nil {
		_, err = o.store.queue.InsertTx(ctx, o.tx, l, nil)
	} else {
		_, err = o.store.queue.Insert(ctx, l, nil)
	}
	return translate(err)
}
