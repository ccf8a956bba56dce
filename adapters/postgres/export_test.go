package postgres

// MapError is mapError.
var MapError = mapError

// ErrTxAborted is the error of a statement whose transaction PostgreSQL aborted in favor of another one.
var ErrTxAborted = errTxAborted
