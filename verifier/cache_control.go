package verifier

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Bounds of the time for which the JWK Set is cached.
const (
	minCacheTime     = unknownKeyInterval
	maxCacheTime     = 24 * time.Hour
	defaultCacheTime = 5 * time.Minute
)

// cacheTime returns how long a response may be cached (RFC 9111, section 5.2.2), within the bounds.
func cacheTime(h http.Header) time.Duration {
	d := defaultCacheTime
	for directive := range strings.SplitSeq(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(directive)), "=")
		switch name {
		case "no-store", "no-cache":
			return minCacheTime
		case "max-age":
			if seconds, err := strconv.ParseUint(strings.Trim(value, `"`), 10, 31); err == nil {
				d = time.Duration(seconds) * time.Second
			}
		}
	}
	if age, err := strconv.ParseUint(h.Get("Age"), 10, 31); err == nil {
		d -= time.Duration(age) * time.Second
	}
	return min(max(d, minCacheTime), maxCacheTime)
}
