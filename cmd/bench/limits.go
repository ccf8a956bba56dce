package main

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"time"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
)

// The names of the limits that operations are compared with, and the statements of pgbench.
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

// measureHashes measures how many Argon2id hashes a second all cores compute with the service's parameters and no other work.
func measureHashes(ctx context.Context, name string, by argon2id.Implementation, d time.Duration) (result, error) {
	salt := make([]byte, 16)
	memories := make([]*argon2id.Memory, runtime.NumCPU())
	for i := range memories {
		memories[i] = argon2id.NewMemory(by, 19456)
	}
	return load(ctx, name, len(memories), d, func(client, _ int) error {
		memories[client].Key([]byte(password), salt, 2, 19456, 1, 32)
		return nil
	})
}

// limit is minimal work that every implementation of an operation has to do. Its rate bounds the rate of the operation.
type limit struct {
	name    string
	measure func(ctx context.Context, name string, conns int, d time.Duration) (result, error)
}

// hashLimit ignores the number of connections: more concurrent hashes than cores compute no more hashes a second.
func hashLimit() limit {
	return limit{rawHash, func(ctx context.Context, name string, _ int, d time.Duration) (result, error) {
		return measureHashes(ctx, name, argon2id.Available()[0], d)
	}}
}

// measureHashImplementations measures each implementation of Argon2id that this processor can run.
func measureHashImplementations(ctx context.Context, m *measurement) error {
	for _, by := range argon2id.Available() {
		r, err := measureHashes(ctx, fmt.Sprintf("Argon2id, %s", by), by, m.duration)
		if err != nil {
			return err
		}
		m.addResult(r)
	}
	return nil
}

// echoLimits are the limits of HTTP and Echo, measured at the limit server.
func echoLimits(s *limitServer) []limit {
	at := func(path string) func(context.Context, string, int, time.Duration) (result, error) {
		return func(ctx context.Context, name string, conns int, d time.Duration) (result, error) {
			return load(ctx, name, conns, d, func(client, _ int) error {
				r := request{method: http.MethodGet, path: path, authorization: "Bearer " + s.token}
				return s.conns[client].expect(http.StatusOK, r, nil)
			})
		}
	}
	return []limit{{echoBare, at("/bare")}, {echoVerify, at("/verify")}, {echoSelect, at("/select")}, {echoCached, at("/cached")}}
}

// pgLimits are the limits of PostgreSQL, measured with pgbench.
func pgLimits(binary, databaseURL string) []limit {
	of := func(script string) func(context.Context, string, int, time.Duration) (result, error) {
		return func(ctx context.Context, name string, conns int, d time.Duration) (result, error) {
			return pgbench(ctx, name, binary, databaseURL, script, conns, d)
		}
	}
	return []limit{
		{pgSelect, of(limitSelectSQL)},
		{pgInsert, of(limitInsertSQL)},
		{pgThree, of("BEGIN;\n" + limitSelectSQL + limitInsertSQL + "COMMIT;\n")},
	}
}
