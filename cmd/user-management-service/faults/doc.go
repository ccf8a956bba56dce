// Package faults tests that replicas of the service survive faults: of the database, of the mail server, of one another and of the
// network. Everything is real: processes of the program, servers of PostgreSQL, HAProxy, signals. `make test-faults` runs it; the tests
// have the build tag faults, since they take minutes. docs/reliability.md lists what each proves.
package faults
