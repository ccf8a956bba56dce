package porttest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

var throttlePromises = map[string]func(*testing.T, bench){
	"a take counts as the domain says, in all budgets or in none": takesLikeTheDomain,
	"of simultaneous takes no more are granted than allowed":      grantsNoMoreThanAllowed,
	"a take by a clock that lags is counted like any other":       takesByALaggingClock,
	"takes and their return at the same moment end":               takesNeverDeadlock,
	"a disabled budget is closed until it is restored":            disablesUntilRestored,
	"restoring an address spares all others":                      restoresOneAddress,
	"no budgets are always granted":                               grantsWithoutBudgets,
	"counts are removed once they are forgotten, and not before":  removesForgotten,
}

var throttlePolicy = domain.DefaultThrottlePolicy()

func guess(n int) domain.Guess {
	return domain.Guess{Address: domain.EmailIndex(fmt.Sprintf("\x00\xff address %d", n)), Network: "network"}
}

func (b bench) take(t rapid.TB, budgets []domain.Budget, at time.Time) domain.Allowance {
	t.Helper()
	a, err := b.r().Throttle.Take(ctx, budgets, at)
	must(t, err)
	return a
}

// ledger is the domain's own count of a few budgets.
type ledger map[string]domain.Spending

func name(b domain.Budget) string { return string(b.Scope) + "\x00" + b.Subject + "\x00" + b.Part }

func (l ledger) take(budgets []domain.Budget, at time.Time) domain.Allowance {
	left, refused := make([]domain.Spending, len(budgets)), -1
	for i, b := range budgets {
		var taken bool
		if left[i], taken = b.Take(l[name(b)], at); !taken && refused < 0 {
			refused = i
		}
	}
	for i, b := range budgets {
		if refused < 0 {
			l[name(b)] = left[i]
		}
	}
	return domain.NewAllowance(budgets, left, refused)
}

func (l ledger) giveBack(budgets []domain.Budget, forgive bool) {
	for _, b := range budgets {
		if forgive && b.FirstBackoff > 0 {
			delete(l, name(b))
		} else {
			l[name(b)] = b.GiveBack(l[name(b)])
		}
	}
}

func takesLikeTheDomain(t *testing.T, b bench) {
	story := 0
	rapid.Check(t, func(t *rapid.T) {
		story++
		policy := domain.ThrottlePolicy{
			Failures: rapid.IntRange(1, 4).Draw(t, "failures"), FirstBackoff: 2 * time.Second, LongestBackoff: 10 * time.Second,
			DisableAt:       rapid.SampledFrom([]int{0, 6}).Draw(t, "disable at"),
			NetworkFailures: rapid.IntRange(1, 6).Draw(t, "network"), Window: 9 * time.Second,
		}
		g := domain.Guess{Address: domain.EmailIndex(fmt.Sprint("address of story ", story)), Network: fmt.Sprint("network of story ", story)}
		want, at := ledger{}, start
		for range 25 {
			budgets := policy.Password(g)
			switch rapid.SampledFrom([]string{"take", "take", "take", "give back", "forgive", "wait"}).Draw(t, "step") {
			case "take":
				got, expected := b.take(t, budgets, at), want.take(budgets, at)
				if diff := cmp.Diff(visible(expected, at), visible(got, at)); diff != "" {
					t.Fatal(diff)
				}
			case "give back":
				must(t, b.r().Throttle.GiveBack(ctx, budgets))
				want.giveBack(budgets, false)
			case "forgive":
				must(t, b.r().Throttle.Forgive(ctx, budgets))
				want.giveBack(budgets, true)
			case "wait":
				at = at.Add(time.Duration(rapid.IntRange(1, 12).Draw(t, "seconds")) * time.Second)
			}
		}
	})
}

// visible leaves out when an open budget was last closed, which nobody asks.
func visible(a domain.Allowance, at time.Time) domain.Allowance {
	if !a.ClosedUntil.After(at) {
		a.ClosedUntil = time.Time{}
	}
	return a
}

