package app_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// record records n events.
func (w *world) record(n int) {
	w.t.Helper()
	for range n {
		w.must(w.store.Repos().Audit.Record(w.t.Context(), domain.AuditEvent{ID: w.newID(), At: w.now, Kind: domain.AuditLoggedIn}))
	}
}

// extend extends the chain and returns the breaks that were found.
func (w *world) extend() (breaks []domain.AuditBreak) {
	w.t.Helper()
	w.pass(time.Minute)
	added, err := w.Extend(w.t.Context())
	w.must(err)
	for _, c := range added {
		if c.OpensSegment() {
			breaks = append(breaks, c.Break)
		}
	}
	return breaks
}

// restart loses what the process remembers.
func (w *world) restart() { w.build() }

// restartWithoutAnchors also loses the anchors.
func (w *world) restartWithoutAnchors() {
	w.Anchors = &memory.AuditAnchors{}
	w.build()
}

// findings verifies the audit log and returns the findings' texts.
func (w *world) findings(verifier ports.AuditVerifier, anchors ...domain.AuditAnchor) (texts []string, proof app.AuditProof) {
	w.t.Helper()
	proof, err := app.NewAuditVerification(w.store, verifier).Verify(w.t.Context(), anchors, func(f domain.AuditFinding) {
		texts = append(texts, f.Text)
	})
	w.must(err)
	return texts, proof
}

