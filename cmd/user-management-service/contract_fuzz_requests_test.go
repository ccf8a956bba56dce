package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// fuzzedRequest is a request before it is sent. Nothing keeps it well-formed.
type fuzzedRequest struct {
	op           fuzzedOperation
	method, path string
	query        string
	header       []string // lines
	members      []fuzzedMember
	isForm       bool
	body         string // made of members by render, before mutations of the text
	mutations    []string
	moved        bool // the path may be another's
	refusable    bool // the HTTP server itself may refuse the header
}

// isRefusable reports whether the HTTP server itself may refuse the request.
func (r *fuzzedRequest) isRefusable() bool {
	target := r.path + r.query
	_, err := url.ParseRequestURI(target)
	return err != nil || r.refusable || strings.Contains(target, " ") || len(target) > 16<<10
}

// fuzzedMember is a member of a body. In JSON, name and value are sent as they are.
type fuzzedMember struct{ name, value string }

func (r *fuzzedRequest) set(name, value string) {
	r.drop(name)
	r.header = append(r.header, name+": "+value)
}

func (r *fuzzedRequest) drop(name string) {
	r.header = slices.DeleteFunc(r.header, func(line string) bool {
		return strings.HasPrefix(strings.ToLower(line), strings.ToLower(name)+":")
	})
}

// render makes the body of the members.
func (r *fuzzedRequest) render() {
	parts := make([]string, len(r.members))
	for i, member := range r.members {
		parts[i] = member.name + ":" + member.value
		if r.isForm {
			parts[i] = strings.Trim(member.name, `"`) + "=" + url.QueryEscape(strings.Trim(member.value, `"`))
		}
	}
	switch {
	case r.isForm:
		r.body = strings.Join(parts, "&")
	case len(parts) > 0 || r.op.RequestBody != nil:
		r.body = "{" + strings.Join(parts, ",") + "}"
	}
}

func (r *fuzzedRequest) bytes() string {
	head := append([]string{r.method + " " + r.path + r.query + " HTTP/1.1"}, r.header...)
	body := r.body
	if slices.Contains(r.header, chunked) {
		body = fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)
		if r.body == "" {
			body = "0\r\n\r\n"
		}
	} else if body != "" || r.op.RequestBody != nil {
		head = append(head, fmt.Sprintf("Content-Length: %d", len(body)))
	}
	return lines(append(head, "Connection: close", "")...) + body
}

// sendRaw sends bytes unchanged, and returns the final response to them. It ends a stream after its header.
func (s *service) sendRaw(method, sent string) (response, error) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		return response{}, err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(waitLimit)); err != nil {
		return response{}, err
	}
	go func() { _, _ = io.WriteString(conn, sent) }() // the service may refuse the request before its end
	reader := bufio.NewReader(conn)
	resp, err := http.ReadResponse(reader, &http.Request{Method: method})
	for err == nil && resp.StatusCode < http.StatusOK {
		resp, err = http.ReadResponse(reader, &http.Request{Method: method})
	}
	if err != nil {
		return response{}, fmt.Errorf("read the response: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	got := response{status: resp.StatusCode, header: resp.Header}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		return got, nil
	}
	got.body, err = io.ReadAll(resp.Body)
	return got, err
}

// fuzzedWorld keeps what valid requests need: a logged-in user and unused links. Requests use them up.
type fuzzedWorld struct {
	s              *service
	signups, valid int
	user           fuzzedUser
	users          []fuzzedUser        // not yet used
	links          map[string][]string // the live one-time tokens of an operation
	uses           map[string]int      // of the first of them
}

type fuzzedUser struct {
	email string
	pair  tokens
}

// batch is how many users and links are made together. Each waits for an email, which takes longer than many requests.
const batch = 10

// renew makes sure that the user's session is live. A mutated request may have revoked it in a way that observe did not see.
func (w *fuzzedWorld) renew(t *testing.T) {
	t.Helper()
	if w.valid++; w.user.email == "" || w.valid%200 == 0 {
		w.user = w.takeUser(t)
	} else if w.user.pair.AccessToken == "" || w.valid%20 == 0 {
		w.user.pair = w.s.logIn(t, w.user.email, goodPassword)
	}
}

// observe notes what the response used up.
func (w *fuzzedWorld) observe(op fuzzedOperation, got response) {
	if got.status >= http.StatusBadRequest {
		return
	}
	switch op.id() {
	case "logOut", "revokeSession", "refreshToken":
		w.user.pair = tokens{}
	case "changePassword", "terminateAccount":
		w.user = fuzzedUser{}
	default:
		w.dropLink(op.id())
	}
}

func (w *fuzzedWorld) dropLink(operation string) {
	if len(w.links[operation]) > 0 {
		w.links[operation] = w.links[operation][1:]
	}
	w.uses[operation] = 0
}

