-- Rate limits of an email address end by time alone; a password is never disabled. Their counters have new scopes and parts, so
-- the old ones go: counting begins again. See docs/decisions/0026-count-password-attempts-by-network.md.
DROP TABLE disabled_passwords;
TRUNCATE rate_limit_counters;
