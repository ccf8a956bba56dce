package porttest

import (
	"time"

	"github.com/siriusys/user-management-service/ports"
)

// servingPromises are those of requests, password hashes and messages.
func servingPromises() map[string]metricsPromise {
	return map[string]metricsPromise{
		"RequestHandled counts by operation and status, and adds the time": {func(m ports.Metrics) {
			m.RequestHandled("logIn", 200, 250*time.Millisecond)
			m.RequestHandled("logIn", 200, 500*time.Millisecond)
			m.RequestHandled("logIn", 401, 250*time.Millisecond)
			m.RequestHandled("none", 404, 0)
		}, MetricValues{
			Requests:    map[string]int{"logIn 200": 2, "logIn 401": 1, "none 404": 1},
			RequestTime: map[string]time.Duration{"logIn": time.Second, "none": 0},
		}},
		"RevocationFollowers replaces the number": {func(m ports.Metrics) {
			m.RevocationFollowers(2)
			m.RevocationFollowers(1)
		}, MetricValues{Followers: 1}},
		"RevocationRead counts and adds the age": {func(m ports.Metrics) {
			m.RevocationRead(250 * time.Millisecond)
			m.RevocationRead(250 * time.Millisecond)
		}, MetricValues{RevocationsRead: 2, RevocationAge: 500 * time.Millisecond}},
		"HashStarted counts and adds the wait": {func(m ports.Metrics) {
			m.HashStarted(0)
			m.HashStarted(500 * time.Millisecond)
		}, MetricValues{HashesStarted: 2, HashWait: 500 * time.Millisecond}},
		"HashRefused counts by reason": {func(m ports.Metrics) {
			m.HashRefused(ports.HashQueueFull)
			m.HashRefused(ports.HashDisplaced)
			m.HashRefused(ports.HashDisplaced)
		}, MetricValues{HashesRefused: map[ports.HashRefusal]int{ports.HashQueueFull: 1, ports.HashDisplaced: 2}}},
		"HashesWaiting replaces the number": {func(m ports.Metrics) {
			m.HashesWaiting(2)
			m.HashesWaiting(1)
		}, MetricValues{HashesWaiting: 1}},
		"MessageAttempted counts by outcome": {func(m ports.Metrics) {
			m.MessageAttempted(ports.MessageSent)
			m.MessageAttempted(ports.MessageSent)
			m.MessageAttempted(ports.MessageRefused)
		}, MetricValues{Messages: map[ports.MessageOutcome]int{ports.MessageSent: 2, ports.MessageRefused: 1}}},
	}
}
