package passwordhash

import "runtime"

// aside does work on a thread of its own that gives way to all others, and waits for it. A hash takes milliseconds of a core;
// what else the machine has to do takes microseconds and need not wait for it.
func aside(work func()) {
	done := make(chan any)
	go func() {
		// Never unlocked: the thread ends with the goroutine, since who gave way cannot take it back.
		runtime.LockOSThread()
		giveWay()
		defer func() { done <- recover() }()
		work()
	}()
	if fault := <-done; fault != nil {
		panic(fault)
	}
}
