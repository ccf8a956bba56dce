package domain

import (
	"fmt"
	"io"
)

// hide prints placeholder instead of a secret or personal value, so that the value does not appear in a log or an error by
// mistake. The types of such values call it in a Format method. A String method is not enough: fmt ignores it for %#v and for
// verbs of other types, such as %d.
func hide(state fmt.State, placeholder string) { _, _ = io.WriteString(state, placeholder) }

// Redacted hides every field of a struct that embeds it, whatever the verb of package fmt.
type Redacted struct{}

// Format prints a placeholder.
func (Redacted) Format(state fmt.State, _ rune) { hide(state, "[redacted]") }
