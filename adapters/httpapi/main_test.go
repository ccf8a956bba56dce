package httpapi

import (
	"testing"

	"go.uber.org/goleak"
)

// Streams begin and end goroutines; none may stay behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
