package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/ports"
)

// letterAttempts is how often a letter is tried. With at most 5 minutes between two attempts that is about a day.
const letterAttempts = 300

// rouseEvery is the least time between two notifications of those who work letters off. PostgreSQL lets transactions with
// one commit only one after another (https://www.postgresql.org/docs/current/sql-notify.html), so they must be few. Whoever is
// not notified looks at the queue every second, and after each letter of a full batch.
const rouseEvery = 20 * time.Millisecond

// outbox puts letters into River's queue, whose rows live and die with the transaction that adds them.
type outbox struct{ work }

func (o outbox) Enqueue(ctx context.Context, l ports.Letter) error {
	row, err := o.store.letter(l)
	if err != nil {
		return err
	}
	return o.later(ctx, func(q *sqlc.Queries) error { return q.EnqueueLetter(ctx, row) })
}

// letter is the job's row of a letter (docs/decisions/0021).
func (s *Store) letter(l ports.Letter) (sqlc.EnqueueLetterParams, error) {
	args, err := json.Marshal(l)
	if err != nil {
		return sqlc.EnqueueLetterParams{}, fmt.Errorf("write a letter down: %w", err)
	}
	row := sqlc.EnqueueLetterParams{Args: args, Kind: l.Kind(), MaxAttempts: letterAttempts}
	s.rouse.Do(func() { row.Rouse = true })
	return row, nil
}