func (w *world) wantFindings(want ...string) {
	w.t.Helper()
	if got, _ := w.findings(w.AuditSigner); !slices.Equal(got, want) {
		w.t.Errorf("findings:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// auditRows are all rows of an audit log, for an attacker to change who owns the database and lacks the keys.
type auditRows struct {
	events      []domain.AuditEvent
	entries     []domain.AuditChainEntry
	checkpoints []domain.AuditCheckpoint
}

func (w *world) tamper(change func(*auditRows)) {
	w.t.Helper()
	r := auditRows{events: w.store.Audited()}
	r.entries, r.checkpoints = w.store.ChainedAudit()
	change(&r)
	w.store.TamperAudit(r.events, r.entries, r.checkpoints)
}

// rewrite edits an event and computes the chain again, which needs no key.
func (r *auditRows) rewrite() {
	r.events[1].Kind = "forged"
	var end domain.AuditChainEntry
	for i := range r.entries {
		end = end.Next(r.events[i])
		r.entries[i] = end
	}
}

// chained is a world whose chain has six entries, with a checkpoint after each two.
func chained(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	for range 3 {
		w.record(2)
		if breaks := w.extend(); len(breaks) > 0 {
			t.Fatalf("breaks of an unchanged log: %v", breaks)
		}
	}
	w.wantFindings()
	return w
}

func TestAnUnchangedAuditLogHasNoFindings(t *testing.T) {
	t.Parallel()
	w := chained(t)
	w.restart()
	w.record(1500) // several batches
	if breaks := w.extend(); len(breaks) > 0 {
		t.Errorf("breaks: %v", breaks)
	}
	w.wantFindings()
	newest, err := w.Anchors.Newest()
	w.must(err)
	texts, proof := w.findings(w.AuditSigner, newest.Anchor())
	if len(texts) > 0 || proof.Last != 1506 || proof.Anchored != proof.Last || proof.Newest.Position != proof.Last {
		t.Errorf("findings %v, last %d, anchored %d", texts, proof.Last, proof.Anchored)
	}
	if _, proof = w.findings(w.AuditSigner); proof.Anchored != 0 {
		t.Errorf("position %d is anchored without an anchor", proof.Anchored)
	}
	if n := w.metrics.Counts().AuditBreaks; n != 0 {
		t.Errorf("%d breaks are counted", n)
	}
}

// auditAttack is what an attacker changes who owns the database, and as what the service finds it before it signs again.
type auditAttack struct {
	change  func(*auditRows)
	restart func(*world)
	want    domain.AuditBreak
}

func auditAttacks() map[string]auditAttack {
	goOn := func(*world) {}
	rewriteAndDeleteCheckpoints := func(r *auditRows) { r.rewrite(); r.checkpoints = nil }
	cut := func(r *auditRows) {
		r.events, r.entries, r.checkpoints = r.events[:4], r.entries[:4], r.checkpoints[:2]
	}
	wipe := func(r *auditRows) { *r = auditRows{} }
	return map[string]auditAttack{
		"rewritten, checkpoints deleted, known to the process": {rewriteAndDeleteCheckpoints, goOn, domain.AuditBreakMissing},
		"rewritten, checkpoints deleted, known to the anchors": {rewriteAndDeleteCheckpoints, (*world).restart, domain.AuditBreakMissing},
		"rewritten, checkpoints deleted, without anchors": {
			rewriteAndDeleteCheckpoints, (*world).restartWithoutAnchors, domain.AuditBreakUnsigned,
		},
		"cut to an earlier checkpoint, known to the process": {cut, goOn, domain.AuditBreakMissing},
		"cut to an earlier checkpoint, known to the anchors": {cut, (*world).restart, domain.AuditBreakMissing},
		"emptied, known to the process":                      {wipe, goOn, domain.AuditBreakMissing},
		"emptied, known to the anchors":                      {wipe, (*world).restart, domain.AuditBreakMissing},
		"only entries cut":                                   {func(r *auditRows) { r.entries = r.entries[:4] }, goOn, domain.AuditBreakEntries},
		"rewritten":                                          {(*auditRows).rewrite, goOn, domain.AuditBreakEntries},
		"an event of the newest checkpoint changed":          {func(r *auditRows) { r.events[5].Kind = "x" }, goOn, domain.AuditBreakEntries},
		"an event of the newest checkpoint removed":          {func(r *auditRows) { r.events = r.events[:5] }, goOn, domain.AuditBreakEntries},
		"an entry added": {func(r *auditRows) {
			r.entries = append(r.entries, r.entries[5].Next(domain.AuditEvent{ID: domain.ID{9}}))
		}, goOn, domain.AuditBreakUnsigned},
		"an entry added far away": {func(r *auditRows) {
			r.entries = append(r.entries, domain.AuditChainEntry{Position: 1 << 60, EventID: domain.ID{9}})
		}, goOn, domain.AuditBreakUnsigned},
		"a checkpoint removed":   {func(r *auditRows) { r.checkpoints = slices.Delete(r.checkpoints, 1, 2) }, goOn, domain.AuditBreakOrder},
		"a checkpoint changed":   {func(r *auditRows) { r.checkpoints[2].Position-- }, goOn, domain.AuditBreakSignature},
		"a checkpoint added":     {func(r *auditRows) { r.addForged(1) }, goOn, domain.AuditBreakSignature},
		"many checkpoints added": {func(r *auditRows) { r.addForged(1100) }, goOn, domain.AuditBreakSignature},
		"many checkpoints added, without anchors": {
			func(r *auditRows) { r.addForged(1100) }, (*world).restartWithoutAnchors, domain.AuditBreakSignature,
		},
		"an old checkpoint with a tag added as a break": {func(r *auditRows) {
			c := memory.AuditSigner{{Name: "mac:1", Secret: "key"}}.SignWithTag(domain.AuditCheckpoint{
				Number: 4, Segment: math.MaxInt64, Position: 6, Chain: r.entries[5].Chain, Break: "x",
			})
			r.checkpoints = append(r.checkpoints, c)
		}, goOn, domain.AuditBreakSignature},
		"a checkpoint with a tag added": {func(r *auditRows) {
			c := memory.AuditSigner{{Name: "mac:1", Secret: "key"}}.SignWithTag(domain.AuditCheckpoint{
				Number: 4, Segment: 1, Position: 6, Chain: r.entries[5].Chain,
			})
			r.checkpoints = append(r.checkpoints, c)
		}, goOn, domain.AuditBreakOrder},
	}
}

// addForged appends checkpoints in the form of the service, with a signature of nothing.
func (r *auditRows) addForged(n int) {
	for range n {
		newest := r.checkpoints[len(r.checkpoints)-1]
		forged := newest.Next(newest.End(), newest.At)
		forged.Signature = domain.AuditSignature{Key: "mac:1", Value: make([]byte, 64)}
		r.checkpoints = append(r.checkpoints, forged)
	}
}

// A change of the attacker is not signed over, raises one alarm, does not stop the audit, and stays a finding.
func TestABrokenAuditChainIsNeverSignedOver(t *testing.T) {
	t.Parallel()
	for name, attack := range auditAttacks() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := chained(t)
			w.tamper(attack.change)
			attack.restart(w)
			w.record(1)
			if breaks := w.extend(); !slices.Equal(breaks, []domain.AuditBreak{attack.want}) {
				t.Errorf("breaks %q, want %q", breaks, attack.want)
			}
			for range 2 {
				w.restart()
				w.record(2)
				if breaks := w.extend(); len(breaks) > 0 {
					t.Errorf("breaks %q after the break", breaks)
				}
			}
			if n := w.metrics.Counts().AuditBreaks; n != 1 {
				t.Errorf("%d breaks are counted", n)
			}
			found, proof := w.findings(w.AuditSigner)
			if !slices.ContainsFunc(found, func(text string) bool {
				return strings.HasPrefix(text, "the service found a break: "+string(attack.want)+"; the last good checkpoint is number ")
			}) {
				t.Errorf("findings:\n%s\nwant the break", strings.Join(found, "\n"))
			}
			unchained, _, err := w.store.Repos().Audit.FindUnchained(t.Context(), 10)
			if w.must(err); len(unchained) > 0 || proof.Newest.Segment != 2 || proof.Newest.Position != proof.Last {
				t.Errorf("%d events wait; segment %d signs position %d of %d", len(unchained), proof.Newest.Segment, proof.Newest.Position, proof.Last)
			}
		})
	}
}

