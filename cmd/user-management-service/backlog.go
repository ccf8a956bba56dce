package main

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres"
)

const (
	// readBacklogEvery is about the interval of Prometheus.
	readBacklogEvery = 15 * time.Second
	// readBacklogTimeout bounds one reading, so that a connection that died silently blocks nothing.
	readBacklogTimeout = 5 * time.Second
)

// watchBacklog lets metrics show what waits in the database, until ctx ends. A scrape itself sends no query.
func watchBacklog(ctx context.Context, c Config, store *postgres.Store) {
	readBacklog(ctx, c, store)
	every(ctx, c.ReadBacklogEvery, nil, func() { readBacklog(ctx, c, store) })
}

func readBacklog(ctx context.Context, c Config, store *postgres.Store) {
	limited, cancel := context.WithTimeout(ctx, readBacklogTimeout)
	defer cancel()
	backlog, err := store.ReadBacklog(limited)
	if err != nil {
		c.Metrics.ReplaceBacklog(nil)
		if ctx.Err() == nil {
			c.Logger.WarnContext(ctx, "backlog not read", "error", err)
		}
		return
	}
	c.Metrics.ReplaceBacklog(&backlog)
}
