package accounts

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/siriusys/user-management-service/sdk/go/internal/api"
)

// Profile is the user's. It is printed without its content, which is personal.
type Profile struct {
	ID            string // permanent, the sub of access tokens
	Email         string
	FullName      string
	Country       string // ISO 3166-1 alpha-2 code
	StateProvince string // ISO 3166-2 code; empty for a country without subdivisions
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Format prints a placeholder.
func (Profile) Format(f fmt.State, _ rune) { write(f, "[profile]") }

// LogValue returns a placeholder.
func (Profile) LogValue() slog.Value { return slog.StringValue("[profile]") }

// ProfileChange contains what to change; nil members stay as they are. It is printed without its content.
type ProfileChange struct {
	FullName      *string
	Country       *string // needs a StateProvince, unless it has no subdivisions
	StateProvince *string
}

// Format prints a placeholder.
func (ProfileChange) Format(f fmt.State, _ rune) { write(f, "[profile change]") }

// LogValue returns a placeholder.
func (ProfileChange) LogValue() slog.Value { return slog.StringValue("[profile change]") }

// ReadProfile returns the user's profile.
// Errors: ErrNotLoggedIn, Problem.
func (c *Client) ReadProfile(ctx context.Context) (Profile, error) {
	var profile Profile
	err := c.authorized(ctx, func(bearer api.RequestEditorFn) error {
		response, err := c.api.ReadProfileWithResponse(ctx, bearer)
		if err != nil {
			return err
		}
		profile, err = profileOf(response.JSON200)
		return err
	})
	return profile, err
}

// ChangeProfile changes the user's profile and returns the new one.
// Errors: ErrNotLoggedIn, Problem, such as 422 with Fields.
func (c *Client) ChangeProfile(ctx context.Context, change ProfileChange) (Profile, error) {
	var profile Profile
	err := c.authorized(ctx, func(bearer api.RequestEditorFn) error {
		response, err := c.api.ChangeProfileWithResponse(ctx, api.ProfileChange{
			FullName: change.FullName, Country: change.Country, StateProvince: change.StateProvince,
		}, bearer)
		if err != nil {
			return err
		}
		profile, err = profileOf(response.JSON200)
		return err
	})
	return profile, err
}

func profileOf(decoded *api.Profile) (Profile, error) {
	p, err := content(decoded)
	return Profile{
		ID: p.ID, Email: p.Email, FullName: p.FullName, Country: p.Country, StateProvince: p.StateProvince,
		CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
	}, err
}
