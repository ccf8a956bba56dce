package main

import (
	"cmp"

	"github.com/siriusys/user-management-service/adapters/postgres"
)

// directURL is the URL of the database without a pooler, for what needs a session of its own, such as migrations and commands.
func (s Settings) directURL() string { return cmp.Or(s.DatabaseDirectURL, s.DatabaseURL) }

// storeOptions say how the service connects to the database.
func (s Settings) storeOptions() []postgres.Option {
	options := []postgres.Option{
		postgres.WithConnectionTimeout(s.DatabaseConnectionTimeout), postgres.WithDirectURL(s.DatabaseDirectURL),
	}
	if !s.preparesStatements() {
		options = append(options, postgres.WithoutPreparedStatements())
	}
	return options
}

// preparesStatements is false behind a pooler unless the operator says that it supports prepared statements: with one that does not,
// requests fail.
func (s Settings) preparesStatements() bool {
	if s.DatabasePreparedStatements == "" {
		return s.DatabaseDirectURL == ""
	}
	return s.DatabasePreparedStatements == "on"
}
