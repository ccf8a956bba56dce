package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// The log lines from which admin after-restore learns what changed since a backup. Package jobs writes erasedLine.
const (
	changedLine = "account changed"
	erasedLine  = "account erased"
)

// maxLogLine bounds a line. Longer ones are of other log messages, and are skipped.
const maxLogLine = 1 << 20

// logChange logs a change of an account that an operator repeats if an older backup is restored. The line identifies no person.
func logChange(logger *slog.Logger, e domain.AuditEvent) {
	logger.Info(changedLine, "event", e.ID.String(), "kind", string(e.Kind), "user", e.UserID.String(), "at", e.At)
}

// loggedChange is a log line of either kind.
type loggedChange struct {
	Time    time.Time        `json:"time"`
	Message string           `json:"msg"`
	Event   string           `json:"event"`
	Kind    domain.AuditKind `json:"kind"`
	User    string           `json:"user"`
	At      time.Time        `json:"at"`
}

// readChanges returns the changes of accounts in a log of the service, in the order in which they happened. A line may have a prefix
// before the JSON, as some log shippers write.
func readChanges(log io.Reader) (changes []domain.AuditEvent, err error) {
	lines := bufio.NewReaderSize(log, maxLogLine)
	for {
		line, err := lines.ReadSlice('\n')
		if e, ok := parseChange(line); ok {
			changes = append(changes, e)
		}
		switch {
		case err == nil || errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			slices.SortStableFunc(changes, func(a, b domain.AuditEvent) int { return a.At.Compare(b.At) })
			return changes, nil
		default:
			return nil, fmt.Errorf("read the log: %w", err)
		}
	}
}

func parseChange(line []byte) (e domain.AuditEvent, ok bool) {
	start := bytes.IndexByte(line, '{')
	// To parse every line of a large log would take long.
	if start < 0 || !bytes.Contains(line, []byte(changedLine)) && !bytes.Contains(line, []byte(erasedLine)) {
		return domain.AuditEvent{}, false
	}
	var l loggedChange
	if err := json.Unmarshal(line[start:], &l); err != nil {
		return domain.AuditEvent{}, false
	}
	user, err := domain.ParseID(l.User)
	if err != nil {
		return domain.AuditEvent{}, false
	}
	switch l.Message {
	case erasedLine:
		return domain.AuditEvent{Kind: domain.AuditErased, UserID: domain.UserID{ID: user}, At: l.Time.UTC()}, true
	case changedLine:
		id, err := domain.ParseID(l.Event)
		e = domain.AuditEvent{ID: id, Kind: l.Kind, UserID: domain.UserID{ID: user}, At: l.At.UTC()}
		return e, err == nil && !id.IsZero() && !l.At.IsZero() && e.IsRepeatedAfterRestore()
	default:
		return domain.AuditEvent{}, false
	}
}
