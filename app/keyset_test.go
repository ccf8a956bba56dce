package app_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// rotation is an app.Keyset on fakes that record its steps. Its clock stands still until a test moves it.
type rotation struct {
	*app.Keyset
	app.KeysetConfig
	t     *testing.T
	store *memory.Store
	now   time.Time
	// steps are the calls that write, and the waits, in order.
	steps []string
	// afterWait runs after each wait.
	afterWait func() error
}

// newRotation returns the module on keys, and a store that encrypts with the primary keys of written.
func newRotation(t *testing.T, written, keys ports.Keyset) *rotation {
	t.Helper()
	r := &rotation{t: t, store: memory.NewStore(), afterWait: func() error { return nil }}
	r.now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	replicas := memory.NewKeysetReplicas()
	r.KeysetConfig = app.KeysetConfig{
		Keys: keys, Data: recordedData{memory.NewKeysetData(r.store, written, replicas), r}, Replicas: replicas,
		Audit:            recordedAudit{r.store.Repos().Audit, r},
		ExtendAuditChain: func(context.Context) error { r.step("extend the audit chain"); return nil },
		Now:              func() time.Time { return r.now },
		NewID:            func() domain.ID { return domain.ID{1} },
		Wait: func(_ context.Context, d time.Duration) error {
			r.step("wait %v", d)
			return r.afterWait()
		},
	}
	r.Keyset = app.NewKeyset(r.KeysetConfig)
	return r
}

func (r *rotation) step(format string, args ...any) {
	r.steps = append(r.steps, fmt.Sprintf(format, args...))
}

// recordedData records what is re-encrypted as steps.
type recordedData struct {
	ports.KeysetData
	r *rotation
}

func (d recordedData) ReencryptUsers(
	ctx context.Context, k ports.Keyset, index func(domain.Email) (domain.EmailIndex, error), after domain.UserID, limit int,
) (domain.UserID, int, error) {
	last, found, err := d.KeysetData.ReencryptUsers(ctx, k, index, after, limit)
	d.r.step("re-encrypt %d users", found)
	return last, found, err
}

func (d recordedData) ReencryptSigningKeys(ctx context.Context, k ports.Keyset) (int, error) {
	found, err := d.KeysetData.ReencryptSigningKeys(ctx, k)
	d.r.step("re-encrypt %d signing keys", found)
	return found, err
}

// recordedAudit records the kinds of audit events as steps.
type recordedAudit struct {
	ports.Audit
	r *rotation
}

func (a recordedAudit) Record(ctx context.Context, events ...domain.AuditEvent) error {
	for _, e := range events {
		a.r.step("record %s", e.Kind)
	}
	return a.Audit.Record(ctx, events...)
}

// keysets returns a keyset before a rotation, the same with added keys, and with these promoted.
func keysets(t *testing.T) (before, added, promoted ports.Keyset) {
	t.Helper()
	before = memory.NewKeyset()
	added, err := before.Add()
	if err != nil {
		t.Fatal(err)
	}
	if promoted, err = added.Promote(time.Time{}); err != nil {
		t.Fatal(err)
	}
	return before, added, promoted
}

func (r *rotation) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rotation) announcer(n byte, k ports.Keyset) *app.KeysetAnnouncer {
	return app.NewKeysetAnnouncer(k, r.Replicas, app.Runtime{Now: r.Now, NewID: func() domain.ID { return domain.ID{n} }})
}

// announce announces the nth replica, which runs with the keyset until its lease ends.
func (r *rotation) announce(n byte, k ports.Keyset) {
	r.t.Helper()
	announcer := r.announcer(n, k)
	r.must(announcer.Announce(r.t.Context()))
}

func (r *rotation) leave(n byte) {
	r.t.Helper()
	announcer := r.announcer(n, r.Keys)
	r.must(announcer.Leave(r.t.Context()))
}

