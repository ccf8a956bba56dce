package memory

import (
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Metrics is a ports.Metrics whose counts can be read. The zero value has counted nothing.
type Metrics struct {
	mu     sync.Mutex
	counts MetricCounts
}

// MetricCounts is what Metrics has counted.
type MetricCounts struct {
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

// Counts returns a copy of what m has counted.
func (m *Metrics) Counts() MetricCounts {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.counts
	c.Allowed, c.Refused, c.InsecureSettings = maps.Clone(c.Allowed), maps.Clone(c.Refused), maps.Clone(c.InsecureSettings)
	c.Cancelled, c.Discarded = maps.Clone(c.Cancelled), maps.Clone(c.Discarded)
	c.Requests, c.RequestTime = maps.Clone(c.Requests), maps.Clone(c.RequestTime)
	c.HashesRefused, c.Messages = maps.Clone(c.HashesRefused), maps.Clone(c.Messages)
	return c
}

// RateLimitAllowed counts in Allowed.
func (m *Metrics) RateLimitAllowed(scope domain.RateLimitScope) {
	m.change(func(c *MetricCounts) { c.Allowed = put(c.Allowed, scope, c.Allowed[scope]+1) })
}

// RateLimitRefused counts in Refused.
func (m *Metrics) RateLimitRefused(scope domain.RateLimitScope) {
	m.change(func(c *MetricCounts) { c.Refused = put(c.Refused, scope, c.Refused[scope]+1) })
}

// RequestHandled counts in Requests and RequestTime.
func (m *Metrics) RequestHandled(operation string, status int, took time.Duration) {
	m.change(func(c *MetricCounts) {
		request := fmt.Sprint(operation, " ", status)
		c.Requests = put(c.Requests, request, c.Requests[request]+1)
		c.RequestTime = put(c.RequestTime, operation, c.RequestTime[operation]+took)
	})
}

// RevocationFollowers sets Followers.
func (m *Metrics) RevocationFollowers(n int) { m.change(func(c *MetricCounts) { c.Followers = n }) }

// RevocationRead counts in RevocationsRead and RevocationAge.
func (m *Metrics) RevocationRead(age time.Duration) {
	m.change(func(c *MetricCounts) {
		c.RevocationsRead++
		c.RevocationAge += age
	})
}

// HashStarted counts in HashesStarted and HashWait.
func (m *Metrics) HashStarted(waited time.Duration) {
	m.change(func(c *MetricCounts) {
		c.HashesStarted++
		c.HashWait += waited
	})
}

// HashRefused counts in HashesRefused.
func (m *Metrics) HashRefused(reason ports.HashRefusal) {
	m.change(func(c *MetricCounts) { c.HashesRefused = put(c.HashesRefused, reason, c.HashesRefused[reason]+1) })
}

// HashesWaiting sets HashesWaiting.
func (m *Metrics) HashesWaiting(n int) { m.change(func(c *MetricCounts) { c.HashesWaiting = n }) }

// MessageAttempted counts in Messages.
func (m *Metrics) MessageAttempted(outcome ports.MessageOutcome) {
	m.change(func(c *MetricCounts) { c.Messages = put(c.Messages, outcome, c.Messages[outcome]+1) })
}

// AuditLate counts in AuditLate.
func (m *Metrics) AuditLate() { m.change(func(c *MetricCounts) { c.AuditLate++ }) }

// AuditBroken counts in AuditBreaks.
func (m *Metrics) AuditBroken() { m.change(func(c *MetricCounts) { c.AuditBreaks++ }) }

// JobCancelled counts in Cancelled.
func (m *Metrics) JobCancelled(kind string) {
	m.change(func(c *MetricCounts) { c.Cancelled = put(c.Cancelled, kind, c.Cancelled[kind]+1) })
}

// JobDiscarded counts in Discarded.
func (m *Metrics) JobDiscarded(kind string) {
	m.change(func(c *MetricCounts) { c.Discarded = put(c.Discarded, kind, c.Discarded[kind]+1) })
}

// UnverifiedMessagesWaiting sets UnverifiedWaiting.
func (m *Metrics) UnverifiedMessagesWaiting(n int) {
	m.change(func(c *MetricCounts) { c.UnverifiedWaiting = n })
}

// InsecureSettingLifted adds to InsecureSettings.
func (m *Metrics) InsecureSettingLifted(name string) {
	m.change(func(c *MetricCounts) { c.InsecureSettings = put(c.InsecureSettings, name, true) })
}

// ClockOffset sets ClockOffset.
func (m *Metrics) ClockOffset(ahead time.Duration) {
	m.change(func(c *MetricCounts) { c.ClockOffset = ahead })
}

func (m *Metrics) change(do func(*MetricCounts)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	do(&m.counts)
}

// put sets a value in a map, which may be nil.
func put[K comparable, V any](values map[K]V, key K, value V) map[K]V {
	if values == nil {
		values = map[K]V{}
	}
	values[key] = value
	return values
}
