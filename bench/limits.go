package main

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"time"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
)

// What the service is measured against.
const (
	rawHash        = "Argon2id on all cores"
	echoBare       = "Echo"
	echoVerify     = "Echo, verification"
	echoSelect     = "Echo, verification, SELECT"
	echoCached     = "Echo, cached verification, SELECT"
	pgSelect       = "pgbench, SELECT"
	pgInsert       = "pgbench, INSERT"
	pgThree        = "pgbench, 3 statements"
	limitRow       = "00000000-0000-0000-0000-000000000001"
	limitSelectSQL = "SELECT name FROM limits WHERE id = '" + limitRow + "';\n"
	limitInsertSQL = "INSERT INTO limits VALUES (gen_random_uuid(), 'Bea');\n"
)

// rawHashes is how many Argon2id hashes a second all cores make, with the service's parameters and nothing else.
func rawHashes(ctx context.Context, name string, by argon2id.Implementation, d time.Duration) (result, error) {
	salt := make([]byte, 16)
	memories := make([]*argon2id.Memory, runtime.NumCPU())
	for w := range memories {
		memories[w] = argon2id.NewMemory(by, 19456)
	}
	return load(ctx, name, len(memories), d, func(w, _ int) error {
		memories[w].Key([]byte(password), salt, 2, 19456, 1, 32)
		return nil
	})
}

// limit is something that bounds operations of the service.
type limit struct {
	name    string
	measure func(ctx context.Context, name string, conns int, d time.Duration) (result, error)
}

// hashLimit does not depend on connections: more hashes at once than cores only wait for one another.
func hashLimit() limit {
	return limit{rawHash, func(ctx context.Context, name string, _ int, d time.Duration) (result, error) {
		return rawHashes(ctx, name, argon2id.Available()[0], d)
	}}
}

// everyHash is how fast each implementation is that this processor can run.
func everyHash(ctx context.Context, m *measurement) error {
	for _, by := range argon2id.Available() {
		r, err := rawHashes(ctx, fmt.Sprintf("Argon2id, %s", by), by, m.d)
		if err != nil {
			return err
		}
		m.keep(r)
	}
	return nil
}

// limits are those of Echo, by the server of them, and those of PostgreSQL, by pgbench.
func echoLimits(s *limitServer) []limit {
	at := func(path string) func(context.Context, string, int, time.Duration) (result, error) {
		return func(ctx context.Context, name string, conns int, d time.Duration) (result, error) {
			return load(ctx, name, conns, d, func(w, _ int) error {
				return s.conns[w].want(http.StatusOK, request{method: http.MethodGet, path: path, authorization: "Bearer " + s.token}, nil)
			})
		}
	}
	return []limit{{echoBare, at("/bare")}, {echoVerify, at("/verify")}, {echoSelect, at("/select")}, {echoCached, at("/cached")}}
}

func pgLimits(binary, databaseURL string) []limit {
	of := func(script string) func(context.Context, string, int, time.Duration) (result, error) {
		return func(ctx context.Context, name string, conns int, d time.Duration) (result, error) {
			return pgbench(ctx, name, binary, databaseURL, script, conns, d)
		}
	}
	return []limit{{pgSelect, of(limitSelectSQL)}, {pgInsert, of(limitInsertSQL)}, {pgThree, of("BEGIN;\n" + limitSelectSQL + limitInsertSQL + "COMMIT;\n")}}
}
