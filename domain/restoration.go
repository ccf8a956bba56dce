package domain

import "slices"

// repeatedKinds are the kinds of the changes that an operator repeats after a restore, besides erasures.
var repeatedKinds = []AuditKind{AuditTerminated, AuditTerminationCancelled, AuditPasswordChanged, AuditPasswordReset}

// IsRepeatedAfterRestore reports whether the event is a change of an account that must take effect again if a backup from before it is
// restored. The service writes such events to its log, which a restore does not set back. Erasures are logged when they happen.
func (e AuditEvent) IsRepeatedAfterRestore() bool {
	return !e.UserID.IsZero() && slices.Contains(repeatedKinds, e.Kind)
}
