package domain

import (
	"slices"
	"time"
)

// MessageSpacing spaces the messages of one template to one email address. The first messages of a day are free; each further one
// must wait for a gap after the message before it, which grows with the number of messages in the last 24 hours. A request within a
// gap becomes one waiting job, which is sent at the gap's end.
// Spacing delays messages and never stops them: other clients can request a message, and must not be able to use up those of the
// account holder.
type MessageSpacing struct {
	// Free is how many messages of a day follow without a gap; 0 disables the spacing.
	Free int
	// MinGap follows the last free message. Each further gap of the day is twice as long, up to MaxGap.
	MinGap, MaxGap time.Duration
	// MinLifetime and MaxLifetime bound how long a link is valid: at least twice the gap that follows it. Both are 0 for messages
	// whose link, if any, has another lifetime.
	MinLifetime, MaxLifetime time.Duration
	// DropsInGap drops what is requested within a gap instead of delaying it.
	DropsInGap bool
}

// MessageSpacing returns the spacing of a template. There are three groups. Links that any client can request are spaced. Notices
// that any client can cause are two a day. Notices of what the account holder did while logged in, or by a mailed link, are spaced
// only after ten of a day and never dropped; each template has a history of its own, so that no other message delays them.
func (p RateLimitPolicy) MessageSpacing(template MessageTemplate) MessageSpacing {
	const minGap, maxGap = 5 * time.Minute, 4 * time.Hour
	switch template {
	case MessageVerification:
		return MessageSpacing{
			Free: p.MessageBurst, MinGap: minGap, MaxGap: maxGap,
			MinLifetime: VerificationLifetime, MaxLifetime: VerificationLifetime,
		}
	case MessagePasswordReset:
		return MessageSpacing{
			Free: p.MessageBurst, MinGap: minGap, MaxGap: maxGap, MinLifetime: ResetMinLifetime, MaxLifetime: ResetMaxLifetime,
		}
	case MessageAlreadyRegistered, MessageSignupAfterTermination:
		return MessageSpacing{Free: min(p.MessageBurst, 2), MinGap: day, MaxGap: day, DropsInGap: true}
	default:
		// A MessageBurst of 0 disables this spacing too.
		return MessageSpacing{Free: min(p.MessageBurst*10, 10), MinGap: maxGap, MaxGap: maxGap}
	}
}

// MessageHistory is what the spacing knows of one template and email address. The zero value has sent nothing.
type MessageHistory struct {
	// Sent are the times of the messages of the last day, in their order. There are few, since they are spaced.
	Sent []time.Time
	// SentBy and LinkUntil are the job and the link's expiry of the last message.
	SentBy    string
	LinkUntil time.Time
	// WaitingJob is the job that is sent at WaitingUntil, the end of the gap; empty if none waits.
	WaitingJob   string
	WaitingUntil time.Time
}

// ExpiresAt returns when the history no longer matters.
func (h MessageHistory) ExpiresAt() time.Time {
	if len(h.Sent) == 0 {
		return time.Time{}
	}
	return h.Sent[len(h.Sent)-1].Add(day)
}

// MessageJob is a job that wants to send a message.
type MessageJob struct {
	// ID is the same for every attempt of the job.
	ID string
	// LinkGone reports that the link of the last message was used or removed, so that the recipient needs another one.
	LinkGone bool
}

// MessagePlan is what becomes of a job: it is sent if Send is set, it waits if WaitUntil is set, else it is dropped.
type MessagePlan struct {
	Send      bool
	WaitUntil time.Time
	// LinkLifetime is how long the link of a message that is sent is valid; 0 if the spacing does not set it.
	LinkLifetime time.Duration
	// JobID, SentAt and Before let Refund restore the history.
	JobID  string
	SentAt time.Time
	Before MessageHistory
}

// IsDropped reports whether the job is neither sent nor waits.
func (p MessagePlan) IsDropped() bool { return !p.Send && p.WaitUntil.IsZero() }

