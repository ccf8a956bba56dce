package app_test

import (
	"context"
	"errors"
	"testing"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// restored is what a backup contains of Ada's account. What happens to it afterwards is lost.
func restored(t *testing.T) (w *world, pair app.TokenPair) {
	t.Helper()
	w = newWorld(t)
	return w, w.registered(ada, password)
}

// lost is an event since the backup.
func (w *world) lost(kind domain.AuditKind, user domain.UserID) domain.AuditEvent {
	w.pass(1)
	return domain.AuditEvent{ID: w.newID(), At: w.now, Kind: kind, UserID: user}
}

// wantRepeat repeats an event and checks what Repeat did.
func (w *world) wantRepeat(e domain.AuditEvent, want app.RepeatOutcome) {
	w.t.Helper()
	got, err := w.Repeat(w.t.Context(), e)
	w.must(err)
	if got != want {
		w.t.Errorf("repeating %s: outcome %d, want %d", e.Kind, got, want)
	}
}

// wantRecordedAs checks that the newest event of the audit log is the lost one.
func (w *world) wantRecordedAs(e domain.AuditEvent) {
	w.t.Helper()
	audited := w.store.Audited()
	if last := audited[len(audited)-1]; last != e {
		w.t.Errorf("recorded %+v, want %+v", last, e)
	}
}

func TestRevokeRestored(t *testing.T) {
	t.Parallel()
	w, pair := restored(t)
	reset := w.resetToken(ada)
	key, err := w.newKey(w.now, w.now)
	w.must(err)
	w.must(w.store.SigningKeys().Add(t.Context(), key, ""))
	w.must(w.RequestPasswordReset(t.Context(), ada, "", home)) // its message is due
	got, err := w.RevokeRestored(t.Context())
	w.must(err)
	if want := (app.RestoredCounts{Sessions: 1, SigningKeys: 1, Links: 1, Devices: 1, Messages: 1}); got != want {
		t.Errorf("revoked or removed %+v, want %+v", got, want)
	}
	w.wantRevoked(pair)
	w.want(w.resetPassword(reset, otherPass, home), domain.ErrInvalidToken)
	if sent := w.deliver(); len(sent) != 0 {
		t.Errorf("mailed %v of the backup", sent)
	}
	keys, err := w.store.SigningKeys().List(t.Context())
	w.must(err)
	if len(keys) != 1 || keys[0].ID == key.ID || keys[0].ActiveAt.After(w.now) {
		t.Errorf("the signing keys are %+v", keys)
	}
	audited := w.store.Audited()
	if last := audited[len(audited)-1]; last.Kind != domain.AuditBackupRestored || !last.At.Equal(w.now) {
		t.Errorf("recorded %+v", last)
	}
	w.loggedIn(ada, password)
}

// Beyond its burst, the spacing drops a message while an earlier link is live. After a restore no link is, and users must get new ones.
func TestRevokeRestoredLetsLinksBeMailedAgain(t *testing.T) {
	t.Parallel()
	w, _ := restored(t)
	for range w.RateLimits.MessageBurst {
		w.resetToken(ada)
	}
	_, err := w.RevokeRestored(t.Context())
	w.must(err)
	w.must(w.resetPassword(w.resetToken(ada), otherPass, home))
}

func TestRevokeRestoredKeepsTheLinkThatCancelsATermination(t *testing.T) {
	t.Parallel()
	w, pair := restored(t)
	token := w.terminated(pair)
	_, err := w.RevokeRestored(t.Context())
	w.must(err)
	w.must(w.CancelTermination(t.Context(), token, home))
}

func TestRevokeRestoredWorksInBatches(t *testing.T) {
	t.Parallel()
	w, pair := restored(t)
	user := w.caller(pair).UserID
	const devices = 2500 // more than two batches
	for range devices {
		w.must(w.store.Repos().Sessions.AddDevice(t.Context(), domain.KnownDevice{UserID: user, ID: domain.DeviceID{ID: w.newID()}}, w.now))
	}
	got, err := w.RevokeRestored(t.Context())
	w.must(err)
	if got.Devices != devices+1 {
		t.Errorf("removed %d devices, want %d", got.Devices, devices+1)
	}
}

func TestRepeatATermination(t *testing.T) {
	t.Parallel()
	w, pair := restored(t)
	user := w.caller(pair).UserID
	e := w.lost(domain.AuditTerminated, user)
	w.pass(day)
	w.wantRepeat(e, app.Repeated)
	w.wantRecordedAs(e)
	if u, err := w.store.Repos().Accounts.FindByID(t.Context(), user); err != nil || !u.IsTerminated || !u.TerminatedAt.Equal(e.At) {
		t.Errorf("the account is %+v, %v", u, err)
	}
	// The link of the first message is lost, so a second message has another one, for the rest of the grace period.
	message := w.deliverOne(domain.MessageTerminated)
	if !message.Until.Equal(e.At.Add(domain.DefaultTerminationGrace)) {
		t.Errorf("the termination can be cancelled until %v", message.Until)
	}
	w.wantRepeat(e, app.InBackup)
	if again := w.deliver(); len(again) != 0 {
		t.Errorf("mailed %v although the link is live", again)
	}
	w.must(w.CancelTermination(t.Context(), w.token(message, cancellationLink), home))
	w.loggedIn(ada, password)
}

// The second run removes the message that the first run requested, and must request it again.
func TestASecondRunMailsTheCancellationLinkToo(t *testing.T) {
	t.Parallel()
	w, pair := restored(t)
	e := w.lost(domain.AuditTerminated, w.caller(pair).UserID)
	for _, want := range []app.RepeatOutcome{app.Repeated, app.InBackup} {
		_, err := w.RevokeRestored(t.Context())
		w.must(err)
		w.wantRepeat(e, want)
	}
	w.deliverOne(domain.MessageTerminated)
}

func TestRepeatATerminationWhoseGracePeriodIsOver(t *testing.T) {
	t.Parallel()
	w, pair := restored(t)
	e := w.lost(domain.AuditTerminated, w.caller(pair).UserID)
	w.pass(15 * day)
	w.wantRepeat(e, app.Repeated)
	if sent := w.deliver(); len(sent) != 0 {
		t.Errorf("mailed %v, but the account cannot be restored any more", sent)
	}
	if erased := w.erase(); len(erased) != 1 {
		t.Errorf("erased %v", erased)
	}
}

func TestRepeatACancellation(t *testing.T) {
	t.Parallel()
	w, pair := restored(t)
	user := w.caller(pair).UserID
	token := w.terminated(pair)
	e := w.lost(domain.AuditTerminationCancelled, user)
	w.wantRepeat(e, app.Repeated)
	w.wantRecordedAs(e)
	again := w.loggedIn(ada, password)
	w.wantRepeat(e, app.InBackup)
	w.must(w.TerminateAccount(t.Context(), w.caller(again), password, nil))
	w.want(w.CancelTermination(t.Context(), token, home), domain.ErrInvalidToken)
}

func TestRepeatAPasswordChange(t *testing.T) {
	t.Parallel()
	for _, kind := range []domain.AuditKind{domain.AuditPasswordChanged, domain.AuditPasswordReset} {
		w, pair := restored(t)
		e := w.lost(kind, w.caller(pair).UserID)
		w.wantRepeat(e, app.Repeated)
		w.wantRecordedAs(e)
		_, err := w.logIn(ada, password)
		w.want(err, domain.ErrInvalidCredentials)
		w.must(w.resetPassword(w.resetToken(ada), otherPass, home))
		// A second run must not disable the password that the user has chosen since.
		w.wantRepeat(e, app.InBackup)
		w.loggedIn(ada, otherPass)
	}
}

func TestRepeatAnErasure(t *testing.T) {
	t.Parallel()
	w, pair := restored(t)
	e := domain.AuditEvent{At: w.now, Kind: domain.AuditErased, UserID: w.caller(pair).UserID}
	for _, want := range []app.RepeatOutcome{app.Repeated, app.InBackup} {
		w.wantRepeat(e, want)
		_, err := w.store.Repos().Accounts.FindByID(t.Context(), e.UserID)
		if err == nil {
			t.Error("the account is not erased")
		}
	}
	erasures := 0
	for _, event := range w.store.Audited() {
		if event.Kind == domain.AuditErased && event.UserID == e.UserID {
			erasures++
		}
	}
	if erasures != 1 {
		t.Errorf("recorded %d erasures, want 1", erasures)
	}
}

func TestRepeatForAnUnknownAccountChangesNothing(t *testing.T) {
	t.Parallel()
	for _, kind := range []domain.AuditKind{
		domain.AuditTerminated, domain.AuditTerminationCancelled, domain.AuditPasswordChanged, domain.AuditPasswordReset,
	} {
		w, _ := restored(t)
		before := len(w.store.Audited())
		w.wantRepeat(w.lost(kind, domain.UserID{ID: w.newID()}), app.NoAccount)
		if n := len(w.store.Audited()); n != before {
			t.Errorf("%s: recorded %d events", kind, n-before)
		}
	}
}

func TestRepeatRefusesOtherEvents(t *testing.T) {
	t.Parallel()
	w, pair := restored(t)
	if _, err := w.Repeat(t.Context(), w.lost(domain.AuditLoggedIn, w.caller(pair).UserID)); err == nil {
		t.Error("a login was repeated")
	}
}

// The log must name what a restore sets back, once and with the id by which Repeat finds it in the backup.
func TestExtendReportsWhatIsRepeatedAfterARestore(t *testing.T) {
	t.Parallel()
	w, pair := restored(t)
	user := w.caller(pair).UserID
	w.must(w.ChangePassword(t.Context(), w.caller(pair), password, otherPass))
	w.deliver()
	w.must(w.resetPassword(w.resetToken(ada), password, home))
	w.deliver()
	w.must(w.CancelTermination(t.Context(), w.terminated(w.loggedIn(ada, password)), home))
	for range 2 {
		_, err := w.Extend(t.Context())
		w.must(err)
	}
	want := []domain.AuditKind{
		domain.AuditPasswordChanged, domain.AuditPasswordReset, domain.AuditTerminated, domain.AuditTerminationCancelled,
	}
	if len(w.changes) != len(want) {
		t.Fatalf("reported %+v", w.changes)
	}
	for i, e := range w.changes {
		if e.Kind != want[i] || e.UserID != user {
			t.Errorf("reported %+v, want %s", e, want[i])
		}
		w.wantRepeat(e, app.InBackup)
	}
}

// undoneStore is a store whose transactions are rolled back at their end, as if the process died before the commit.
type undoneStore struct{ ports.Store }

var errUndone = errors.New("undone")

func (s undoneStore) InTx(ctx context.Context, do func(context.Context, ports.Repos) error) error {
	return s.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error { return errors.Join(do(ctx, r), errUndone) })
}

// A process that dies between the commit and the report would never report the change.
func TestExtendReportsChangesBeforeItCommits(t *testing.T) {
	t.Parallel()
	w, pair := restored(t)
	w.must(w.ChangePassword(t.Context(), w.caller(pair), password, otherPass))
	w.Store = undoneStore{w.Store}
	w.build()
	if _, err := w.Extend(t.Context()); !errors.Is(err, errUndone) {
		t.Fatalf("Extend returned %v", err)
	}
	if len(w.changes) != 1 {
		t.Errorf("reported %+v, want the change of the password", w.changes)
	}
}
