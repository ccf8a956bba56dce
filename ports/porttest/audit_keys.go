package porttest

import (
	"crypto/ed25519"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// checkpointToSign has a value in every field but the signature.
func checkpointToSign() domain.AuditCheckpoint {
	return domain.AuditCheckpoint{
		Number: 7, Segment: 2, Position: 1234, Chain: domain.AuditDigest{1, 2}, At: start, Break: domain.AuditBreakOrder,
		Previous: domain.AuditCheckpointRef{Number: 6, Digest: domain.AuditDigest{3, 4}},
	}
}

// changedCheckpoints are c with one of its signed fields changed, by the name of the field.
func changedCheckpoints(c domain.AuditCheckpoint) map[string]domain.AuditCheckpoint {
	all := map[string]domain.AuditCheckpoint{}
	change := func(name string, by func(*domain.AuditCheckpoint)) {
		changed := c
		changed.Signature.Value = slices.Clone(c.Signature.Value)
		by(&changed)
		all[name] = changed
	}
	change("number", func(c *domain.AuditCheckpoint) { c.Number++ })
	change("segment", func(c *domain.AuditCheckpoint) { c.Segment-- })
	change("position", func(c *domain.AuditCheckpoint) { c.Position++ })
	change("chain", func(c *domain.AuditCheckpoint) { c.Chain[31] ^= 1 })
	change("previous number", func(c *domain.AuditCheckpoint) { c.Previous.Number-- })
	change("previous digest", func(c *domain.AuditCheckpoint) { c.Previous.Digest[31] ^= 1 })
	change("time", func(c *domain.AuditCheckpoint) { c.At = c.At.Add(tick) })
	change("break", func(c *domain.AuditCheckpoint) { c.Break = "" })
	change("signature", func(c *domain.AuditCheckpoint) { c.Signature.Value[0] ^= 1 })
	change("shorter signature", func(c *domain.AuditCheckpoint) { c.Signature.Value = c.Signature.Value[1:] })
	change("no signature", func(c *domain.AuditCheckpoint) { c.Signature.Value = nil })
	return all
}

// AuditSigner checks the contract of ports.AuditSigner. other has other keys.
func AuditSigner(t *testing.T, signer, other ports.AuditSigner) {
	t.Helper()
	t.Run("Sign adds the primary key's name and signature, and changes nothing else", func(t *testing.T) {
		t.Parallel()
		c := signer.Sign(checkpointToSign())
		if c.Signature.Key == "" || len(c.Signature.Value) != ed25519.SignatureSize {
			t.Errorf("signed as %+v", c.Signature)
		}
		c.Signature = domain.AuditSignature{}
		wantSame(t, checkpointToSign(), c)
	})
	t.Run("PublicKeys verifies a signature elsewhere, by Ed25519 alone", func(t *testing.T) {
		t.Parallel()
		c := signer.Sign(checkpointToSign())
		key := signer.PublicKeys()[c.Signature.Key]
		if len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, c.Payload(), c.Signature.Value) {
			t.Errorf("the key %s of %v does not verify the signature", c.Signature.Key, slices.Collect(maps.Keys(signer.PublicKeys())))
		}
	})
	AuditVerifier(t, signer, signer, other)
}

// AuditVerifier checks the contract of ports.AuditVerifier. It knows the keys of signer and not those of other.
func AuditVerifier(t *testing.T, verifier ports.AuditVerifier, signer, other ports.AuditSigner) {
	t.Helper()
	t.Run("Verify accepts what the signer signed", func(t *testing.T) {
		t.Parallel()
		must(t, verifier.Verify(signer.Sign(checkpointToSign())))
	})
	t.Run("a changed checkpoint is ErrInvalidAuditSignature", func(t *testing.T) {
		t.Parallel()
		for name, changed := range changedCheckpoints(signer.Sign(checkpointToSign())) {
			t.Run(name, func(t *testing.T) { wantErr(t, verifier.Verify(changed), ports.ErrInvalidAuditSignature) })
		}
	})
	t.Run("a checkpoint of another key under the name of a known one is ErrInvalidAuditSignature", func(t *testing.T) {
		t.Parallel()
		c := other.Sign(checkpointToSign())
		c.Signature.Key = signer.Sign(checkpointToSign()).Signature.Key
		wantErr(t, verifier.Verify(c), ports.ErrInvalidAuditSignature)
	})
	t.Run("a checkpoint of an unknown key is ErrUnknownAuditKey", func(t *testing.T) {
		t.Parallel()
		wantErr(t, verifier.Verify(other.Sign(checkpointToSign())), ports.ErrUnknownAuditKey)
		tagged := checkpointToSign()
		tagged.Signature.Value = []byte("a tag of an unknown key")
		wantErr(t, verifier.Verify(tagged), ports.ErrUnknownAuditKey)
	})
}

// AuditAnchors checks the contract of ports.AuditAnchors. fresh returns empty anchors, and a function that opens the same ones again.
func AuditAnchors(t *testing.T, fresh func(t *testing.T) (anchors ports.AuditAnchors, reopen func() ports.AuditAnchors)) {
	t.Helper()
	first, second := signed(checkpointToSign()), signed(checkpointToSign())
	second.Number++
	second.Break = ""
	wantNewest := func(t *testing.T, a ports.AuditAnchors, want domain.AuditCheckpoint) {
		t.Helper()
		newest, err := a.Newest()
		must(t, err)
		if diff := cmp.Diff(want, newest); diff != "" {
			t.Errorf("the newest checkpoint (-want +got):\n%s", diff)
		}
	}
	t.Run("Newest is zero before the first Append, and after one of nothing", func(t *testing.T) {
		t.Parallel()
		anchors, _ := fresh(t)
		wantNewest(t, anchors, domain.AuditCheckpoint{})
		must(t, anchors.Append())
		wantNewest(t, anchors, domain.AuditCheckpoint{})
	})
	t.Run("Newest is the last checkpoint of the last Append", func(t *testing.T) {
		t.Parallel()
		anchors, _ := fresh(t)
		must(t, anchors.Append(second))
		wantNewest(t, anchors, second)
		must(t, anchors.Append(second, first))
		wantNewest(t, anchors, first)
	})
	t.Run("what Append stored is there when the anchors are opened again", func(t *testing.T) {
		t.Parallel()
		anchors, reopen := fresh(t)
		must(t, anchors.Append(first, second))
		wantNewest(t, reopen(), second)
		must(t, reopen().Append(first))
		wantNewest(t, anchors, first)
	})
}
