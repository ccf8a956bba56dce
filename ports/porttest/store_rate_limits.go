package porttest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

var rateLimitPromises = map[string]func(*testing.T, bench){
	"Spend, Refund and Clear count as the domain does, in all limits or in none":        countsLikeTheDomain,
	"concurrent calls of Spend are allowed no more than the limits":                     allowsNoMoreThanTheLimit,
	"Spend with a clock that lags counts like any other":                                spendsByALaggingClock,
	"concurrent calls of Spend and Clear do not deadlock":                               neverDeadlocks,
	"Clear does not change a counter that counts right passwords too":                   keepsWhatCountsSuccess,
	"a counter that was refunded or cleared to 0 begins its window with the next event": beginsItsWindowAgain,
	"a call without limits is allowed":                                                  allowsWithoutLimits,
	"PurgeExpired removes only counters that expired before the given time":             purgesExpired,
}

var rateLimitPolicy = domain.DefaultRateLimitPolicy()

// attemptOf is a password attempt for the nth email address, without a known device. All come from one network.
func attemptOf(n int) domain.PasswordAttempt {
	return domain.PasswordAttempt{Account: fmt.Sprintf("\x00\xff index %d", n), Networks: []string{"client", "network"}}
}

func (b bench) spend(t rapid.TB, limits []domain.RateLimit, at time.Time) domain.Decision {
	t.Helper()
	decision, err := b.r().RateLimits.Spend(ctx, limits, at)
	must(t, err)
	return decision
}

// counters are the counters of a few limits, computed by the domain: the model of what the store must do.
type counters map[string]domain.Counter

func counterKey(l domain.RateLimit) string {
	return string(l.Scope) + "\x00" + l.Subject + "\x00" + l.Part
}

func (c counters) spend(limits []domain.RateLimit, at time.Time) domain.Decision {
	after, refused := make([]domain.Counter, len(limits)), -1
	for i, l := range limits {
		var spent bool
		if after[i], spent = l.Spend(c[counterKey(l)], at); !spent && refused < 0 {
			refused = i
		}
	}
	for i, l := range limits {
		if refused < 0 {
			c[counterKey(l)] = after[i]
		}
	}
	return domain.NewDecision(limits, after, refused)
}

func (c counters) refund(limits []domain.RateLimit) {
	for _, l := range limits {
		c[counterKey(l)] = l.Refund(c[counterKey(l)])
	}
}

func (c counters) clear(limits []domain.RateLimit) {
	for _, l := range limits {
		c[counterKey(l)] = l.Succeed(c[counterKey(l)])
	}
}

func countsLikeTheDomain(t *testing.T, b bench) {
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		policy := domain.RateLimitPolicy{
			Attempts: rapid.IntRange(1, 4).Draw(t, "attempts"), MinBackoff: 2 * time.Second, MaxBackoff: 10 * time.Second,
			DailyFailures:     rapid.IntRange(0, 8).Draw(t, "daily failures"),
			AttemptsPerWindow: rapid.SampledFrom([]int{0, 7}).Draw(t, "attempts per window"),
			NetworkFailures:   rapid.IntRange(1, 6).Draw(t, "network failures"), Window: 9 * time.Second,
		}
		attempt := domain.PasswordAttempt{
			Account:  fmt.Sprint("email index of run ", run),
			Networks: []string{fmt.Sprint("client of run ", run), fmt.Sprint("network of run ", run)},
		}
		want, at := counters{}, start
		for range 25 {
			limits := policy.PasswordAttempt(attempt)
			switch rapid.SampledFrom([]string{"spend", "spend", "spend", "refund", "clear", "wait"}).Draw(t, "step") {
			case "spend":
				got, expected := b.spend(t, limits, at), want.spend(limits, at)
				if diff := cmp.Diff(visible(expected, at), visible(got, at)); diff != "" {
					t.Fatalf("decision (-want +got):\n%s", diff)
				}
			case "refund":
				must(t, b.r().RateLimits.Refund(ctx, limits))
				want.refund(limits)
			case "clear":
				must(t, b.r().RateLimits.Clear(ctx, limits))
				want.clear(limits)
			case "wait":
				at = at.Add(time.Duration(rapid.IntRange(1, 12).Draw(t, "seconds")) * time.Second)
			}
		}
	})
}

// visible removes a BlockedUntil in the past, which has no effect and which stores need not agree on.
func visible(d domain.Decision, at time.Time) domain.Decision {
	if !d.BlockedUntil.After(at) {
		d.BlockedUntil = time.Time{}
	}
	return d
}