// Before this check the service signed what an attacker had computed: no finding was left.
func TestTheRewrittenPastStaysAFinding(t *testing.T) {
	t.Parallel()
	w := chained(t)
	w.tamper(func(r *auditRows) { r.rewrite(); r.checkpoints = nil })
	w.record(1)
	w.extend()
	w.wantFindings(
		"no checkpoint signs the chain entry", // positions 1 to 6
		"the service found a break: a known checkpoint is missing; the last good checkpoint is number 3",
	)
}

// A chain that was cut to an earlier checkpoint is a valid one. Without its memory and its anchors, the service cannot know. A
// checkpoint that was kept elsewhere proves it.
func TestOnlyAnAnchorProvesACutChainAfterARestart(t *testing.T) {
	t.Parallel()
	w := chained(t)
	anchor, err := w.Anchors.Newest()
	w.must(err)
	w.tamper(func(r *auditRows) {
		r.events, r.entries, r.checkpoints = r.events[:4], r.entries[:4], r.checkpoints[:2]
	})
	w.restartWithoutAnchors()
	w.record(4)
	if breaks := w.extend(); len(breaks) > 0 {
		t.Errorf("breaks: %q", breaks)
	}
	w.wantFindings()
	whole, _ := w.findings(w.AuditSigner, anchor.Anchor())
	bare, _ := w.findings(w.AuditSigner, domain.AuditAnchor{Position: anchor.Position, Chain: anchor.Chain})
	if !slices.Equal(whole, []string{"the checkpoint is not that of the anchor"}) ||
		!slices.Equal(bare, []string{"the chain is not that of the anchor"}) {
		t.Errorf("findings %q with the whole checkpoint, %q with its chain", whole, bare)
	}
}

