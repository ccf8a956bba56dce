package domain_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/domain"
)

func TestErrorIsTheSameByItsCode(t *testing.T) {
	t.Parallel()
	wrapped := fmt.Errorf("log in: %w", domain.ErrInvalidCredentials)
	if !errors.Is(wrapped, domain.ErrInvalidCredentials) {
		t.Error("a wrapped error is not itself any more")
	}
	if errors.Is(wrapped, domain.ErrInvalidToken) || errors.Is(wrapped, errors.New("other")) {
		t.Error("an error of another code is the same")
	}
	elsewhere := &domain.Error{Kind: domain.Invalid, Code: "too_long", Field: "password", Text: "is too long"}
	if !errors.Is(elsewhere, &domain.Error{Code: "too_long", Field: "full_name"}) {
		t.Error("an error of the same code in another field is another error")
	}
	if fault, ok := errors.AsType[*domain.Error](wrapped); !ok || fault != domain.ErrInvalidCredentials {
		t.Error("a wrapped error is not found")
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	faults := domain.Errors{
		{Field: "email", Code: "required", Text: "is required"},
		{Code: "nothing_to_change", Text: "Give something."},
	}
	if got, want := faults.Error(), "email: is required; Give something."; got != want {
		t.Errorf("the text is %q, want %q", got, want)
	}
}

func TestErrorsAreEachOfTheirFaults(t *testing.T) {
	t.Parallel()
	_, err := domain.ParseSignup(domain.PasswordPolicy{MinLength: 12}, "", "Ada", "DE", "Atlantis", "short")
	for _, code := range []string{"required", "unknown_state_province", "password_too_short"} {
		if !errors.Is(err, &domain.Error{Code: code}) {
			t.Errorf("%v is not %s", err, code)
		}
	}
	if errors.Is(err, &domain.Error{Code: "invalid_name"}) {
		t.Error("the errors are one that they do not hold")
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
	rule := &domain.Error{Kind: domain.Invalid, Code: "a"}
	var f domain.Fields
	f.Check("sound", nil)
	if err := f.Err(); err != nil {
		t.Fatalf("sound fields are %v", err)
	}
	f.Check("first", rule)
	f.Check("second", domain.Errors{{Kind: domain.Invalid, Code: "b", Field: "inner"}, {Kind: domain.Invalid, Code: "c", Field: "other"}})
	f.Check("third", &domain.Error{Kind: domain.Invalid, Code: "d", Field: "own"})
	f.Check("fourth", fmt.Errorf("wrapped: %w", rule))
	if diff := cmp.Diff([]string{"first a", "inner b", "other c", "own d", "fourth a"}, faultsOf(f.Err())); diff != "" {
		t.Error(diff)
	}
	if rule.Field != "" {
		t.Error("naming the field of a fault changed the shared fault")
	}
}

func TestOtherFaultsWaitUntilTheRulesAreKept(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, other := range []error{domain.ErrInvalidToken, broken} {
		var f domain.Fields
		f.Check("token", other)
		if err := f.Err(); !errors.Is(err, other) {
			t.Errorf("Err() = %v, want %v", err, other)
		}
		f.Check("password", &domain.Error{Kind: domain.Invalid, Code: "required"})
		if err := f.Err(); errors.Is(err, other) || len(faultsOf(err)) != 1 {
			t.Errorf("Err() = %v, want the broken rule alone", err)
		}
	}
}
