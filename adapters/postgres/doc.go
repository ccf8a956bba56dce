// Package postgres stores accounts, sessions, links, keys and the outbox in PostgreSQL, through queries that sqlc generates from
// db/queries.
//
// # Round trips
//
// A round trip to the database costs more than most statements, so several statements share one. Each arrow is one round trip:
//
//	outside a transaction
//	    q.Query                  ──▶  query
//	    sendBatch(a, b)          ──▶  BEGIN a COMMIT · b          each unit is a transaction of its own
//
//	inTx
//	    (begin)                       nothing is sent yet
//	    w.q.Query                ──▶  BEGIN · query
//	    w.deferExec(a)                nothing is sent yet
//	    w.deferExec(b)                nothing is sent yet
//	    w.sendBatch(c, d)        ──▶  a · b · c · d
//	    w.deferExec(e)                nothing is sent yet
//	    (commit)                 ──▶  e · COMMIT
//
// Statements that are sent together are one batch of pgx. PostgreSQL skips the rest of a batch after a statement that fails, and
// pgx returns the first error of a batch from every later read of its results. So a deferred statement that fails also fails the
// statement that is sent with it, and an error of that statement may be an error of a deferred one. The transaction then takes no
// effect, and InTx returns the error, as ports.Store promises: do returned it, or the commit did. deferExec is therefore only for
// statements that cannot report ports.ErrNotFound or ports.ErrConflict: a use case acts on these errors, so each must belong to
// the call that returns it.
package postgres
