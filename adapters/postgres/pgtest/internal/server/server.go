// Package server chooses and starts the PostgreSQL server that tests run on.
//
// A server that it starts ends with the process that started it, also when that process is killed, with or without the
// reaper of Testcontainers. It leaves no container and no files.
package server

import (
	"context"
	"fmt"
	"os"

	"github.com/siriusys/user-management-service/adapters/postgres/embedded"
)

const (
	// URLVariable is the URL of a running server. Its user must be allowed to create databases.
	URLVariable = "TEST_DATABASE_URL"
	// ModeVariable is "require" for a container only, "off" for local binaries only, or empty for the first that works.
	ModeVariable = "TEST_CONTAINERS"
	// ContainerVariable is the id of the container in which the server at URLVariable runs; it may be empty.
	ContainerVariable = "TEST_DATABASE_CONTAINER"
	// ImageVariable is the name of the container image.
	ImageVariable = "POSTGRES_IMAGE"

	defaultImage = "postgres:17-alpine"
)

// settings trade durability, which no test needs, for speed. Autovacuum would delay clones of the template.
var settings = map[string]string{
	"autovacuum":         "off",
	"fsync":              "off",
	"full_page_writes":   "off",
	"synchronous_commit": "off",
	"max_connections":    "300",
}

// Server is a PostgreSQL for tests.
type Server struct {
	// URL is that of a database, for a user who may create databases.
	URL string
	// Origin describes where the server comes from, for people.
	Origin string
	// Container is the id of the server's container, empty if it runs in none or in one that is not known.
	Container string
	isLocal   bool
	stop      func() error
}

// Environ is what the tests need in their environment to use the server. Where PostgreSQL did not run in a container, other
// servers must not be tried in one: a Docker daemon that cannot pull an image is no better for them.
func (s *Server) Environ() []string {
	environ := []string{URLVariable + "=" + s.URL}
	if s.Container != "" {
		environ = append(environ, ContainerVariable+"="+s.Container)
	}
	if s.isLocal {
		environ = append(environ, ModeVariable+"=off")
	}
	return environ
}

// Stop ends the server if Start started it.
func (s *Server) Stop() error { return s.stop() }

// Start uses the server at TEST_DATABASE_URL if that is set; otherwise it starts a container if a Docker daemon is available;
// otherwise a server from local binaries. An error contains the remedy.
func Start(ctx context.Context) (*Server, error) {
	if url := os.Getenv(URLVariable); url != "" {
		return &Server{
			URL: url, Origin: "the server at " + URLVariable, Container: os.Getenv(ContainerVariable), stop: func() error { return nil },
		}, nil
	}
	if err := embedded.UnsetVariables(); err != nil {
		return nil, err
	}
	switch mode := os.Getenv(ModeVariable); mode {
	case "":
		started, err := startContainer(ctx)
		if err == nil {
			return started, nil
		}
		if ctx.Err() != nil {
			return nil, err
		}
		return startLocal(ctx, "no container: "+err.Error())
	case "off":
		return startLocal(ctx, ModeVariable+"=off")
	case "require":
		started, err := startContainer(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s=require: %w\nStart Docker and check that the image exists or can be pulled (%s selects another one), "+
				"or unset %s to use local PostgreSQL binaries", ModeVariable, err, ImageVariable, ModeVariable)
		}
		return started, nil
	default:
		return nil, fmt.Errorf("%s=%q is invalid: use require, off or leave it empty", ModeVariable, mode)
	}
}

func startLocal(ctx context.Context, reason string) (*Server, error) {
	started, err := embedded.Start(ctx, embedded.Config{Settings: settings})
	if err != nil {
		return nil, fmt.Errorf("start a local PostgreSQL for tests (%s): %w", reason, err)
	}
	return &Server{URL: started.URL(), Origin: "local binaries (" + reason + ")", isLocal: true, stop: started.Stop}, nil
}
