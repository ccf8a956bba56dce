package passwordhash

import "syscall"

// niceness is the calling thread's when it gives way: others that want its core get nine tenths of it (sched(7)).
const niceness = 10

// giveWay makes the calling thread's priority low. It needs no right; where it is forbidden all the same, nothing changes.
func giveWay() { _ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, niceness) }
