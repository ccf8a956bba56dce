package tracing

import (
	"context"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Hasher records how long each password hash takes, with its wait in the queue.
type Hasher struct {
	ports.PasswordHasher
	tracer trace.Tracer
}

// NewHasher returns a Hasher that hashes by next.
func NewHasher(next ports.PasswordHasher, provider trace.TracerProvider) Hasher {
	return Hasher{next, provider.Tracer(tracerName)}
}

// record runs do in a span.
func (h Hasher) record(ctx context.Context, do func(ctx context.Context) error) {
	ctx, span := h.tracer.Start(ctx, "hash password")
	defer span.End()
	if do(ctx) != nil {
		span.SetStatus(codes.Error, "")
	}
}

// Hash implements ports.PasswordHasher.
func (h Hasher) Hash(ctx context.Context, w domain.HashWaiter, p domain.Password) (hash domain.PasswordHash, err error) {
	h.record(ctx, func(ctx context.Context) error {
		hash, err = h.PasswordHasher.Hash(ctx, w, p)
		return err
	})
	return hash, err
}

// HashWithSalt implements ports.PasswordHasher.
func (h Hasher) HashWithSalt(
	ctx context.Context, w domain.HashWaiter, p domain.Password, salt []byte,
) (hash domain.PasswordHash, err error) {
	h.record(ctx, func(ctx context.Context) error {
		hash, err = h.PasswordHasher.HashWithSalt(ctx, w, p, salt)
		return err
	})
	return hash, err
}

// Verify implements ports.PasswordHasher.
func (h Hasher) Verify(
	ctx context.Context, w domain.HashWaiter, p domain.Password, of domain.PasswordHash,
) (match ports.Match, err error) {
	h.record(ctx, func(ctx context.Context) error {
		match, err = h.PasswordHasher.Verify(ctx, w, p, of)
		return err
	})
	return match, err
}

// VerifyAny implements ports.PasswordHasher.
func (h Hasher) VerifyAny(
	ctx context.Context, w domain.HashWaiter, p domain.Password, hashes []domain.PasswordHash,
) (index int, match ports.Match, err error) {
	h.record(ctx, func(ctx context.Context) error {
		index, match, err = h.PasswordHasher.VerifyAny(ctx, w, p, hashes)
		return err
	})
	return index, match, err
}
