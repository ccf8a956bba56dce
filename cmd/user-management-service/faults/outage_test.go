//go:build faults

package faults

import (
	"net/http"
	"sync"
	"testing"
	"time"
)

// during generates load, causes a fault, and returns once requests succeed again. It returns the longest time without a successful login.
func (w *writes) during(t *testing.T, what, url string, mail *mailServer, users []string, fault func()) (outage time.Duration) {
	t.Helper()
	stop := make(chan struct{})
	var load sync.WaitGroup
	end := sync.OnceFunc(func() { close(stop); load.Wait() })
	defer end()
	load.Go(func() { w.generate(t, url, users[0], stop) })
	load.Go(func() { w.generate(t, url, users[1], stop) })
	load.Go(func() { w.resetPasswords(t, url, users[2:4], mail, stop) })
	load.Go(func() { outage = longestOutage(url, users[4], stop) })
	w.awaitSuccesses(t, 50)
	refused, succeeded := w.counts()
	begun := time.Now()
	fault()
	took := time.Since(begun)
	w.awaitSuccesses(t, 50)
	end()
	refusedThen, succeededThen := w.counts()
	t.Logf("%s: replaced after %.1f s, no login succeeded for %.1f s, %d requests were refused, %d succeeded",
		what, took.Seconds(), outage.Seconds(), refusedThen-refused, succeededThen-succeeded)
	return outage
}

func (w *writes) counts() (refused, succeeded int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.refused, w.succeeded
}

// longestOutage logs in ten times a second, at most four logins concurrently, and returns the longest time without a success.
func longestOutage(url, email string, stop <-chan struct{}) (longest time.Duration) {
	var mu sync.Mutex
	last := time.Now()
	var logins sync.WaitGroup
	for range 4 {
		logins.Go(func() {
			tick := time.NewTicker(400 * time.Millisecond)
			defer tick.Stop()
			for isOver := false; !isOver; {
				r := logIn(url, email, password)
				mu.Lock()
				if r.status == http.StatusOK {
					longest = max(longest, time.Since(last))
					last = time.Now()
				}
				mu.Unlock()
				select {
				case <-stop:
					isOver = true
				case <-tick.C:
				}
			}
		})
	}
	logins.Wait()
	return max(longest, time.Since(last))
}
