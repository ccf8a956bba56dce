package passwordhash

import "golang.org/x/sys/unix"

const (
	// niceness is the calling thread's when it gives way: others that want its core get nine tenths of it (sched(7)).
	niceness = 10
	// slice is for how long it asks for a core at a time, in nanoseconds, the most that sched_setattr(2) takes. Of those that may run,
	// Linux takes the one whose slice would end first (EEVDF, per thread since 6.12): who asks for much comes last.
	slice = 100_000_000
)

// giveWay makes the calling thread's priority low. It needs no right; where it is forbidden all the same, nothing changes.
func giveWay() {
	attributes := unix.SchedAttr{Size: unix.SizeofSchedAttr, Nice: niceness, Runtime: slice}
	if unix.SchedSetAttr(0, &attributes, 0) != nil {
		_ = unix.Setpriority(unix.PRIO_PROCESS, 0, niceness)
	}
}
