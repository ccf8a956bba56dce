package app

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// ReverseTermination brings a terminated account back by the link that was mailed at its termination: it can sign in again
// with the password that it had. Its sessions stay ended and its reset links dead, and a notice is mailed.
// Errors: domain.ErrInvalidToken, also if the account is erased; domain.Errors.
func (a *App) ReverseTermination(ctx context.Context, token string, from netip.Prefix) error {
	var fields domain.Fields
	link, err := domain.ParseLinkToken(domain.ReverseTermination, token)
	fields.Check("token", err)
	if err := fields.Err(); err != nil {
		return err
	}
	now := a.Now()
	u, err := a.Store.Repos().Links.User(ctx, domain.ReverseTermination, link.Hash(), now)
	if err != nil {
		return lost(err, domain.ErrInvalidToken)
	}
	network, err := a.networkPseudonym(from)
	if err != nil {
		return err
	}
	event := a.event(domain.AuditTerminationUndone, domain.AuditEvent{UserID: u.ID, Address: u.EmailIndex, Network: network})
	err = a.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		// The account's row first, like its erasure: the two then wait for one another instead of deadlocking.
		if err := r.Accounts.ReverseTermination(ctx, u.ID, now); err != nil {
			return fmt.Errorf("reverse a termination: %w", err)
		}
		if _, err := r.Links.Use(ctx, domain.ReverseTermination, link.Hash(), now); err != nil {
			return fmt.Errorf("use the link of a termination: %w", err)
		}
		if err := r.Links.RemoveAllOf(ctx, u.ID, domain.ReverseTermination); err != nil {
			return fmt.Errorf("remove the other links of a termination: %w", err)
		}
		if err := r.Audit.Record(ctx, event); err != nil {
			return fmt.Errorf("record a reversed termination: %w", err)
		}
		return r.Outbox.Enqueue(ctx, ports.Letter{Template: domain.MailTerminationReversed, UserID: u.ID, At: now})
	})
	return lost(err, domain.ErrInvalidToken)
}
