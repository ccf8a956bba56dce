package memory

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

type historyKey struct {
	email    domain.EmailIndex
	template domain.MessageTemplate
}

type messageSpacing struct{ view }

func (r messageSpacing) Plan(
	_ context.Context, to domain.EmailIndex, template domain.MessageTemplate,
	spacing domain.MessageSpacing, job domain.MessageJob, now time.Time,
) (plan domain.MessagePlan, err error) {
	err = r.do(func(s *state) error {
		key := historyKey{to, template}
		s.histories[key], plan = spacing.Plan(s.histories[key], job, now)
		return nil
	})
	return plan, err
}

func (r messageSpacing) Refund(
	_ context.Context, to domain.EmailIndex, template domain.MessageTemplate, plan domain.MessagePlan,
) error {
	return r.do(func(s *state) error {
		key := historyKey{to, template}
		s.histories[key] = plan.Refund(s.histories[key])
		return nil
	})
}

func (r messageSpacing) PurgeExpired(_ context.Context, before time.Time, limit int) (removed int, err error) {
	err = r.do(func(s *state) error {
		for key, h := range s.histories {
			if removed < limit && h.ExpiresAt().Before(before) {
				delete(s.histories, key)
				removed++
			}
		}
		return nil
	})
	return removed, err
}
