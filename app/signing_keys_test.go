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

// keyring is an app.SigningKeys whose keys are numbered, with a clock that stands still until it is moved.
type keyring struct {
	*app.SigningKeys
	t    *testing.T
	mu   sync.Mutex
	now  time.Time
	made int
}

func newKeyring(t *testing.T) *keyring {
	t.Helper()
	r := &keyring{t: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	r.SigningKeys = &app.SigningKeys{
		Keys: memory.NewStore().SigningKeys(), Policy: domain.DefaultSigningKeyPolicy(), Now: func() time.Time { return r.now },
		NewID: func() domain.ID { return domain.ID{} },
		New: func(now, signsAt time.Time) (domain.SigningKey, error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.made++
			return domain.SigningKey{ID: fmt.Sprint(r.made), CreatedAt: now, SignsAt: signsAt}, nil
		},
	}
	return r
}

func (r *keyring) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// pass moves the clock and does what is due.
func (r *keyring) pass(d time.Duration) {
	r.t.Helper()
	r.now = r.now.Add(d)
	r.must(r.Keep(r.t.Context()))
}

// want checks the keys and their states, the newest first: "2 published, 1 signing".
func (r *keyring) want(want string) {
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
	r := newKeyring(t)
	r.pass(0)
	r.want("1 signing")
	r.pass(30*day - 15*time.Minute - 1)
	r.want("1 signing")
	r.pass(1)
	r.want("2 published, 1 signing")
	r.pass(15*time.Minute - 1)
	r.want("2 published, 1 signing")
	r.pass(1)
	r.want("2 signing, 1 verifying")
	r.pass(65*time.Minute - 1)
	r.want("2 signing, 1 verifying")
	r.pass(1)
	r.want("2 signing")
}

func TestAfterALongPauseTheOldKeySignsUntilTheNewOneIsKnown(t *testing.T) {
	t.Parallel()
	r := newKeyring(t)
	r.pass(0)
	r.pass(365 * day)
	r.want("2 published, 1 signing")
	r.pass(15 * time.Minute)
	r.want("2 signing, 1 verifying")
}

func TestRotatingNowPublishesOneSuccessor(t *testing.T) {
	t.Parallel()
	r := newKeyring(t)
	first, err := r.Rotate(t.Context())
	r.must(err)
	if first.SignsAt != r.now {
		t.Errorf("the first key signs at %v", first.SignsAt)
	}
	for range 2 {
		next, err := r.Rotate(t.Context())
		r.must(err)
		if next.ID != "2" || next.SignsAt != r.now.Add(15*time.Minute) {
			t.Errorf("key %s signs at %v", next.ID, next.SignsAt)
		}
	}
	r.want("2 published, 1 signing")
}

func TestADroppedKeyIsGoneAndAFreshOneSigns(t *testing.T) {
	t.Parallel()
	for dropped, want := range map[string]string{
		"1": "3 published, 2 signing", "2": "3 published, 4 signing, 1 verifying", "3": "2 signing, 1 verifying",
	} {
		r := newKeyring(t)
		r.pass(0)
		_, err := r.Rotate(t.Context())
		r.must(err)
		r.pass(20 * time.Minute)
		_, err = r.Rotate(t.Context())
		r.must(err)
		r.want("3 published, 2 signing, 1 verifying")
		r.must(r.Drop(t.Context(), dropped))
		r.want(want)
		if err := r.Drop(t.Context(), dropped); !errors.Is(err, ports.ErrNotFound) {
			t.Errorf("dropped again: %v", err)
		}
	}
}

func TestReplicasThatDoWhatIsDueAtOnceAddOneKey(t *testing.T) {
	t.Parallel()
	r := newKeyring(t)
	for _, want := range []string{" signing", " published"} {
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if err := r.Keep(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		status, err := r.Status(t.Context())
		r.must(err)
		if got := " " + string(status[0].State); got != want || len(status) > 2 {
			t.Errorf("%d keys, the newest is%s", len(status), got)
		}
		r.now = r.now.Add(30*day - time.Minute)
	}
}
