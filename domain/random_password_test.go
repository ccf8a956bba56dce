package domain_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/domain"
)

func TestRandomPasswordsDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		p, err := domain.RandomPassword(rand.Reader)
		if err != nil || len(p.Clear()) != 43 || seen[p.Clear()] {
			t.Fatalf("%d characters, seen before: %v, %v", len(p.Clear()), seen[p.Clear()], err)
		}
		seen[p.Clear()] = true
	}
	if _, err := domain.RandomPassword(strings.NewReader("too little")); err == nil {
		t.Error("a password was made of too little entropy")
	}
}
