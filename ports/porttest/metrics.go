package porttest

import (
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// MetricsUnderTest are metrics and what an operator reads from them.
type MetricsUnderTest struct {
	Metrics ports.Metrics
	Read    func(t *testing.T) MetricValues
}

// MetricValues are the values of all metrics of ports.Metrics.
type MetricValues struct {
	Allowed, Refused  map[domain.RateLimitScope]int
	Cancelled         map[string]int
	Discarded         map[string]int
	AuditBreaks       int
	AuditLate         int
	UnverifiedWaiting int
	InsecureSettings  map[string]bool
	Requests          map[string]int           // by operation and status: "logIn 200"
	RequestTime       map[string]time.Duration // by operation
	Followers         int
	RevocationsRead   int
	RevocationAge     time.Duration
	HashesStarted     int
	HashWait          time.Duration
	HashesRefused     map[ports.HashRefusal]int
	HashesWaiting     int
	Messages          map[ports.MessageOutcome]int
	ClockOffset       time.Duration
}

// Metrics checks the contract of ports.Metrics. fresh returns new metrics each time.
func Metrics(t *testing.T, fresh func(t *testing.T) MetricsUnderTest) {
	t.Helper()
	promises := metricsPromises()
	maps.Copy(promises, servingPromises())
	for name, promise := range promises {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := fresh(t)
			promise.do(m.Metrics)
			if diff := cmp.Diff(promise.want, m.Read(t), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("the metrics differ (-want +got):\n%s", diff)
			}
		})
	}
}

// metricsPromise is what is counted, and what an operator then reads.
type metricsPromise struct {
	do   func(ports.Metrics)
	want MetricValues
}

func metricsPromises() map[string]metricsPromise {
	const password, request = domain.ScopePassword, domain.ScopeRequestNetwork
	return map[string]metricsPromise{
		"nothing is counted at first": {func(ports.Metrics) {}, MetricValues{}},
		"RateLimitAllowed counts by scope": {func(m ports.Metrics) {
			m.RateLimitAllowed(password)
			m.RateLimitAllowed(request)
			m.RateLimitAllowed(request)
		}, MetricValues{Allowed: map[domain.RateLimitScope]int{password: 1, request: 2}}},
		"RateLimitRefused counts by scope": {func(m ports.Metrics) {
			m.RateLimitRefused(password)
			m.RateLimitRefused(password)
			m.RateLimitRefused(request)
		}, MetricValues{Refused: map[domain.RateLimitScope]int{password: 2, request: 1}}},
		"AuditBroken counts": {func(m ports.Metrics) {
			m.AuditBroken()
			m.AuditBroken()
		}, MetricValues{AuditBreaks: 2}},
		"AuditLate counts": {func(m ports.Metrics) {
			m.AuditLate()
			m.AuditLate()
		}, MetricValues{AuditLate: 2}},
		"JobCancelled counts by kind": {func(m ports.Metrics) {
			m.JobCancelled("erase")
			m.JobCancelled("message")
			m.JobCancelled("message")
		}, MetricValues{Cancelled: map[string]int{"erase": 1, "message": 2}}},
		"JobDiscarded counts by kind": {func(m ports.Metrics) {
			m.JobDiscarded("erase")
			m.JobDiscarded("erase")
			m.JobDiscarded("message")
		}, MetricValues{Discarded: map[string]int{"erase": 2, "message": 1}}},
		"UnverifiedMessagesWaiting replaces the number": {func(m ports.Metrics) {
			m.UnverifiedMessagesWaiting(7)
			m.UnverifiedMessagesWaiting(3)
		}, MetricValues{UnverifiedWaiting: 3}},
		"ClockOffset replaces the offset": {func(m ports.Metrics) {
			m.ClockOffset(time.Minute)
			m.ClockOffset(-1500 * time.Millisecond)
		}, MetricValues{ClockOffset: -1500 * time.Millisecond}},
		"InsecureSettingLifted marks a name once": {func(m ports.Metrics) {
			m.InsecureSettingLifted("argon2")
			m.InsecureSettingLifted("argon2")
		}, MetricValues{InsecureSettings: map[string]bool{"argon2": true}}},
		"concurrent calls are all counted": {func(m ports.Metrics) {
			var calls sync.WaitGroup
			for range 50 {
				calls.Go(func() {
					m.RateLimitAllowed(request)
					m.RateLimitRefused(request)
					m.AuditBroken()
				})
			}
			calls.Wait()
		}, MetricValues{
			Allowed: map[domain.RateLimitScope]int{request: 50}, Refused: map[domain.RateLimitScope]int{request: 50}, AuditBreaks: 50,
		}},
	}
}
