package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// belowFloors are settings below each floor, and what the refusal must contain.
var belowFloors = map[string][]struct {
	environ map[string]string
	want    string
}{
	"argon2": {
		{map[string]string{"ARGON2_MEMORY_KIB": "8", "ARGON2_TIME": "20"}, "ARGON2_MEMORY_KIB and ARGON2_TIME must reach one of"},
		{map[string]string{"ARGON2_MEMORY_KIB": "47103", "ARGON2_TIME": "1"}, "47104 and 1"},
		{map[string]string{"ARGON2_MEMORY_KIB": "19455", "ARGON2_TIME": "2"}, "19456 and 2"},
		{map[string]string{"ARGON2_MEMORY_KIB": "12287", "ARGON2_TIME": "3"}, "12288 and 3"},
		{map[string]string{"ARGON2_MEMORY_KIB": "9215", "ARGON2_TIME": "4"}, "9216 and 4"},
		{map[string]string{"ARGON2_MEMORY_KIB": "7167", "ARGON2_TIME": "5"}, "7168 and 5"},
	},
	"sessions": {
		{map[string]string{"SESSION_ABSOLUTE": "87600h"}, "SESSION_ABSOLUTE must be at most 720h"},
		{map[string]string{"SESSION_ABSOLUTE": "721h"}, "SESSION_ABSOLUTE must be at most 720h"},
	},
	"rate-limits": {
		{map[string]string{"NETWORK_FAILURES": "0"}, "NETWORK_FAILURES must be from 1 to 10000"},
		{map[string]string{"NETWORK_FAILURES": "10001"}, "NETWORK_FAILURES must be from 1 to 10000"},
		{map[string]string{"NETWORK_REQUESTS": "0"}, "NETWORK_REQUESTS must be from 1 to 10000"},
		{map[string]string{"NETWORK_REQUESTS": "10001"}, "NETWORK_REQUESTS must be from 1 to 10000"},
		{map[string]string{"MAIL_BURST": "0"}, "MAIL_BURST must be at least 1"},
		{map[string]string{"MAIL_UNVERIFIED_PER_MINUTE": "0"}, "MAIL_UNVERIFIED_PER_MINUTE must be at least 1"},
	},
	"database-tls": {
		{map[string]string{"DATABASE_URL": "postgres://u:p@db/x"}, "DATABASE_URL must have sslmode=verify-full"},
		{map[string]string{"DATABASE_URL": "postgres://u:p@db/x?sslmode=disable"}, "to connect to db"},
		{map[string]string{"DATABASE_URL": "host=db1,db2 user=u sslmode=require"}, "to connect to db1, db2"},
		{map[string]string{"DATABASE_DIRECT_URL": "postgres://u:p@db/x"}, "DATABASE_DIRECT_URL must have sslmode=verify-full"},
		{map[string]string{"DATABASE_URL": "postgres://u:p@db:port/x?sslmode=verify-full"}, "DATABASE_URL: it is neither a valid"},
	},
	"trusted-proxies": {
		{map[string]string{"TRUSTED_PROXIES": "0.0.0.0/1,128.0.0.0/1"}, "TRUSTED_PROXIES: the public addresses must be at most"},
		{map[string]string{"TRUSTED_PROXIES": "10.0.0.0/8,2000::/3"}, "TRUSTED_PROXIES: the public addresses must be at most"},
	},
}

// atFloors are settings that just reach the floors.
var atFloors = []map[string]string{
	{"ARGON2_MEMORY_KIB": "47104", "ARGON2_TIME": "1"}, {"ARGON2_MEMORY_KIB": "19456", "ARGON2_TIME": "2"},
	{"ARGON2_MEMORY_KIB": "12288", "ARGON2_TIME": "3"}, {"ARGON2_MEMORY_KIB": "9216", "ARGON2_TIME": "4"},
	{"ARGON2_MEMORY_KIB": "7168", "ARGON2_TIME": "5"},
	{"SESSION_ABSOLUTE": "720h", "SESSION_IDLE": "720h"},
	{"NETWORK_FAILURES": "1"}, {"NETWORK_FAILURES": "10000"}, {"MAIL_BURST": "1", "MAIL_UNVERIFIED_PER_MINUTE": "1", "NETWORK_REQUESTS": "1"},
	{"DATABASE_URL": "postgres://u:p@db1,db2/x?sslmode=verify-full"}, {"DATABASE_URL": "postgres://u:p@127.0.0.1/x"},
	{"TRUSTED_PROXIES": "10.0.0.0/8,8.0.0.0/8,fc00::/7,2600::/16"},
}

func TestServeRefusesSettingsBelowAFloor(t *testing.T) {
	t.Parallel()
	for _, name := range floorNames() {
		if len(belowFloors[name]) == 0 {
			t.Errorf("the floor %s has no test", name)
		}
		for _, tt := range belowFloors[name] {
			_, err := run(t, tt.environ, "serve")
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "ALLOW_INSECURE="+name+" lifts") {
				t.Errorf("%v: %v, want %q and how to lift it", tt.environ, err, tt.want)
			}
			tt.environ["ALLOW_INSECURE"] = name
			if _, err := run(t, tt.environ, "serve"); err == nil || strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v is refused: %v", tt.environ, err)
			}
		}
	}
	for _, environ := range atFloors {
		s, err := readSettings(environ)
		if err != nil {
			t.Fatal(err)
		}
		if violations := s.checkFloors(); len(violations) > 0 {
			t.Errorf("%v: %v", environ, violations)
		}
	}
}

func TestOnlyNamedFloorsAreLifted(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"*", "all", "argon2,*", "Argon2", "argon2 sessions", "true"} {
		_, err := run(t, map[string]string{"ALLOW_INSECURE": value, "ARGON2_MEMORY_KIB": "8"}, "serve")
		if err == nil || !strings.Contains(err.Error(), "must be one of argon2, sessions") {
			t.Errorf("%q: %v", value, err)
		}
	}
	_, err := run(t, map[string]string{"ALLOW_INSECURE": "argon2,sessions", "ARGON2_MEMORY_KIB": "8", "NETWORK_FAILURES": "0"}, "serve")
	if err == nil || strings.Contains(err.Error(), "ARGON2") || !strings.Contains(err.Error(), "NETWORK_FAILURES") {
		t.Errorf("two lifted floors of three: %v", err)
	}
}

func TestEveryFloorIsDocumented(t *testing.T) {
	t.Parallel()
	help, err := run(t, nil, "serve", "--help")
	if err != nil {
		t.Fatal(err)
	}
	operations, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range floors {
		if !strings.Contains(help, "\n  "+f.name+" ") || !strings.Contains(help, f.rule) {
			t.Errorf("--help does not show %s", f.name)
		}
		if !strings.Contains(string(operations), fmt.Sprintf("| `%s` | ", f.name)) {
			t.Errorf("the table in docs/operations.md does not contain %s", f.name)
		}
	}
}
