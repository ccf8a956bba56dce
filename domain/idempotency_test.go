package domain_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

func TestParseIdempotencyKey(t *testing.T) {
	t.Parallel()
	const uuid = "8e03978e-40d5-43dd-bc93-6894a57f9324"
	for header, want := range map[string]string{
		uuid: uuid, `"` + uuid + `"`: uuid,
		strings.Repeat("k", 16): strings.Repeat("k", 16), strings.Repeat("~", 128): strings.Repeat("~", 128),
		"": "", strings.Repeat("k", 15): "", strings.Repeat("k", 129): "", `"` + strings.Repeat("k", 15) + `"`: "",
		"a key with spaces": "", "0123456789abcdef\t": "", "0123456789abcdeé": "", `0123456789abcdef"`: "", `0123456789abcdef\`: "",
		`""0123456789abcdef""`: "", uuid + "\x00": "", uuid + "\xff": "",
	} {
		got, err := domain.ParseIdempotencyKey(header)
		if (err == nil) != (want != "") || string(got.Bytes()) != want {
			t.Errorf("%q: %q, %v; want %q", header, got.Bytes(), err, want)
		}
		if err != nil && !errors.Is(err, domain.ErrInvalidIdempotencyKey) {
			t.Errorf("%q: %v", header, err)
		}
		if strings.Contains(fmt.Sprintf("%v %+v %#v %s", got, got, got, got), uuid) {
			t.Errorf("%q is printed", header)
		}
	}
}

func TestStateOfAnIdempotentCall(t *testing.T) {
	t.Parallel()
	begun := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	running := domain.StoredCall{Input: "older", BegunAt: begun}
	completed := running
	completed.Completed = true
	for name, tt := range map[string]struct {
		stored domain.StoredCall
		after  time.Duration
		inputs []string
		want   domain.CallState
	}{
		"never begun":                       {domain.StoredCall{}, 0, []string{"a"}, domain.CallUnknown},
		"running":                           {running, domain.IdempotencyAbandonedAfter - 1, []string{"new", "older"}, domain.CallInProgress},
		"abandoned":                         {running, domain.IdempotencyAbandonedAfter, []string{"older"}, domain.CallUnknown},
		"completed":                         {completed, domain.IdempotencyLifetime - 1, []string{"older"}, domain.CallCompleted},
		"forgotten":                         {completed, domain.IdempotencyLifetime, []string{"older"}, domain.CallUnknown},
		"running, another input":            {running, 0, []string{"a"}, domain.CallDiffers},
		"abandoned, another input":          {running, domain.IdempotencyAbandonedAfter, []string{"a"}, domain.CallDiffers},
		"completed, another input":          {completed, 0, []string{"a", "b"}, domain.CallDiffers},
		"forgotten, another input":          {completed, domain.IdempotencyLifetime, []string{"a"}, domain.CallUnknown},
		"another replica's clock is slower": {completed, -time.Second, []string{"older"}, domain.CallCompleted},
	} {
		call := domain.IdempotentCall{Inputs: tt.inputs, At: begun.Add(tt.after)}
		if got := call.State(tt.stored); got != tt.want {
			t.Errorf("%s: state %d, want %d", name, got, tt.want)
		}
	}
}
