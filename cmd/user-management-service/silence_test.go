package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/passwordhash"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// samples are how long requests took that differ in nothing but whether their address has an account.
type samples struct{ known, unknown []time.Duration }

// auc is the probability that a request for a known address took longer than one for an unknown address: the area under the
// ROC curve of a guess by the clock, which is the Mann-Whitney statistic. 0.5 tells nothing.
func (s samples) auc() float64 {
	sorted := slices.Sorted(slices.Values(s.unknown))
	var shorter float64
	for _, d := range s.known {
		below, _ := slices.BinarySearch(sorted, d)
		upTo, _ := slices.BinarySearch(sorted, d+1)
		shorter += float64(below) + float64(upTo-below)/2
	}
	return shorter / float64(len(s.known)*len(s.unknown))
}

// tells is the AUC from which on a clock tells known and unknown addresses apart.
const tells = 0.55

// interleave takes n samples of each kind in a random order, so that whatever else goes on meets both alike.
func interleave(n int, known, unknown func() time.Duration) samples {
	order := make([]bool, 2*n)
	for i := range n {
		order[i] = true
	}
	rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	var s samples
	for _, isKnown := range order {
		if isKnown {
			s.known = append(s.known, known())
		} else {
			s.unknown = append(s.unknown, unknown())
		}
	}
	return s
}

// byAddress are the operations whose caller names an address.
var byAddress = map[string]func(email string) any{
	"/login":                      func(email string) any { return loginOf(email, wrongPassword) },
	"/signup":                     func(email string) any { return signupOf(email, goodPassword) },
	"/email-verification-request": func(email string) any { return m{"email": email} },
	"/password-reset-request":     func(email string) any { return m{"email": email} },
}

// The hash is so cheap here that it hides little. A thousand pairs stray by about 0.013 on their own, and further on a busy
// machine: only what tells in three rounds on end is held to tell.
func TestTheClockDoesNotTellWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	const pairs, rounds = 1000, 3
	s := start(t)
	s.user(t, "ada@example.com")
	conn := s.connect(t)
	for path, body := range byAddress {
		nth := 0
		took := func(email string) time.Duration {
			if _, err := conn.Exec(context.Background(), `DELETE FROM throttle`); err != nil {
				t.Fatal(err)
			}
			encoded, err := encode(body(email))
			if err != nil {
				t.Fatal(err)
			}
			return s.clock(t, path, encoded)
		}
		unknown := func() time.Duration {
			if path == "/signup" { // after which an address is known
				nth++
			}
			return took(fmt.Sprintf("nobody%d@example.com", nth))
		}
		var told []float64
		for range rounds {
			auc := interleave(pairs, func() time.Duration { return took("ada@example.com") }, unknown).auc()
			if told = append(told, auc); auc < tells && auc > 1-tells {
				break
			}
		}
		t.Logf("%s: %.3f", path, told)
		if len(told) == rounds {
			t.Errorf("%s: a request for a known address is the slower one with a probability of %.3f", path, told)
		}
	}
}

// clock measures one request, without the check against the contract.
func (s *service) clock(t *testing.T, path string, body []byte) time.Duration {
	t.Helper()
	begin := time.Now()
	resp, err := client.Post(s.url+path, "application/json", bytes.NewReader(body))
	took := time.Since(begin)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted && resp.StatusCode != http.StatusUnauthorized {
		t.Fatalf("%s: status %d", path, resp.StatusCode)
	}
	return took
}

// A hasher that spares itself the hash where there is none to compare with is caught.
func TestTheClockCatchesAShortCut(t *testing.T) {
	t.Parallel()
	hasher := passwordhash.New(passwordhash.Config{Params: passwordhash.Params{Memory: 64, Time: 1, Threads: 1}, Concurrency: 1, Queue: 1})
	choose := func(clear string) domain.Password {
		p, err := domain.ParsePassword(clear)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	stored, err := hasher.Hash(t.Context(), choose(goodPassword))
	if err != nil {
		t.Fatal(err)
	}
	attempt := choose(wrongPassword)
	verify := func(h ports.PasswordHasher, stored domain.PasswordHash) func() time.Duration {
		return func() time.Duration {
			begin := time.Now()
			if _, err := h.Verify(t.Context(), attempt, stored); err != nil {
				t.Fatal(err)
			}
			return time.Since(begin)
		}
	}
	const pairs = 1000
	if auc := interleave(pairs, verify(hasher, stored), verify(hasher, "")).auc(); auc >= tells || auc <= 1-tells {
		t.Errorf("the hasher itself: %.3f", auc)
	}
	shortCut := withoutDecoy{hasher}
	if auc := interleave(pairs, verify(shortCut, stored), verify(shortCut, "")).auc(); auc < tells {
		t.Errorf("the short cut: %.3f, not caught", auc)
	}
}

// withoutDecoy is the mistake that the gate is there for.
type withoutDecoy struct{ ports.PasswordHasher }

func (h withoutDecoy) Verify(ctx context.Context, p domain.Password, stored domain.PasswordHash) (ports.Match, error) {
	if stored == "" {
		return ports.Match{}, nil
	}
	return h.PasswordHasher.Verify(ctx, p, stored)
}

// Whatever the state of an address, the same requests get the same answers, up to the last byte and header, with the mail
// server up or down.
func TestAnswersDoNotTellWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	for _, mail := range []string{"up", "down"} {
		t.Run("mail server "+mail, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			states := s.addressStates(t)
			if mail == "down" {
				if err := s.inbox.Close(); err != nil {
					t.Fatal(err)
				}
			}
			for path, body := range byAddress {
				want := s.story(t, path, body, "new@example.com")
				for state, email := range states {
					if diff := cmp.Diff(want, s.story(t, path, body, email)); diff != "" {
						t.Errorf("%s for a %s address (-new +%s):\n%s", path, state, state, diff)
					}
				}
			}
		})
	}
}

// addressStates has an address in each state.
func (s *service) addressStates(t *testing.T) map[string]string {
	t.Helper()
	s.post(t, "/signup", signupOf("pending@example.com", goodPassword)).want(t, http.StatusAccepted)
	s.user(t, "verified@example.com")
	deactivated := s.user(t, "deactivated@example.com")
	var who struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(s.me(t, deactivated.AccessToken).body, &who); err != nil {
		t.Fatal(err)
	}
	s.exec(t, `UPDATE users SET is_active = false WHERE id = '`+who.ID+`'`)
	ended := s.user(t, "terminated@example.com")
	s.do(t, request{method: http.MethodPost, path: "/terminate", token: ended.AccessToken, body: m{"password": goodPassword}}).want(t, http.StatusNoContent)
	s.settle(t)
	return map[string]string{
		"pending": "pending@example.com", "verified": "verified@example.com", "deactivated": "deactivated@example.com", "terminated": "terminated@example.com",
	}
}

// story is what seven like requests were answered, of which the last meet the limits.
func (s *service) story(t *testing.T, path string, body func(string) any, email string) []string {
	t.Helper()
	var told []string
	for range 7 {
		a := s.post(t, path, body(email))
		var header bytes.Buffer
		if err := a.header.WriteSubset(&header, map[string]bool{"Date": true, "X-Request-Id": true}); err != nil {
			t.Fatal(err)
		}
		told = append(told, remaining.ReplaceAllString(fmt.Sprintf("%d\n%s%s", a.status, &header, a.body), "<same for all>"))
	}
	return told
}

// remaining is what differs from request to request: its id, and the seconds left.
var remaining = regexp.MustCompile(`"request_id":"[^"]*"|Retry-After: \d+|t=([1-9]|[12]\d|30)\b`)
