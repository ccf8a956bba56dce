package domain

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Limits of idempotency keys and of the calls that carry them.
const (
	// IdempotencyKeyMinLength and IdempotencyKeyMaxLength bound a key in characters. A shorter key would be one that other clients
	// choose too.
	IdempotencyKeyMinLength = 16
	IdempotencyKeyMaxLength = 128
	// IdempotencyLifetime is how long a call is remembered.
	IdempotencyLifetime = 24 * time.Hour
	// IdempotencyWait is how long a repeated call waits for the first one.
	IdempotencyWait = 5 * time.Second
	// IdempotencyAbandonedAfter is how long a call may take that neither completes nor fails, as when its replica was killed. Then a
	// repeated call takes its place.
	IdempotencyAbandonedAfter = time.Minute
	// MaxIdempotentCalls is how many calls of one wide network are remembered. Beyond it the oldest are forgotten.
	MaxIdempotentCalls = 1000
)

// IdempotencyKey is what a client chose so that it can repeat a call (draft-ietf-httpapi-idempotency-key-header). The zero value is
// that of a call without one. A client with the key and the input can repeat the call, so it is printed as a placeholder.
type IdempotencyKey struct{ value string }

// Format prints a placeholder.
func (IdempotencyKey) Format(s fmt.State, _ rune) { hide(s, "[idempotency key]") }

// IsZero reports whether the call has no key.
func (k IdempotencyKey) IsZero() bool { return k.value == "" }

// Bytes returns the key, for its tag.
func (k IdempotencyKey) Bytes() []byte { return []byte(k.value) }

// ParseIdempotencyKey reads the value of the header. The draft defines it as a string with quotation marks (RFC 9651, section 3.3.3);
// the key alone is accepted too, as clients of other services send it. Errors: ErrInvalidIdempotencyKey.
func ParseIdempotencyKey(header string) (IdempotencyKey, error) {
	value := header
	if len(value) >= 2 && strings.HasPrefix(value, `"`) && strings.HasSuffix(value, `"`) {
		value = value[1 : len(value)-1]
	}
	if len(value) < IdempotencyKeyMinLength || len(value) > IdempotencyKeyMaxLength || strings.ContainsFunc(value, isNotOfKey) {
		return IdempotencyKey{}, ErrInvalidIdempotencyKey
	}
	return IdempotencyKey{value}, nil
}

// isNotOfKey reports whether a character is not visible ASCII, or would be escaped between quotation marks.
func isNotOfKey(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }

// The errors of calls with an idempotency key.
var (
	// ErrInvalidIdempotencyKey: the header has another form.
	ErrInvalidIdempotencyKey = &Error{
		Kind: Malformed, Code: "invalid_idempotency_key",
		Text: "The header Idempotency-Key must have 16 to 128 visible ASCII characters without quotation marks and backslashes. " +
			"Use a random UUID.",
	}
	// ErrIdempotencyKeyReused: the key was used for the same operation with another input.
	ErrIdempotencyKeyReused = &Error{
		Kind: Invalid, Code: "idempotency_key_reused",
		Text: "This Idempotency-Key was used with another request. Use a new key for each request, and the same one to repeat it.",
	}
	// ErrIdempotentCallInProgress: the first call with the key still runs.
	ErrIdempotentCallInProgress = &Error{
		Kind: Conflicting, Code: "idempotency_key_in_progress",
		Text: "A request with this Idempotency-Key is in progress. Repeat it after the number of seconds in Retry-After.",
	}
)

// IdempotentCall is a call with an idempotency key, as it is stored: only keyed tags of what the client sent.
type IdempotentCall struct {
	// IDs are the tags of the operation, of whom or what it concerns, and of the key; one for each MAC key, the primary first.
	IDs []string
	// Inputs are the tags of the input, likewise. A digest without a key would let a reader try passwords.
	Inputs []string
	// Network is the pseudonym of the client's wide network.
	Network string
	// Attempt distinguishes the repetitions that may run.
	Attempt ID
	At      time.Time
}

// IsZero reports whether the call has no key.
func (c IdempotentCall) IsZero() bool { return len(c.IDs) == 0 }

// StoredCall is an idempotent call as it was stored. The zero value is that of a call that was never begun.
type StoredCall struct {
	Input     string
	Attempt   ID
	BegunAt   time.Time
	Completed bool
	// Device is what a password reset made known, else zero.
	Device KnownDevice
}

// CallState is what became of a call when it was repeated.
type CallState uint8

// The states of a call.
const (
	CallUnknown    CallState = iota // it was never begun, or is no longer remembered; or it was abandoned
	CallInProgress                  // another attempt runs
	CallCompleted
	CallDiffers // the key was used with another input
)

// State is the state of a stored call for a call that has the same id.
func (c IdempotentCall) State(stored StoredCall) CallState {
	switch {
	case !c.At.Before(stored.BegunAt.Add(IdempotencyLifetime)):
		return CallUnknown
	case !slices.Contains(c.Inputs, stored.Input):
		return CallDiffers
	case stored.Completed:
		return CallCompleted
	case !c.At.Before(stored.BegunAt.Add(IdempotencyAbandonedAfter)):
		return CallUnknown
	default:
		return CallInProgress
	}
}

// JoinTagged joins texts so that no other texts give the same result.
func JoinTagged(parts []string) []byte {
	var joined []byte
	for _, p := range parts {
		joined = binary.BigEndian.AppendUint64(joined, uint64(len(p)))
		joined = append(joined, p...)
	}
	return joined
}
