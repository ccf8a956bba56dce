package alerts

// histories has one history for each rule. "0+60x90" begins with 0 and grows by 60 a minute.
var histories = map[string]history{
	"UserManagementReplicaDown": {
		fires:  `up{job="user-management-service", instance="a"} 1x85 0x10`,
		silent: `up{job="user-management-service", instance="a"} 1x95`,
	},
	"UserManagementAllReplicasMissing": {
		fires: `
			up{job="user-management-service", instance="a"} 1x70
			up{job="another"} 1x95`,
		silent: `up{job="user-management-service", instance="a"} 0x95`,
	},
	"UserManagementDatabaseUnreadable": {
		fires: `
			up{job="user-management-service", instance="a"} 1x95
			up{job="user-management-service", instance="b"} 1x95
			user_management_audit_unchained_age_seconds{job="user-management-service", instance="a"} 0x95
			user_management_audit_unchained_age_seconds{job="user-management-service", instance="b"} 0x70`,
		silent: `
			up{job="user-management-service", instance="a"} 1x95
			up{job="user-management-service", instance="b"} 0x95
			user_management_audit_unchained_age_seconds{job="user-management-service", instance="a"} 0x95`,
	},
	"UserManagementErrors": {
		fires: `
			user_management_http_requests_total{operation="logIn", status="200"} 0+960x95
			user_management_http_requests_total{operation="logIn", status="500"} 0+40x95`,
		silent: `
			user_management_http_requests_total{operation="logIn", status="200"} 0+990x95
			user_management_http_requests_total{operation="logIn", status="401"} 0+500x95
			user_management_http_requests_total{operation="logIn", status="503"} 0+10x95`,
	},
	"UserManagementSlow": {
		fires: `
			user_management_http_request_duration_seconds_bucket{operation="readProfile", le="0.1"} 0+900x95
			user_management_http_request_duration_seconds_bucket{operation="readProfile", le="0.25"} 0+950x95
			user_management_http_request_duration_seconds_bucket{operation="readProfile", le="0.5"} 0+1000x95
			user_management_http_request_duration_seconds_bucket{operation="readProfile", le="+Inf"} 0+1000x95`,
		silent: `
			user_management_http_request_duration_seconds_bucket{operation="readProfile", le="0.1"} 0+995x95
			user_management_http_request_duration_seconds_bucket{operation="readProfile", le="0.25"} 0+1000x95
			user_management_http_request_duration_seconds_bucket{operation="readProfile", le="+Inf"} 0+1000x95
			user_management_http_request_duration_seconds_bucket{operation="logIn", le="0.25"} 0+0x95
			user_management_http_request_duration_seconds_bucket{operation="logIn", le="+Inf"} 0+1000x95`,
	},
	"UserManagementHashQueueFull": {
		fires: `
			user_management_password_hashes_refused_total{instance="a", reason="queue_full"} 0+50x95
			user_management_password_hashes_refused_total{instance="a", reason="displaced"} 0+30x95`,
		silent: `
			user_management_password_hashes_refused_total{instance="a", reason="queue_full"} 0+30x95
			user_management_password_hashes_refused_total{instance="a", reason="cancelled"} 0+3000x95`,
	},
	"UserManagementMailServerDown": {
		fires: `
			user_management_message_attempts_total{outcome="failed"} 0x60 0+2x35
			user_management_message_attempts_total{outcome="sent"} 0+5x60 300x35`,
		// A credential that is no longer valid.
		firesToo: `
			user_management_message_attempts_total{outcome="refused"} 0x60 0+2x35
			user_management_message_attempts_total{outcome="sent"} 0+5x60 300x35`,
		silent: `
			user_management_message_attempts_total{outcome="failed"} 0+2x95
			user_management_message_attempts_total{outcome="sent"} 0+5x95`,
	},
	"UserManagementMessagesRefused": {
		fires: `
			user_management_message_attempts_total{outcome="refused"} 0+3x95
			user_management_message_attempts_total{outcome="sent"} 0+7x95`,
		silent: `
			user_management_message_attempts_total{outcome="refused"} 0+1x95
			user_management_message_attempts_total{outcome="sent"} 0+9x95`,
	},
	"UserManagementUnverifiedBacklog": {
		fires:  `user_management_unverified_messages_waiting{instance="a"} 6000x95`,
		silent: `user_management_unverified_messages_waiting{instance="a"} 6000x70 4000x25`,
	},
	"UserManagementJobsGivenUp": {
		fires:  `user_management_jobs_given_up_total{kind="extend_audit_chain", state="discarded"} _x60 1x35`,
		silent: `user_management_jobs_given_up_total{kind="message", state="cancelled"} 0+1x95`,
	},
	"UserManagementJobsLate": {
		fires: `
			user_management_job_oldest_age_seconds{instance="a", kind="message", state="available"} 0x50 0+60x45`,
		silent: `
			user_management_job_oldest_age_seconds{instance="a", kind="message", state="available"} 5x95
			user_management_job_oldest_age_seconds{instance="a", kind="message", state="retryable"} 0+60x95`,
	},
	"UserManagementAuditChainBroken": {
		fires: `user_management_audit_breaks_total{instance="a"} 0x60 1x35`,
		// The first scrape of a replica that was restarted under a new name.
		firesToo: `user_management_audit_breaks_total{instance="b"} _x60 1x35`,
		silent: `
			user_management_audit_breaks_total{instance="a"} 1x95
			user_management_audit_breaks_total{instance="b"} _x60 0x35`,
	},
	"UserManagementAuditChainLate": {
		fires:  `user_management_audit_unchained_age_seconds{instance="a"} 0x50 0+60x45`,
		silent: `user_management_audit_unchained_age_seconds{instance="a"} 90x95`,
	},
	"UserManagementClockOffset": {
		fires:  `user_management_clock_offset_seconds{instance="a"} -3x95`,
		silent: `user_management_clock_offset_seconds{instance="a"} 1.5x95`,
	},
	"UserManagementClockWrong": {
		fires:  `user_management_clock_offset_seconds{instance="a"} 290x95`,
		silent: `user_management_clock_offset_seconds{instance="a"} 60x95`,
	},
	"UserManagementDatabaseConnectionsExhausted": {
		fires: `
			user_management_db_connections{instance="a", state="in_use"} 16x95
			user_management_db_connections{instance="a", state="idle"} 0x95
			user_management_db_connections_max{instance="a"} 16x95`,
		silent: `
			user_management_db_connections{instance="a", state="in_use"} 3x95
			user_management_db_connections{instance="a", state="idle"} 13x95
			user_management_db_connections_max{instance="a"} 16x95`,
	},
	"UserManagementRevocationsLate": {
		fires: `
			user_management_revocation_lag_seconds_bucket{instance="a", le="1"} 0+90x95
			user_management_revocation_lag_seconds_bucket{instance="a", le="2.5"} 0+99x95
			user_management_revocation_lag_seconds_bucket{instance="a", le="+Inf"} 0+100x95`,
		silent: `
			user_management_revocation_lag_seconds_bucket{instance="a", le="1"} 0+100x95
			user_management_revocation_lag_seconds_bucket{instance="a", le="2.5"} 0+100x95
			user_management_revocation_lag_seconds_bucket{instance="a", le="+Inf"} 0+100x95`,
	},
	"UserManagementFlood": {
		fires:  `user_management_rate_limit_decisions_total{scope="password", decision="refused"} 0+900x95`,
		silent: `user_management_rate_limit_decisions_total{scope="password", decision="allowed"} 0+9000x95`,
	},
	"UserManagementSigningKeyOld": {
		fires:  `user_management_signing_key_age_seconds{instance="a"} 3100000x95`,
		silent: `user_management_signing_key_age_seconds{instance="a"} 2600000x95`,
	},
	"UserManagementKeysetOld": { // the histories begin in 1970
		fires:  `user_management_keyset_primary_timestamp_seconds{instance="a"} -34200000x95`,
		silent: `user_management_keyset_primary_timestamp_seconds{instance="a"} -31600000x95`,
	},
	"UserManagementSecurityFloorLifted": {
		fires:  `user_management_insecure_setting_lifted{instance="a", name="argon2"} 1x95`,
		silent: `user_management_insecure_setting_lifted{instance="a", name="argon2"} 0x95`,
	},
}
