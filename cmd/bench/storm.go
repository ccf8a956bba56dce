package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// The storm: every attack on the service's limits at the same time, beside ten honest users. It runs with the rate limits, the
// queues and the password hashes of production.
const (
	stormDuration     = time.Minute
	attackingNetworks = 16
	// honestLimit is how long an honest operation may take, with its repetitions after a 503.
	honestLimit = 5 * time.Second
	// honestPause is how long an honest user pauses before each login: in a minute that stays below the 30 attempts, right or wrong,
	// that an email address and a network have in ten minutes.
	honestPause = 2500 * time.Millisecond
	// stormGoal is the share of honest operations that succeed within honestLimit, in percent.
	stormGoal = 95
)

// storm runs the attackers and the honest users, and collects what happened to both.
type storm struct {
	testbed *testbed
	service *service
	address string
	users   *userPool

	mu      sync.Mutex
	honest  map[string]*outcomes
	attacks map[string]*outcomes
}

// outcomes are the results of one kind of operation.
type outcomes struct {
	succeeded, failed int
	times             []time.Duration // of those that succeeded
	statuses          map[int]int     // of attacks; 0 is no response
	failures          []string        // the first few
}

func (o *outcomes) share() float64 {
	return 100 * float64(o.succeeded) / float64(max(o.succeeded+o.failed, 1))
}

// measureStorm runs the storm.
func (t *testbed) measureStorm(ctx context.Context, m *measurement) error {
	s := &storm{testbed: t, honest: map[string]*outcomes{}, attacks: map[string]*outcomes{}}
	m.progress("creating users for the storm")
	if err := s.prepare(ctx); err != nil {
		return err
	}
	defer s.service.stop()
	m.progress("storm: %d networks against %d users for %v", attackingNetworks, len(s.users.emails), stormDuration)
	ctx, cancel := context.WithTimeout(ctx, stormDuration)
	defer cancel()
	var all sync.WaitGroup
	for _, run := range append(s.attackers(), s.honestUsers()...) {
		all.Go(func() { run(ctx) })
	}
	all.Wait()
	m.storm = s
	for _, line := range strings.Split(s.summary(), "\n") {
		m.progress("%s", line)
	}
	return nil
}

// prepare starts the service of the storm with a database of its own, and creates the users, each in its own network and with a
// known device.
func (s *storm) prepare(ctx context.Context) (err error) {
	database, err := s.testbed.createDatabase(ctx, "storm")
	if err != nil {
		return err
	}
	if s.service, err = s.testbed.startLimitedService(ctx, database); err != nil {
		return err
	}
	s.address = s.service.conns[0].address
	for i := range s.service.conns {
		s.service.conns[i].source = honestSource(i)
	}
	if s.users, err = newUserPool(ctx, s.service, s.testbed.mail, targets); err != nil {
		s.service.stop()
	}
	return err
}

// record stores the outcome of an honest operation.
func (s *storm) record(name string, elapsed time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.honest[name]
	if o == nil {
		o = &outcomes{}
		s.honest[name] = o
	}
	if err == nil {
		o.succeeded++
		o.times = append(o.times, elapsed)
		return
	}
	o.failed++
	if len(o.failures) < 3 {
		o.failures = append(o.failures, err.Error())
	}
}

// count stores the status of an attacker's response.
func (s *storm) count(name string, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.attacks[name]
	if o == nil {
		o = &outcomes{statuses: map[int]int{}}
		s.attacks[name] = o
	}
	o.statuses[status]++
}

// share is the percentage of honest operations that succeeded in time.
func (s *storm) share() float64 {
	total := &outcomes{}
	for _, o := range s.honest {
		total.succeeded += o.succeeded
		total.failed += o.failed
	}
	return total.share()
}

