package domain_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

func TestIDIsAUUID(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		oracle := uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "uuid"))
		for _, text := range []string{oracle.String(), strings.ToUpper(oracle.String())} {
			id, err := domain.ParseID(text)
			if err != nil || id != domain.ID(oracle) || id.String() != oracle.String() {
				t.Fatalf("ParseID(%s) = %s, %v", text, id, err)
			}
		}
		user := domain.UserID{ID: domain.ID(oracle)}
		text, err := json.Marshal(user)
		if err != nil {
			t.Fatal(err)
		}
		var back domain.UserID
		if err := json.Unmarshal(text, &back); err != nil || back != user || string(text) != `"`+oracle.String()+`"` {
			t.Fatalf("%s is %s in JSON, which is read as %s, %v", user, text, back, err)
		}
		if user.IsZero() != (oracle == uuid.Nil) {
			t.Fatalf("IsZero() = %v for %s", user.IsZero(), user)
		}
	})
}

func TestParseIDRefuses(t *testing.T) {
	t.Parallel()
	const good = "0198f3c2-7a51-7c3e-9d0b-4f1f6f0a2b11"
	for _, bad := range []string{
		"", "x", good[1:], good + "0", "{" + good + "}", "urn:uuid:" + good, strings.ReplaceAll(good, "-", ""),
		strings.Replace(good, "-", "_", 1), strings.Replace(good, "0", "g", 1), " " + good[1:], strings.Replace(good, "019", "\u00e90", 1),
	} {
		var id domain.ID
		if got, err := domain.ParseID(bad); err == nil || !got.IsZero() {
			t.Errorf("ParseID(%q) = %s, %v", bad, got, err)
		}
		if err := id.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("UnmarshalText(%q) accepted it", bad)
		}
	}
}
