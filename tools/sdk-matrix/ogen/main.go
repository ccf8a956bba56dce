// Command ogen runs the flow of tools/sdk-matrix with the client that ogen generates.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"regexp"
	"time"

	"github.com/siriusys/user-management-service/tools/sdk-matrix/ogen/api"
)

const (
	email    = "ogen@example.com"
	password = "correct horse battery staple"
)

// credentials has the access token of the last login or refresh.
type credentials struct{ accessToken string }

func (c *credentials) AccessToken(context.Context, api.OperationName) (api.AccessToken, error) {
	return api.AccessToken{Token: c.accessToken}, nil
}

func (c *credentials) ServiceCredential(context.Context, api.OperationName) (api.ServiceCredential, error) {
	return api.ServiceCredential{Username: "example-service", Password: "for-development-only"}, nil
}

// want ends the program unless a call returned a response of type T.
func want[T any](response any, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	found, ok := response.(T)
	if !ok {
		log.Fatalf("a %T, want a %T: %+v", response, found, response)
	}
	return found
}

func main() {
	ctx, session := context.Background(), &credentials{}
	c, err := api.NewClient(os.Getenv("SERVICE_URL"), session)
	if err != nil {
		log.Fatal(err)
	}
	account := api.SignupRequest{
		Email: email, FullName: "Ada Lovelace", Country: "DE", StateProvince: api.NewOptString("DE-BY"), Password: password,
	}
	bad := account
	bad.Country, bad.Password = "XX", "password"
	refused := want[*api.UnprocessableContentHeaders](c.SignUp(ctx, &bad, api.SignUpParams{}))
	if len(refused.Response.Errors) != 2 {
		log.Fatalf("%+v, want two errors", refused.Response)
	}
	want[*api.Accepted](c.SignUp(ctx, &account, api.SignUpParams{}))
	want[*api.LoggedInHeaders](c.VerifyEmail(ctx, &api.VerifyEmailRequest{Token: mailedToken(), Password: password}))

	want[*api.InvalidCredentialsHeaders](c.LogIn(ctx, &api.LoginRequest{Email: email, Password: "wrong"}))
	tokens := want[*api.LoggedInHeaders](c.LogIn(ctx, &api.LoginRequest{Email: email, Password: password})).Response
	session.accessToken = tokens.AccessToken
	if profile := want[*api.ProfileReadHeaders](c.ReadProfile(ctx)); profile.Response.Email != email {
		log.Fatalf("%+v", profile)
	}
	refreshed := want[*api.RefreshedHeaders](c.RefreshToken(ctx, &api.RefreshTokenRequest{RefreshToken: tokens.RefreshToken}))
	session.accessToken = refreshed.Response.AccessToken
	if sessions := want[*api.SessionListHeaders](c.ListSessions(ctx)); len(sessions.Response.Sessions) != 2 {
		log.Fatalf("%+v", sessions)
	}
	isActive := func() bool {
		return want[*api.IntrospectionHeaders](c.IntrospectToken(ctx, &api.IntrospectionRequest{Token: session.accessToken})).Response.Active
	}
	if !isActive() {
		log.Fatal("the token is not active")
	}
	want[*api.Done](c.LogOut(ctx, api.OptLogoutRequest{}))
	want[*api.InvalidAccessTokenHeaders](c.ReadProfile(ctx))
	if isActive() {
		log.Fatal("the token is active after the logout")
	}
	list := want[*api.RevocationListHeaders](c.ListRevocations(ctx, api.ListRevocationsParams{}))
	if len(list.Response.Revocations) == 0 {
		log.Fatal("no revocation")
	}

	unknown := api.LoginRequest{Email: "unknown-" + email, Password: "wrong"}
	for range 5 {
		want[*api.InvalidCredentialsHeaders](c.LogIn(ctx, &unknown))
	}
	want[*api.TooManyRequestsHeaders](c.LogIn(ctx, &unknown))
}

var link = regexp.MustCompile(`verify-email#token=(\S+)`)

// mailedToken waits for the verification email.
func mailedToken() string {
	for {
		for _, m := range inbox() {
			if found := link.FindStringSubmatch(m.Text); m.To == email && found != nil {
				return found[1]
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
}

type message struct{ To, Text string }

func inbox() (messages []message) {
	r, err := http.NewRequest(http.MethodGet, os.Getenv("SERVICE_URL")+"/dev/inbox", nil)
	if err != nil {
		log.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&messages); err != nil {
		log.Fatal(fmt.Errorf("read the inbox: %w", err))
	}
	return messages
}
