package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/adapters/tink"
)

// cluster is several replicas on one database. A request goes to any replica in use, as through a load balancer.
type cluster struct {
	databaseURL string
	inbox       *devinbox.Inbox
	change      func(*Config)
	slots       []*slot
}

type slot struct {
	mu      sync.RWMutex // read-locked by each request, write-locked while the replica is replaced
	replica *service
}

// startCluster starts n replicas that share a database, a mail server and a public URL.
func startCluster(t *testing.T, n int, keyset *tink.Keyset, change func(*Config)) *cluster {
	t.Helper()
	inbox := newInbox(t)
	c := &cluster{databaseURL: pgtest.New(t), inbox: inbox, change: change}
	for range n {
		c.slots = append(c.slots, &slot{replica: c.start(t, keyset)})
	}
	return c
}

func (c *cluster) start(t *testing.T, keyset *tink.Keyset) *service {
	t.Helper()
	return startWith(t, c.databaseURL, keyset, c.inbox, nil, func(config *Config) {
		config.PublicURL, config.TokenIssuer = "https://accounts.example.com", "https://accounts.example.com"
		config.ReloadKeysEvery = 100 * time.Millisecond
		if c.change != nil {
			c.change(config)
		}
	})
}

// restart restarts one replica after the other with a keyset. A replica gets no requests meanwhile.
func (c *cluster) restart(t *testing.T, keyset *tink.Keyset) {
	t.Helper()
	for i := range c.slots {
		c.restartOne(t, i, keyset)
	}
}

func (c *cluster) restartOne(t *testing.T, i int, keyset *tink.Keyset) {
	t.Helper()
	s := c.slots[i]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replica.stop()
	s.replica = c.start(t, keyset)
}

// try sends a request to any replica in use.
func (c *cluster) try(r request) (response, error) {
	for i := rand.IntN(len(c.slots)); ; i++ {
		s := c.slots[i%len(c.slots)]
		if s.mu.TryRLock() {
			defer s.mu.RUnlock()
			return s.replica.try(r)
		}
	}
}

// load is what clients repeat while the test does something else.
type load struct {
	ctx    context.Context
	stop   context.CancelFunc
	ended  sync.WaitGroup
	counts []*atomic.Int64
}

func newLoad(t *testing.T) *load {
	t.Helper()
	l := &load{}
	l.ctx, l.stop = context.WithCancel(context.Background())
	t.Cleanup(l.wait)
	return l
}

// run repeats do until the load ends. Its first failure fails the test and ends it.
func (l *load) run(t *testing.T, name string, do func(round int) error) {
	t.Helper()
	count := &atomic.Int64{}
	l.counts = append(l.counts, count)
	l.ended.Go(func() {
		for round := 0; l.ctx.Err() == nil; round++ {
			if err := do(round); err != nil {
				t.Errorf("%s, round %d: %v", name, round, err)
				l.stop()
				return
			}
			count.Add(1)
		}
	})
}

// pass waits until every client has begun and ended a round.
func (l *load) pass(t *testing.T) {
	t.Helper()
	before := make([]int64, len(l.counts))
	for i, c := range l.counts {
		before[i] = c.Load()
	}
	eventually(t, "a whole round of every client", func() bool {
		for i, c := range l.counts {
			if c.Load() < before[i]+2 && l.ctx.Err() == nil {
				return false
			}
		}
		return true
	})
	if l.ctx.Err() != nil {
		t.FailNow()
	}
}

func (l *load) wait() {
	l.stop()
	l.ended.Wait()
}

// expect returns an error unless the response has the status.
func expect(status int) func(r response, err error) (response, error) {
	return func(r response, err error) (response, error) {
		if err == nil && r.status != status {
			err = fmt.Errorf("status %d, want %d: %s", r.status, status, r.body)
		}
		return r, err
	}
}
