package passwordhash

import "golang.org/x/sys/unix"

const (
	// niceness is that of a low-priority thread. Other threads that need its core get nine tenths of it (sched(7)).
	niceness = 10
	// slice is how long such a thread requests a core for, in nanoseconds: the maximum of sched_setattr(2). Among the runnable
	// threads, Linux picks the one whose slice would end first (EEVDF, per thread since 6.12), so a long slice comes last.
	slice = 100_000_000
)

// lowerPriority lowers the priority of the calling thread. That needs no privilege. If it is forbidden nevertheless, the
// priority stays.
func lowerPriority() {
	attributes := unix.SchedAttr{Size: unix.SizeofSchedAttr, Nice: niceness, Runtime: slice}
	if unix.SchedSetAttr(0, &attributes, 0) != nil {
		_ = unix.Setpriority(unix.PRIO_PROCESS, 0, niceness)
	}
}
