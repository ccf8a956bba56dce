package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// handlers turn requests into calls of use cases, and their answers into responses. Errors pass through to problems.
type handlers struct {
	app   *app.App
	ready func(context.Context) error
	// issuer and audience are what every token says alike.
	issuer, audience string
}

var _ gen.StrictServerInterface = handlers{}

func (h handlers) SignUp(ctx context.Context, r gen.SignUpRequestObject) (gen.SignUpResponseObject, error) {
	err := h.app.SignUp(ctx, app.SignUpInput{
		Email: r.Body.Email, FullName: r.Body.FullName, Country: r.Body.Country,
		StateProvince: orEmpty(r.Body.StateProvince), Password: r.Body.Password, From: networkOf(ctx),
	})
	return gen.SignUp202Response{}, err
}

func (h handlers) RequestEmailVerification(ctx context.Context, r gen.RequestEmailVerificationRequestObject) (gen.RequestEmailVerificationResponseObject, error) {
	return gen.RequestEmailVerification202Response{}, h.app.RequestEmailVerification(ctx, r.Body.Email, networkOf(ctx))
}

func (h handlers) VerifyEmail(ctx context.Context, r gen.VerifyEmailRequestObject) (gen.VerifyEmailResponseObject, error) {
	in, err := h.app.VerifyEmail(ctx, r.Body.Token, r.Body.Password, networkOf(ctx))
	return gen.VerifyEmail200JSONResponse{SignedInJSONResponse: signedIn(in)}, err
}

func (h handlers) LogIn(ctx context.Context, r gen.LogInRequestObject) (gen.LogInResponseObject, error) {
	in, err := h.app.LogIn(ctx, app.LogInInput{
		Email: r.Body.Email, Password: r.Body.Password, DeviceToken: orEmpty(r.Body.DeviceToken), From: networkOf(ctx),
	})
	return gen.LogIn200JSONResponse{SignedInJSONResponse: signedIn(in)}, err
}

func (h handlers) RefreshToken(ctx context.Context, r gen.RefreshTokenRequestObject) (gen.RefreshTokenResponseObject, error) {
	pair, err := h.app.RefreshTokens(ctx, r.Body.RefreshToken, networkOf(ctx))
	return gen.RefreshToken200JSONResponse{RefreshedJSONResponse: gen.RefreshedJSONResponse{
		AccessToken: pair.AccessToken, TokenType: gen.TokenPairTokenTypeBearer, ExpiresIn: wholeSeconds(pair.ExpiresIn),
		RefreshToken: pair.RefreshToken, RefreshExpiresIn: wholeSeconds(pair.RefreshExpiresIn),
	}}, err
}

func (h handlers) LogOut(ctx context.Context, r gen.LogOutRequestObject) (gen.LogOutResponseObject, error) {
	all := r.Body != nil && r.Body.AllSessions != nil && *r.Body.AllSessions
	return gen.LogOut204Response{}, h.app.LogOut(ctx, callerOf(ctx), all)
}

func (h handlers) ListSessions(ctx context.Context, _ gen.ListSessionsRequestObject) (gen.ListSessionsResponseObject, error) {
	caller := callerOf(ctx)
	found, err := h.app.ListSessions(ctx, caller)
	list := make([]gen.Session, len(found))
	for i, s := range found {
		list[i] = gen.Session{
			ID: uuid.UUID(s.ID.ID), Current: s.ID == caller.SessionID,
			CreatedAt: s.CreatedAt, RefreshedAt: s.RotatedAt, ExpiresAt: s.ExpiresAt,
		}
	}
	return gen.ListSessions200JSONResponse{Sessions: list}, err
}

func (h handlers) EndSession(ctx context.Context, r gen.EndSessionRequestObject) (gen.EndSessionResponseObject, error) {
	err := h.app.EndSession(ctx, callerOf(ctx), domain.SessionID{ID: domain.ID(r.ID)})
	return gen.EndSession204Response{}, err
}

func (h handlers) ReadProfile(ctx context.Context, _ gen.ReadProfileRequestObject) (gen.ReadProfileResponseObject, error) {
	u, err := h.app.Profile(ctx, callerOf(ctx))
	return gen.ReadProfile200JSONResponse{ProfileReadJSONResponse: profile(u)}, err
}

