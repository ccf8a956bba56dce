package main

import (
	"context"
	"net/http"
	"time"
)

// queuedMessages is how many messages the outbox contains when sending begins.
const queuedMessages = 4000

// measureSending measures how many messages a second the service sends from an outbox that filled while the mail server
// blocked deliveries.
func (m *measurement) measureSending(ctx context.Context, p *userPool) error {
	m.progress("filling the outbox")
	if err := p.awaitQuietMail(ctx); err != nil {
		return err
	}
	p.mail.pause()
	before := p.mail.received.Load()
	err := p.forEach(ctx, queuedMessages, func(c *conn, i int) error {
		return c.expect(http.StatusAccepted, resetRequest(p.emails[i%len(p.emails)]), nil)
	})
	begin := time.Now()
	p.mail.resume()
	for err == nil && p.mail.received.Load()-before < queuedMessages {
		err = sleep(ctx, time.Millisecond)
	}
	if err != nil {
		return err
	}
	m.addFact(atLeast("messages sent from a full queue", queuedMessages/time.Since(begin).Seconds(), 1000, "/s"))
	return nil
}

// awaitQuietMail waits until the mail server has received no message for a while: those of the loads before are then sent.
func (p *userPool) awaitQuietMail(ctx context.Context) error {
	const quiet = 500 * time.Millisecond
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for received := int64(-1); received != p.mail.received.Load(); {
		received = p.mail.received.Load()
		if err := sleep(ctx, quiet); err != nil {
			return err
		}
	}
	return nil
}
