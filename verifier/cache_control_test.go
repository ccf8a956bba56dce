package verifier

import (
	"net/http"
	"testing"
	"time"
)

func TestCacheTime(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		control, age string
		want         time.Duration
	}{
		{"", "", 5 * time.Minute},
		{"public, max-age=300", "", 5 * time.Minute},
		{"Max-Age=60", "", time.Minute},
		{`max-age="60"`, "", time.Minute},
		{"max-age=60", "20", 40 * time.Second},
		{"max-age=60", "60", minCacheTime},
		{"max-age=0", "", minCacheTime},
		{"no-cache", "", minCacheTime},
		{"no-store, max-age=300", "", minCacheTime},
		{"max-age=-1", "", 5 * time.Minute},
		{"max-age=99999999999", "", 5 * time.Minute},
		{"max-age=2000000000", "", maxCacheTime},
		{"max-age=60", "99999999999999", time.Minute},
	} {
		h := http.Header{"Cache-Control": {tt.control}, "Age": {tt.age}}
		if got := cacheTime(h); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}