// Plan decides what becomes of a job at now, and returns the history after that. A job that was counted, and whose worker died
// before it reported the message as sent, is sent again without being counted.
func (s MessageSpacing) Plan(h MessageHistory, job MessageJob, now time.Time) (MessageHistory, MessagePlan) {
	if s.Free == 0 {
		return MessageHistory{}, MessagePlan{Send: true, LinkLifetime: s.lifetime(0)}
	}
	now = now.Truncate(time.Microsecond) // the resolution of stored times, by which Refund finds the message
	h.Sent = sentSince(h.Sent, now.Add(-day))
	plan := MessagePlan{JobID: job.ID, Before: h}
	gapEnd := s.gapEnd(h.Sent)
	switch isRetry := h.SentBy == job.ID; {
	case isRetry || !now.Before(gapEnd):
		if !isRetry || len(h.Sent) == 0 {
			h.Sent = append(h.Sent, now)
			h.WaitingJob, h.WaitingUntil = "", time.Time{}
		}
		plan.SentAt = h.Sent[len(h.Sent)-1]
		plan.Send, plan.LinkLifetime = true, s.lifetime(len(h.Sent))
		h.SentBy, h.LinkUntil = job.ID, now.Add(plan.LinkLifetime)
	case s.DropsInGap, !job.LinkGone && s.isFresh(h, gapEnd), h.isAnotherWaiting(job, now):
	default:
		h.WaitingJob, h.WaitingUntil, plan.WaitUntil = job.ID, gapEnd, gapEnd
	}
	return h, plan
}

// Refund restores the history before a message that was counted and could not be sent.
func (p MessagePlan) Refund(h MessageHistory) MessageHistory {
	if !p.Send {
		return h
	}
	if i := slices.IndexFunc(h.Sent, p.SentAt.Equal); i >= 0 {
		h.Sent = slices.Delete(slices.Clone(h.Sent), i, i+1)
	}
	if h.SentBy != p.JobID {
		return h // another message was sent meanwhile
	}
	h.SentBy, h.LinkUntil = p.Before.SentBy, p.Before.LinkUntil
	if h.SentBy == p.JobID {
		// The job had been counted by a worker that died. What was before that is not known.
		h.SentBy, h.LinkUntil = "", time.Time{}
	}
	return h
}

// sentSince returns a copy of the times after a time, with room for one more.
func sentSince(sent []time.Time, after time.Time) []time.Time {
	old := 0
	for old < len(sent) && !sent[old].After(after) {
		old++
	}
	return append(make([]time.Time, 0, len(sent)-old+1), sent[old:]...)
}

// gapEnd returns when the next message may follow those of the last day. A gap becomes shorter when messages are older than a day.
func (s MessageSpacing) gapEnd(sent []time.Time) time.Time {
	if s.gap(len(sent)) == 0 {
		return time.Time{}
	}
	last := sent[len(sent)-1]
	end := last.Add(s.gap(len(sent)))
	for old := 1; old <= len(sent); old++ {
		if shorter := later(last.Add(s.gap(len(sent)-old)), sent[old-1].Add(day)); shorter.Before(end) {
			end = shorter
		}
	}
	return end
}

// gapDoublings keeps the shift in gap from overflowing. It is far above the doublings that reach any MaxGap.
const gapDoublings = 20

// gap is how long after the count-th message of a day the next one may follow.
func (s MessageSpacing) gap(count int) time.Duration {
	if count < s.Free {
		return 0
	}
	return min(s.MinGap<<min(count-s.Free, gapDoublings), s.MaxGap)
}

// lifetime is how long the link of the count-th message of a day is valid. It is rounded up to whole hours, since the message
// names it.
func (s MessageSpacing) lifetime(count int) time.Duration {
	lifetime := (2*s.gap(count) + time.Hour - 1).Truncate(time.Hour)
	return min(max(lifetime, s.MinLifetime), s.MaxLifetime)
}

// isFresh reports whether the last link will still have more than half of its lifetime at a time.
func (s MessageSpacing) isFresh(h MessageHistory, at time.Time) bool {
	return h.LinkUntil.Sub(at) > s.lifetime(len(h.Sent))/2
}

func (h MessageHistory) isAnotherWaiting(job MessageJob, now time.Time) bool {
	return h.WaitingJob != "" && h.WaitingJob != job.ID && now.Before(h.WaitingUntil)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