// Each replica remembers another checkpoint. One alarm for a break is enough.
func TestReplicasAgreeOnABreak(t *testing.T) {
	t.Parallel()
	w := chained(t)
	first, second := w.AuditLog, app.NewAuditLog(app.AuditLogConfig{
		Store: w.store, Signer: w.AuditSigner, Anchors: &memory.AuditAnchors{}, Metrics: w.metrics, Now: func() time.Time { return w.now },
		Changed: func(domain.AuditEvent) {},
	})
	extend := func(a *app.AuditLog) []domain.AuditBreak {
		w.AuditLog = a
		w.record(1)
		return w.extend()
	}
	for _, replica := range []*app.AuditLog{second, first, first, second, first} {
		if breaks := extend(replica); len(breaks) > 0 {
			t.Errorf("breaks %q", breaks)
		}
	}
	w.tamper(func(r *auditRows) { r.checkpoints = r.checkpoints[:5] })
	if breaks := extend(first); len(breaks) != 1 {
		t.Errorf("breaks %q", breaks)
	}
	for _, replica := range []*app.AuditLog{second, first, second} {
		if breaks := extend(replica); len(breaks) > 0 {
			t.Errorf("breaks %q", breaks)
		}
	}
}

// A replica that was idle while the others added more checkpoints than fit on a page follows all of them.
func TestAReplicaFollowsTheCheckpointsOfOthers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*auditRows)
		want   []domain.AuditBreak
	}{
		"unchanged": {func(*auditRows) {}, nil},
		"one of them changed": {
			func(r *auditRows) { r.checkpoints[700].Signature.Value = []byte("x") }, []domain.AuditBreak{domain.AuditBreakOrder},
		},
		"the known one changed": {
			func(r *auditRows) { r.checkpoints[2].Signature.Value = []byte("x") }, []domain.AuditBreak{domain.AuditBreakMissing},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := chained(t)
			w.tamper(func(r *auditRows) {
				for range 1100 {
					newest := r.checkpoints[len(r.checkpoints)-1]
					e := domain.AuditEvent{ID: w.newID(), At: w.now}
					entry := newest.End().Next(e)
					r.events, r.entries = append(r.events, e), append(r.entries, entry)
					r.checkpoints = append(r.checkpoints, w.AuditSigner.Sign(newest.Next(entry, w.now)))
				}
				c.change(r)
			})
			if diff := cmp.Diff(c.want, w.extend()); diff != "" {
				t.Errorf("breaks (-want +got):\n%s", diff)
			}
		})
	}
}

// tagAll makes the checkpoints those of a release before migration 17.
func (w *world) tagAll() {
	w.tamper(func(r *auditRows) {
		for i, c := range r.checkpoints {
			c.Previous = domain.AuditCheckpointRef{}
			r.checkpoints[i] = w.AuditSigner.SignWithTag(c)
		}
	})
	w.restartWithoutAnchors()
}

func TestCheckpointsWithTagsStayVerifiable(t *testing.T) {
	t.Parallel()
	w := chained(t)
	w.tagAll()
	w.wantFindings()
	w.record(1)
	if breaks := w.extend(); len(breaks) > 0 {
		t.Errorf("breaks: %q", breaks)
	}
	w.wantFindings()
	_, checkpoints := w.store.ChainedAudit()
	if newest := checkpoints[3]; newest.HasTag() || newest.Previous != checkpoints[2].Ref() {
		t.Errorf("the first signed checkpoint is %v", newest)
	}
	w.tamper(func(r *auditRows) { r.checkpoints[2].At = r.checkpoints[2].At.Add(time.Second) })
	w.wantFindings("the checkpoint's signature is wrong", "the checkpoint does not follow the one before it")
}

func TestACutChainOfTagsIsFound(t *testing.T) {
	t.Parallel()
	w := chained(t)
	w.tagAll()
	w.tamper(func(r *auditRows) { r.rewrite() })
	w.record(1)
	if breaks := w.extend(); !slices.Equal(breaks, []domain.AuditBreak{domain.AuditBreakEntries}) {
		t.Errorf("breaks: %q", breaks)
	}
}