func allowsNoMoreThanTheLimit(t *testing.T, b bench) {
	decisions := make([]domain.Decision, 50)
	for _, err := range concurrently(len(decisions), func(i int) (err error) {
		decisions[i], err = b.r().RateLimits.Spend(ctx, rateLimitPolicy.PasswordAttempt(attemptOf(1)), start)
		return err
	}) {
		must(t, err)
	}
	allowed := 0
	for _, d := range decisions {
		switch {
		case d.Allowed:
			allowed++
		case !d.BlockedUntil.Equal(start.Add(rateLimitPolicy.MinBackoff)):
			t.Errorf("refused without the time to wait: %+v", d)
		}
	}
	if allowed != rateLimitPolicy.Attempts {
		t.Errorf("%d of %d concurrent attempts were allowed, want %d", allowed, len(decisions), rateLimitPolicy.Attempts)
	}
	// The refused attempts were not counted in the network's limit either.
	policy := rateLimitPolicy
	policy.NetworkFailures = rateLimitPolicy.Attempts + 1
	if d := b.spend(t, policy.PasswordAttempt(attemptOf(2)), start); !d.Allowed {
		t.Error("refused attempts were counted")
	}
	if d := b.spend(t, policy.PasswordAttempt(attemptOf(3)), start); d.Allowed {
		t.Error("allowed attempts were not counted")
	}
}

func spendsByALaggingClock(t *testing.T, b bench) {
	for n := range rateLimitPolicy.Attempts {
		at := start.Add(-time.Duration(n) * time.Second)
		if d := b.spend(t, rateLimitPolicy.PasswordAttempt(attemptOf(1)), at); !d.Allowed {
			t.Errorf("attempt %d at %v: %+v, want it allowed", n, at, d)
		}
		limits := rateLimitPolicy.PasswordAttempt(attemptOf(2))
		b.spend(t, limits, at)
		must(t, b.r().RateLimits.Refund(ctx, limits))
	}
}

func neverDeadlocks(t *testing.T, b bench) {
	for _, err := range concurrently(24, func(n int) error {
		for range 10 {
			limits := rateLimitPolicy.PasswordAttempt(attemptOf(n % 3))
			_, err := b.r().RateLimits.Spend(ctx, limits, start)
			if err := errors.Join(err, b.r().RateLimits.Clear(ctx, limits)); err != nil {
				return err
			}
		}
		return nil
	}) {
		if err != nil {
			t.Error(err)
		}
	}
}

func keepsWhatCountsSuccess(t *testing.T, b bench) {
	limits := []domain.RateLimit{
		{Scope: domain.ScopeAttempts, Subject: "subject", Part: "part", Limit: 3, Window: time.Hour, CountsSuccess: true},
	}
	for range 3 {
		if d := b.spend(t, limits, start); !d.Allowed {
			t.Errorf("%+v, want it allowed", d)
		}
		must(t, b.r().RateLimits.Clear(ctx, limits))
	}
	if d := b.spend(t, limits, start); d.Allowed {
		t.Error("Clear refunded an attempt that counts although it was right")
	}
}

func beginsItsWindowAgain(t *testing.T, b bench) {
	repo := b.r().RateLimits
	for name, undo := range map[string]func(context.Context, []domain.RateLimit) error{"Refund": repo.Refund, "Clear": repo.Clear} {
		limits := []domain.RateLimit{{Scope: domain.ScopeDaily, Subject: "subject of " + name, Limit: 2, Window: 24 * time.Hour}}
		b.spend(t, limits, start)
		must(t, undo(ctx, limits))
		first := start.Add(12 * time.Hour)
		for range 2 {
			b.spend(t, limits, first)
		}
		if d := b.spend(t, limits, first); d.Allowed || !d.BlockedUntil.Equal(first.Add(24*time.Hour)) {
			t.Errorf("after %s: %+v, want it blocked for a day from the first event that counts", name, d)
		}
		if d := b.spend(t, limits, first.Add(24*time.Hour)); !d.Allowed {
			t.Errorf("after %s and the window: %+v, want it allowed", name, d)
		}
	}
}

func allowsWithoutLimits(t *testing.T, b bench) {
	if d := b.spend(t, nil, start); !d.Allowed {
		t.Errorf("%+v, want it allowed", d)
	}
}

func purgesExpired(t *testing.T, b bench) {
	limits := rateLimitPolicy.DeviceMessage(domain.UserID{ID: number(1)})
	b.spend(t, limits, start)
	expiry := start.Add(limits[0].Window)
	wantRemoved(t, 0)(b.r().RateLimits.PurgeExpired(ctx, expiry, 10))
	wantRemoved(t, 1)(b.r().RateLimits.PurgeExpired(ctx, expiry.Add(tick), 10))
	wantRemoved(t, 0)(b.r().RateLimits.PurgeExpired(ctx, expiry.Add(tick), 10))
}
