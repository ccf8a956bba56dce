package domain_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

func limitsByScope(limits []domain.RateLimit) map[domain.RateLimitScope]domain.RateLimit {
	found := map[domain.RateLimitScope]domain.RateLimit{}
	for _, l := range limits {
		found[l.Scope] = l
	}
	return found
}

func TestANetworkMayUseAShareOfTheOneAroundIt(t *testing.T) {
	t.Parallel()
	policy := domain.DefaultRateLimitPolicy()
	for name, c := range map[string]struct {
		networks              []string
		client, site, network int
	}{
		"IPv4":    {[]string{"/32", "/24"}, 100, 0, 800},
		"IPv6":    {[]string{"/64", "/56", "/48"}, 100, 200, 1600},
		"unknown": {[]string{"unknown"}, 100, 0, 0},
		"none":    {nil, 0, 0, 0},
	} {
		requests := limitsByScope(policy.Request(c.networks))
		failures := limitsByScope(policy.PasswordAttempt(domain.PasswordAttempt{Networks: c.networks}))
		for scopes, want := range map[[2]domain.RateLimitScope]int{
			{domain.ScopeRequestClient, domain.ScopePasswordClient}:   c.client,
			{domain.ScopeRequestSite, domain.ScopePasswordSite}:       c.site,
			{domain.ScopeRequestNetwork, domain.ScopePasswordNetwork}: c.network,
		} {
			if got := requests[scopes[0]].Limit; got != want {
				t.Errorf("%s, %s: %d, want %d", name, scopes[0], got, want)
			}
			if got := failures[scopes[1]].Limit; got != want {
				t.Errorf("%s, %s: %d, want %d", name, scopes[1], got, want)
			}
		}
	}
}

// A client without a known device shares no counter with a known device, and the attempts of two clients in different wide
// networks share only those of the email address.
func TestAttemptsShareOnlyTheCountersOfTheirKind(t *testing.T) {
	t.Parallel()
	policy := domain.DefaultRateLimitPolicy()
	attempt := domain.PasswordAttempt{Account: "index", Networks: []string{"client", "network"}}
	known, elsewhere := attempt, attempt
	known.Device = domain.DeviceID{ID: domain.ID{1}}
	elsewhere.Networks = []string{"another client", "another network"}
	shared := func(a, b domain.PasswordAttempt) (scopes []domain.RateLimitScope) {
		for _, x := range policy.PasswordAttempt(a) {
			for _, y := range policy.PasswordAttempt(b) {
				if x.Scope == y.Scope && x.Subject == y.Subject && x.Part == y.Part {
					scopes = append(scopes, x.Scope)
				}
			}
		}
		return scopes
	}
	if got := shared(attempt, known); len(got) != 0 {
		t.Errorf("a known device shares %v with other clients", got)
	}
	if got := shared(attempt, elsewhere); len(got) != 2 || got[0] != domain.ScopeDaily || got[1] != domain.ScopeMonthly {
		t.Errorf("two networks share %v", got)
	}
	if policy.MonthlyFailures+policy.DeviceFailures > 100 { // NIST SP 800-63B-4, section 3.2.2
		t.Error("an email address takes more than 100 wrong passwords")
	}
}

// Two clients of one wide network wait for password hashes as one, and a known device as its account.
func TestClientsOfOneNetworkWaitAsOne(t *testing.T) {
	t.Parallel()
	one := domain.PasswordAttempt{Account: "index", Networks: []string{"client", "network"}}
	neighbor := domain.PasswordAttempt{Account: "another", Networks: []string{"another client", "network"}}
	known := one
	known.Device = domain.DeviceID{ID: domain.ID{1}}
	if one.HashWaiter() != neighbor.HashWaiter() || one.HashWaiter().IsKnown {
		t.Errorf("%+v and %+v differ", one.HashWaiter(), neighbor.HashWaiter())
	}
	if w := known.HashWaiter(); !w.IsKnown || w.Account != "index" || w.Network != "network" {
		t.Errorf("a known device waits as %+v", w)
	}
}

// However long and whenever a client spends, its counter ends by time alone.
func TestEveryBlockEnds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		attempt := domain.PasswordAttempt{Account: "index", Networks: []string{"client", "network"}}
		if rapid.Bool().Draw(t, "known device") {
			attempt.Device = domain.DeviceID{ID: domain.ID{1}}
		}
		limit := rapid.SampledFrom(domain.DefaultRateLimitPolicy().PasswordAttempt(attempt)).Draw(t, "limit")
		var c domain.Counter
		for range rapid.IntRange(0, 200).Draw(t, "attempts") {
			c, _ = limit.Spend(c, now)
			now = now.Add(time.Duration(rapid.IntRange(0, 3600*24).Draw(t, "seconds")) * time.Second)
		}
		if _, spent := limit.Spend(c, now.Add(limit.Window+limit.MaxBackoff)); !spent {
			t.Errorf("%+v is blocked by %+v", limit, c)
		}
	})
}

// A right password leaves no trace in a counter of wrong ones, but those before it in a row.
func TestSucceed(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	attempt := domain.PasswordAttempt{Account: "index", Networks: []string{"client", "network"}}
	for _, limit := range domain.DefaultRateLimitPolicy().PasswordAttempt(attempt) {
		before, _ := limit.Spend(domain.Counter{}, now)
		after, _ := limit.Spend(before, now)
		want := before.Count
		switch {
		case limit.CountsSuccess:
			want = after.Count
		case limit.MinBackoff > 0:
			want = 0
		}
		if got := limit.Succeed(after); got.Count != want {
			t.Errorf("%s: %d after a right password, want %d", limit.Scope, got.Count, want)
		}
	}
}

// After the right password, a client sees the state that the counter has then.
func TestDecisionAfterTheRightPassword(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)
	row := domain.RateLimit{Limit: 5, Window: time.Hour, MinBackoff: time.Minute, MaxBackoff: time.Hour}
	window := domain.RateLimit{Limit: 5, Window: time.Hour}
	every := domain.RateLimit{Limit: 5, Window: time.Hour, CountsSuccess: true}
	for name, tt := range map[string]struct {
		limit   domain.RateLimit
		counted int
		want    domain.RateLimitState
	}{
		"in a row":                  {row, 3, domain.RateLimitState{Limit: 5, Remaining: 5}},
		"in a row, the last one":    {row, 5, domain.RateLimitState{Limit: 5, Remaining: 5}},
		"in a window":               {window, 3, domain.RateLimitState{Limit: 5, Remaining: 3}},
		"in a window, the last one": {window, 5, domain.RateLimitState{Limit: 5, Remaining: 1}},
		"right ones count":          {every, 3, domain.RateLimitState{Limit: 5, Remaining: 2}},
		"the last one that counts":  {every, 5, domain.RateLimitState{Limit: 5, RetryAfter: time.Hour}},
	} {
		limits, counter := []domain.RateLimit{tt.limit}, domain.Counter{}
		for range tt.counted {
			counter, _ = tt.limit.Spend(counter, now)
		}
		got := domain.NewDecision(limits, []domain.Counter{counter}, -1).Succeed(limits).State(now)
		if got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
	if got := domain.NewDecision(nil, nil, -1).Succeed(nil).State(now); got != (domain.RateLimitState{}) {
		t.Errorf("without limits: %+v", got)
	}
}
