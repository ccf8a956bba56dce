package e2e

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwt"

	"github.com/siriusys/user-management-service/verifier"
	"github.com/siriusys/user-management-service/verifier/verifiertest"
)

// unknownTokens are more tokens than the verifier keeps, so each one is unknown whenever its turn comes.
const unknownTokens = 20_000

const benchRevocations = 100_000

// A verifier that knows 100,000 revocations verifies a token that it does not know, beside jwx alone. The difference is below 5 %.
func BenchmarkUnknownToken(b *testing.B) {
	s := verifiertest.Start(b)
	revoked := make([]string, benchRevocations)
	for i := range revoked {
		revoked[i] = fmt.Sprintf("0198f3c2-7a52-7d10-8c11-%012x", i)
	}
	tokens := make([]string, unknownTokens)
	for i := range tokens {
		tokens[i] = s.Token(func(c verifiertest.Object) {
			c["jti"] = fmt.Sprintf("0198f3c2-7a53-7000-8000-%012x", i)
			c["exp"], c["iat"] = time.Now().Add(time.Hour).Unix(), time.Now().Unix()
		})
	}
	v, err := verifier.New(verifier.Config{
		ServiceURL: s.URL, Audiences: []string{verifiertest.Audience}, TokenLifetime: time.Hour,
		ClientID: verifiertest.ClientID, ClientSecret: verifiertest.ClientSecret,
	})
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = v.Run(context.Background()) }()
	b.Cleanup(v.Close)
	for v.Health().Err != nil {
		time.Sleep(time.Millisecond)
	}
	s.Revoke(revoked...)
	for v.Health().Revocations < benchRevocations {
		time.Sleep(time.Millisecond)
	}
	// Both verify each token in turn, and medians are compared, so that other load of the machine affects both alike.
	verify := func(token string) error {
		_, err := v.Verify(context.Background(), token)
		return err
	}
	bare := func(token string) error {
		_, err := jwt.ParseString(token, jwt.WithKey(jwa.EdDSA, s.PublicKey()), jwt.WithIssuer(s.URL),
			jwt.WithAudience(verifiertest.Audience), jwt.WithAcceptableSkew(verifier.DefaultLeeway))
		return err
	}
	var ours, theirs []time.Duration
	for turn := 0; b.Loop(); turn++ {
		token := tokens[turn%unknownTokens]
		ours, theirs = append(ours, timed(b, verify, token)), append(theirs, timed(b, bare, token))
	}
	b.ReportMetric(float64(median(ours)), "verifier-ns")
	b.ReportMetric(float64(median(theirs)), "jwx-ns")
	b.ReportMetric(float64(median(ours))/float64(median(theirs)), "verifier/jwx")
}

func timed(b *testing.B, verify func(string) error, token string) time.Duration {
	began := time.Now()
	if err := verify(token); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}
