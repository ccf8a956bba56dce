package app

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// CancelTermination restores a terminated account by the link that was mailed at its termination: the user can log in again
// with the same password. Sessions stay revoked and reset links removed. It requests a notice.
// Errors: domain.ErrInvalidToken, also if the account is erased; domain.Errors.
func (a *Accounts) CancelTermination(ctx context.Context, token string, from netip.Prefix) error {
	var fields domain.Fields
	link, err := domain.ParseLinkToken(domain.CancelTermination, token)
	fields.Check("token", err)
	if err := fields.Err(); err != nil {
		return err
	}
	now := a.now()
	u, err := a.store.Repos().Links.FindUser(ctx, domain.CancelTermination, link.Hash(), now)
	if err != nil {
		return mapNotFound(err, domain.ErrInvalidToken)
	}
	network, err := a.pseudonyms.network(from)
	if err != nil {
		return err
	}
	event, err := a.events.newFrom(network, domain.AuditTerminationCancelled, domain.AuditEvent{UserID: u.ID})
	if err != nil {
		return err
	}
	err = a.store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		// The account's row first, like its erasure: the two then wait for one another instead of deadlocking.
		if err := r.Accounts.CancelTermination(ctx, u.ID, now); err != nil {
			return fmt.Errorf("cancel a termination: %w", err)
		}
		if _, err := r.Links.Use(ctx, domain.CancelTermination, link.Hash(), now); err != nil {
			return fmt.Errorf("use a cancellation link: %w", err)
		}
		if err := r.Links.RemoveAllOf(ctx, u.ID, domain.CancelTermination); err != nil {
			return fmt.Errorf("remove the other cancellation links: %w", err)
		}
		if err := r.Audit.Record(ctx, event); err != nil {
			return fmt.Errorf("record a cancelled termination: %w", err)
		}
		return r.Outbox.Enqueue(ctx, ports.MessageRequest{Template: domain.MessageTerminationCancelled, UserID: u.ID, At: now})
	})
	return mapNotFound(err, domain.ErrInvalidToken)
}
