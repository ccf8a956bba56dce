package domain

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"
)

// AuditCheckpoint signs the audit chain up to a position, and by digest the checkpoint before it. Its key is not stored in the
// database.
type AuditCheckpoint struct {
	Number   int64 // counts from 1, over all segments
	Segment  int64 // counts from 1; a break starts the next one
	Position int64 // of the newest entry that it signs
	Chain    AuditDigest
	// Previous is the checkpoint before; of the first checkpoint of a segment, it is the last good one of an earlier segment.
	Previous AuditCheckpointRef
	At       time.Time
	// Break is set in the first checkpoint of every segment but the first: what did not fit when the chain was to be extended.
	Break     AuditBreak
	Signature AuditSignature
}

// AuditCheckpointRef names a checkpoint by its number and its digest. It is zero if there is none.
type AuditCheckpointRef struct {
	Number int64
	Digest AuditDigest
}

// AuditSignature is a signature and the name of the key that verifies it.
type AuditSignature struct {
	// Key is empty for a tag: checkpoints before migration 17 have a tag of the MAC, which begins with a prefix of its key.
	Key   string
	Value []byte
}

// AuditBreak says why the audit chain could not be extended. The values are stored and signed.
type AuditBreak string

// The breaks of an audit chain.
const (
	AuditBreakMissing   AuditBreak = "a known checkpoint is missing"
	AuditBreakSignature AuditBreak = "the newest checkpoint's signature is wrong"
	AuditBreakOrder     AuditBreak = "the newest checkpoint does not follow the one before it"
	AuditBreakEntries   AuditBreak = "entries before the newest checkpoint were changed"
	AuditBreakUnsigned  AuditBreak = "entries were added without a checkpoint"
)

// IsZero reports whether c is no checkpoint.
func (c AuditCheckpoint) IsZero() bool { return c.Number == 0 }

// HasTag reports whether c is of a release before migration 17: it has a tag, and does not name the checkpoint before it.
func (c AuditCheckpoint) HasTag() bool { return c.Signature.Key == "" }

// OpensSegment reports whether c is the first checkpoint after a break.
func (c AuditCheckpoint) OpensSegment() bool { return c.Break != "" }

// End returns the entry that the next one follows.
func (c AuditCheckpoint) End() AuditChainEntry {
	return AuditChainEntry{Position: c.Position, Chain: c.Chain}
}

// Ref names the checkpoint.
func (c AuditCheckpoint) Ref() AuditCheckpointRef {
	if c.IsZero() {
		return AuditCheckpointRef{}
	}
	return AuditCheckpointRef{Number: c.Number, Digest: c.Digest()}
}

// Next returns the checkpoint after c, not signed yet, for a chain that ends with e. After the zero checkpoint, it is the first.
func (c AuditCheckpoint) Next(e AuditChainEntry, at time.Time) AuditCheckpoint {
	return AuditCheckpoint{
		Number: c.Number + 1, Segment: max(c.Segment, 1), Position: e.Position, Chain: e.Chain, Previous: c.Ref(), At: at,
	}
}

// OpenAuditSegment returns the first checkpoint of the segment after lastGood, not signed yet. The entries of the segment follow the
// position, and their digests start from Chain, which contains no digest of the broken part.
func OpenAuditSegment(lastGood AuditCheckpoint, why AuditBreak, number, position int64, at time.Time) AuditCheckpoint {
	c := AuditCheckpoint{
		Number: number, Segment: lastGood.Segment + 1, Position: position, Previous: lastGood.Ref(), At: at, Break: why,
	}
	c.Segment = max(c.Segment, 2)
	c.Chain = sha256.Sum256(append([]byte("siriusys audit segment 1\x00"), c.Payload()...))
	return c
}

// Payload returns the bytes that the signature covers. Signature.Key is one of them.
func (c AuditCheckpoint) Payload() []byte {
	b := []byte("siriusys audit checkpoint 2\x00")
	for _, n := range []int64{c.Number, c.Segment, c.Position, c.Previous.Number, c.At.UnixMicro()} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	b = append(b, c.Chain[:]...)
	b = append(b, c.Previous.Digest[:]...)
	for _, part := range []string{c.Signature.Key, string(c.Break)} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
	}
	return b
}

// TagPayload returns the bytes that the tag of a checkpoint before migration 17 covers.
func (c AuditCheckpoint) TagPayload() []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(c.Position))
	b = binary.BigEndian.AppendUint64(b, uint64(c.At.UnixMicro()))
	return append(b, c.Chain[:]...)
}

// Digest returns a digest of the checkpoint and its signature.
func (c AuditCheckpoint) Digest() AuditDigest {
	return sha256.Sum256(append(c.Payload(), c.Signature.Value...))
}

// Follows reports whether c is chained to the checkpoint before it. Checkpoints with a tag are not chained among themselves.
func (c AuditCheckpoint) Follows(before AuditCheckpoint) bool {
	switch {
	case before.IsZero():
		return c.Number == 1 && c.Segment == 1 && c.Previous == (AuditCheckpointRef{})
	case c.HasTag():
		return before.HasTag() && c.Number == before.Number+1
	default:
		return c.Number == before.Number+1 && c.Segment == before.Segment && c.Previous == before.Ref()
	}
}

// MarshalJSON writes the checkpoint on one line, as anchor files and logs contain it.
func (c AuditCheckpoint) MarshalJSON() ([]byte, error) {
	const form = `{"number":%d,"segment":%d,"position":%d,"chain":"%x","previous_number":%d,"previous_digest":"%x",` +
		`"at":%q,"break":%q,"key":%q,"signature":"%x"}`
	return fmt.Appendf(nil, form, c.Number, c.Segment, c.Position, c.Chain, c.Previous.Number, c.Previous.Digest,
		c.At.UTC().Format(time.RFC3339Nano), string(c.Break), c.Signature.Key, c.Signature.Value), nil
}

// String returns the checkpoint as JSON.
func (c AuditCheckpoint) String() string {
	b, _ := c.MarshalJSON() // never fails
	return string(b)
}

// AuditAnchor is a checkpoint that was kept outside of the database.
type AuditAnchor struct {
	Position int64
	Chain    AuditDigest
	// Checkpoint names the whole checkpoint. It is zero if only the position and the chain are known.
	Checkpoint AuditCheckpointRef
}

// Anchor returns the checkpoint as an anchor.
func (c AuditCheckpoint) Anchor() AuditAnchor {
	return AuditAnchor{Position: c.Position, Chain: c.Chain, Checkpoint: c.Ref()}
}

// AuditFinding is a discrepancy in the audit log.
type AuditFinding struct {
	// Position and Last are the first and the last position in the chain; 0 if the event is not chained.
	Position, Last int64
	EventID        ID // of the event at Position; zero if the finding is about none
	Text           string
}
