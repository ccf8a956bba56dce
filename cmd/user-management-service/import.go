package main

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/siriusys/user-management-service/adapters/passwordhash"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

var (
	errInvalidLines = errors.New("some lines were not imported")
	errSameAddress  = errors.New("some lines were not imported, because an earlier line has their email address")
)

// importUsers creates accounts from a file with one JSON object per line. For each invalid line it prints the number and the
// invalid members, never their values, and continues. It can be run again: email addresses that have an account are skipped.
func (p program) importUsers(ctx context.Context, args []string) error {
	file, err := p.open(args[0])
	if err != nil {
		return fmt.Errorf("open the import: %w", err)
	}
	defer func() { _ = file.Close() }()
	d, err := p.openDeployment(ctx)
	if err != nil {
		return err
	}
	defer d.store.Close()
	hasher := passwordhash.New(passwordhash.Config{
		Params: passwordhash.DefaultParams, Peppers: peppers(d.keyset), Concurrency: 1, Queue: 1,
	})
	pseudonyms, runtime := app.NewPseudonyms(d.keyset.MAC()), realRuntime(Config{Now: d.now})
	run := importRun{
		users: app.NewImport(d.store, hasher, pseudonyms, app.NewAuditEvents(pseudonyms, runtime), runtime),
		out:   p.out, lineOf: map[uint64]int{}, seed: maphash.MakeSeed(),
	}
	err = eachLine(file, func(n int, line []byte, err error) error { return run.importLine(ctx, n, line, err) })
	run.report()
	if err != nil {
		return err
	}
	return run.result()
}

// open opens a file of the command line, where "-" is standard input.
func (p program) open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(p.in), nil
	}
	return os.Open(name) //nolint:gosec // the operator's own file
}

// importRun is one run of an import.
type importRun struct {
	users *app.Import
	out   io.Writer

	imported, invalid, sameAddress int
	// skipped are the lines whose email address had an account before the run.
	skipped lineRanges
	// lineOf is the line of each email address, by a hash of its canonical form, so that a large file takes little memory.
	lineOf map[uint64]int
	seed   maphash.Seed
	span   span
}

// importLine imports one line, or reports why it was not imported.
func (r *importRun) importLine(ctx context.Context, n int, line []byte, err error) error {
	if r.span.contains(line) {
		return nil
	}
	var in app.ImportUserInput
	added := false
	if err == nil {
		in, err = readUser(line)
		r.span.begin(line, err)
		added, err = r.importUser(ctx, in, err)
	}
	switch {
	case isInvalidLine(err):
		r.invalid++
		fmt.Fprintf(r.out, "line %d: %s\n", n, describeLine(err))
		return nil
	case err != nil:
		return fmt.Errorf("line %d: %w", n, err)
	default:
		return r.count(n, in.Email, added)
	}
}

// importUser stores what was read. Of a user whose members could not all be read, it checks the others.
func (r *importRun) importUser(ctx context.Context, in app.ImportUserInput, err error) (added bool, _ error) {
	if err == nil {
		return r.users.ImportUser(ctx, in)
	}
	if unread, ok := errors.AsType[domain.Errors](err); ok {
		return false, withOthers(unread, r.users.Check(in))
	}
	return false, err
}

// count counts a line that was imported, or whose email address has an account: from an earlier line or from before the run.
func (r *importRun) count(n int, address string, added bool) error {
	email, err := domain.ParseEmail(address)
	if err != nil {
		return fmt.Errorf("line %d: %w", n, err)
	}
	key := maphash.String(r.seed, email.Canonical())
	earlier, isRepeated := r.lineOf[key]
	switch {
	case added:
		r.imported++
	case isRepeated:
		r.sameAddress++
		fmt.Fprintf(r.out, "line %d: skipped, because line %d has its email address\n", n, earlier)
	default:
		r.skipped.add(n)
	}
	if !isRepeated {
		r.lineOf[key] = n
	}
	return nil
}

func (r *importRun) report() {
	if r.skipped.count > 0 {
		fmt.Fprintf(r.out, "had an account before, and skipped: %s\n", r.skipped)
	}
	fmt.Fprintf(r.out, "%d imported, %d skipped because their email address has an account, %d invalid\n",
		r.imported, r.skipped.count+r.sameAddress, r.invalid)
}

// result is an error if a user of the file has no account.
func (r *importRun) result() error {
	switch {
	case r.invalid > 0:
		return errInvalidLines
	case r.sameAddress > 0:
		return errSameAddress
	default:
		return nil
	}
}

func isInvalidLine(err error) bool {
	_, isFields := errors.AsType[domain.Errors](err)
	_, isLine := errors.AsType[lineError](err)
	return isFields || isLine
}

func describeLine(err error) string {
	violations, ok := errors.AsType[domain.Errors](err)
	if !ok {
		return err.Error()
	}
	texts := make([]string, len(violations))
	for i, v := range violations {
		texts[i] = v.Field + " " + v.Text
	}
	return strings.Join(texts, "; ")
}

// withOthers adds the violations of the members that were read.
func withOthers(unread domain.Errors, err error) domain.Errors {
	all := unread
	others, _ := errors.AsType[domain.Errors](err)
	for _, v := range others {
		if !slices.ContainsFunc(unread, func(u *domain.Error) bool { return u.Field == v.Field }) {
			all = append(all, v)
		}
	}
	return all
}

// lineRanges are line numbers in ascending order, for a text like "1-3, 7".
type lineRanges struct {
	count  int
	ranges [][2]int
}

func (l *lineRanges) add(n int) {
	l.count++
	if last := len(l.ranges) - 1; last >= 0 && l.ranges[last][1] == n-1 {
		l.ranges[last][1] = n
		return
	}
	l.ranges = append(l.ranges, [2]int{n, n})
}

func (l lineRanges) String() string {
	texts := make([]string, len(l.ranges))
	for i, r := range l.ranges {
		if texts[i] = fmt.Sprint(r[0]); r[0] != r[1] {
			texts[i] = fmt.Sprintf("%d-%d", r[0], r[1])
		}
	}
	if l.count == 1 {
		return "line " + texts[0]
	}
	return "lines " + strings.Join(texts, ", ")
}