// user adds the nth user, whose index is under the primary key of written.
func (r *rotation) user(n int, written ports.Keyset) domain.User {
	r.t.Helper()
	email := domain.RestoreEmail(fmt.Sprintf("user%d@example.com", n))
	indexes, err := app.NewPseudonyms(written.MAC()).Email(email)
	r.must(err)
	u := domain.User{
		ID: domain.UserID{ID: domain.ID{byte(n >> 8), byte(n)}}, Email: email, EmailIndex: indexes.Primary(), PasswordHash: "hash",
		IsActive: true, CreatedAt: r.now, VerifiedAt: r.now,
	}
	r.must(r.store.Repos().Accounts.AddPending(r.t.Context(), u))
	return u
}

// message enqueues a message that names its email address by this index only.
func (r *rotation) message(index domain.EmailIndex) {
	r.t.Helper()
	m := ports.MessageRequest{EmailIndexes: domain.EmailIndexes{index}}
	r.must(r.store.Repos().Outbox.Enqueue(r.t.Context(), m))
}

func (r *rotation) wantSteps(want ...string) {
	r.t.Helper()
	if diff := cmp.Diff(want, r.steps); diff != "" {
		r.t.Errorf("steps (-want +got):\n%s", diff)
	}
}

// wantErr checks that err is want and contains text.
func wantErr(t *testing.T, err, want error, text string) {
	t.Helper()
	if !errors.Is(err, want) || !strings.Contains(err.Error(), text) {
		t.Errorf("got the error %v, want %v with %q", err, want, text)
	}
}

func TestPromotingRequiresTheAddedKeysInEveryRunningReplica(t *testing.T) {
	t.Parallel()
	before, added, promoted := keysets(t)
	r := newRotation(t, before, added)
	r.announce(1, before)
	r.announce(2, before)
	_, err := r.Promote(t.Context())
	wantErr(t, err, app.ErrReplicasLackKeys, "2 of 2 running replicas do not have the added keys")
	r.leave(1)
	r.announce(3, added)
	_, err = r.Promote(t.Context())
	wantErr(t, err, app.ErrReplicasLackKeys, "1 of 2 ")
	r.now = r.now.Add(app.KeysetLease - 1)
	r.announce(3, added)
	_, err = r.Promote(t.Context())
	wantErr(t, err, app.ErrReplicasLackKeys, "1 of 2 ")
	r.now = r.now.Add(1) // the lease of replica 2 ends
	got, err := r.Promote(t.Context())
	r.must(err)
	if diff := cmp.Diff(promoted.Keys(), got.Keys()); diff != "" {
		t.Errorf("promoted (-want +got):\n%s", diff)
	}
}

func TestPromotingRequiresAddedKeys(t *testing.T) {
	t.Parallel()
	before, _, _ := keysets(t)
	r := newRotation(t, before, before)
	r.announce(1, before)
	_, err := r.Promote(t.Context())
	wantErr(t, err, ports.ErrNoNextKeys, "")
}

func TestReencryptingRequiresThatNoReplicaWritesWithOldKeys(t *testing.T) {
	t.Parallel()
	_, added, promoted := keysets(t)
	r := newRotation(t, added, promoted)
	r.user(1, added)
	r.announce(1, promoted)
	r.announce(2, added)
	_, err := r.Reencrypt(t.Context(), func(int) { t.Error("waited for messages") })
	wantErr(t, err, app.ErrOldWriters, "")
	r.wantSteps()
	r.leave(2)
	done, err := r.Reencrypt(t.Context(), func(int) { t.Error("waited for messages") })
	r.must(err)
	if done.Users != 1 {
		t.Errorf("re-encrypted %+v, want one user", done)
	}
}

