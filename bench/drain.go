package main

import (
	"context"
	"net/http"
	"time"
)

// drained is how many letters wait in the queue when its emptying is measured.
const drained = 4000

// drain measures how many letters a second go out, from a queue that filled while the mail server took none.
func (m *measurement) drain(ctx context.Context, c *crowd) error {
	m.say("filling the queue with letters")
	if err := c.settle(ctx); err != nil {
		return err
	}
	c.mail.hold()
	before := c.mail.taken.Load()
	err := c.prepare(ctx, drained, func(conn *conn, i int) error {
		return conn.want(http.StatusAccepted, resetRequest(c.addresses[i%len(c.addresses)]), nil)
	})
	begin := time.Now()
	c.mail.release()
	for err == nil && c.mail.taken.Load()-before < drained {
		err = sleep(ctx, time.Millisecond)
	}
	if err != nil {
		return err
	}
	m.keepFact(atLeast("letters sent from a full queue", drained/time.Since(begin).Seconds(), 1000, "/s"))
	return nil
}

// settle waits until no letter has gone out for a while, so that those of the loads before are through.
func (c *crowd) settle(ctx context.Context) error {
	const quiet = 500 * time.Millisecond
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for taken := int64(-1); taken != c.mail.taken.Load(); {
		taken = c.mail.taken.Load()
		if err := sleep(ctx, quiet); err != nil {
			return err
		}
	}
	return nil
}
