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

// samples are durations of requests that differ only in whether the email address has an account.
type samples struct{ known, unknown []time.Duration }

// auc is the probability that a request for a known email address took longer than one for an unknown address: the area under the ROC
// curve of a classifier by duration, which is the Mann-Whitney statistic. 0.5 reveals nothing.
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

// revealing is the AUC from which on durations distinguish known and unknown email addresses.
const revealing = 0.55

// interleave takes n samples of each kind in a random order, so that other load affects both kinds equally.
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

// byEmail has the body of each operation whose client gives an email address without proof.
var byEmail = map[string]func(email string) any{
	"/login":                      func(email string) any { return loginOf(email, wrongPassword) },
	"/signup":                     func(email string) any { return signupOf(email, goodPassword) },
	"/email-verification-request": func(email string) any { return m{"email": email} },
	"/password-reset-request":     func(email string) any { return m{"email": email} },
}

// The hash is so cheap here that it hides little. The AUC of a thousand pairs has a standard deviation of about 0.013, and more on a
// busy machine: the test fails only if three consecutive rounds are revealing.
func TestTimingDoesNotRevealWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	const pairs, rounds = 1000, 3
	s := start(t)
	s.user(t, "ada@example.com")
	conn := s.connect(t)
	for path, body := range byEmail {
		nth := 0
		took := func(email string) time.Duration {
			// The client's earlier signup would be replaced, which takes longer: that is no secret to this client.
			forget := `DELETE FROM rate_limit_counters; DELETE FROM users WHERE verified_at IS NULL`
			if _, err := conn.Exec(context.Background(), forget); err != nil {
				t.Fatal(err)
			}
			encoded, err := encode(body(email))
			if err != nil {
				t.Fatal(err)
			}
			return s.clock(t, path, encoded)
		}
		unknown := func() time.Duration {
			if path == "/signup" { // which makes the address known
				nth++
			}
			return took(fmt.Sprintf("unknown%d@example.com", nth))
		}
		var measured []float64
		for range rounds {
			auc := interleave(pairs, func() time.Duration { return took("ada@example.com") }, unknown).auc()
			if measured = append(measured, auc); auc < revealing && auc > 1-revealing {
				break
			}
		}
		t.Logf("%s: AUC %.3f", path, measured)
		if len(measured) == rounds {
			t.Errorf("%s: a request for a known email address is the slower one with a probability of %.3f", path, measured)
		}
	}
}

// clock measures one request, without the comparison with the contract.
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

// The method of the test above detects a hasher that computes no hash for an unknown email address.
func TestTheTimingTestDetectsASkippedHash(t *testing.T) {
	t.Parallel()
	hasher := passwordhash.New(passwordhash.Config{Params: passwordhash.Params{Memory: 64, Time: 1, Threads: 1}, Concurrency: 1, Queue: 1})
	parse := func(clear string) domain.Password {
		p, err := domain.ParsePassword(clear)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	stored, err := hasher.Hash(t.Context(), domain.HashWaiter{}, parse(goodPassword))
	if err != nil {
		t.Fatal(err)
	}
	attempt := parse(wrongPassword)
	verify := func(h ports.PasswordHasher, stored domain.PasswordHash) func() time.Duration {
		return func() time.Duration {
			begin := time.Now()
			if _, err := h.Verify(t.Context(), domain.HashWaiter{}, attempt, stored); err != nil {
				t.Fatal(err)
			}
			return time.Since(begin)
		}
	}
	const pairs = 1000
	if auc := interleave(pairs, verify(hasher, stored), verify(hasher, "")).auc(); auc >= revealing || auc <= 1-revealing {
		t.Errorf("the real hasher: AUC %.3f", auc)
	}
	skipping := withoutDecoy{hasher}
	if auc := interleave(pairs, verify(skipping, stored), verify(skipping, "")).auc(); auc < revealing {
		t.Errorf("the hasher that skips hashes was not detected: AUC %.3f", auc)
	}
}

// withoutDecoy is a hasher that skips the hash if there is none to compare with.
type withoutDecoy struct{ ports.PasswordHasher }

func (h withoutDecoy) Verify(
	ctx context.Context, w domain.HashWaiter, p domain.Password, stored domain.PasswordHash,
) (ports.Match, error) {
	if stored == "" {
		return ports.Match{}, nil
	}
	return h.PasswordHasher.Verify(ctx, w, p, stored)
}

// Whatever the state of an email address, the same requests get the same responses, including every byte and header, with the mail
// server up or down.
func TestResponsesDoNotRevealWhoHasAnAccount(t *testing.T) {
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
			for path, body := range byEmail {
				want := s.responses(t, path, body, "new@example.com")
				for state, email := range states {
					if diff := cmp.Diff(want, s.responses(t, path, body, email)); diff != "" {
						t.Errorf("%s for a %s address (-new +%s):\n%s", path, state, state, diff)
					}
				}
			}
		})
	}
}

// addressStates has an email address in each state.
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
	s.terminate(t, s.user(t, "terminated@example.com"))
	s.settle(t)
	return map[string]string{
		"pending": "pending@example.com", "verified": "verified@example.com", "deactivated": "deactivated@example.com",
		"terminated": "terminated@example.com",
	}
}

// responses are those of seven equal requests; the last ones exceed the rate limits.
func (s *service) responses(t *testing.T, path string, body func(string) any, email string) []string {
	t.Helper()
	var all []string
	for range 7 {
		a := s.post(t, path, body(email))
		var header bytes.Buffer
		if err := a.header.WriteSubset(&header, map[string]bool{"Date": true, "X-Request-Id": true}); err != nil {
			t.Fatal(err)
		}
		all = append(all, variable.ReplaceAllString(fmt.Sprintf("%d\n%s%s", a.status, &header, a.body), "<same for all>"))
	}
	return all
}

// variable is what differs from request to request: its id, and the remaining seconds.
var variable = regexp.MustCompile(`"request_id":"[^"]*"|Retry-After: \d+|t=([1-9]|[12]\d|30)\b`)
