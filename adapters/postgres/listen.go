package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// listenAgain is the pause before a broken connection is replaced.
const listenAgain = time.Second

// Listen calls the function of a channel for each of its notifications until ctx ends. After each new connection it calls all, since
// it may have missed some. It uses its own connection, a direct one: a pooler delivers no notifications. A caller must also poll: a
// proxy in between may drop them. They only shorten the delay of polling.
func (s *Store) Listen(ctx context.Context, notified map[string]func()) {
	for ctx.Err() == nil {
		_ = s.listen(ctx, notified)
		pause, cancel := context.WithTimeout(ctx, listenAgain)
		<-pause.Done()
		cancel()
	}
}

func (s *Store) listen(ctx context.Context, notified map[string]func()) error {
	conn, err := pgx.ConnectConfig(ctx, s.directPool.Config().ConnConfig)
	if err != nil {
		return mapError(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollBackTimeout)
		defer cancel()
		_ = conn.Close(ctx)
	}()
	for channel := range notified {
		if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
			return mapError(err)
		}
	}
	for _, call := range notified {
		call()
	}
	for {
		received, err := conn.WaitForNotification(ctx)
		if err != nil {
			return mapError(err)
		}
		notified[received.Channel]()
	}
}
