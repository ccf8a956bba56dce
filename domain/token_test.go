package domain_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

func entropy(b byte) io.Reader { return bytes.NewReader(bytes.Repeat([]byte{b}, 64)) }

func TestNewSecret(t *testing.T) {
	t.Parallel()
	a, err := domain.NewSecret(entropy(1))
	if err != nil {
		t.Fatal(err)
	}
	b, err := domain.NewSecret(entropy(2))
	if err != nil {
		t.Fatal(err)
	}
	if a == b || a.Hash() == b.Hash() || a.Hash() == domain.SecretHash(a) {
		t.Error("secrets of different entropy or their hashes are equal, or a hash equals its secret")
	}
	if _, err := domain.NewSecret(bytes.NewReader(make([]byte, 31))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("NewSecret returned %v for 31 octets of entropy", err)
	}
}

func newLink(t *testing.T, p domain.LinkPurpose, b byte) domain.LinkToken {
	t.Helper()
	token, err := domain.NewLinkToken(p, entropy(b))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestLinkTokenRoundTrip(t *testing.T) {
	t.Parallel()
	for _, p := range domain.LinkPurposes() {
		token := newLink(t, p, 7)
		got, err := domain.ParseLinkToken(p, token.Clear())
		if err != nil || got != token || got.Hash() != token.Hash() {
			t.Errorf("%s: the token is not parsed as itself: %v", p, err)
		}
		if len(token.Clear()) > domain.TokenMaxLength {
			t.Errorf("%s: the token has %d characters, more than TokenMaxLength", p, len(token.Clear()))
		}
	}
	if _, err := domain.NewLinkToken(domain.VerifyEmail, strings.NewReader("")); err == nil {
		t.Error("NewLinkToken returned a token without entropy")
	}
}

func TestLinkPurposesAreNotInterchangeable(t *testing.T) {
	t.Parallel()
	for _, p := range domain.LinkPurposes() {
		for _, other := range domain.LinkPurposes() {
			if p == other {
				continue
			}
			token := newLink(t, p, 7)
			if token.Hash() == newLink(t, other, 7).Hash() {
				t.Errorf("tokens of the same entropy for %s and %s have the same hash", p, other)
			}
			if _, err := domain.ParseLinkToken(other, token.Clear()); !errors.Is(err, domain.ErrInvalidToken) {
				t.Errorf("a token for %s is accepted for %s: %v", p, other, err)
			}
		}
	}
}

func TestParseLinkTokenRefuses(t *testing.T) {
	t.Parallel()
	good := newLink(t, domain.VerifyEmail, 7).Clear()
	for _, c := range []struct {
		name, in string
		want     error
	}{
		{"no prefix", strings.TrimPrefix(good, "svfy_"), domain.ErrInvalidToken},
		{"prefix only", "svfy_", domain.ErrInvalidToken},
		{"truncated", good[:len(good)-1], domain.ErrInvalidToken},
		{"longer", good + "AA", domain.ErrInvalidToken},
		{"padded", good + "=", domain.ErrInvalidToken},
		{"standard alphabet", good[:10] + "+" + good[11:], domain.ErrInvalidToken},
		{"line break inside", good[:10] + "\n" + good[10:], domain.ErrInvalidToken},
		{"line break at the end", good + "\r\n", domain.ErrInvalidToken},
		{"space", " " + good, domain.ErrInvalidToken},
		{"non-zero padding bits in the last character", good[:len(good)-1] + "d", domain.ErrInvalidToken},
		{"longest text", strings.Repeat("x", domain.TokenMaxLength), domain.ErrInvalidToken},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, err := domain.ParseLinkToken(domain.VerifyEmail, c.in); !errors.Is(err, c.want) {
				t.Errorf("ParseLinkToken(%q) returned %v, want %v", c.in, err, c.want)
			}
		})
	}
	_, err := domain.ParseLinkToken(domain.VerifyEmail, "")
	wantViolation(t, err, "required")
	_, err = domain.ParseLinkToken(domain.VerifyEmail, strings.Repeat("x", domain.TokenMaxLength+1))
	wantViolation(t, err, "too_long")
}

