package app_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// numberedKeys is an app.SigningKeys whose keys are numbered. Its clock stands still until a test moves it.
type numberedKeys struct {
	*app.SigningKeys
	t    *testing.T
	mu   sync.Mutex
	now  time.Time
	made int
}

func newNumberedKeys(t *testing.T) *numberedKeys {
	t.Helper()
	r := &numberedKeys{t: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	newKey := func(now, activeAt time.Time) (domain.SigningKey, error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.made++
		return domain.SigningKey{ID: fmt.Sprint(r.made), CreatedAt: now, ActiveAt: activeAt}, nil
	}
	runtime := app.Runtime{Now: func() time.Time { return r.now }, NewID: func() domain.ID { return domain.ID{} }}
	r.SigningKeys = app.NewSigningKeys(memory.NewStore().SigningKeys(), domain.DefaultSigningKeyPolicy(), newKey, runtime)
	return r
}

func (r *numberedKeys) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// pass moves the clock and maintains the keys.
func (r *numberedKeys) pass(d time.Duration) {
	r.t.Helper()
	r.now = r.now.Add(d)
	r.must(r.Maintain(r.t.Context()))
}

// want checks the keys and their states, newest first: "2 published, 1 active".
func (r *numberedKeys) want(want string) {
	r.t.Helper()
	status, err := r.Status(r.t.Context())
	r.must(err)
	var got []string
	for _, s := range status {
		got = append(got, s.Key.ID+" "+string(s.State))
	}
	if diff := cmp.Diff(want, strings.Join(got, ", ")); diff != "" {
		r.t.Errorf("keys (-want +got):\n%s", diff)
	}
}

func TestSigningKeysRotateOnTheirSchedule(t *testing.T) {
	t.Parallel()
	r := newNumberedKeys(t)
	r.pass(0)
	r.want("1 active")
	r.pass(30*day - 15*time.Minute - 1)
	r.want("1 active")
	r.pass(1)
	r.want("2 published, 1 active")
	r.pass(15*time.Minute - 1)
	r.want("2 published, 1 active")
	r.pass(1)
	r.want("2 active, 1 retired")
	r.pass(65*time.Minute - 1)
	r.want("2 active, 1 retired")
	r.pass(1)
	r.want("2 active")
}

func TestAfterALongPauseTheOldKeySignsUntilTheNewOneIsActive(t *testing.T) {
	t.Parallel()
	r := newNumberedKeys(t)
	r.pass(0)
	r.pass(365 * day)
	r.want("2 published, 1 active")
	r.pass(15 * time.Minute)
	r.want("2 active, 1 retired")
}

func TestRotatingNowPublishesOneSuccessor(t *testing.T) {
	t.Parallel()
	r := newNumberedKeys(t)
	first, err := r.Rotate(t.Context())
	r.must(err)
	if first.ActiveAt != r.now {
		t.Errorf("the first key becomes active at %v, want now", first.ActiveAt)
	}
	for range 2 {
		next, err := r.Rotate(t.Context())
		r.must(err)
		if next.ID != "2" || next.ActiveAt != r.now.Add(15*time.Minute) {
			t.Errorf("key %s becomes active at %v, want key 2 in 15 minutes", next.ID, next.ActiveAt)
		}
	}
	r.want("2 published, 1 active")
}

func TestDroppedKeyIsRemovedAndAnotherSigns(t *testing.T) {
	t.Parallel()
	for dropped, want := range map[string]string{
		"1": "3 published, 2 active", "2": "3 published, 4 active, 1 retired", "3": "2 active, 1 retired",
	} {
		r := newNumberedKeys(t)
		r.pass(0)
		_, err := r.Rotate(t.Context())
		r.must(err)
		r.pass(20 * time.Minute)
		_, err = r.Rotate(t.Context())
		r.must(err)
		r.want("3 published, 2 active, 1 retired")
		r.must(r.Drop(t.Context(), dropped))
		r.want(want)
		if err := r.Drop(t.Context(), dropped); !errors.Is(err, ports.ErrNotFound) {
			t.Errorf("dropped again: got the error %v, want %v", err, ports.ErrNotFound)
		}
	}
}

func TestConcurrentMaintenanceAddsOneKey(t *testing.T) {
	t.Parallel()
	r := newNumberedKeys(t)
	for _, want := range []string{" active", " published"} {
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if err := r.Maintain(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		status, err := r.Status(t.Context())
		r.must(err)
		if got := " " + string(status[0].State); got != want || len(status) > 2 {
			t.Errorf("got %d keys, the newest is%s, want at most 2, the newest is%s", len(status), got, want)
		}
		r.now = r.now.Add(30*day - time.Minute)
	}
}