// A checkpoint whose key was removed is proven by a later one, and only if the removal was recorded.
func TestCheckpointsOfRemovedKeys(t *testing.T) {
	t.Parallel()
	newKey := memory.AuditKey{Name: "mac:2", Secret: "new"}
	rotated := func(t *testing.T) *world {
		t.Helper()
		w := chained(t)
		w.AuditSigner = append(memory.AuditSigner{newKey}, w.AuditSigner...)
		w.restart()
		return w
	}
	const unproven = "checkpoints 1 to 3 have no known key and no proof by a later checkpoint"
	t.Run("no later checkpoint", func(t *testing.T) {
		t.Parallel()
		found, _ := chained(t).findings(memory.AuditSigner{newKey})
		if !slices.Equal(found, []string{unproven, "no checkpoint signs the chain entry"}) {
			t.Errorf("findings: %q", found)
		}
	})
	t.Run("removal not recorded", func(t *testing.T) {
		t.Parallel()
		w := rotated(t)
		w.record(1)
		w.extend()
		found, _ := w.findings(memory.AuditSigner{newKey})
		if !slices.Equal(found, []string{"the key mac:1 of checkpoint 3 is not known, and its removal was not recorded"}) {
			t.Errorf("findings: %q", found)
		}
	})
	t.Run("removal recorded", func(t *testing.T) {
		t.Parallel()
		w := rotated(t)
		w.must(w.store.Repos().Audit.Record(t.Context(), domain.AuditEvent{ID: w.newID(), Kind: domain.AuditKeysetKeyRemoved, KeyID: "mac:1"}))
		w.extend()
		if found, _ := w.findings(memory.AuditSigner{newKey}); len(found) > 0 {
			t.Errorf("findings: %q", found)
		}
		w.tamper(func(r *auditRows) { r.checkpoints[1].At = r.checkpoints[1].At.Add(time.Second) })
		found, _ := w.findings(memory.AuditSigner{newKey})
		if !slices.Contains(found, "the checkpoint does not follow the one before it") {
			t.Errorf("a changed checkpoint of a removed key: findings %q", found)
		}
	})
}

// A break does not weaken what proves the checkpoints before it.
func TestCheckpointsOfUnknownKeysBeforeABreak(t *testing.T) {
	t.Parallel()
	newKey, unknown := memory.AuditKey{Name: "mac:2", Secret: "new"}, memory.AuditSigner{{Name: "mac:9", Secret: "an attacker's"}}
	w := chained(t)
	w.AuditSigner = append(memory.AuditSigner{newKey}, w.AuditSigner...)
	w.restart()
	w.tamper(func(r *auditRows) {
		newest := r.checkpoints[2]
		r.checkpoints = append(r.checkpoints, unknown.Sign(newest.Next(newest.End(), newest.At)))
	})
	w.must(w.store.Repos().Audit.Record(t.Context(), domain.AuditEvent{ID: w.newID(), Kind: domain.AuditKeysetKeyRemoved, KeyID: "mac:1"}))
	if breaks := w.extend(); !slices.Equal(breaks, []domain.AuditBreak{domain.AuditBreakSignature}) {
		t.Errorf("breaks: %q", breaks)
	}
	w.AuditSigner = memory.AuditSigner{newKey}
	w.wantFindings(
		"checkpoint 4 has no known key and no proof by a later checkpoint",
		"the service found a break: the newest checkpoint's signature is wrong; the last good checkpoint is number 3",
	)
}

func TestMissingCheckpointsAreFindings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		removed int
		want    []string
	}{
		"one":    {1, []string{"before this checkpoint, checkpoint 1 is missing", "the checkpoint does not follow the one before it"}},
		"two":    {2, []string{"before this checkpoint, checkpoints 1 to 2 are missing", "the checkpoint does not follow the one before it"}},
		"newest": {0, []string{"no checkpoint signs the chain entry"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := chained(t)
			w.tamper(func(r *auditRows) {
				if r.checkpoints = r.checkpoints[c.removed:]; c.removed == 0 {
					r.checkpoints = r.checkpoints[:2]
				}
			})
			w.wantFindings(c.want...)
		})
	}
}