// The audit event follows the last pass, and the checkpoint covers it.
func TestReencryptingRunsPassesUntilOneFindsNothing(t *testing.T) {
	t.Parallel()
	_, added, promoted := keysets(t)
	r := newRotation(t, added, promoted)
	for n := range 150 {
		r.user(n+1, added)
	}
	r.must(r.store.SigningKeys().Add(t.Context(), domain.SigningKey{ID: "kid"}, ""))
	done, err := r.Reencrypt(t.Context(), func(int) { t.Error("waited for messages") })
	r.must(err)
	if diff := cmp.Diff(app.Reencrypted{SigningKeys: 1, Users: 150}, done); diff != "" {
		t.Errorf("re-encrypted (-want +got):\n%s", diff)
	}
	r.wantSteps("re-encrypt 1 signing keys", "re-encrypt 100 users", "re-encrypt 50 users", "re-encrypt 0 users",
		"record re_encrypted", "extend the audit chain")
	counts, err := r.Data.CountValues(t.Context(), promoted)
	r.must(err)
	want := map[string]int{promoted.SealedBy(promoted.SealedPrefix()): 3*150 + 1, promoted.TaggedBy(promoted.TagPrefix()): 150}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("stored values (-want +got):\n%s", diff)
	}
}

func TestReencryptingGivesEachUserTheIndexUnderThePrimaryKey(t *testing.T) {
	t.Parallel()
	_, added, promoted := keysets(t)
	r := newRotation(t, added, promoted)
	u := r.user(1, added)
	_, err := r.Reencrypt(t.Context(), func(int) {})
	r.must(err)
	indexes, err := app.NewPseudonyms(promoted.MAC()).Email(u.Email)
	r.must(err)
	stored, err := r.store.Repos().Accounts.FindByID(t.Context(), u.ID)
	r.must(err)
	if stored.EmailIndex != indexes.Primary() {
		t.Error("the stored index is not under the primary key")
	}
}

func TestReencryptingWaitsForMessagesUnderOldIndexes(t *testing.T) {
	t.Parallel()
	before, added, promoted := keysets(t)
	r := newRotation(t, added, promoted)
	u := r.user(1, before)
	for range 2 {
		r.message(u.EmailIndex)
	}
	waits := 0
	r.afterWait = func() error {
		if waits++; waits == 2 {
			r.store.TakeMessages()
		}
		return nil
	}
	var reported []int
	_, err := r.Reencrypt(t.Context(), func(messages int) { reported = append(reported, messages) })
	r.must(err)
	if diff := cmp.Diff([]int{2}, reported); diff != "" {
		t.Errorf("reported (-want +got):\n%s", diff)
	}
	r.wantSteps("wait 200ms", "wait 200ms", "re-encrypt 0 signing keys", "re-encrypt 1 users", "re-encrypt 0 users",
		"record re_encrypted", "extend the audit chain")
}

func TestReencryptingStopsWaitingWithTheContext(t *testing.T) {
	t.Parallel()
	before, added, promoted := keysets(t)
	r := newRotation(t, added, promoted)
	u := r.user(1, before)
	r.message(u.EmailIndex)
	r.afterWait = func() error { return context.Canceled }
	_, err := r.Reencrypt(t.Context(), func(int) {})
	wantErr(t, err, context.Canceled, "")
	r.wantSteps("wait 200ms")
}

func TestReencryptingThatFailsIsNotRecorded(t *testing.T) {
	t.Parallel()
	_, added, promoted := keysets(t)
	r := newRotation(t, added, promoted)
	data := memory.NewKeysetData(r.store, added, memory.NewKeysetReplicas())
	r.Data = recordedData{data, r}
	r.Keyset = app.NewKeyset(r.KeysetConfig)
	u := r.user(1, added)
	data.Corrupt(u.ID)
	_, err := r.Reencrypt(t.Context(), func(int) {})
	wantErr(t, err, ports.ErrCannotOpen, u.ID.String())
	r.wantSteps("re-encrypt 0 signing keys", "re-encrypt 0 users")
}

