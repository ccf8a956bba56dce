// Package server chooses and starts the PostgreSQL server that tests run on.
//
// What it starts ends with the process that started it, also when that is killed: nothing is left behind, with or
// without Testcontainers' reaper.
package server

import (
	"context"
	"fmt"
	"os"

	"github.com/siriusys/user-management-service/adapters/postgres/embedded"
)

const (
	// URLVariable names a server that runs already. Its user must be allowed to create databases.
	URLVariable = "TEST_DATABASE_URL"
	// ModeVariable is "require" to insist on a container, "off" to never use one, empty for whichever works.
	ModeVariable = "TEST_CONTAINERS"
	// ImageVariable names the container image.
	ImageVariable = "POSTGRES_IMAGE"

	defaultImage = "postgres:17-alpine"
)

// settings trade durability, which no test needs, for speed. Autovacuum would hold up clones of the template.
var settings = map[string]string{
	"autovacuum":         "off",
	"fsync":              "off",
	"full_page_writes":   "off",
	"synchronous_commit": "off",
	"max_connections":    "300",
}

// Server is a PostgreSQL for tests.
type Server struct {
	// URL is the address of a database of a user who may create databases.
	URL string
	// Origin says in words where the server comes from.
	Origin string
	stop   func() error
}

// Stop ends the server if Start started it.
func (s *Server) Stop() error { return s.stop() }

// Start takes the server at TEST_DATABASE_URL if that is set; else a container where a Docker daemon answers; else
// one from local binaries. An error says what to do.
func Start(ctx context.Context) (*Server, error) {
	if url := os.Getenv(URLVariable); url != "" {
		return &Server{URL: url, Origin: "the server at " + URLVariable, stop: func() error { return nil }}, nil
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
			return nil, fmt.Errorf("%s=require: %w\nStart Docker and see that it can pull or has the image (%s names another one), "+
				"or unset %s to use local PostgreSQL binaries", ModeVariable, err, ImageVariable, ModeVariable)
		}
		return started, nil
	default:
		return nil, fmt.Errorf("%s=%q is none of: require, off, empty", ModeVariable, mode)
	}
}

func startLocal(ctx context.Context, reason string) (*Server, error) {
	started, err := embedded.Start(ctx, embedded.Config{Settings: settings})
	if err != nil {
		return nil, fmt.Errorf("start a local PostgreSQL for tests (%s): %w", reason, err)
	}
	return &Server{URL: started.URL(), Origin: "local binaries (" + reason + ")", stop: started.Stop}, nil
}
