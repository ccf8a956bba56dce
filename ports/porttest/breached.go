package porttest

import (
	"context"
	"testing"

	"github.com/siriusys/user-management-service/ports"
)

// BreachedPassword is a password that the source under test must contain.
const BreachedPassword = "correct horse battery staple"

// BreachedPasswords checks the contract of ports.BreachedPasswords. The source must contain BreachedPassword only.
func BreachedPasswords(t *testing.T, source ports.BreachedPasswords) {
	t.Helper()
	t.Run("Contains reports whether a password is breached", func(t *testing.T) {
		t.Parallel()
		for clear, want := range map[string]bool{BreachedPassword: true, "correct horse battery stable": false, "x": false} {
			if got, err := source.Contains(ctx, password(t, clear)); err != nil || got != want {
				t.Errorf("Contains(%q) = %v, %v; want %v", clear, got, err, want)
			}
		}
	})
	t.Run("a cancelled context is an error", func(t *testing.T) {
		t.Parallel()
		cancelled, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := source.Contains(cancelled, password(t, BreachedPassword)); err == nil {
			t.Error("Contains returned no error")
		}
	})
}
