#!/bin/sh
# Makes 08a0d8a.sql and 08a0d8a.json again, with the program of that commit. Needs the programs of PostgreSQL 15 in PATH.
set -eu
cd "$(dirname "$0")"
folder=$PWD
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
git -C "$(git rev-parse --show-toplevel)" archive 08a0d8a | tar -x -C "$tree"
cp make_08a0d8a_test.go "$tree/cmd/user-management-service/"
cd "$tree"
UPGRADE_FOLDER=$folder TEST_CONTAINERS=off go run ./adapters/postgres/pgtest/cmd/with-postgres -- \
	go test -count=1 -run '^TestMakeDump$' ./cmd/user-management-service