func (s *storm) summary() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%.1f %% of the honest operations succeeded within %v", s.share(), honestLimit)
	for _, name := range sortedKeys(s.honest) {
		for _, failure := range s.honest[name].failures {
			fmt.Fprintf(&b, "\n  %s failed: %s", name, failure)
		}
	}
	return b.String()
}

func sortedKeys(of map[string]*outcomes) []string {
	var names []string
	for name := range of {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// writeStorm appends the tables of the storm to a report.
func (s *storm) writeTo(b *strings.Builder) {
	fmt.Fprintf(b, `
## Honest users in a storm of attacks

Written by `+"`make bench`"+` and `+"`make storm`"+`. %d networks attack for a minute while %d honest users in other networks go on: %d on
known devices and %d on new ones. An operation succeeds within %v, repeated after a 503. The email addresses of the users on known
devices are attacked by all %d networks, those of the others by %d. Attackers and users share the machine's cores with the service.

| honest operation | count | succeeded | p50 | p95 |
|---|--:|--:|--:|--:|
`, attackingNetworks, targets, knownDeviceUsers, targets-knownDeviceUsers, honestLimit, attackingNetworks, networksPerNewDevice)
	for _, name := range sortedKeys(s.honest) {
		o := s.honest[name]
		slices.Sort(o.times)
		fmt.Fprintf(b, "| %s | %d | %.1f %% | %s | %s |\n",
			name, o.succeeded+o.failed, o.share(), round(quantile(o.times, 0.5)), round(quantile(o.times, 0.95)))
	}
	fmt.Fprintf(b, "| **all** (goal: %d %%) | | %.1f %% %s | | |\n", stormGoal, s.share(), missed(s.share() < stormGoal))
	b.WriteString("\n| attack | requests | responses |\n|---|--:|---|\n")
	for _, name := range sortedKeys(s.attacks) {
		total, statuses := 0, []string{}
		for _, status := range slices.Sorted(keysOf(s.attacks[name].statuses)) {
			n := s.attacks[name].statuses[status]
			total += n
			label := fmt.Sprint(status)
			if status == 0 {
				label = "none"
			}
			statuses = append(statuses, fmt.Sprintf("%s: %d", label, n))
		}
		fmt.Fprintf(b, "| %s | %d | %s |\n", name, total, strings.Join(statuses, ", "))
	}
}

func keysOf(of map[int]int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for key := range of {
			if !yield(key) {
				return
			}
		}
	}
}

// runStorm runs the storm alone and prints its tables.
func runStorm(ctx context.Context, m *measurement, dir string, report string) (err error) {
	t, err := newTestbed(ctx, m, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.close()) }()
	if err := t.measureStorm(ctx, m); err != nil {
		return err
	}
	var b strings.Builder
	m.storm.writeTo(&b)
	if _, err := os.Stdout.WriteString(b.String()); err != nil {
		return err
	}
	if report != "" {
		if err := replaceStorm(report, b.String()); err != nil {
			return err
		}
	}
	if share := m.storm.share(); share < stormGoal {
		return fmt.Errorf("%.1f %% of the honest operations succeeded, fewer than %d %%", share, stormGoal)
	}
	return nil
}

// replaceStorm replaces the section of the storm in a report of the bench.
func replaceStorm(path, section string) error {
	text, err := os.ReadFile(path) //nolint:gosec // the report that the flag names
	if err != nil {
		return err
	}
	heading, _, _ := strings.Cut(strings.TrimSpace(section), "\n")
	before, after, found := strings.Cut(string(text), heading+"\n")
	if !found {
		return fmt.Errorf("%s has no section %q", path, heading)
	}
	rest := ""
	if _, next, hasNext := strings.Cut(after, "\n## "); hasNext {
		rest = "\n## " + next
	}
	text = []byte(cmp.Or(strings.TrimRight(before, "\n"), "") + "\n" + strings.TrimRight(section, "\n") + "\n" + rest)
	return os.WriteFile(path, text, 0o644) //nolint:gosec // a document of the project
}