// Each test case stores or announces something that depends on an old key.
func TestAKeyInUseIsNotRemoved(t *testing.T) {
	t.Parallel()
	const aead, mac, pepper = 0, 1, 2
	for name, tt := range map[string]struct {
		key    int
		depend func(r *rotation, added ports.Keyset)
		want   string
	}{
		"encrypted values": {aead, func(r *rotation, added ports.Keyset) { r.user(1, added) }, "3 stored values"},
		"an email index":   {mac, func(r *rotation, added ports.Keyset) { r.user(1, added) }, "1 stored value"},
		"a password hash": {pepper, func(r *rotation, added ports.Keyset) {
			u := r.user(1, r.Keys)
			_, id, _ := strings.Cut(added.Keys().Names(domain.KeysetKeyPrimary)[pepper], ":")
			id = base64.RawStdEncoding.EncodeToString([]byte(id))
			u.PasswordHash = domain.PasswordHash("$argon2id$v=19$m=8,t=1,p=1,keyid=" + id + "$c2FsdA$dGFn")
			r.must(r.store.Repos().Accounts.AddPending(r.t.Context(), u))
		}, "1 stored value"},
		"writing replicas": {aead, func(r *rotation, added ports.Keyset) {
			r.announce(1, added)
			r.announce(2, added)
		}, "2 writing replicas"},
		"a session": {mac, func(r *rotation, _ ports.Keyset) {
			u := r.user(1, r.Keys)
			id := domain.SessionID{ID: domain.ID{9}}
			s := domain.DefaultSessionPolicy().NewSession(id, u.ID, domain.DeviceID{}, domain.Secret{}.Hash(), r.now)
			r.must(r.store.Repos().Sessions.Create(r.t.Context(), s, u.PasswordHash, nil, domain.AuditEvent{ID: domain.ID{7}}))
		}, "1 live session"},
		"a pending message": {mac, func(r *rotation, added ports.Keyset) {
			indexes, err := app.NewPseudonyms(added.MAC()).Email(domain.RestoreEmail("user1@example.com"))
			r.must(err)
			r.message(indexes.Primary())
		}, "1 pending message"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, added, promoted := keysets(t)
			written := added
			if tt.key != aead {
				written = promoted
			}
			r := newRotation(t, written, promoted)
			tt.depend(r, added)
			old := promoted.Keys().Names(domain.KeysetKeyOld)
			_, err := r.Remove(t.Context(), old[tt.key])
			wantErr(t, err, app.ErrKeyInUse, old[tt.key]+" is still in use: "+tt.want)
		})
	}
}

func TestAKeyThatOnlyReadsIsRemoved(t *testing.T) {
	t.Parallel()
	_, _, promoted := keysets(t)
	r := newRotation(t, promoted, promoted)
	r.user(1, promoted)
	r.announce(1, promoted)
	for _, name := range promoted.Keys().Names(domain.KeysetKeyOld) {
		without, err := r.Remove(t.Context(), name)
		r.must(err)
		if len(without.Keys()) != len(promoted.Keys())-1 {
			t.Errorf("keys left without %s: %v", name, without.Keys())
		}
	}
	for _, name := range append(promoted.Keys().Names(domain.KeysetKeyPrimary), "aead:0") {
		_, err := r.Remove(t.Context(), name)
		wantErr(t, err, ports.ErrKeyNotOld, name)
	}
}