func (h handlers) ChangeProfile(ctx context.Context, r gen.ChangeProfileRequestObject) (gen.ChangeProfileResponseObject, error) {
	change := domain.ProfileChange{FullName: r.Body.FullName, Country: r.Body.Country, StateProvince: r.Body.StateProvince}
	u, err := h.app.ChangeProfile(ctx, callerOf(ctx), change)
	return gen.ChangeProfile200JSONResponse{ProfileReadJSONResponse: profile(u)}, err
}

func (h handlers) ChangePassword(ctx context.Context, r gen.ChangePasswordRequestObject) (gen.ChangePasswordResponseObject, error) {
	err := h.app.ChangePassword(ctx, callerOf(ctx), r.Body.CurrentPassword, r.Body.NewPassword)
	return gen.ChangePassword204Response{}, err
}

func (h handlers) TerminateAccount(ctx context.Context, r gen.TerminateAccountRequestObject) (gen.TerminateAccountResponseObject, error) {
	return gen.TerminateAccount204Response{}, h.app.TerminateAccount(ctx, callerOf(ctx), r.Body.Password)
}

func (h handlers) ReverseTermination(ctx context.Context, r gen.ReverseTerminationRequestObject) (gen.ReverseTerminationResponseObject, error) {
	return gen.ReverseTermination204Response{}, h.app.ReverseTermination(ctx, r.Body.Token, networkOf(ctx))
}

func (h handlers) RequestPasswordReset(ctx context.Context, r gen.RequestPasswordResetRequestObject) (gen.RequestPasswordResetResponseObject, error) {
	return gen.RequestPasswordReset202Response{}, h.app.RequestPasswordReset(ctx, r.Body.Email, networkOf(ctx))
}

func (h handlers) ResetPassword(ctx context.Context, r gen.ResetPasswordRequestObject) (gen.ResetPasswordResponseObject, error) {
	return gen.ResetPassword204Response{}, h.app.ResetPassword(ctx, r.Body.Token, r.Body.NewPassword, networkOf(ctx))
}

func (h handlers) ReadKeys(context.Context, gen.ReadKeysRequestObject) (gen.ReadKeysResponseObject, error) {
	keys, err := h.app.PublicKeys()
	if err != nil {
		return nil, err
	}
	var set gen.KeySet
	if err := json.Unmarshal(keys, &set); err != nil {
		return nil, fmt.Errorf("read the key set: %w", err)
	}
	return gen.ReadKeys200JSONResponse(set), nil
}

func (h handlers) CheckLiveness(context.Context, gen.CheckLivenessRequestObject) (gen.CheckLivenessResponseObject, error) {
	return gen.CheckLiveness200JSONResponse{HealthyJSONResponse: healthy}, nil
}

func (h handlers) CheckReadiness(ctx context.Context, _ gen.CheckReadinessRequestObject) (gen.CheckReadinessResponseObject, error) {
	if err := h.ready(ctx); err != nil {
		return nil, fmt.Errorf("%w: not ready: %w", domain.ErrBusy, err)
	}
	return gen.CheckReadiness200JSONResponse{HealthyJSONResponse: healthy}, nil
}

var healthy = gen.HealthyJSONResponse{Status: "ok"}

func signedIn(in app.SignedIn) gen.SignedInJSONResponse {
	return gen.SignedInJSONResponse{
		AccessToken: in.AccessToken, TokenType: gen.SignInTokenTypeBearer, ExpiresIn: wholeSeconds(in.ExpiresIn),
		RefreshToken: in.RefreshToken, RefreshExpiresIn: wholeSeconds(in.RefreshExpiresIn), DeviceToken: in.DeviceToken,
	}
}

// wholeSeconds rounds down, so that no client relies on a token that is already gone.
func wholeSeconds(d time.Duration) int { return int(d / time.Second) }

func profile(u domain.User) gen.ProfileReadJSONResponse {
	return gen.ProfileReadJSONResponse{
		ID: uuid.UUID(u.ID.ID), Email: u.Email.Address(), FullName: u.FullName.Value(), Country: u.Residence.Country(),
		StateProvince: u.Residence.StateProvince(), CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt,
	}
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
