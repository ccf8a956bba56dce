package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/siriusys/user-management-service/domain"
)

// KeysetKeyUse is what depends on one key of the keyset.
type KeysetKeyUse struct {
	// Values is how many stored values were made with the key.
	Values int
	// Readers is how many running replicas can read with the key, Writers how many make new values with it.
	Readers, Writers int
	// Sessions is how many live sessions may have a refresh token with a tag of the key. It is counted for old MAC keys only.
	Sessions int
	// Messages is how many pending messages contain only indexes of old MAC keys. It is counted for all old
	// MAC keys together.
	Messages int
}

// IsNeeded reports whether removing the key would break something. Replicas that only read with it don't need it.
func (u KeysetKeyUse) IsNeeded() bool {
	return u.Values > 0 || u.Sessions > 0 || u.Writers > 0 || u.Messages > 0
}

// String lists what needs the key; it is empty if nothing does.
func (u KeysetKeyUse) String() string {
	var needed []string
	for _, d := range []struct {
		n    int
		noun string
	}{{u.Values, "stored value"}, {u.Sessions, "live session"}, {u.Writers, "writing replica"}, {u.Messages, "pending message"}} {
		switch d.n {
		case 0:
		case 1:
			needed = append(needed, "1 "+d.noun)
		default:
			needed = append(needed, fmt.Sprintf("%d %ss", d.n, d.noun))
		}
	}
	return strings.Join(needed, ", ")
}

// KeysetKeyStatus is a key of the keyset with what depends on it.
type KeysetKeyStatus struct {
	Key domain.KeysetKey
	Use KeysetKeyUse
}

// Status lists the keys of the keyset, followed by the keys that stored values name and the keyset lacks, by name.
func (k *Keyset) Status(ctx context.Context) ([]KeysetKeyStatus, error) {
	uses, err := k.uses(ctx)
	if err != nil {
		return nil, err
	}
	var status []KeysetKeyStatus
	for _, key := range k.keys.Keys() {
		status = append(status, KeysetKeyStatus{Key: key, Use: uses[key.Name]})
		delete(uses, key.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(uses)) {
		if uses[name].Values > 0 {
			status = append(status, KeysetKeyStatus{Key: domain.KeysetKey{Name: name, State: domain.KeysetKeyMissing}, Use: uses[name]})
		}
	}
	return status, nil
}

// uses finds what depends on each key, by the key's name.
func (k *Keyset) uses(ctx context.Context) (map[string]KeysetKeyUse, error) {
	values, err := k.data.CountValues(ctx, k.keys)
	if err != nil {
		return nil, fmt.Errorf("count what is stored under each key: %w", err)
	}
	messages, err := k.data.CountMessages(ctx, k.keys)
	if err != nil {
		return nil, fmt.Errorf("count the messages under old indexes: %w", err)
	}
	replicas, err := k.running(ctx)
	if err != nil {
		return nil, err
	}
	uses := map[string]KeysetKeyUse{}
	change := func(name string, by func(*KeysetKeyUse)) {
		use := uses[name]
		by(&use)
		uses[name] = use
	}
	for name, n := range values {
		change(name, func(u *KeysetKeyUse) { u.Values = n })
	}
	for _, r := range replicas {
		for _, name := range r.Reads {
			change(name, func(u *KeysetKeyUse) { u.Readers++ })
		}
		for _, name := range r.Writes {
			change(name, func(u *KeysetKeyUse) { u.Writers++ })
		}
	}
	for _, key := range k.keys.Keys() {
		if key.State != domain.KeysetKeyOld || !key.IsMAC() {
			continue
		}
		sessions, err := k.data.CountSessions(ctx, key.Name, k.now())
		if err != nil {
			return nil, fmt.Errorf("count the sessions that depend on %s: %w", key.Name, err)
		}
		change(key.Name, func(u *KeysetKeyUse) { u.Sessions, u.Messages = sessions, messages })
	}
	return uses, nil
}
