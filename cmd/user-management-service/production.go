//go:build production

package main

import "github.com/spf13/cobra"

// settingsNote completes the heading of the settings in --help.
const settingsNote = ""

// devCommands are none: a production build contains no mail server, and nothing that downloads or starts a PostgreSQL.
func (program) devCommands() []*cobra.Command { return nil }
