package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/jackc/pgx/v5"
)

// createDatabase creates a database beside that of the testbed and returns its URL. What the parts before it counted and queued there
// does not limit the users of the new one.
func (t *testbed) createDatabase(ctx context.Context, name string) (_ string, err error) {
	own, err := url.Parse(t.database.URL())
	if err != nil {
		return "", err
	}
	conn, err := pgx.Connect(ctx, own.String())
	if err != nil {
		return "", fmt.Errorf("create a database: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()); err != nil {
		return "", fmt.Errorf("create a database: %w", err)
	}
	own.Path = "/" + name
	return own.String(), nil
}
