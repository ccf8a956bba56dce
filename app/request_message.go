package app

import (
	"context"
	"net/netip"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// messageInput is the unparsed input of a request for a message.
type messageInput struct {
	domain.Redacted
	email, deviceToken string
	from               netip.Prefix
}

// requestMessage requests a message to the users of an email address. Only the worker that sends it looks the address up.
func (a *Accounts) requestMessage(ctx context.Context, template domain.MessageTemplate, in messageInput) error {
	var fields domain.Fields
	email, err := domain.ParseStoredEmail(in.email)
	fields.Check("email", err)
	device, err := a.tokens.parseDeviceToken(in.deviceToken)
	fields.Check("device_token", err)
	if err := fields.Err(); err != nil {
		return err
	}
	indexes, err := a.pseudonyms.Email(email)
	if err != nil {
		return err
	}
	networks, err := a.pseudonyms.networks(in.from)
	if err != nil {
		return err
	}
	if err := a.limiter.spendRequest(ctx, networks); err != nil {
		return err
	}
	wide := networks[len(networks)-1]
	message := ports.MessageRequest{
		Template: template, EmailIndexes: indexes, At: a.now(), Network: wide, Client: networks[0], Device: device.ID,
	}
	return a.store.Repos().Outbox.Enqueue(ctx, message)
}
