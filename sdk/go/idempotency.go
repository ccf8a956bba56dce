package accounts

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"

	"github.com/siriusys/user-management-service/sdk/go/internal/api"
)

const idempotencyHeader = "Idempotency-Key"

type idempotencyContext struct{}

// WithIdempotencyKey sets the key of the next SignUp, ResetPassword or TerminateAccount with the context. Without one, each call
// creates its own and uses it for all its attempts. A call that failed with an unknown outcome can be repeated with its key: the
// service acts once. A key lives 24 hours, and belongs to one request with one body.
func WithIdempotencyKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, idempotencyContext{}, key)
}

// NewIdempotencyKey returns a random key.
func NewIdempotencyKey() string { return rand.Text() }

// idempotent sets the header, a string of RFC 8941 as draft-ietf-httpapi-idempotency-key-header says.
func idempotent(ctx context.Context) api.RequestEditorFn {
	key, given := ctx.Value(idempotencyContext{}).(string)
	if !given {
		key = NewIdempotencyKey()
	}
	return func(_ context.Context, request *http.Request) error {
		if key == "" || strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
			return fmt.Errorf("accounts: an idempotency key consists of printable ASCII characters without quotes and backslashes")
		}
		request.Header.Set(idempotencyHeader, `"`+key+`"`)
		return nil
	}
}
