package httpapi

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails if a goroutine is left, such as that of a stream.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
