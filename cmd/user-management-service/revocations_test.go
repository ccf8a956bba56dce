package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/domain"
)

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// stream is an open stream of revocations.
type stream struct {
	service *service
	resp    *http.Response
	lines   *bufio.Scanner
	text    bytes.Buffer // the stream so far
	close   context.CancelFunc
}

// listen opens a stream of the events after one, or of all events if lastEventID is empty.
func (s *service) listen(t *testing.T, lastEventID string) *stream {
	t.Helper()
	return s.listenAs(t, asService(), lastEventID)
}

// listenAs is listen with another credential.
func (s *service) listenAs(t *testing.T, credential http.Header, lastEventID string) *stream {
	t.Helper()
	ctx, closeStream := context.WithTimeout(context.Background(), waitLimit)
	t.Cleanup(closeStream)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/revocations", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = credential
	req.Header.Set("Accept", "text/event-stream")
	if lastEventID != "" {
		req.Header.Set("Last-Event-ID", lastEventID)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("status %d", resp.StatusCode)
	}
	return &stream{service: s, resp: resp, lines: bufio.NewScanner(resp.Body), close: closeStream}
}

// waitFor waits for the revocation of a session and returns the id of that event.
func (s *stream) waitFor(t *testing.T, sid string) (id string) {
	t.Helper()
	for s.lines.Scan() {
		s.text.WriteString(s.lines.Text() + "\n")
		if field, value, _ := strings.Cut(s.lines.Text(), ": "); field == "id" {
			id = value
		} else if field == "data" {
			var data struct{ SID, Sub string }
			if err := json.Unmarshal([]byte(value), &data); err != nil || data.Sub == "" {
				t.Fatalf("%q: %v", value, err)
			}
			if data.SID == sid {
				return id
			}
		}
	}
	t.Fatalf("the stream ended before the revocation of %s: %v", sid, s.lines.Err())
	return ""
}

// wantEnd reads up to the stream's regular end, and compares all of it with the contract.
func (s *stream) wantEnd(t *testing.T) {
	t.Helper()
	for s.lines.Scan() {
		s.text.WriteString(s.lines.Text() + "\n")
	}
	if err := s.lines.Err(); err != nil {
		t.Errorf("the stream broke: %v", err)
	}
	whole := response{status: s.resp.StatusCode, header: s.resp.Header, body: s.text.Bytes()}
	if err := s.service.contract.check(s.resp.Request, nil, whole); err != nil {
		t.Error(err)
	}
}

func TestAStreamReportsALogoutOnAnotherReplica(t *testing.T) {
	t.Parallel()
	here, there := pairOfReplicas(t)
	pairs := []tokens{here.user(t, "ada@example.com")}
	for range 2 {
		pairs = append(pairs, here.logIn(t, "ada@example.com", goodPassword))
	}
	open := there.listen(t, "")
	there.logOut(t, pairs[0])
	open.waitFor(t, sid(t, pairs[0]))
	here.logOut(t, pairs[1])
	last := open.waitFor(t, sid(t, pairs[1]))
	open.close()

	here.logOut(t, pairs[2])
	for _, s := range []*service{here, there} {
		s.listen(t, last).waitFor(t, sid(t, pairs[2]))
	}
}

// Streams have no end of their own, but do not delay a shutdown: stop fails the test if they do.
func TestStreamsEndWithTheirReplicaAndResumeAtAnother(t *testing.T) {
	t.Parallel()
	here, there := pairOfReplicas(t)
	pair, second := here.user(t, "ada@example.com"), here.user(t, "grace@example.com")
	streams := []*stream{here.listen(t, ""), here.listen(t, "")}
	here.logOut(t, pair)
	var last string
	for _, s := range streams {
		last = s.waitFor(t, sid(t, pair))
	}
	here.stop()
	for _, s := range streams {
		s.wantEnd(t)
	}
	there.logOut(t, second)
	there.listen(t, last).waitFor(t, sid(t, second))
}

// Pages of the list together contain every revocation.
func TestTheListOfRevocationsIsCompleteAcrossPages(t *testing.T) {
	t.Parallel()
	s := start(t)
	pair := s.user(t, "ada@example.com")
	s.logOut(t, pair)
	first := s.revocations(t, "")
	if len(first.Revocations) != 1 || first.More || first.Revocations[0].Sub != claims(t, pair.AccessToken)["sub"] {
		t.Fatalf("%+v", first)
	}
	if again := s.revoked(t, first.Next); !again[sid(t, pair)] {
		t.Error("a recent revocation is not repeated on the next page")
	}
	s.count(t, `WITH more AS (INSERT INTO revocations (revoked_at, session_id, user_id)
		SELECT revoked_at + n * interval '1 microsecond', gen_random_uuid(), user_id FROM revocations, generate_series(1, 2500) n
		RETURNING session_id) SELECT count(*) FROM more`)
	listed, pages, next := map[string]bool{}, 0, ""
	for more := true; more; pages++ {
		page := s.revocations(t, next)
		for _, r := range page.Revocations {
			listed[r.SID] = true
		}
		next, more = page.Next, page.More
	}
	if len(listed) != 2501 || pages != 3 {
		t.Errorf("%d sessions on %d pages", len(listed), pages)
	}
	s.listen(t, next).waitFor(t, sid(t, pair))
}

func TestServeRefusesInvalidServiceCredentials(t *testing.T) {
	t.Parallel()
	development, err := domain.NewServiceCredential("orders", devClientSecret)
	if err != nil {
		t.Fatal(err)
	}
	good := "orders:" + strings.Repeat("ab", 32)
	for name, tt := range map[string]struct{ setting, file, want string }{
		"no hash":                         {good + ",orders:ssvc_secret", "", "SERVICE_CREDENTIALS: entry 2 must be"},
		"that of development":             {development.String(), "", "the secret of orders was made for development"},
		"that of development in the file": {good, development.String(), "the secret of orders was made for development"},
		"no hash in the file":             {"", "# ok\n" + good + "\nbilling", "SERVICE_CREDENTIALS_FILE: line 3 must be"},
		"no file":                         {"", "none", "SERVICE_CREDENTIALS_FILE: "},
	} {
		environ := map[string]string{"SERVICE_CREDENTIALS": tt.setting}
		switch tt.file {
		case "":
		case "none":
			environ["SERVICE_CREDENTIALS_FILE"] = filepath.Join(t.TempDir(), "none")
		default:
			environ["SERVICE_CREDENTIALS_FILE"] = writeFile(t, tt.file)
		}
		_, err := run(t, environ, "serve")
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "ssvc_secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
