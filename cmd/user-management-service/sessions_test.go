package main

import (
	"encoding/json"
	"net/http"
	"testing"
)

type sessionList struct {
	Sessions []struct {
		ID      string
		Current bool
	}
}

func (s *service) sessions(t *testing.T, accessToken string) sessionList {
	t.Helper()
	var list sessionList
	a := s.get(t, accessToken, "/sessions").want(t, http.StatusOK)
	if err := json.Unmarshal(a.body, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// A user whose phone is stolen revokes its session on the laptop.
func TestASessionIsRevokedFromAnother(t *testing.T) {
	t.Parallel()
	s := start(t)
	phone := s.user(t, "ada@example.com")
	laptop := s.logIn(t, "ada@example.com", goodPassword)
	otherUser := s.user(t, "grace@example.com")

	list := s.sessions(t, laptop.AccessToken).Sessions
	if len(list) != 2 || !list[0].Current || list[1].Current {
		t.Fatalf("sessions: %+v", list)
	}
	revoke := func(token, id string) response {
		return s.do(t, request{method: http.MethodDelete, path: "/sessions/" + id, token: token})
	}
	for _, id := range []string{s.sessions(t, otherUser.AccessToken).Sessions[0].ID, "00000000-0000-0000-0000-000000000000"} {
		if code := revoke(laptop.AccessToken, id).want(t, http.StatusNotFound).problem(t).Code; code != "not_found" {
			t.Errorf("%s: code %q", id, code)
		}
	}
	revoke(laptop.AccessToken, list[1].ID).want(t, http.StatusNoContent)
	s.me(t, phone.AccessToken).want(t, http.StatusUnauthorized)
	s.post(t, "/token/refresh", m{"refresh_token": phone.RefreshToken}).want(t, http.StatusUnauthorized)
	revoke(laptop.AccessToken, list[1].ID).want(t, http.StatusNotFound)
	revoke(phone.AccessToken, list[0].ID).want(t, http.StatusUnauthorized)
	s.me(t, otherUser.AccessToken).want(t, http.StatusOK)
	if left := s.sessions(t, laptop.AccessToken).Sessions; len(left) != 1 || !left[0].Current {
		t.Errorf("remaining sessions: %+v", left)
	}
}
