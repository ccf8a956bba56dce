package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// listenAgain is the pause before a lost connection is made anew.
const listenAgain = time.Second

// Listen calls told for each notification of a channel until ctx ends, and after each new connection, since some may have
// been missed. It has a connection of its own. Nothing may rely on it: a proxy between may swallow notifications, so it only
// makes faster what polling makes true.
func (s *Store) Listen(ctx context.Context, channel string, told func()) {
	for ctx.Err() == nil {
		_ = s.listen(ctx, channel, told)
		pause, cancel := context.WithTimeout(ctx, listenAgain)
		<-pause.Done()
		cancel()
	}
}

func (s *Store) listen(ctx context.Context, channel string, told func()) error {
	conn, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
	if err != nil {
		return translate(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollBackTimeout)
		defer cancel()
		_ = conn.Close(ctx)
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return translate(err)
	}
	for {
		told()
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return translate(err)
		}
	}
}
