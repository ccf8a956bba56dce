package main

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// `make fuzz-contract` sets these flags. Without them, the test is short and sends the same kinds of requests in each run.
var (
	fuzzRequests = flag.Int("contract-requests", 150, "number of requests that TestContractFuzz sends")
	fuzzTime     = flag.Duration("contract-time", time.Minute, "time after which TestContractFuzz sends no further request")
	fuzzSeed     = flag.Uint64("contract-seed", 1, "seed of TestContractFuzz; 0 chooses one")
)

// Requests are derived from openapi.yaml and mutated: credential, header, method, path, query and body. openapi.yaml, with its
// introduction, describes each response, and none is 5xx.
func TestContractFuzz(t *testing.T) {
	t.Parallel()
	s := start(t)
	seed := *fuzzSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d: repeat with make fuzz-contract SEED=%d", seed, seed)
	f := newContractFuzzer(t, s, rand.New(rand.NewPCG(seed, 0)))
	for _, op := range f.operations {
		r := f.valid(t, op)
		if got := f.exchange(t, r); got.status >= http.StatusBadRequest {
			t.Fatalf("%s is the base of the mutations and has status %d: %s", op.id(), got.status, got.body)
		}
	}
	findings, sent := 0, 0
	for end := time.Now().Add(*fuzzTime); sent < *fuzzRequests && time.Now().Before(end); sent++ {
		r := f.valid(t, f.operations[f.random.IntN(len(f.operations))])
		f.mutate(&r)
		got := f.exchange(t, r)
		if err := f.judge(r, got); err != nil {
			t.Errorf("request %d of seed %d, %s with %q: %v\nsent %.2000q\nreceived %d %v %.2000q",
				sent, seed, r.op.id(), r.mutations, err, r.bytes(), got.status, got.header, got.body)
			if findings++; findings == 20 {
				t.Fatal("too many findings")
			}
		}
	}
	t.Logf("%d requests sent, statuses %v", sent, f.statuses)
	if log := s.log.String(); strings.Contains(log, `"level":"ERROR"`) {
		i := strings.Index(log, `"level":"ERROR"`)
		t.Errorf("an error was logged: %s", log[i:min(len(log), i+1000)])
	}
}

// fuzzedOperation is an operation of the contract.
type fuzzedOperation struct {
	method, path string
	*openapi3.Operation
	scheme string // of its security, if any
}

func (op fuzzedOperation) id() string { return op.OperationID }

// canonicalPath has a value for each parameter.
func (op fuzzedOperation) canonicalPath(id string) string {
	return strings.Replace(op.path, "{id}", id, 1)
}

const someID = "0198f3c2-7a51-7c3e-9d0b-4f1f6f0a2b11"

type contractFuzzer struct {
	s          *service
	random     *rand.Rand
	operations []fuzzedOperation
	world      fuzzedWorld
	statuses   map[int]int
}

func newContractFuzzer(t *testing.T, s *service, random *rand.Rand) *contractFuzzer {
	t.Helper()
	world := fuzzedWorld{s: s, links: map[string][]string{}, uses: map[string]int{}}
	f := &contractFuzzer{s: s, random: random, statuses: map[int]int{}, world: world}
	for path, item := range s.contract.doc.Paths.Map() {
		for method, op := range item.Operations() {
			security := s.contract.doc.Security
			if op.Security != nil {
				security = *op.Security
			}
			scheme := ""
			for _, requirement := range security {
				for name := range requirement {
					scheme = name
				}
			}
			f.operations = append(f.operations, fuzzedOperation{method, path, op, scheme})
		}
	}
	slices.SortFunc(f.operations, func(a, b fuzzedOperation) int { return strings.Compare(a.id(), b.id()) })
	return f
}

// exchange sends a request and notes what it changed.
func (f *contractFuzzer) exchange(t *testing.T, r fuzzedRequest) response {
	t.Helper()
	got, err := f.s.sendRaw(r.method, r.bytes())
	if r.isRefusable() && errors.Is(err, syscall.ECONNRESET) { // the server closed the connection before it read the body
		return response{status: http.StatusBadRequest, header: http.Header{}}
	}
	if err != nil {
		t.Fatalf("%s with %q: %v\nsent %.2000q", r.op.id(), r.mutations, err, r.bytes())
	}
	f.statuses[got.status]++
	f.world.observe(r.op, got)
	return got
}

