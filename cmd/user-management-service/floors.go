package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/db"
)

// floor is a minimum of security. The service refuses settings below it, unless ALLOW_INSECURE lifts the floor by its name.
type floor struct {
	name string
	// rule says in --help what must hold.
	rule string
	// violations lists what is below the floor, each by the name of its setting.
	violations func(Settings) []error
}

var floors = []floor{
	{"argon2", "ARGON2_MEMORY_KIB and ARGON2_TIME reach one of OWASP's pairs: " + argon2Pairs(), Settings.belowArgon2Floor},
	{"sessions", "SESSION_ABSOLUTE is at most " + sessionAbsoluteText + " (NIST SP 800-63B-4, section 2.1.3)", Settings.aboveSessionMax},
	{"rate-limits", "NETWORK_FAILURES and NETWORK_REQUESTS are from 1 to " + fmt.Sprint(networkLimitMax) +
		", MAIL_BURST and MAIL_UNVERIFIED_PER_MINUTE at least 1", Settings.withoutLimits},
	{"database-tls", "every host of the database URLs but loopback and sockets has sslmode=verify-full, or verify-ca with sslrootcert",
		Settings.unverifiedDatabase},
	{"trusted-proxies", "the public addresses in TRUSTED_PROXIES are together at most an IPv4 /8 and an IPv6 /16", Settings.tooManyProxies},
}

// floorNames are the names that ALLOW_INSECURE accepts.
func floorNames() (names []string) {
	for _, f := range floors {
		names = append(names, f.name)
	}
	return names
}

// checkFloors reports what is below a floor that is not lifted, and names in ALLOW_INSECURE that no floor has.
func (s Settings) checkFloors() (violations []error) {
	for _, name := range s.AllowInsecure {
		if !slices.Contains(floorNames(), name) {
			violations = append(violations, fmt.Errorf("ALLOW_INSECURE: %q must be one of %s", name, strings.Join(floorNames(), ", ")))
		}
	}
	for _, f := range floors {
		if slices.Contains(s.AllowInsecure, f.name) {
			continue
		}
		for _, v := range f.violations(s) {
			violations = append(violations, fmt.Errorf("%w (ALLOW_INSECURE=%s lifts this floor)", v, f.name))
		}
	}
	return violations
}

// reportLiftedFloors logs and counts each floor that is lifted.
func reportLiftedFloors(c Config) {
	for _, name := range c.AllowInsecure {
		c.Logger.Warn("security floor lifted", "name", name)
		c.Metrics.InsecureSettingLifted(name)
	}
}

// argon2Floor is a pair of parameters with one lane. A hash must reach both values of at least one pair:
// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
type argon2Floor struct{ memoryKiB, passes uint32 }

var argon2Floors = []argon2Floor{{47104, 1}, {19456, 2}, {12288, 3}, {9216, 4}, {7168, 5}}

func argon2Pairs() string {
	var pairs []string
	for _, f := range argon2Floors {
		pairs = append(pairs, fmt.Sprintf("%d and %d", f.memoryKiB, f.passes))
	}
	return strings.Join(pairs, ", ")
}

func (s Settings) belowArgon2Floor() []error {
	reached := func(f argon2Floor) bool { return s.Argon2Memory >= f.memoryKiB && s.Argon2Time >= f.passes }
	if slices.ContainsFunc(argon2Floors, reached) {
		return nil
	}
	return []error{errors.New("ARGON2_MEMORY_KIB and ARGON2_TIME must reach one of these pairs: " + argon2Pairs())}
}

// sessionAbsoluteMax is the overall timeout that NIST SP 800-63B-4 recommends at AAL1, in section 2.1.3. It requires no inactivity
// timeout there.
const (
	sessionAbsoluteMax  = 30 * 24 * time.Hour
	sessionAbsoluteText = "720h"
)

func (s Settings) aboveSessionMax() []error {
	if s.SessionAbsolute <= sessionAbsoluteMax {
		return nil
	}
	return []error{errors.New("SESSION_ABSOLUTE must be at most " + sessionAbsoluteText)}
}

// networkLimitMax is the highest limit of one network in 10 minutes that still limits anything: about 17 a second.
const networkLimitMax = 10_000

func (s Settings) withoutLimits() (violations []error) {
	for _, limit := range []struct {
		name  string
		value int
	}{{"NETWORK_FAILURES", s.NetworkFailures}, {"NETWORK_REQUESTS", s.NetworkRequests}} {
		if limit.value < 1 || limit.value > networkLimitMax {
			violations = append(violations, fmt.Errorf("%s must be from 1 to %d", limit.name, networkLimitMax))
		}
	}
	if s.MailBurst < 1 {
		violations = append(violations, errors.New("MAIL_BURST must be at least 1: without it, any client can flood a mailbox"))
	}
	if s.MailUnverifiedPerMinute < 1 {
		violations = append(violations, errors.New("MAIL_UNVERIFIED_PER_MINUTE must be at least 1: without it, any client can email others"))
	}
	return violations
}

func (s Settings) unverifiedDatabase() []error {
	return append(unverifiedHosts("DATABASE_URL", s.DatabaseURL), unverifiedHosts("DATABASE_DIRECT_URL", s.DatabaseDirectURL)...)
}

func unverifiedHosts(name, databaseURL string) []error {
	if databaseURL == "" {
		return nil // if it is required, checkRequired reports it
	}
	hosts, err := postgres.UnverifiedHosts(databaseURL)
	if _, ok := errors.AsType[*db.EnvironmentError](err); ok {
		return []error{err} // the URL is valid
	}
	if err != nil {
		return []error{fmt.Errorf("%s: %w", name, err)}
	}
	if len(hosts) == 0 {
		return nil
	}
	return []error{fmt.Errorf(
		"%s must have sslmode=verify-full, or verify-ca with sslrootcert, to connect to %s", name, strings.Join(hosts, ", "),
	)}
}

func (s Settings) tooManyProxies() []error {
	proxies, _, err := s.transport()
	if err != nil {
		return nil // checkTransport reports it
	}
	if err := proxies.CheckWidth(); err != nil {
		return []error{fmt.Errorf("TRUSTED_PROXIES: %w", err)}
	}
	return nil
}

// printFloors prints what ALLOW_INSECURE lifts.
func printFloors(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer func() { _ = t.Flush() }()
	fmt.Fprint(t, "\nSecurity floors, by the names that ALLOW_INSECURE lifts:\n\n")
	for _, f := range floors {
		fmt.Fprintf(t, "  %s\t%s\n", f.name, f.rule)
	}
}
