package db

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ParseURL reads a database URL for every connection of the service. The URL may contain several hosts and the pool's size
// (https://pkg.go.dev/github.com/jackc/pgx/v5/pgxpool#ParseConfig). Variables of the environment such as PGSSLMODE complete it.
// Errors never contain any part of the URL, since that may be the password. An EnvironmentError means that the URL is valid
// without the variables that it names.
func ParseURL(databaseURL string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(databaseURL)
	if err == nil {
		return config, nil
	}
	parse := func() error {
		_, err := pgxpool.ParseConfig(databaseURL)
		return err
	}
	if names := causes(parse); len(names) > 0 {
		return nil, &EnvironmentError{Variables: names, err: cause(err)}
	}
	text := "it contains an invalid pool setting"
	if _, ok := errors.AsType[*pgconn.ParseConfigError](err); ok {
		text = "it is neither a valid postgres:// URL nor a valid keyword=value string, or names a file that cannot be read"
	}
	if names := setVariables(); len(names) > 0 {
		text += " (the environment also sets " + strings.Join(names, ", ") + ")"
	}
	return nil, errors.New(text)
}

// cause is what a variable did, without the URL that the error of pgx contains.
func cause(err error) error {
	if failed, ok := errors.AsType[*pgconn.ParseConfigError](err); ok {
		return failed.Unwrap()
	}
	return err
}
