package db

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// writeRoleSettings gives the role of the URL, in its database, the settings of the service's sessions. Behind a pooler in
// transaction mode, a session cannot be set up otherwise. A role may always change its own defaults.
func writeRoleSettings(ctx context.Context, databaseURL string) error {
	config, err := ParseURL(databaseURL)
	if err != nil {
		return fmt.Errorf("read the database URL: %w", err)
	}
	conn, err := connect(ctx, config.ConnConfig)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	wanted := RequestSettings(&config.ConnConfig.Config)
	var isOff bool
	const isOffByDefault = `SELECT reset_val = 'off' FROM pg_settings WHERE name = $1`
	if err := conn.QueryRow(ctx, isOffByDefault, durableCommit.Name).Scan(&isOff); err != nil {
		return fmt.Errorf("read the settings of new sessions: %w", err)
	}
	if isOff {
		wanted = append(wanted, durableCommit)
	}
	missing, err := missingRoleSettings(ctx, conn, wanted)
	if err != nil || len(missing) == 0 {
		return err
	}
	// PostgreSQL refuses concurrent changes of one role.
	if err := lock(ctx, conn); err != nil {
		return err
	}
	defer unlock(context.WithoutCancel(ctx), conn)
	if missing, err = missingRoleSettings(ctx, conn, wanted); err != nil || len(missing) == 0 {
		return err
	}
	var statements strings.Builder
	for _, s := range missing {
		fmt.Fprintf(&statements, "ALTER ROLE SESSION_USER IN DATABASE %s SET %s TO '%s';\n",
			pgx.Identifier{conn.Config().Database}.Sanitize(), s.Name, s.Value)
	}
	if err := conn.PgConn().Exec(ctx, statements.String()).Close(); err != nil {
		return fmt.Errorf("write the role's settings: %w", err)
	}
	return nil
}

// missingRoleSettings returns the wanted settings that the server knows and the role does not have.
func missingRoleSettings(ctx context.Context, conn *pgx.Conn, wanted []Setting) (missing []Setting, err error) {
	names := make([]string, len(wanted))
	for i, s := range wanted {
		names[i] = s.Name
	}
	const query = `
		SELECT ARRAY (SELECT name FROM unnest($1::text[]) name WHERE current_setting(name, true) IS NOT NULL),
			COALESCE((
				SELECT setconfig FROM pg_db_role_setting
				WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
					AND setrole = (SELECT oid FROM pg_roles WHERE rolname = session_user)
			), '{}')`
	var known, present []string
	if err := conn.QueryRow(ctx, query, names).Scan(&known, &present); err != nil {
		return nil, fmt.Errorf("read the role's settings: %w", err)
	}
	for _, s := range wanted {
		if slices.Contains(known, s.Name) && !isPresent(present, s) {
			missing = append(missing, s)
		}
	}
	return missing, nil
}

// isPresent reports whether a setting is among those of a role. PostgreSQL may have added quotation marks.
func isPresent(present []string, s Setting) bool {
	return slices.ContainsFunc(present, func(p string) bool { return strings.ReplaceAll(p, `"`, "") == s.Name+"="+s.Value })
}