func grantsNoMoreThanAllowed(t *testing.T, b bench) {
	const simultaneous = 50
	var granted, refused atomic.Int32
	together(simultaneous, func(int) {
		a, err := b.r().Throttle.Take(ctx, throttlePolicy.Password(guess(1)), start)
		switch {
		case err != nil:
			t.Error(err)
		case a.Granted:
			granted.Add(1)
		case a.ClosedUntil.Equal(start.Add(throttlePolicy.FirstBackoff)):
			refused.Add(1)
		default:
			t.Errorf("refused without the time to wait: %+v", a)
		}
	})
	if int(granted.Load()) != throttlePolicy.Failures || granted.Load()+refused.Load() != simultaneous {
		t.Errorf("%d of %d simultaneous takes granted, want %d", granted.Load(), simultaneous, throttlePolicy.Failures)
	}
	// What was refused was not counted in the network's budget either.
	policy := throttlePolicy
	policy.NetworkFailures = throttlePolicy.Failures + 1
	if a := b.take(t, policy.Password(guess(2)), start); !a.Granted {
		t.Error("refused takes were counted")
	}
	if a := b.take(t, policy.Password(guess(3)), start); a.Granted {
		t.Error("granted takes were not counted")
	}
}

func takesByALaggingClock(t *testing.T, b bench) {
	for n := range throttlePolicy.Failures {
		at := start.Add(-time.Duration(n) * time.Second)
		if a := b.take(t, throttlePolicy.Password(guess(1)), at); !a.Granted {
			t.Errorf("take %d: %+v", n, a)
		}
		budgets := throttlePolicy.Password(guess(2))
		b.take(t, budgets, at)
		must(t, b.r().Throttle.GiveBack(ctx, budgets))
	}
}

func takesNeverDeadlock(t *testing.T, b bench) {
	together(24, func(n int) {
		for range 10 {
			budgets := throttlePolicy.Password(guess(n % 3))
			if _, err := b.r().Throttle.Take(ctx, budgets, start); err != nil {
				t.Error(err)
			}
			if err := b.r().Throttle.Forgive(ctx, budgets); err != nil {
				t.Error(err)
			}
		}
	})
}

func disablesUntilRestored(t *testing.T, b bench) {
	g := guess(1)
	own := throttlePolicy.Password(g)[0]
	must(t, b.r().Throttle.Disable(ctx, own, start))
	must(t, b.r().Throttle.Disable(ctx, own, start))
	if a := b.take(t, throttlePolicy.Password(g), start.AddDate(1, 0, 0)); a.Granted || !a.Disabled {
		t.Errorf("disabled: %+v", a)
	}
	fromDevice := g
	fromDevice.Device = domain.DeviceID{ID: number(7)}
	if a := b.take(t, throttlePolicy.Password(fromDevice), start); !a.Granted {
		t.Errorf("a device was disabled with the strangers: %+v", a)
	}
	must(t, b.r().Throttle.Disable(ctx, throttlePolicy.Password(fromDevice)[0], start))
	must(t, b.r().Throttle.Restore(ctx, domain.EmailIndexes{"another", g.Address}))
	for _, restored := range []domain.Guess{g, fromDevice} {
		if a := b.take(t, throttlePolicy.Password(restored), start); !a.Granted {
			t.Errorf("restored: %+v", a)
		}
	}
}

func restoresOneAddress(t *testing.T, b bench) {
	for n := 1; n <= 2; n++ {
		for range throttlePolicy.Failures {
			b.take(t, throttlePolicy.Password(guess(n)), start)
		}
	}
	must(t, b.r().Throttle.Restore(ctx, domain.EmailIndexes{guess(1).Address}))
	if a := b.take(t, throttlePolicy.Password(guess(1)), start); !a.Granted || a.Remaining != throttlePolicy.Failures-1 {
		t.Errorf("the restored address: %+v", a)
	}
	if a := b.take(t, throttlePolicy.Password(guess(2)), start); a.Granted {
		t.Error("another address was restored")
	}
}

func grantsWithoutBudgets(t *testing.T, b bench) {
	if a := b.take(t, nil, start); !a.Granted {
		t.Errorf("%+v", a)
	}
}

func removesForgotten(t *testing.T, b bench) {
	budgets := throttlePolicy.Mail("address", domain.MailVerification)
	b.take(t, budgets[:1], start)
	forgotten := start.Add(budgets[0].Window)
	for _, c := range []struct {
		before time.Time
		want   int
	}{{forgotten, 0}, {forgotten.Add(tick), 1}, {forgotten.Add(tick), 0}} {
		removed, err := b.r().Throttle.RemoveForgotten(ctx, c.before, 10)
		if must(t, err); removed != c.want {
			t.Errorf("removed %d of what was forgotten before %v, want %d", removed, c.before, c.want)
		}
	}
}

// together runs act n times at once.
func together(n int, act func(i int)) {
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			act(i)
		})
	}
	done.Wait()
}
