package app

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// guess is a password about to be tried. It counts as wrong before it is hashed, so that simultaneous guesses cannot exceed
// the budget, and is forgiven once it was right.
type guess struct {
	app     *App
	by      domain.Guess
	budgets []domain.Budget
	allowed domain.Allowance
}

// takeGuess asks for one more guess. It does so before anything is looked up, so that a refusal takes the same time whether
// or not there is an account. Errors: domain.ErrTooManyAttempts, domain.ErrPasswordDisabled, both in a *domain.Limited;
// domain.ErrBusy, at once and uncounted, while too many passwords wait to be checked.
func (a *App) takeGuess(ctx context.Context, by domain.Guess) (guess, error) {
	if err := a.Hasher.Ready(); err != nil {
		return guess{}, fmt.Errorf("take a guess: %w", err)
	}
	now, budgets := a.Now(), a.Throttle.Password(by)
	allowed, err := a.Store.Repos().Throttle.Take(ctx, budgets, now)
	return a.taken(by, budgets, allowed, err, now)
}

// guessAt asks for one more guess and, in the same breath, for what it is checked against: so a refusal still takes the same
// time whether or not there is an account. Errors: those of takeGuess.
func (a *App) guessAt(ctx context.Context, address domain.EmailIndexes, by domain.Guess) (guess, domain.Credentials, error) {
	if err := a.Hasher.Ready(); err != nil {
		return guess{}, domain.Credentials{}, fmt.Errorf("take a guess: %w", err)
	}
	now, budgets := a.Now(), a.Throttle.Password(by)
	allowed, account, err := a.Store.Repos().Accounts.Guess(ctx, address, budgets, now)
	g, err := a.taken(by, budgets, allowed, err, now)
	return g, account, err
}

func (a *App) taken(by domain.Guess, budgets []domain.Budget, allowed domain.Allowance, err error, now time.Time) (guess, error) {
	if err != nil {
		return guess{}, fmt.Errorf("count a guess: %w", err)
	}
	if !allowed.Granted {
		return guess{}, allowed.Refusal(now)
	}
	return guess{app: a, by: by, budgets: budgets, allowed: allowed}, nil
}

// try checks the password, at the cost of one hash. The right password of an account that is not usable is a wrong one. A
// right one is left to be forgiven by whoever acts on it. Errors: refusal, in a *domain.Limited; domain.ErrBusy.
func (g guess) try(ctx context.Context, attempt domain.Password, account domain.Credentials, refusal *domain.Error) (ports.Match, error) {
	match, err := g.app.Hasher.Verify(ctx, attempt, account.PasswordHash)
	if err != nil {
		return ports.Match{}, g.app.giveBack(ctx, g.budgets, fmt.Errorf("check a password: %w", err))
	}
	if !match.OK || !account.Usable {
		return ports.Match{}, g.failed(ctx, account.UserID, refusal)
	}
	return match, nil
}

// failed records the wrong password, and what it brings with it.
func (g guess) failed(ctx context.Context, user domain.UserID, refusal *domain.Error) error {
	now, own, r := g.app.Now(), g.budgets[0], g.app.Store.Repos()
	about := domain.AuditEvent{UserID: user, Address: g.by.Address, Network: g.by.Network}
	events := []domain.AuditEvent{g.app.event(domain.AuditPasswordRefused, about)}
	if now.Before(g.allowed.ClosedUntil) {
		events = append(events, g.app.event(domain.AuditThrottled, about))
	}
	if own.DisableAt > 0 && g.allowed.Count >= own.DisableAt {
		if err := r.Throttle.Disable(ctx, own, now); err != nil {
			return fmt.Errorf("disable a password: %w", err)
		}
		events = append(events, g.app.event(domain.AuditPasswordDisabled, about))
	}
	if err := r.Audit.Record(ctx, events...); err != nil {
		return fmt.Errorf("record a wrong password: %w", err)
	}
	return g.allowed.Limited(refusal, now)
}

// giveBackTimeout bounds the work that goes on after a request was given up.
const giveBackTimeout = 5 * time.Second

// giveBack takes back what was counted and then did not happen, also when that was because the client is gone, and returns
// why. What cannot be taken back stays counted, which errs on the safe side.
func (a *App) giveBack(ctx context.Context, budgets []domain.Budget, why error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), giveBackTimeout)
	defer cancel()
	_ = a.Store.Repos().Throttle.GiveBack(ctx, budgets)
	return why
}

// limitMail has a letter to an address written, unless the address got enough letters of the kind lately: then it is left
// unwritten, which nobody else notices. A letter that could not be sent does not count.
func (a *App) limitMail(ctx context.Context, to domain.EmailIndex, template domain.MailTemplate, write func() error) error {
	budgets := a.Throttle.Mail(to, template)
	allowed, err := a.Store.Repos().Throttle.Take(ctx, budgets, a.Now())
	if err != nil {
		return fmt.Errorf("count a letter: %w", err)
	}
	if !allowed.Granted {
		return nil
	}
	if err := write(); err != nil {
		return a.giveBack(ctx, budgets, err)
	}
	return nil
}

// takeRequest asks for one more signup or request for mail from a network.
// Errors: domain.ErrTooManyAttempts in a *domain.Limited.
func (a *App) takeRequest(ctx context.Context, network string) error {
	now := a.Now()
	allowed, err := a.Store.Repos().Throttle.Take(ctx, a.Throttle.Requests(network), now)
	if err != nil {
		return fmt.Errorf("count a request: %w", err)
	}
	if !allowed.Granted {
		return allowed.Refusal(now)
	}
	return nil
}

// networkPseudonym hides a network, since an address on the internet may tell of a person.
func (a *App) networkPseudonym(from netip.Prefix) (string, error) {
	tag, err := a.MAC.Tag(networkPurpose, []byte(from.String()))
	if err != nil {
		return "", fmt.Errorf("hide a network: %w", err)
	}
	return string(tag), nil
}
