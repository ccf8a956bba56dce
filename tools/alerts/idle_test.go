package alerts

import "testing"

// idle is a service without traffic, one replica of which was restarted: its counters began again.
const idle = `
	up{job="user-management-service", instance="a"} 1x95
	user_management_audit_unchained_age_seconds{job="user-management-service", instance="a"} 0x95
	user_management_signing_key_age_seconds{job="user-management-service", instance="a"} 86400x95
	user_management_http_requests_total{instance="a", operation="none", status="500"} 9x60 0x35
	user_management_http_request_duration_seconds_bucket{instance="a", operation="readProfile", le="0.25"} 0x95
	user_management_http_request_duration_seconds_bucket{instance="a", operation="readProfile", le="+Inf"} 9x60 0x35
	user_management_password_hashes_refused_total{instance="a", reason="queue_full"} 900x60 0x35
	user_management_message_attempts_total{instance="a", outcome="failed"} 9x60 0x35
	user_management_message_attempts_total{instance="a", outcome="refused"} 9x60 0x35
	user_management_message_attempts_total{instance="a", outcome="sent"} 9x60 0x35
	user_management_audit_breaks_total{instance="a"} 1x60 0x35
	user_management_jobs_given_up_total{instance="a", kind="erase", state="discarded"} 1x60 _x35
	user_management_revocation_lag_seconds_bucket{instance="a", le="1"} 0x95
	user_management_revocation_lag_seconds_bucket{instance="a", le="+Inf"} 9x60 0x35
	user_management_db_connections{instance="a", state="in_use"} 0x95
	user_management_db_connections_max{instance="a"} 0x60 16x35
	user_management_clock_offset_seconds{instance="a"} 0x95`

func TestNoRuleFiresOnAnIdleService(t *testing.T) {
	t.Parallel()
	for _, r := range rules(t) {
		t.Run(r.Alert, func(t *testing.T) {
			t.Parallel()
			if missing := minutesWithoutResult(t, r, idle); len(missing) == 0 {
				t.Error("it fires without traffic")
			}
		})
	}
}
