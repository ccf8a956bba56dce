package ports

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// UnverifiedQueue stores the messages that signups cause while they wait for the pace of the service and of the networks from which they
// are requested. Most of their email addresses were never verified; those with an account wait alike, so that no client learns which.
type UnverifiedQueue interface {
	// Enter reports whether a message may be sent immediately. Otherwise the message waits, unless one from the same network to the
	// same email address waits already. It must wait if a message of its network waits, if one of another network waits that is due,
	// or if the pace of the network or of the service is used up. Concurrent calls, also with Release, keep the pace.
	Enter(ctx context.Context, m UnverifiedMessage, pace domain.UnverifiedPace, now time.Time) (mayBeSent bool, err error)
	// Refund gives the network and the service back what a message used that Enter let pass and that was not sent.
	Refund(ctx context.Context, network string, pace domain.UnverifiedPace) error
	// Release puts the messages that are due back into the outbox, and returns how many: as many as the pace of the service allows,
	// one of each network in turn, beginning with the network that has been due for longest; of one network one of each client in
	// turn, the oldest first. A message leaves the queue if and only if it is in the outbox. The released request is the one that
	// entered, with its MessageID set. What other networks requested for the same email address is removed with it. Of concurrent calls, one
	// releases a message.
	Release(ctx context.Context, pace domain.UnverifiedPace, now time.Time) (int, error)
	// Count returns how many messages wait, at most limit.
	Count(ctx context.Context, limit int) (int, error)
	// PurgeWaiting removes at most limit messages that have been waiting since before the given time, and returns how many it
	// removed.
	PurgeWaiting(ctx context.Context, before time.Time, limit int) (int, error)
	// PurgeNetworks removes at most limit networks that have no waiting message and whose pace was used until before the given
	// time, and returns how many it removed.
	PurgeNetworks(ctx context.Context, before time.Time, limit int) (int, error)
}

// UnverifiedMessage is a message that enters the UnverifiedQueue. All messages without a Request.Network count as one network.
type UnverifiedMessage struct {
	EmailIndex domain.EmailIndex
	// MessageID identifies the message in the job that sends it after its release, so that a message that is sent twice has one
	// Message-ID.
	MessageID string
	Request   MessageRequest
}