func (w *fuzzedWorld) newEmail() string {
	w.signups++
	return fmt.Sprintf("user%d@example.com", w.signups)
}

// pendingSignups returns the email addresses of new signups, with the tokens of their links.
func (w *fuzzedWorld) pendingSignups(t *testing.T) (emails, links []string) {
	t.Helper()
	for range batch {
		email := w.newEmail()
		w.s.post(t, "/signup", signupOf(email, goodPassword)).want(t, http.StatusAccepted)
		emails = append(emails, email)
	}
	return emails, w.mailed(t, emails, "/pages/verify-email")
}

func (w *fuzzedWorld) mailed(t *testing.T, emails []string, page string) (links []string) {
	t.Helper()
	for _, email := range emails {
		links = append(links, w.s.token(t, email, page))
	}
	return links
}

func (w *fuzzedWorld) takeUser(t *testing.T) fuzzedUser {
	t.Helper()
	if len(w.users) == 0 {
		emails, links := w.pendingSignups(t)
		for i, email := range emails {
			pair := w.s.post(t, "/verify-email", m{"token": links[i], "password": goodPassword}).tokens(t)
			w.users = append(w.users, fuzzedUser{email, pair})
		}
	}
	user := w.users[0]
	w.users = w.users[1:]
	return user
}

// link returns a one-time token that the operation accepts.
func (w *fuzzedWorld) link(t *testing.T, operation string) string {
	t.Helper()
	if w.uses[operation]++; w.uses[operation] > 5 { // a link bears a few wrong passwords
		w.dropLink(operation)
	}
	if len(w.links[operation]) == 0 {
		w.links[operation] = w.newLinks(t, operation)
	}
	return w.links[operation][0]
}

func (w *fuzzedWorld) newLinks(t *testing.T, operation string) (links []string) {
	t.Helper()
	if operation == "verifyEmail" {
		_, links = w.pendingSignups(t)
		return links
	}
	var emails []string
	for range batch {
		user := w.takeUser(t)
		emails = append(emails, user.email)
		if operation == "resetPassword" {
			w.s.post(t, "/password-reset-request", m{"email": user.email}).want(t, http.StatusAccepted)
		} else {
			w.s.terminate(t, user.pair)
		}
	}
	if operation == "resetPassword" {
		return w.mailed(t, emails, "/pages/password-reset")
	}
	return w.mailed(t, emails, cancellationPage)
}

// value returns what the user would send as a member of a request, or the contract's example.
func (f *contractFuzzer) value(t *testing.T, op fuzzedOperation, member string, example any) any {
	t.Helper()
	switch member {
	case "email":
		if op.id() == "signUp" && f.random.IntN(2) == 0 {
			return f.world.newEmail()
		}
		return f.world.user.email
	case "password", "current_password":
		return goodPassword
	case "token":
		if op.id() == "introspectToken" {
			return f.world.user.pair.AccessToken
		}
		return f.world.link(t, op.id())
	case "refresh_token":
		return f.world.user.pair.RefreshToken
	case "device_token":
		return f.world.user.pair.DeviceToken
	default:
		return example
	}
}

// valid returns a request that succeeds.
func (f *contractFuzzer) valid(t *testing.T, op fuzzedOperation) fuzzedRequest {
	t.Helper()
	f.world.renew(t)
	r := fuzzedRequest{op: op, method: op.method, path: op.path, header: []string{"Host: localhost"}}
	if strings.Contains(op.path, "{id}") {
		r.path = op.canonicalPath(f.world.s.sessions(t, f.world.user.pair.AccessToken).Sessions[0].ID)
	}
	switch op.scheme {
	case "accessToken":
		r.set("Authorization", "Bearer "+f.world.user.pair.AccessToken)
	case "serviceCredential":
		r.set("Authorization", asService().Get("Authorization"))
	}
	for _, parameter := range op.Parameters {
		if parameter.Value.In == "header" && f.random.IntN(2) == 0 {
			r.set(parameter.Value.Name, uuid.NewString())
		}
	}
	if op.RequestBody == nil {
		return r
	}
	for contentType, media := range op.RequestBody.Value.Content {
		r.set("Content-Type", contentType)
		r.isForm = contentType == formType
		example, _ := media.Example.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(media.Schema.Value.Properties)) {
			given, isGiven := example[name]
			if !isGiven {
				if f.random.IntN(2) == 0 {
					continue
				}
				given = media.Schema.Value.Properties[name].Value.Example
			}
			value, err := json.Marshal(f.value(t, op, name, given))
			if err != nil {
				t.Fatal(errors.Join(errors.New(name), err))
			}
			r.members = append(r.members, fuzzedMember{name: fmt.Sprintf("%q", name), value: string(value)})
		}
	}
	r.render()
	return r
}
