package passwordhash

import (
	"runtime"
	"syscall"
	"testing"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
)

func TestOnlyHashesRunAtLowPriority(t *testing.T) {
	t.Parallel()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const highest = 20 // the system call returns 20 minus the niceness, getpriority(2)
	own := threadPriority(t)
	var ofHash int
	if err := newTestPool().run(t.Context(), anyone, func(*argon2id.Memory) { ofHash = threadPriority(t) }); err != nil {
		t.Fatal(err)
	}
	if want := min(highest-niceness, own); ofHash != want {
		t.Errorf("a hash has priority %d, want %d", ofHash, want)
	}
	if got := threadPriority(t); got != own {
		t.Errorf("the caller has priority %d, want %d as before", got, own)
	}
}

func threadPriority(t *testing.T) int {
	t.Helper()
	priority, err := syscall.Getpriority(syscall.PRIO_PROCESS, 0)
	if err != nil {
		t.Error(err)
	}
	return priority
}
