package passwordhash

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Two hashes are computed and three wait. Of two more, one displaces another, and one is refused. One that waits gives up.
func TestHashesAreCounted(t *testing.T) {
	t.Parallel()
	counted := &memory.Metrics{}
	p := newPool(2, 3, func() *argon2id.Memory { return argon2id.NewMemory(argon2id.Implementation{}, 8) }, counted)
	started, release, done := make(chan struct{}, 7), make(chan struct{}), make(chan error, 7)
	run := func(ctx context.Context, w domain.HashWaiter) {
		go func() {
			done <- p.run(ctx, w, func(*argon2id.Memory) {
				started <- struct{}{}
				<-release
			})
		}()
	}
	for range 2 {
		run(context.Background(), anyone)
		<-started
	}
	impatient, cancel := context.WithCancel(context.Background())
	for i, enqueue := range []func(){
		func() { run(context.Background(), anyone) },
		func() { run(context.Background(), anyone) },
		func() { run(impatient, domain.HashWaiter{Network: "a network that hangs up"}) },
	} {
		enqueue()
		for p.inQueue() < i+1 {
			runtime.Gosched()
		}
	}
	if got := counted.Counts().HashesWaiting; got != 3 {
		t.Errorf("%d hashes wait, want 3", got)
	}
	if err := p.run(context.Background(), anyone, nil); !errors.Is(err, domain.ErrBusy) {
		t.Errorf("a hash of the largest network: %v", err)
	}
	run(context.Background(), domain.HashWaiter{Network: "another network"})
	if err := <-done; !errors.Is(err, domain.ErrBusy) {
		t.Errorf("the displaced hash: %v", err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the cancelled hash: %v", err)
	}
	close(release)
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	got := counted.Counts()
	want := map[ports.HashRefusal]int{ports.HashQueueFull: 1, ports.HashDisplaced: 1, ports.HashCancelled: 1}
	if diff := cmp.Diff(want, got.HashesRefused); diff != "" {
		t.Errorf("the refusals differ (-want +got):\n%s", diff)
	}
	if got.HashesStarted != 4 || got.HashWait <= 0 || got.HashWait > time.Minute*10 || got.HashesWaiting != 0 {
		t.Errorf("%+v, want 4 started after a wait, and none waiting", got)
	}
}
