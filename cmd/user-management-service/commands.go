package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/siriusys/user-management-service/adapters/postgres"
)

// init keeps the commands in the order of their declaration, which for a rotation is the order of its steps.
func init() { cobra.EnableCommandSorting = false }

// commandTimeout bounds each statement of an operator's command, and its wait for a connection.
const commandTimeout = 10 * time.Minute

// commands is the tree of all commands.
func (p program) commands() *cobra.Command {
	const needs = " (needs DATABASE_URL and the keyset)"
	root := group("user-management-service", "Run and operate the accounts of siriusys.com", append(
		p.devCommands(),
		leaf("serve", "Run the service for production, configured by the environment", p.serve),
		leaf("migrate", "Migrate the database to the current schema, then exit (needs DATABASE_URL)", p.migrate),
		group(
			"credentials", "Manage the credentials of other services",
			leaf("create CLIENT_ID", "Create a credential for another service and print its secret once", p.createCredential),
		),
		group(
			"admin", "Import accounts, verify the audit log, read the request log and restore a backup, as an operator",
			leaf("import-users FILE", "Import verified accounts of another system, one JSON object per line; - is standard input"+needs,
				p.importUsers),
			leaf("client-pseudonyms NETWORK", "Print the pseudonyms of clients in the request log (needs the keyset)", p.clientPseudonyms),
			p.auditCommands(needs),
			leaf("after-restore LOG", "Make a restored backup safe to serve, with the log since the backup; - is standard input"+needs,
				p.afterRestore),
		),
		group(
			"keys", "Create and rotate the keyset and the signing keys",
			leaf("create FILE", "Create the keyset that encrypts stored data, and write it to FILE", p.createKeyset),
			leaf("status", "List all keys and what depends on each"+needs, p.keyStatus),
			leaf("rotate", "Publish the next signing key now; it becomes active in 15 minutes"+needs, p.rotateSigningKey),
			leaf("drop KID", "Drop a signing key immediately, and invalidate its access tokens"+needs, p.dropSigningKey),
			leaf("add FILE", "Add a next key of each kind to FILE, for reading only until it is promoted", p.addKeys),
			leaf("promote FILE", "Make the next keys in FILE primary, once every replica has them (needs DATABASE_URL)", p.promoteKeys),
			leaf("re-encrypt", "Re-encrypt all stored data with the primary keys, while the service runs"+needs, p.reencrypt),
			leaf("remove FILE KEY", "Remove an old key that is no longer in use from FILE (needs DATABASE_URL)", p.removeKey),
		),
		leaf("healthcheck [ENDPOINT]", "Exit with 0 if the service at HTTP_ADDR responds with 200 at readyz (or livez), for containers",
			p.healthcheck),
		leaf("version", "Print the version of this program", p.version),
	)...)
	root.SetOut(p.out)
	root.SetErr(p.errOut)
	root.Version = versionLine() // adds --version
	root.SetVersionTemplate("{{.Version}}")
	root.SilenceErrors, root.SilenceUsage = true, true // main prints the error
	root.PersistentPreRun = func(c *cobra.Command, _ []string) {
		if c.Name() != "serve" && c.Name() != "dev" {
			c.SetContext(postgres.WithStatementTimeout(c.Context(), commandTimeout))
		}
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usageError(c, err.Error()) })
	addCobrasOwn(root)
	checkArguments(root)
	showOnlyUsableLines(root)
	showSettings(root)
	return root
}

// leaf is a command that runs. use is its name and its arguments; those in brackets are optional.
func leaf(use, short string, run func(context.Context, []string) error) *cobra.Command {
	all := strings.Fields(use)[1:]
	optional := 0
	for _, arg := range all {
		if strings.HasPrefix(arg, "[") {
			optional++
		}
	}
	c := &cobra.Command{
		Use: use, Short: short, DisableFlagsInUseLine: true,
		Args: cobra.RangeArgs(len(all)-optional, len(all)),
		RunE: func(c *cobra.Command, args []string) error { return run(c.Context(), args) },
	}
	if !slices.Contains(all, "FILE") {
		c.ValidArgsFunction = cobra.NoFileCompletions
	}
	return c
}

// group is a command that only contains others.
func group(name, short string, commands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: name, Short: short, DisableFlagsInUseLine: true, Args: cobra.ArbitraryArgs, RunE: requireCommand}
	c.AddCommand(commands...)
	return c
}

// requireCommand runs for a group whose arguments do not begin with one of its commands. It always returns a usage error.
func requireCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		c.SetOut(c.ErrOrStderr())
		if err := c.Usage(); err != nil {
			return err
		}
		return usageError(c, "expected a command")
	}
	text := fmt.Sprintf("unknown command %q", args[0])
	c.SuggestionsMinimumDistance = 2 // cobra's default, which cobra sets only for its own error
	if similar := c.SuggestionsFor(args[0]); len(similar) > 0 {
		text += ", did you mean " + strings.Join(similar, " or ") + "?"
	}
	return usageError(c, text)
}

func usageError(c *cobra.Command, text string) error {
	return fmt.Errorf("%w: %s; see %s --help", errUsage, text, c.CommandPath())
}

// showOnlyUsableLines leaves the line of a group out of its usage: it cannot run without one of its commands.
func showOnlyUsableLines(root *cobra.Command) {
	root.SetUsageTemplate(strings.Replace(root.UsageTemplate(), "{{if .Runnable}}", "{{if not .HasAvailableSubCommands}}", 1))
}

// addCobrasOwn adds help and completion, which cobra otherwise adds when it runs. Cobra would run both with arguments that name no
// command.
func addCobrasOwn(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Args = func(_ *cobra.Command, args []string) error {
				if _, rest, err := root.Find(args); err != nil || len(rest) > 0 {
					return usageError(root, fmt.Sprintf("unknown command %q", strings.Join(args, " ")))
				}
				return nil
			}
		case "completion":
			c.Args, c.RunE = cobra.ArbitraryArgs, requireCommand
		}
	}
}

// checkArguments makes the wrong arguments of any command a usage error.
func checkArguments(c *cobra.Command) {
	check := c.Args
	c.Args = func(c *cobra.Command, args []string) error {
		err := check(c, args)
		if err != nil && !errors.Is(err, errUsage) {
			return usageError(c, "expected "+c.UseLine())
		}
		return err
	}
	for _, sub := range c.Commands() {
		checkArguments(sub)
	}
}

// showSettings appends the settings to the help of the commands that read all of them.
func showSettings(root *cobra.Command) {
	usual := root.HelpFunc()
	root.SetHelpFunc(func(c *cobra.Command, args []string) {
		usual(c, args)
		if slices.Contains([]string{root.Name(), "serve", "dev"}, c.Name()) {
			printSettings(c.OutOrStdout())
			printFloors(c.OutOrStdout())
		}
	})
}
