package porttest

import (
	"context"
	"testing"

	"github.com/siriusys/user-management-service/ports"
)

// BreachedPassword is what a source under test must know.
const BreachedPassword = "correct horse battery staple"

// BreachedPasswords checks the contract of ports.BreachedPasswords on a source that knows BreachedPassword alone.
func BreachedPasswords(t *testing.T, source ports.BreachedPasswords) {
	t.Helper()
	for clear, want := range map[string]bool{BreachedPassword: true, "correct horse battery stable": false, "x": false} {
		if got, err := source.Contains(context.Background(), password(t, clear)); err != nil || got != want {
			t.Errorf("%q: %v, %v", clear, got, err)
		}
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := source.Contains(ended, password(t, BreachedPassword)); err == nil {
		t.Error("an ended context is no error")
	}
}
