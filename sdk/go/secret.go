package accounts

import (
	"fmt"
	"io"
)

// Secret is a password or a token. It is printed, logged and marshaled as a placeholder; string(secret) is its value.
type Secret string

const placeholder = "[secret]"

// String returns a placeholder.
func (Secret) String() string { return placeholder }

// Format prints a placeholder, whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { write(f, placeholder) }

// MarshalText returns a placeholder.
func (Secret) MarshalText() ([]byte, error) { return []byte(placeholder), nil }

// write ignores the error, as package fmt does for its own formats.
func write(w io.Writer, text string) { _, _ = io.WriteString(w, text) }
