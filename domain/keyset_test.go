package domain_test

import (
	"slices"
	"testing"

	"github.com/siriusys/user-management-service/domain"
)

func TestKeysetKeysAreNamedByState(t *testing.T) {
	t.Parallel()
	keys := domain.KeysetKeys{
		{Name: "aead:1", State: domain.KeysetKeyOld},
		{Name: "aead:2", State: domain.KeysetKeyPrimary},
		{Name: "mac:3", State: domain.KeysetKeyOld},
	}
	if got := keys.Names(domain.KeysetKeyOld, domain.KeysetKeyNext); !slices.Equal(got, []string{"aead:1", "mac:3"}) {
		t.Errorf("the old and next keys are %v, want aead:1 and mac:3", got)
	}
	if got := keys.Names(domain.KeysetKeyNext); got == nil || len(got) != 0 {
		t.Errorf("the next keys are %#v, want an empty slice", got)
	}
	if keys[0].IsMAC() || !keys[2].IsMAC() {
		t.Errorf("IsMAC() = %v for aead:1 and %v for mac:3, want false and true", keys[0].IsMAC(), keys[2].IsMAC())
	}
}

func TestKeysetReplicas(t *testing.T) {
	t.Parallel()
	r := domain.KeysetReplica{Reads: []string{"mac:1", "mac:2"}, Writes: []string{"mac:1"}}
	for _, tt := range []struct {
		keys          []string
		reads, writes bool
	}{
		{nil, true, false},
		{[]string{"mac:1"}, true, true},
		{[]string{"mac:2"}, true, false},
		{[]string{"mac:1", "mac:2"}, true, true},
		{[]string{"mac:1", "mac:3"}, false, true},
	} {
		if got := r.CanRead(tt.keys); got != tt.reads {
			t.Errorf("CanRead(%v) = %v", tt.keys, got)
		}
		if got := r.WritesOnlyWith(tt.keys); got != tt.writes {
			t.Errorf("WritesOnlyWith(%v) = %v", tt.keys, got)
		}
	}
	if !(domain.KeysetReplica{}).WritesOnlyWith(nil) {
		t.Error("WritesOnlyWith(nil) = false for a replica that writes with no key")
	}
}
