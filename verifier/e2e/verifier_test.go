package e2e

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/verifier"
)

// follow runs a verifier of the service until the test ends.
func follow(t *testing.T, s *service, change ...func(*verifier.Config)) *verifier.Verifier {
	t.Helper()
	c := verifier.Config{
		ServiceURL: s.url, Audiences: []string{"siriusys"}, ClientID: clientID, ClientSecret: clientSecret,
	}
	for _, f := range change {
		f(&c)
	}
	v, err := verifier.New(c)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = v.Run(context.Background()) }()
	t.Cleanup(v.Close)
	s.eventually(t, "the verifier is ready", func() bool { return v.Health().Err == nil })
	return v
}

func TestTokensOfTheServiceAreVerified(t *testing.T) {
	t.Parallel()
	s := newService(t)
	first := s.signUp(t, "ada@example.com")
	second, third, fourth := s.logIn(t, "ada@example.com"), s.logIn(t, "ada@example.com"), s.logIn(t, "ada@example.com")
	s.send(t, http.MethodPost, "/logout", fourth, "", http.StatusNoContent)
	v := follow(t, s)
	ctx := context.Background()
	claims, err := v.Verify(ctx, first)
	if err != nil || claims.UserID == "" || claims.SessionID == "" || claims.ExpiresAt.Before(time.Now()) {
		t.Fatalf("%+v, %v", claims, err)
	}
	if _, err := v.Verify(ctx, fourth); !errors.Is(err, verifier.ErrRevoked) {
		t.Errorf("a token of a session that was revoked before: %v", err)
	}

	s.send(t, http.MethodPost, "/logout", first, "", http.StatusNoContent)
	began := time.Now()
	s.eventually(t, "the logout arrives", func() bool { _, err = v.Verify(ctx, first); return err != nil })
	t.Logf("refused %v after the response of the logout", time.Since(began))
	if !errors.Is(err, verifier.ErrRevoked) {
		t.Error(err)
	}
	for name, token := range map[string]string{"second": second, "third": third} {
		if _, err := v.Verify(ctx, token); err != nil {
			t.Errorf("the %s session: %v", name, err)
		}
	}
	s.send(t, http.MethodPost, "/logout", second, `{"all_sessions":true}`, http.StatusNoContent)
	s.eventually(t, "the logout of all sessions arrives", func() bool { _, err = v.Verify(ctx, third); return err != nil })
	if !errors.Is(err, verifier.ErrRevoked) {
		t.Error(err)
	}
}

// The service's sign of life arrives often enough for the default MaxStaleness, without any revocation.
func TestAnIdleFeedStaysFresh(t *testing.T) {
	t.Parallel()
	s := newService(t)
	v := follow(t, s)
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for worst, end := time.Duration(0), time.Now().Add(2*verifier.DefaultMaxStaleness); time.Now().Before(end); <-ticker.C {
		h := v.Health()
		if worst = max(worst, h.Staleness); h.Err != nil || h.FeedErr != nil || worst > verifier.DefaultMaxStaleness*2/3 {
			t.Fatalf("%+v", h)
		}
	}
}

func TestAnOutageFailsClosedAndEnds(t *testing.T) {
	t.Parallel()
	s := newService(t)
	token := s.signUp(t, "ada@example.com")
	v, open := follow(t, s), follow(t, s, func(c *verifier.Config) { c.FailOpen = true })
	var err error
	s.stop(t)
	s.eventually(t, "the feed is stale", func() bool { _, err = v.Verify(context.Background(), token); return err != nil })
	if !errors.Is(err, verifier.ErrUnavailable) {
		t.Error(err)
	}
	if _, err := open.Verify(context.Background(), token); err != nil {
		t.Errorf("with FailOpen: %v", err)
	}
	s.start(t)
	s.eventually(t, "the token is accepted again", func() bool { _, err = v.Verify(context.Background(), token); return err == nil })
	s.send(t, http.MethodPost, "/logout", token, "", http.StatusNoContent)
	for _, v := range []*verifier.Verifier{v, open} {
		s.eventually(t, "the logout arrives", func() bool { _, err = v.Verify(context.Background(), token); return err != nil })
		if !errors.Is(err, verifier.ErrRevoked) {
			t.Error(err)
		}
	}
}
