package memory

import (
	"context"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

type budgetKey struct {
	scope         domain.BudgetScope
	subject, part string
}

func keyOf(b domain.Budget) budgetKey { return budgetKey{b.Scope, b.Subject, b.Part} }

type throttle struct{ view }

func (r throttle) Take(_ context.Context, budgets []domain.Budget, now time.Time) (allowed domain.Allowance, err error) {
	err = r.do(func(s *state) error {
		allowed = s.take(budgets, now)
		return nil
	})
	return allowed, err
}

func (s *state) take(budgets []domain.Budget, now time.Time) domain.Allowance {
	left, refused := make([]domain.Spending, len(budgets)), -1
	for i, b := range budgets {
		var taken bool
		left[i], taken = b.Take(s.spendings[keyOf(b)], now)
		if s.disabled[keyOf(b)] && b.DisableAt > 0 {
			left[i].Count, taken = max(left[i].Count, b.DisableAt), false
		}
		if !taken && refused < 0 {
			refused = i
		}
	}
	allowed := domain.NewAllowance(budgets, left, refused)
	if allowed.Granted {
		for i, b := range budgets {
			s.spendings[keyOf(b)] = left[i]
		}
	}
	return allowed
}

func (r throttle) GiveBack(_ context.Context, budgets []domain.Budget) error {
	return r.do(func(s *state) error {
		for _, b := range budgets {
			s.giveBack(b)
		}
		return nil
	})
}

func (s *state) giveBack(b domain.Budget) { s.spendings[keyOf(b)] = b.GiveBack(s.spendings[keyOf(b)]) }

func (r throttle) Forgive(_ context.Context, budgets []domain.Budget) error {
	return r.do(func(s *state) error {
		s.forgive(budgets)
		return nil
	})
}

func (s *state) forgive(budgets []domain.Budget) {
	for _, b := range budgets {
		if b.FirstBackoff > 0 {
			delete(s.spendings, keyOf(b))
		} else {
			s.giveBack(b)
		}
	}
}

func (r throttle) Disable(_ context.Context, b domain.Budget, _ time.Time) error {
	return r.do(func(s *state) error {
		s.disabled[keyOf(b)] = true
		return nil
	})
}

func (r throttle) Restore(_ context.Context, address domain.EmailIndexes) error {
	return r.do(func(s *state) error {
		s.restore(address)
		return nil
	})
}

func (s *state) restore(address domain.EmailIndexes) {
	for k := range s.spendings {
		if k.scope == domain.ScopePassword && slices.Contains(address, domain.EmailIndex(k.subject)) {
			delete(s.spendings, k)
		}
	}
	for k := range s.disabled {
		if slices.Contains(address, domain.EmailIndex(k.subject)) {
			delete(s.disabled, k)
		}
	}
}

func (r throttle) RemoveForgotten(_ context.Context, before time.Time, limit int) (removed int, err error) {
	err = r.do(func(s *state) error {
		for k, spending := range s.spendings {
			if removed < limit && spending.ForgottenAt.Before(before) {
				delete(s.spendings, k)
				removed++
			}
		}
		return nil
	})
	return removed, err
}