// judge returns an error for a response that the contract and its introduction do not describe.
func (f *contractFuzzer) judge(r fuzzedRequest, got response) error {
	if got.status >= http.StatusInternalServerError {
		return fmt.Errorf("status %d", got.status)
	}
	if r.isRefusable() && isRefusedByTheServer(got) {
		return nil
	}
	if got.header.Get("X-Request-Id") == "" || got.header.Get("Cache-Control") != "no-store" && r.op.id() != "readPublicKeys" {
		return errors.New("a common header is missing")
	}
	if r.moved {
		r.op = f.operationAt(r)
	}
	item := f.s.contract.doc.Paths.Value(r.op.path)
	supported := slices.Collect(maps.Keys(item.Operations()))
	if item.Get != nil {
		supported = append(supported, http.MethodHead)
	}
	switch {
	case r.moved && checkProblem(got, http.StatusNotFound, "not_found") == nil:
		return nil
	case r.moved && got.status == http.StatusMethodNotAllowed: // it is another path of the contract, such as /sessions/x
		return checkProblem(got, http.StatusMethodNotAllowed, "method_not_allowed")
	case r.method == http.MethodOptions:
		return checkOptions(got, supported)
	case !slices.Contains(supported, r.method):
		if err := checkAllow(got, supported); err != nil {
			return err
		}
		return checkProblem(got, http.StatusMethodNotAllowed, "method_not_allowed")
	case r.method == http.MethodHead:
		if item.Get.Responses.Status(got.status) == nil || len(got.body) > 0 {
			return fmt.Errorf("HEAD has status %d and a body of %d bytes", got.status, len(got.body))
		}
		return nil
	default:
		req, err := http.NewRequest(r.method, f.s.url+r.op.canonicalPath(someID), nil)
		if err != nil {
			return err
		}
		return f.s.contract.check(req, nil, got)
	}
}

// operationAt returns the operation that a moved request is about: of the same path, if the contract has it with the request's method.
func (f *contractFuzzer) operationAt(r fuzzedRequest) fuzzedOperation {
	found := r.op
	path := strings.TrimPrefix(r.path, "http://localhost")
	for _, op := range f.operations {
		if !op.matches(path) {
			continue
		}
		if op.method == r.method {
			return op
		}
		found = op
	}
	return found
}

// matches reports whether a path is the operation's, with any value for each parameter.
func (op fuzzedOperation) matches(path string) bool {
	before, after, hasParameter := strings.Cut(op.path, "{id}")
	if !hasParameter {
		return path == op.path
	}
	value, isPrefixed := strings.CutPrefix(path, before)
	value, isSuffixed := strings.CutSuffix(value, after)
	return isPrefixed && isSuffixed && value != "" && !strings.Contains(value, "/")
}

// isRefusedByTheServer reports whether the HTTP server itself refused a request, as the introduction says.
func isRefusedByTheServer(got response) bool {
	kind, _, _ := strings.Cut(got.header.Get("Content-Type"), ";")
	return slices.Contains([]int{400, 417, 431}, got.status) && (kind == "text/plain" || len(got.body) == 0)
}

func checkProblem(got response, status int, code string) error {
	if got.status != status || got.header.Get("Content-Type") != "application/problem+json" ||
		len(got.body) > 0 && !strings.Contains(string(got.body), `"code":"`+code+`"`) {
		return fmt.Errorf("want the problem %d %s", status, code)
	}
	return nil
}

func checkOptions(got response, supported []string) error {
	if got.status != http.StatusNoContent || len(got.body) > 0 {
		return fmt.Errorf("OPTIONS has status %d", got.status)
	}
	return checkAllow(got, supported)
}

func checkAllow(got response, supported []string) error {
	want := slices.Sorted(slices.Values(append([]string{http.MethodOptions}, supported...)))
	allowed := slices.Sorted(slices.Values(strings.Split(got.header.Get("Allow"), ", ")))
	if !slices.Equal(want, allowed) {
		return fmt.Errorf("status %d, the methods %q are allowed, want %q", got.status, allowed, want)
	}
	return nil
}
