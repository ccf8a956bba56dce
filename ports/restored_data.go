package ports

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// RestoredData revokes and removes what became valid again when a backup was restored. Each call takes effect immediately and on its
// own. Calling it again finds what is left, so a run can stop and continue at any time.
type RestoredData interface {
	// RevokeSessions revokes those of at most limit sessions with ids above after that are not revoked, also expired ones: they may
	// have been refreshed since the backup. It returns the last id, which is after if there are no more sessions, and how many
	// sessions it revoked.
	RevokeSessions(ctx context.Context, after domain.SessionID, limit int, now time.Time) (last domain.SessionID, revoked int, err error)
	// RemoveLinks removes at most limit links, expired or not, and returns how many it removed. Links that cancel a termination stay.
	RemoveLinks(ctx context.Context, limit int) (int, error)
	// RemoveDevices removes at most limit known devices and returns how many it removed.
	RemoveDevices(ctx context.Context, limit int) (int, error)
	// RemoveMessages removes at most limit messages that are due from the outbox, and returns how many it removed.
	RemoveMessages(ctx context.Context, limit int) (int, error)
}
