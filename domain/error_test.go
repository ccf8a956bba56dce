package domain_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/domain"
)

func TestErrorsOfTheSameCodeAreEqual(t *testing.T) {
	t.Parallel()
	wrapped := fmt.Errorf("log in: %w", domain.ErrInvalidCredentials)
	if !errors.Is(wrapped, domain.ErrInvalidCredentials) {
		t.Error("errors.Is does not find a wrapped error")
	}
	if errors.Is(wrapped, domain.ErrInvalidToken) || errors.Is(wrapped, errors.New("other")) {
		t.Error("errors with different codes are equal")
	}
	elsewhere := &domain.Error{Kind: domain.Invalid, Code: "too_long", Field: "password", Text: "is too long"}
	if !errors.Is(elsewhere, &domain.Error{Code: "too_long", Field: "full_name"}) {
		t.Error("errors with the same code in different fields are not equal")
	}
	if found, ok := errors.AsType[*domain.Error](wrapped); !ok || found != domain.ErrInvalidCredentials {
		t.Error("errors.AsType does not find a wrapped error")
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	violations := domain.Errors{
		{Field: "email", Code: "required", Text: "is required"},
		{Code: "nothing_to_change", Text: "Give something."},
	}
	if got, want := violations.Error(), "email: is required; Give something."; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
}

func TestErrorsUnwrapToEachViolation(t *testing.T) {
	t.Parallel()
	_, err := domain.ParseSignup(domain.PasswordPolicy{MinLength: 12}, "", "Ada", "DE", "Atlantis", "short")
	for _, code := range []string{"required", "unknown_state_province", "password_too_short"} {
		if !errors.Is(err, &domain.Error{Code: code}) {
			t.Errorf("%v is not %s", err, code)
		}
	}
	if errors.Is(err, &domain.Error{Code: "invalid_name"}) {
		t.Error("errors.Is finds a violation that the errors do not contain")
	}
}

func TestKindsAreDistinct(t *testing.T) {
	t.Parallel()
	kinds := domain.Kinds()
	if got := slices.Compact(slices.Sorted(slices.Values(kinds))); len(got) != len(kinds) || slices.Contains(kinds, 0) {
		t.Errorf("Kinds() = %v", kinds)
	}
}

func TestFieldsKeepOrderAndNames(t *testing.T) {
	t.Parallel()
	violation := &domain.Error{Kind: domain.Invalid, Code: "a"}
	var f domain.Fields
	f.Check("valid", nil)
	if err := f.Err(); err != nil {
		t.Fatalf("Err() = %v for valid fields", err)
	}
	f.Check("first", violation)
	f.Check("second", domain.Errors{{Kind: domain.Invalid, Code: "b", Field: "inner"}, {Kind: domain.Invalid, Code: "c", Field: "other"}})
	f.Check("third", &domain.Error{Kind: domain.Invalid, Code: "d", Field: "own"})
	f.Check("fourth", fmt.Errorf("wrapped: %w", violation))
	if diff := cmp.Diff([]string{"first a", "inner b", "other c", "own d", "fourth a"}, violationsOf(f.Err())); diff != "" {
		t.Error(diff)
	}
	if violation.Field != "" {
		t.Error("Check changed the error that it received")
	}
}

func TestViolationsTakePrecedenceOverOtherErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, other := range []error{domain.ErrInvalidToken, broken} {
		var f domain.Fields
		f.Check("token", other)
		if err := f.Err(); !errors.Is(err, other) {
			t.Errorf("Err() = %v, want %v", err, other)
		}
		f.Check("password", &domain.Error{Kind: domain.Invalid, Code: "required"})
		if err := f.Err(); errors.Is(err, other) || len(violationsOf(err)) != 1 {
			t.Errorf("Err() = %v, want the violation alone", err)
		}
	}
}
