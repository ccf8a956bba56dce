package passwordhash

import (
	"runtime"
	"syscall"
	"testing"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
)

func TestAHashGivesWayAndNothingElse(t *testing.T) {
	t.Parallel()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const highest = 20 // the system call answers with 20 less the niceness, getpriority(2)
	mine := threadPriority(t)
	var hashs int
	if err := newTestPool().run(t.Context(), func(*argon2id.Memory) { hashs = threadPriority(t) }); err != nil {
		t.Fatal(err)
	}
	if want := min(highest-niceness, mine); hashs != want {
		t.Errorf("a hash has priority %d, want %d", hashs, want)
	}
	if got := threadPriority(t); got != mine {
		t.Errorf("the caller has priority %d, and had %d", got, mine)
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
