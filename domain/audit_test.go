package domain_test

import (
	"encoding/hex"
	"testing"

	"github.com/siriusys/user-management-service/domain"
)

// The digests of events that were chained before there were counts stay valid.
func TestDigestOfAnEventWithoutACount(t *testing.T) {
	t.Parallel()
	e := domain.AuditEvent{
		ID: domain.ID{1}, At: noon, Kind: domain.AuditLoggedIn, UserID: domain.UserID{ID: domain.ID{2}},
		SessionID: domain.SessionID{ID: domain.ID{3}}, EmailIndex: "index", Network: "network", KeyID: "key",
	}
	digest := e.Digest()
	if got := hex.EncodeToString(digest[:]); got != "3088dbb7647c0e7daabdb75a652b194ea3e748a411d4c0bbcffdd12416f7eee3" {
		t.Errorf("the digest is %s", got)
	}
	e.Count = 1
	first := e.Digest()
	e.Count = 2
	if first == digest || first == e.Digest() {
		t.Error("the digest does not cover the count")
	}
}

func TestAuditPseudonymContainsTheUser(t *testing.T) {
	t.Parallel()
	one, other := domain.UserID{ID: domain.ID{1}}, domain.UserID{ID: domain.ID{2}}
	if domain.AuditPseudonym("tag", one) == domain.AuditPseudonym("tag", other) {
		t.Error("two users have the same pseudonym")
	}
	if domain.AuditPseudonym("tag", one) == domain.AuditPseudonym("another tag", one) {
		t.Error("two tags have the same pseudonym")
	}
}
