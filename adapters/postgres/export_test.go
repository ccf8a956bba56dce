package postgres

// Translate is translate.
var Translate = translate

// ErrLostRace is what a statement returns that the database ended in favour of another transaction.
var ErrLostRace = errLostRace