// A verification of the audit log accepts checkpoints of a removed key only with the record of its removal.
func TestTheRemovalOfAKeyIsRecorded(t *testing.T) {
	t.Parallel()
	_, _, promoted := keysets(t)
	r := newRotation(t, promoted, promoted)
	name := promoted.Keys().Names(domain.KeysetKeyOld)[1]
	_, err := r.Remove(t.Context(), name)
	r.must(err)
	if diff := cmp.Diff([]string{"record keyset_key_removed", "extend the audit chain"}, r.steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if events := r.store.Audited(); len(events) != 1 || events[0].KeyID != name {
		t.Errorf("recorded %v", events)
	}
}

// Without that key, the service could not verify the end of the audit chain.
func TestTheKeyOfTheNewestCheckpointIsNotRemoved(t *testing.T) {
	t.Parallel()
	before, _, promoted := keysets(t)
	name := promoted.Keys().Names(domain.KeysetKeyOld)[1]
	tagged := domain.AuditCheckpoint{Number: 1, Segment: 1}
	var err error
	if tagged.Signature.Value, err = before.MAC().Tag("audit_head", tagged.TagPayload()); err != nil {
		t.Fatal(err)
	}
	for _, newest := range []domain.AuditCheckpoint{before.AuditSigner().Sign(domain.AuditCheckpoint{Number: 1, Segment: 1}), tagged} {
		r := newRotation(t, promoted, promoted)
		r.store.TamperAudit(nil, nil, []domain.AuditCheckpoint{newest})
		_, err := r.Remove(t.Context(), name)
		wantErr(t, err, app.ErrKeyInUse, "it signed the newest checkpoint")
	}
}

func TestStatusListsWhatDependsOnEachKey(t *testing.T) {
	t.Parallel()
	_, added, promoted := keysets(t)
	r := newRotation(t, added, promoted)
	r.user(1, added)
	r.announce(1, added)
	r.announce(2, promoted)
	got, err := r.Status(t.Context())
	r.must(err)
	keys := promoted.Keys()
	want := []app.KeysetKeyStatus{
		{Key: keys[0], Use: app.KeysetKeyUse{Values: 3, Readers: 2, Writers: 1}},
		{Key: keys[1], Use: app.KeysetKeyUse{Values: 1, Readers: 2, Writers: 1}},
		{Key: keys[2], Use: app.KeysetKeyUse{Readers: 2, Writers: 1}},
		{Key: keys[3], Use: app.KeysetKeyUse{Readers: 2, Writers: 1}},
		{Key: keys[4], Use: app.KeysetKeyUse{Readers: 2, Writers: 1}},
		{Key: keys[5], Use: app.KeysetKeyUse{Readers: 2, Writers: 1}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("status (-want +got):\n%s", diff)
	}
}

func TestStatusListsKeysThatTheKeysetLacks(t *testing.T) {
	t.Parallel()
	other, own := memory.NewKeyset(), memory.NewKeyset()
	r := newRotation(t, other, own)
	r.user(1, other)
	r.announce(1, other)
	got, err := r.Status(t.Context())
	r.must(err)
	missing := got[len(own.Keys()):]
	lacked := other.Keys().Names(domain.KeysetKeyPrimary)
	want := []app.KeysetKeyStatus{
		{Key: domain.KeysetKey{Name: lacked[0], State: domain.KeysetKeyMissing}, Use: app.KeysetKeyUse{Values: 3, Readers: 1, Writers: 1}},
		{Key: domain.KeysetKey{Name: lacked[1], State: domain.KeysetKeyMissing}, Use: app.KeysetKeyUse{Values: 1, Readers: 1, Writers: 1}},
	}
	if diff := cmp.Diff(want, missing); diff != "" {
		t.Errorf("missing keys (-want +got):\n%s", diff)
	}
}

func TestAReplicaAnnouncesWhatItReadsAndWritesWith(t *testing.T) {
	t.Parallel()
	_, added, promoted := keysets(t)
	next, err := promoted.Add()
	if err != nil {
		t.Fatal(err)
	}
	r := newRotation(t, added, next)
	r.announce(1, next)
	running, err := r.Replicas.ListRunning(t.Context(), r.now)
	r.must(err)
	want := []domain.KeysetReplica{{
		ID:     domain.ID{1},
		Reads:  next.Keys().Names(domain.KeysetKeyPrimary, domain.KeysetKeyNext, domain.KeysetKeyOld),
		Writes: next.Keys().Names(domain.KeysetKeyPrimary),
	}}
	if diff := cmp.Diff(want, running); diff != "" || len(want[0].Reads) != 9 {
		t.Errorf("running (-want +got):\n%s", diff)
	}
	r.leave(1)
	if running, err = r.Replicas.ListRunning(t.Context(), r.now); err != nil || len(running) > 0 {
		t.Errorf("after leaving: got the replicas %v, %v, want none", running, err)
	}
}
