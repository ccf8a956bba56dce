package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/domain"
)

func changeOf(kind domain.AuditKind, at time.Time) domain.AuditEvent {
	return domain.AuditEvent{ID: newID(), Kind: kind, UserID: domain.UserID{ID: newID()}, At: at}
}

// What the service logs is what an operator's command reads, whatever else is in the log and around its lines.
func TestChangesAreReadFromTheLog(t *testing.T) {
	t.Parallel()
	at := now()
	later, earlier := changeOf(domain.AuditTerminated, at.Add(time.Hour)), changeOf(domain.AuditPasswordReset, at)
	var lines bytes.Buffer
	logger, err := newLogger(&lines, Settings{LogLevel: "info"})
	if err != nil {
		t.Fatal(err)
	}
	logger.Info("request", "route", "account changed")
	logChange(logger, later)
	lines.WriteString("2026-11-26T10:00:00Z stdout F ")
	logChange(logger, earlier)
	erased := domain.UserID{ID: newID()}
	fmt.Fprintf(&lines, "%s\n", strings.Repeat("account changed ", maxLogLine/8))
	for _, line := range []string{
		`account erased`, `{"msg":"account erased"`, `{"msg":"account erased","user":"ada"}`,
		`{"msg":"account changed","user":"` + erased.String() + `"}`,
	} {
		fmt.Fprintln(&lines, line)
	}
	logChange(logger, changeOf(domain.AuditLoggedIn, at))
	fmt.Fprintf(&lines, `{"time":"1999-11-26T10:00:00.5+01:00","msg":"account erased","user":"%s"}`, erased) // without a line break
	got, err := readChanges(&lines)
	if err != nil {
		t.Fatal(err)
	}
	first := domain.AuditEvent{Kind: domain.AuditErased, UserID: erased, At: time.Date(1999, 11, 26, 9, 0, 0, 500000000, time.UTC)}
	if diff := cmp.Diff([]domain.AuditEvent{first, earlier, later}, got); diff != "" {
		t.Errorf("read from the log (-want +got):\n%s", diff)
	}
}

func TestALoggedChangeContainsOnlyIDsAndTimes(t *testing.T) {
	t.Parallel()
	e := changeOf(domain.AuditTerminated, now())
	e.Network, e.EmailIndex, e.SessionID = "network", "index", domain.SessionID{ID: newID()}
	var line bytes.Buffer
	logChange(slog.New(slog.NewJSONHandler(&line, nil)), e)
	for _, hidden := range []string{"network", "index", e.SessionID.String()} {
		if strings.Contains(line.String(), hidden) {
			t.Errorf("the line contains the %s: %s", hidden, &line)
		}
	}
}
