package verifier

import (
	"testing"
	"time"
)

// An event may be the first of many after an interruption, so only the sign of life makes the feed fresh.
func TestOnlyTheSignOfLifeMakesTheFeedFresh(t *testing.T) {
	t.Parallel()
	fresh := &freshness{}
	f := &follower{now: func() time.Time { return start }, known: newRevocations(time.Minute, 10), fresh: fresh}
	const data = `{"sid":"0198f3c2-7a52-7d10-8c11-2b9e5a0c7d42","ended_at":"2026-03-01T06:00:00Z","new":1}`
	for _, e := range []event{{kind: "revocation", data: data}, {kind: "new", data: "?"}} {
		if err := f.handle(e); err != nil {
			t.Error(err)
		}
		if _, known := fresh.age(start); known {
			t.Errorf("fresh after %+v", e)
		}
	}
	if n := f.known.count(); n != 1 {
		t.Errorf("%d revocations", n)
	}
	if err := f.handle(event{isComment: true}); err != nil {
		t.Error(err)
	}
	if _, known := fresh.age(start); !known {
		t.Error("not fresh after the sign of life")
	}
}

// A revocation that cannot be read must not be skipped: the connection ends.
func TestAnUnreadableRevocationIsAnError(t *testing.T) {
	t.Parallel()
	f := &follower{now: func() time.Time { return start }, known: newRevocations(time.Minute, 10), fresh: &freshness{}}
	for _, data := range []string{
		"", "{}", `{"sid":"x"}`, `{"sid":7}`, `["a"]`, `{"sid":"0198f3c2-7a52-7d10-8c11-2b9e5a0c7d42","ended_at":"now"}`,
	} {
		if err := f.handle(event{kind: "revocation", data: data}); err == nil {
			t.Errorf("%q was accepted", data)
		}
	}
}
