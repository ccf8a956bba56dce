package porttest

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

var messageSpacingPromises = map[string]func(*testing.T, bench){
	"Plan and Refund decide as the domain does":                              plansLikeTheDomain,
	"of concurrent calls of Plan each sees what the one before stored":       plansConcurrently,
	"PurgeExpired removes only histories that expired before the given time": purgesHistories,
}

const historyTemplate = domain.MessagePasswordReset

func (b bench) plan(
	t rapid.TB, to domain.EmailIndex, spacing domain.MessageSpacing, job domain.MessageJob, at time.Time,
) domain.MessagePlan {
	t.Helper()
	plan, err := b.r().MessageSpacing.Plan(ctx, to, historyTemplate, spacing, job, at)
	must(t, err)
	return plan
}

func plansLikeTheDomain(t *testing.T, b bench) {
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		spacing := domain.MessageSpacing{
			Free: rapid.IntRange(0, 3).Draw(t, "free"), MinGap: time.Minute, MaxGap: 5 * time.Minute,
			MinLifetime: 3 * time.Minute, MaxLifetime: 10 * time.Minute, DropsInGap: rapid.Bool().Draw(t, "drops"),
		}
		to := domain.EmailIndex(fmt.Sprint("\x00\xff index of run ", run))
		var want domain.MessageHistory
		var last domain.MessagePlan
		at := start
		for range 20 {
			switch rapid.SampledFrom([]string{"plan", "plan", "refund", "wait"}).Draw(t, "step") {
			case "plan":
				job := domain.MessageJob{
					ID: rapid.SampledFrom([]string{"one", "two", "three"}).Draw(t, "job"), LinkGone: rapid.Bool().Draw(t, "link gone"),
				}
				want, last = spacing.Plan(want, job, at)
				wantSame(t, last, b.plan(t, to, spacing, job, at))
			case "refund":
				want = last.Refund(want)
				must(t, b.r().MessageSpacing.Refund(ctx, to, historyTemplate, last))
				last = domain.MessagePlan{}
			case "wait":
				at = at.Add(time.Duration(rapid.IntRange(1, 20*3600).Draw(t, "seconds")) * time.Second)
			}
		}
	})
}

// plansConcurrently lets twenty workers send to one email address: three messages are sent, one job waits, the rest is dropped.
func plansConcurrently(t *testing.T, b bench) {
	spacing := domain.DefaultRateLimitPolicy().MessageSpacing(historyTemplate)
	plans := make([]domain.MessagePlan, 20)
	for _, err := range concurrently(len(plans), func(i int) (err error) {
		job := domain.MessageJob{ID: fmt.Sprint("job ", i), LinkGone: true}
		plans[i], err = b.r().MessageSpacing.Plan(ctx, "one email address", historyTemplate, spacing, job, start)
		return err
	}) {
		must(t, err)
	}
	sent, waiting := 0, 0
	for _, plan := range plans {
		switch {
		case plan.Send:
			sent++
		case !plan.WaitUntil.IsZero():
			waiting++
		}
	}
	if sent != 3 || waiting != 1 {
		t.Errorf("%d sent and %d waiting, want 3 and 1", sent, waiting)
	}
	// Other email addresses and templates have histories of their own.
	if plan := b.plan(t, "another", spacing, domain.MessageJob{ID: "1"}, start); !plan.Send {
		t.Error("a message to another email address was not sent")
	}
	plan, err := b.r().MessageSpacing.Plan(
		ctx, "one email address", domain.MessageVerification, spacing, domain.MessageJob{ID: "2"}, start)
	must(t, err)
	if !plan.Send {
		t.Error("a message of another template was not sent")
	}
}

func purgesHistories(t *testing.T, b bench) {
	spacing := domain.DefaultRateLimitPolicy().MessageSpacing(historyTemplate)
	b.plan(t, "one", spacing, domain.MessageJob{ID: "1"}, start)
	b.plan(t, "two", spacing, domain.MessageJob{ID: "2"}, start.Add(time.Hour))
	end := start.Add(24 * time.Hour)
	wantRemoved(t, 0)(b.r().MessageSpacing.PurgeExpired(ctx, end, 10))
	wantRemoved(t, 1)(b.r().MessageSpacing.PurgeExpired(ctx, end.Add(tick), 10))
	wantRemoved(t, 0)(b.r().MessageSpacing.PurgeExpired(ctx, end.Add(tick), 10))
	wantRemoved(t, 1)(b.r().MessageSpacing.PurgeExpired(ctx, end.Add(2*time.Hour), 10))
}
