package anchorfile

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// maxLine bounds a line. The lines of other log messages may be long; those beyond are skipped.
const maxLine = 1 << 20

// line is a checkpoint as domain.AuditCheckpoint.MarshalJSON writes it.
type line struct {
	Number         int64             `json:"number"`
	Segment        int64             `json:"segment"`
	Position       int64             `json:"position"`
	Chain          string            `json:"chain"`
	PreviousNumber int64             `json:"previous_number"`
	PreviousDigest string            `json:"previous_digest"`
	At             time.Time         `json:"at"`
	Break          domain.AuditBreak `json:"break"`
	Key            string            `json:"key"`
	Signature      string            `json:"signature"`
	// Checkpoint is the member of a line in the log of the service.
	Checkpoint *line `json:"checkpoint"`
}

// plain is what a name or a break consists of. MarshalJSON escapes none of it.
var plain = regexp.MustCompile(`^[ !#-\[\]-~]{0,200}$`)

// Parse reads a line of an anchor file, or of the log of the service, which contains the checkpoint as the member checkpoint. ok is
// false if the line contains none.
func Parse(text []byte) (c domain.AuditCheckpoint, ok bool) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return domain.AuditCheckpoint{}, false
	}
	if l.Checkpoint != nil {
		l = *l.Checkpoint
	}
	chain, chainOK := parseDigest(l.Chain)
	previous, previousOK := parseDigest(l.PreviousDigest)
	signature, err := hex.DecodeString(l.Signature)
	ok = chainOK && previousOK && err == nil && len(signature) > 0 && l.Number > 0 && l.Segment > 0 && l.Position >= 0 &&
		l.PreviousNumber >= 0 && l.Key != "" && plain.MatchString(l.Key) && plain.MatchString(string(l.Break))
	if !ok {
		return domain.AuditCheckpoint{}, false
	}
	return domain.AuditCheckpoint{
		Number: l.Number, Segment: l.Segment, Position: l.Position, Chain: chain,
		Previous: domain.AuditCheckpointRef{Number: l.PreviousNumber, Digest: previous},
		At:       l.At.UTC().Truncate(time.Microsecond), Break: l.Break,
		Signature: domain.AuditSignature{Key: l.Key, Value: signature},
	}, true
}

func parseDigest(s string) (d domain.AuditDigest, ok bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(d) {
		return d, false
	}
	return domain.AuditDigest(b), true
}

// ReadAll returns every checkpoint of an anchor file or of a log of the service, in the order of the lines.
func ReadAll(r io.Reader) (all []domain.AuditCheckpoint, err error) {
	lines := bufio.NewReaderSize(r, maxLine)
	for {
		text, err := lines.ReadSlice('\n')
		if c, ok := Parse(bytes.TrimSpace(text)); ok {
			all = append(all, c)
		}
		switch {
		case err == nil || errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return all, nil
		default:
			return nil, fmt.Errorf("read the anchors: %w", err)
		}
	}
}
