package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type throttle struct{ work }

func (r throttle) Take(ctx context.Context, budgets []domain.Budget, now time.Time) (domain.Allowance, error) {
	if len(budgets) == 0 {
		return domain.NewAllowance(nil, nil, -1), nil
	}
	allowed, _, err := r.takeAndFind(ctx, nil, budgets, now)
	return allowed, err
}

// takeAndFind takes from the budgets, of which there must be one, and finds the credentials of an address, the same in every row.
func (r throttle) takeAndFind(ctx context.Context, address [][]byte, budgets []domain.Budget, now time.Time) (domain.Allowance, []sqlc.TakeFromBudgetsRow, error) {
	rows, err := r.take(ctx, address, budgets, now)
	if err == nil && isOvertaken(rows, now) {
		// The statement's snapshot is older than what closed the budget. A second one tells until when.
		rows, err = r.take(ctx, address, budgets, now)
	}
	if err != nil {
		return domain.Allowance{}, nil, err
	}
	return allowance(rows, budgets, now), rows, nil
}

func allowance(rows []sqlc.TakeFromBudgetsRow, budgets []domain.Budget, now time.Time) domain.Allowance {
	left, refused := make([]domain.Spending, len(rows)), -1
	if isOvertaken(rows, now) {
		refused = slices.IndexFunc(rows, func(row sqlc.TakeFromBudgetsRow) bool { return !row.Taken })
	}
	for i, row := range rows {
		left[i] = domain.Spending{Count: int(row.Count), ClosedUntil: row.ClosedUntil.UTC()}
		if row.Disabled {
			left[i].Count = max(left[i].Count, budgets[i].DisableAt)
		}
		if refused < 0 && isClosed(row, now) {
			refused = i
		}
	}
	return domain.NewAllowance(budgets, left, refused)
}

func isClosed(row sqlc.TakeFromBudgetsRow, now time.Time) bool {
	return !row.Taken && (row.Disabled || now.Before(row.ClosedUntil))
}

// isOvertaken reports whether a budget refused that had been open before the statement.
func isOvertaken(rows []sqlc.TakeFromBudgetsRow, now time.Time) bool {
	refused := func(row sqlc.TakeFromBudgetsRow) bool { return !row.Taken }
	closed := func(row sqlc.TakeFromBudgetsRow) bool { return isClosed(row, now) }
	return slices.ContainsFunc(rows, refused) && !slices.ContainsFunc(rows, closed)
}

// take runs the statement, and gives back what it took in vain when it did not take from all.
func (r throttle) take(ctx context.Context, address [][]byte, budgets []domain.Budget, now time.Time) ([]sqlc.TakeFromBudgetsRow, error) {
	rows, err := r.q.TakeFromBudgets(ctx, takeParams(address, budgets, now))
	if err != nil {
		return nil, translate(err)
	}
	var taken []domain.Budget
	for i, row := range rows {
		if row.Taken {
			taken = append(taken, budgets[i])
		}
	}
	if len(taken) == 0 || len(taken) == len(budgets) {
		return rows, nil
	}
	return rows, r.GiveBack(ctx, taken)
}

// columns are budgets as the queries take them: a column of each of their parts.
type columns struct {
	ords, limits    []int32
	scopes          []string
	subjects, parts [][]byte
}

func columnsOf(budgets []domain.Budget) (c columns) {
	for i, b := range budgets {
		c.ords = append(c.ords, int32(i))           //nolint:gosec // a handful
		c.limits = append(c.limits, int32(b.Limit)) //nolint:gosec // bounded by the settings
		c.scopes = append(c.scopes, string(b.Scope))
		c.subjects = append(c.subjects, []byte(b.Subject))
		c.parts = append(c.parts, []byte(b.Part))
	}
	return c
}

func takeParams(address [][]byte, budgets []domain.Budget, now time.Time) sqlc.TakeFromBudgetsParams {
	c := columnsOf(budgets)
	p := sqlc.TakeFromBudgetsParams{EmailIndexes: address, Now: now, Ords: c.ords, Scopes: c.scopes, Subjects: c.subjects, Parts: c.parts, Maxima: c.limits}
	for _, b := range budgets {
		p.Windows = append(p.Windows, b.Window)
		p.FirstBackoffs = append(p.FirstBackoffs, b.FirstBackoff)
		p.LongestBackoffs = append(p.LongestBackoffs, b.LongestBackoff)
		p.DisableAts = append(p.DisableAts, int32(b.DisableAt)) //nolint:gosec // bounded by the policy
	}
	return p
}

func (r throttle) GiveBack(ctx context.Context, budgets []domain.Budget) error {
	return translate(r.q.GiveBackToBudgets(ctx, giveBackParams(budgets, func(domain.Budget) bool { return false })))
}

func (r throttle) Forgive(ctx context.Context, budgets []domain.Budget) error {
	return translate(r.q.GiveBackToBudgets(ctx, forgiveParams(budgets)))
}

func forgiveParams(budgets []domain.Budget) sqlc.GiveBackToBudgetsParams {
	return giveBackParams(budgets, func(b domain.Budget) bool { return b.FirstBackoff > 0 })
}

// giveBackParams take back one, or everything from those budgets that say so.
func giveBackParams(budgets []domain.Budget, everything func(domain.Budget) bool) sqlc.GiveBackToBudgetsParams {
	c := columnsOf(budgets)
	p := sqlc.GiveBackToBudgetsParams{Ords: c.ords, Scopes: c.scopes, Subjects: c.subjects, Parts: c.parts, Maxima: c.limits}
	for _, b := range budgets {
		p.Everything = append(p.Everything, everything(b))
	}
	return p
}

func (r throttle) Disable(ctx context.Context, b domain.Budget, now time.Time) error {
	return translate(r.q.DisablePassword(ctx, sqlc.DisablePasswordParams{Subject: []byte(b.Subject), Part: []byte(b.Part), Now: now}))
}

func (r throttle) Restore(ctx context.Context, address domain.EmailIndexes) error {
	return r.later(ctx, func(q *sqlc.Queries) error {
		return q.RestorePassword(ctx, sqlc.RestorePasswordParams{Scope: string(domain.ScopePassword), Subjects: ports.AddressOf(address)})
	})
}

func (r throttle) RemoveForgotten(ctx context.Context, before time.Time, limit int) (int, error) {
	removed, err := r.q.RemoveForgottenSpendings(ctx, sqlc.RemoveForgottenSpendingsParams{Before: before, MaxRows: maxRows(limit)})
	return int(removed), translate(err)
}