// Positions of a chain that was cut off are not used again: an anchor would contradict the new entries.
func TestANewSegmentUsesNoPositionAgain(t *testing.T) {
	t.Parallel()
	w := chained(t)
	w.tamper(func(r *auditRows) { r.entries = r.entries[:4] })
	w.record(1)
	w.extend()
	w.wantFindings(
		"the chain entry is missing", // positions 5 and 6
		"the service found a break: entries before the newest checkpoint were changed; the last good checkpoint is number 3",
		"the checkpoint was signed for another chain",
	)
	// The fake store chains the two events again that lost their entries.
	if _, proof := w.findings(w.AuditSigner); proof.Newest.Position != 9 || proof.Last != 9 {
		t.Errorf("the newest checkpoint is at position %d, the last entry at %d; want 9", proof.Newest.Position, proof.Last)
	}
}

// fullDisk are anchors that cannot be stored.
type fullDisk struct{ memory.AuditAnchors }

var errFullDisk = errors.New("no space left on device")

func (*fullDisk) Append(...domain.AuditCheckpoint) error { return errFullDisk }

// An anchor file that cannot be written is an error, and does not stop the chain.
func TestAnchorsThatCannotBeStoredDoNotStopTheChain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Anchors = &fullDisk{}
	w.restart()
	w.record(1500)
	if added, err := w.Extend(t.Context()); !errors.Is(err, errFullDisk) || len(added) != 2 {
		t.Errorf("added %d checkpoints, %v", len(added), err)
	}
	w.wantFindings()
}

// An anchor of another keyset under the same name says nothing about this chain.
func TestAnAnchorWithAWrongSignatureIsRefused(t *testing.T) {
	t.Parallel()
	w := chained(t)
	newest, err := w.Anchors.Newest()
	w.must(err)
	newest.Position++
	w.must(w.Anchors.Append(newest))
	w.restart()
	w.record(1)
	if added, err := w.Extend(t.Context()); !errors.Is(err, ports.ErrInvalidAuditSignature) {
		t.Errorf("added %v, %v", added, err)
	}
	w.wantFindings()
}

// One row at the highest position is one finding, and not one for each position before it.
func TestFindingsAboutConsecutivePositionsAreOne(t *testing.T) {
	t.Parallel()
	w := chained(t)
	w.tamper(func(r *auditRows) {
		for i := range r.events[:4] {
			r.events[i].Kind = "x"
		}
		r.entries = append(r.entries, domain.AuditChainEntry{Position: math.MaxInt64, EventID: domain.ID{9}})
	})
	var found []domain.AuditFinding
	collect := func(f domain.AuditFinding) { found = append(found, f) }
	_, err := app.NewAuditVerification(w.store, w.AuditSigner).Verify(t.Context(), nil, collect)
	w.must(err)
	for i := range found {
		found[i].EventID = domain.ID{}
	}
	want := []domain.AuditFinding{
		{Position: 7, Last: math.MaxInt64 - 1, Text: "the chain entry is missing"},
		{Position: 7, Last: math.MaxInt64, Text: "no checkpoint signs the chain entry"},
		{Position: 1, Last: 4, Text: "the event was changed"},
		{Position: math.MaxInt64, Last: math.MaxInt64, Text: "the event is missing"},
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// While another transaction holds the lock of the chain, or each extension fails, the delay is the alarm.
func TestAChainThatIsLateIsCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	wantDelay := func(want time.Duration, counted int) {
		t.Helper()
		delay, err := w.ChainDelay(t.Context())
		w.must(err)
		if n := w.metrics.Counts().AuditLate; delay != want || n != counted {
			t.Errorf("the delay is %v, want %v; counted %d times, want %d", delay, want, n, counted)
		}
	}
	wantDelay(0, 0)
	w.record(1)
	w.pass(10 * time.Minute)
	wantDelay(0, 0)
	w.pass(time.Second)
	wantDelay(10*time.Minute+time.Second, 1)
	w.extend()
	wantDelay(0, 1)
}
