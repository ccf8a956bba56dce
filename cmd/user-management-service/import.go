package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/siriusys/user-management-service/adapters/passwordhash"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// maxImportLine bounds one line of an import, in bytes.
const maxImportLine = 64 << 10

// importedUser is a line of an import.
type importedUser struct {
	Email         string    `json:"email"`
	FullName      string    `json:"full_name"`
	Country       string    `json:"country"`
	StateProvince string    `json:"state_province"`
	PasswordHash  string    `json:"password_hash"`
	CreatedAt     time.Time `json:"created_at"`
}

var (
	errImportFaults = errors.New("some lines were not imported")
	errLongLine     = fmt.Errorf("is longer than %d bytes", maxImportLine)
)

// importUsers makes accounts of a file with one JSON object a line. It prints the number of each line that it cannot take
// with the fields at fault, never their values, and goes on. It can be run again: addresses that have an account are skipped.
func (p program) importUsers(ctx context.Context, args []string) error {
	file, err := os.Open(args[0]) //nolint:gosec // the operator's own file
	if err != nil {
		return fmt.Errorf("open the import: %w", err)
	}
	defer func() { _ = file.Close() }()
	v, err := p.openVault(ctx)
	if err != nil {
		return err
	}
	defer v.store.Close()
	a := &app.App{
		Store: v.store, MAC: v.keyset.MAC(), Now: now, NewID: newID,
		Hasher: passwordhash.New(passwordhash.Config{Params: passwordhash.DefaultParams, Peppers: peppers(v.keyset), Concurrency: 1, Queue: 1}),
	}
	var imported, skipped, faulty int
	err = eachLine(file, func(n int, line []byte, err error) error {
		added := false
		if err == nil {
			added, err = importLine(ctx, a, line)
		}
		switch {
		case isFaultyLine(err):
			faulty++
			fmt.Fprintf(p.out, "line %d: %s\n", n, describeLine(err))
			return nil
		case err != nil:
			return fmt.Errorf("line %d: %w", n, err)
		case added:
			imported++
		default:
			skipped++
		}
		return nil
	})
	fmt.Fprintf(p.out, "%d imported, %d skipped because their address has an account, %d faulty\n", imported, skipped, faulty)
	if err == nil && faulty > 0 {
		return errImportFaults
	}
	return err
}

// errNoUser: a line is not the JSON object of a user. What the decoder says may hold values, and is left out.
var errNoUser = errors.New("is not a JSON object with email, full_name, country, state_province, password_hash and created_at only")

func importLine(ctx context.Context, a *app.App, line []byte) (added bool, err error) {
	var u importedUser
	if err := json.Unmarshal(line, &u, json.RejectUnknownMembers(true)); err != nil {
		return false, errNoUser
	}
	return a.ImportUser(ctx, app.ImportInput(u))
}

func isFaultyLine(err error) bool {
	_, isFields := errors.AsType[domain.Errors](err)
	return isFields || errors.Is(err, errNoUser) || errors.Is(err, errLongLine)
}

func describeLine(err error) string {
	faults, ok := errors.AsType[domain.Errors](err)
	if !ok {
		return err.Error()
	}
	texts := make([]string, len(faults))
	for i, f := range faults {
		texts[i] = f.Field + " " + f.Text
	}
	return strings.Join(texts, "; ")
}

// eachLine calls act with every line that is not empty, and with errLongLine for one that is too long.
func eachLine(r io.Reader, act func(n int, line []byte, err error) error) error {
	lines := bufio.NewReaderSize(r, maxImportLine)
	for n := 1; ; n++ {
		line, err := lines.ReadSlice('\n')
		var fault error
		for errors.Is(err, bufio.ErrBufferFull) {
			fault = errLongLine
			_, err = lines.ReadSlice('\n')
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read the import: %w", err)
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			if err := act(n, line, fault); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
	}
}