func TestStoredLink(t *testing.T) {
	t.Parallel()
	for _, p := range domain.LinkPurposes() {
		token, user := newLink(t, p, 7), domain.UserID{ID: domain.ID{9}}
		if got, want := token.Link(p, user, noon), (domain.Link{Hash: token.Hash(), Purpose: p, UserID: user, ExpiresAt: noon}); got != want {
			t.Errorf("%s: Link returned %v, want %v", p, got, want)
		}
	}
}

func grants() *rapid.Generator[domain.RefreshGrant] {
	return rapid.Custom(func(t *rapid.T) domain.RefreshGrant {
		var g domain.RefreshGrant
		copy(g.Session.ID[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "session"))
		copy(g.Secret[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "secret"))
		g.Generation = rapid.Uint32().Draw(t, "generation")
		return g
	})
}

func TestRefreshTokenRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want, tag := grants().Draw(t, "grant"), rapid.SliceOfN(rapid.Byte(), 1, 64).Draw(t, "tag")
		clear := want.Token(tag)
		got, gotTag, err := domain.ParseRefreshToken(clear)
		if err != nil || got != want || !bytes.Equal(gotTag, tag) || len(clear) > domain.TokenMaxLength {
			t.Fatalf("the refresh token is not parsed as itself: %v", err)
		}
	})
}

// A change of any character changes the payload or the tag, or makes the token malformed.
func TestTamperedRefreshTokenDiffers(t *testing.T) {
	t.Parallel()
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	rapid.Check(t, func(t *rapid.T) {
		grant, tag := grants().Draw(t, "grant"), rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "tag")
		clear := []byte(grant.Token(tag))
		at := rapid.IntRange(len("sref_"), len(clear)-1).Draw(t, "place")
		other := alphabet[rapid.IntRange(0, len(alphabet)-1).Draw(t, "character")]
		if clear[at] == other {
			t.Skip("the character is unchanged")
		}
		clear[at] = other
		got, gotTag, err := domain.ParseRefreshToken(string(clear))
		if err == nil && bytes.Equal(got.Payload(), grant.Payload()) && bytes.Equal(gotTag, tag) {
			t.Fatal("a tampered refresh token has the same payload and tag")
		}
	})
}

func TestParseRefreshTokenRefuses(t *testing.T) {
	t.Parallel()
	good := domain.RefreshGrant{Generation: 1}.Token(make([]byte, 32))
	link := newLink(t, domain.VerifyEmail, 7).Clear()
	for _, c := range []struct{ name, in string }{
		{"no prefix", strings.TrimPrefix(good, "sref_")},
		{"prefix only", "sref_"},
		{"no tag", domain.RefreshGrant{Generation: 1}.Token(nil)},
		{"a link token", link},
		{"a link token with the prefix", "sref_" + strings.TrimPrefix(link, "svfy_")},
		{"padded", good + "=="},
		{"line break inside", good[:10] + "\n" + good[10:]},
		{"line break at the end", good + "\n"},
		{"a JWT", "eyJhbGciOiJub25lIn0.e30."},
		{"longest text", strings.Repeat("x", domain.TokenMaxLength)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			grant, tag, err := domain.ParseRefreshToken(c.in)
			if !errors.Is(err, domain.ErrInvalidRefreshToken) || grant != (domain.RefreshGrant{}) || tag != nil {
				t.Errorf("ParseRefreshToken(%q) returned %v, want ErrInvalidRefreshToken", c.in, err)
			}
		})
	}
	_, _, err := domain.ParseRefreshToken("")
	wantViolation(t, err, "required")
	_, _, err = domain.ParseRefreshToken(strings.Repeat("x", domain.TokenMaxLength+1))
	wantViolation(t, err, "too_long")
}
