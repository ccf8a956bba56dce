package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/tink"
)

// keysVerb is one thing that the keys command does.
type keysVerb struct {
	name, args, help string
	nargs            int
	run              func(p program, ctx context.Context, args []string) error
}

// keysVerbs are in the order of --help.
func keysVerbs() []keysVerb {
	return []keysVerb{
		{"create", "FILE", "make the keys that seal what is stored, and write them to FILE", 1, program.createKeyset},
		{"status", "", "list the keys, and what still depends on each (needs DATABASE_URL and the keyset)", 0, program.keyStatus},
		{"rotate", "", "publish the next key that signs access tokens now; it signs in 15 minutes (needs the same)", 0, program.rotateSigningKey},
		{"drop", "KID", "remove a key that signs access tokens at once, with all tokens that it signed (needs the same)", 1, program.dropSigningKey},
		{"add", "FILE", "add a new key of each kind to FILE, to read with", 1, program.addKeys},
		{"promote", "FILE", "make the keys current that were added to FILE, once every replica has them (needs DATABASE_URL)", 1, program.promoteKeys},
		{"re-encrypt", "", "bring everything stored under the current keys, while the service runs (needs DATABASE_URL and the keyset)", 0, program.reencrypt},
		{"remove", "FILE KEY", "remove an old key from FILE that nothing depends on any more (needs DATABASE_URL)", 2, program.removeKey},
	}
}

// keysCommands lists the verbs as commands; each of them leads to program.keys.
func keysCommands() []command {
	var all []command
	for _, v := range keysVerbs() {
		all = append(all, command{"keys", v.name + " " + v.args, v.help, program.keys})
	}
	return all
}

func (p program) keys(ctx context.Context, args []string) error {
	if len(args) > 0 {
		for _, v := range keysVerbs() {
			if v.name == args[0] && v.nargs == len(args)-1 {
				return v.run(p, ctx, args[1:])
			}
		}
	}
	return fmt.Errorf("%w: see the keys commands in --help", errUsage)
}

// vault is an open database and the keyset that reads it.
type vault struct {
	Settings
	keyset *tink.Keyset
	store  *postgres.Store
}

// openVault opens what DATABASE_URL and the keyset's setting name. Close its store.
func (p program) openVault(ctx context.Context) (vault, error) {
	s, err := readSettings(p.environ)
	if err != nil {
		return vault{}, err
	}
	return s.open(ctx)
}

// openVaultOf opens what DATABASE_URL names, with the keyset in a file.
func (p program) openVaultOf(ctx context.Context, path string) (vault, error) {
	s, err := readSettings(p.environ)
	if err != nil {
		return vault{}, err
	}
	s.KeysetFile, s.Keyset = path, ""
	return s.open(ctx)
}

func (s Settings) open(ctx context.Context) (vault, error) {
	keyset, err := readKeyset(s)
	if s.DatabaseURL == "" {
		err = errors.Join(err, errors.New("DATABASE_URL is not set"))
	}
	if err == nil && keyset == nil {
		err = errors.New("set one of KEYSET_FILE and KEYSET")
	}
	if err != nil {
		return vault{}, err
	}
	store, err := postgres.Open(ctx, s.DatabaseURL, keyset.Sealer())
	return vault{Settings: s, keyset: keyset, store: store}, err
}

// names are the names of a keyset's keys in any of the states.
func names(k *tink.Keyset, states ...tink.KeyState) []string {
	var found []string
	for _, key := range k.Keys() {
		for _, state := range states {
			if key.State == state {
				found = append(found, key.Name)
			}
		}
	}
	return found
}
