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

// handlers call the use cases, one method for each operation of the contract. A method returns the use case's error unchanged;
// problemWriter responds to it.
type handlers struct {
	authentication *app.Authentication
	accounts       *app.Accounts
	ready          func(context.Context) error
	// issuer and audience are the claims that all access tokens share.
	issuer, audience string
}

var _ gen.StrictServerInterface = handlers{}

func (h handlers) SignUp(ctx context.Context, r gen.SignUpRequestObject) (gen.SignUpResponseObject, error) {
	err := h.accounts.SignUp(ctx, app.SignUpInput{
		Email: r.Body.Email, FullName: r.Body.FullName, Country: r.Body.Country,
		StateProvince: orEmpty(r.Body.StateProvince), Password: r.Body.Password,
		IdempotencyKey: r.Params.IdempotencyKey, From: networkOf(ctx),
	})
	return gen.SignUp202Response{}, err
}

func (h handlers) RequestEmailVerification(
	ctx context.Context, r gen.RequestEmailVerificationRequestObject,
) (gen.RequestEmailVerificationResponseObject, error) {
	return gen.RequestEmailVerification202Response{}, h.accounts.RequestEmailVerification(ctx, r.Body.Email, networkOf(ctx))
}

func (h handlers) VerifyEmail(ctx context.Context, r gen.VerifyEmailRequestObject) (gen.VerifyEmailResponseObject, error) {
	in, err := h.accounts.VerifyEmail(ctx, r.Body.Token, r.Body.Password, networkOf(ctx))
	return gen.VerifyEmail200JSONResponse{LoggedInJSONResponse: loggedIn(in)}, err
}

func (h handlers) LogIn(ctx context.Context, r gen.LogInRequestObject) (gen.LogInResponseObject, error) {
	in, err := h.authentication.LogIn(ctx, app.LogInInput{
		Email: r.Body.Email, Password: r.Body.Password, DeviceToken: orEmpty(r.Body.DeviceToken), From: networkOf(ctx),
	})
	return gen.LogIn200JSONResponse{LoggedInJSONResponse: loggedIn(in)}, err
}

func (h handlers) RefreshToken(ctx context.Context, r gen.RefreshTokenRequestObject) (gen.RefreshTokenResponseObject, error) {
	pair, err := h.authentication.RefreshToken(ctx, r.Body.RefreshToken, networkOf(ctx))
	return gen.RefreshToken200JSONResponse{RefreshedJSONResponse: refreshed(pair)}, err
}

func (h handlers) LogOut(ctx context.Context, r gen.LogOutRequestObject) (gen.LogOutResponseObject, error) {
	all := r.Body != nil && r.Body.AllSessions != nil && *r.Body.AllSessions
	return gen.LogOut204Response{}, h.authentication.LogOut(ctx, callerOf(ctx), all)
}

func (h handlers) ListSessions(ctx context.Context, _ gen.ListSessionsRequestObject) (gen.ListSessionsResponseObject, error) {
	caller := callerOf(ctx)
	found, err := h.authentication.ListSessions(ctx, caller)
	list := make([]gen.Session, len(found))
	for i, s := range found {
		list[i] = gen.Session{
			ID: uuid.UUID(s.ID.ID), Current: s.ID == caller.SessionID,
			CreatedAt: s.CreatedAt, RefreshedAt: s.RotatedAt, ExpiresAt: s.ExpiresAt,
		}
	}
	return gen.ListSessions200JSONResponse{Sessions: list}, err
}

func (h handlers) RevokeSession(ctx context.Context, r gen.RevokeSessionRequestObject) (gen.RevokeSessionResponseObject, error) {
	err := h.authentication.RevokeSession(ctx, callerOf(ctx), domain.SessionID{ID: domain.ID(r.ID)})
	return gen.RevokeSession204Response{}, err
}

func (h handlers) ReadProfile(ctx context.Context, _ gen.ReadProfileRequestObject) (gen.ReadProfileResponseObject, error) {
	u, err := h.accounts.ReadProfile(ctx, callerOf(ctx))
	return gen.ReadProfile200JSONResponse{ProfileReadJSONResponse: profile(u)}, err
}

func (h handlers) ChangeProfile(ctx context.Context, r gen.ChangeProfileRequestObject) (gen.ChangeProfileResponseObject, error) {
	change := domain.ProfileChange{FullName: r.Body.FullName, Country: r.Body.Country, StateProvince: r.Body.StateProvince}
	u, err := h.accounts.ChangeProfile(ctx, callerOf(ctx), change)
	return gen.ChangeProfile200JSONResponse{ProfileReadJSONResponse: profile(u)}, err
}

func (h handlers) ChangePassword(ctx context.Context, r gen.ChangePasswordRequestObject) (gen.ChangePasswordResponseObject, error) {
	err := h.accounts.ChangePassword(ctx, callerOf(ctx), r.Body.CurrentPassword, r.Body.NewPassword)
	return gen.ChangePassword204Response{}, err
}

func (h handlers) TerminateAccount(ctx context.Context, r gen.TerminateAccountRequestObject) (gen.TerminateAccountResponseObject, error) {
	err := h.accounts.TerminateAccount(ctx, callerOf(ctx), r.Body.Password, r.Params.IdempotencyKey)
	return gen.TerminateAccount204Response{}, err
}

func (h handlers) CancelTermination(
	ctx context.Context, r gen.CancelTerminationRequestObject,
) (gen.CancelTerminationResponseObject, error) {
	return gen.CancelTermination204Response{}, h.accounts.CancelTermination(ctx, r.Body.Token, networkOf(ctx))
}

func (h handlers) RequestPasswordReset(
	ctx context.Context, r gen.RequestPasswordResetRequestObject,
) (gen.RequestPasswordResetResponseObject, error) {
	err := h.accounts.RequestPasswordReset(ctx, r.Body.Email, orEmpty(r.Body.DeviceToken), networkOf(ctx))
	return gen.RequestPasswordReset202Response{}, err
}

func (h handlers) ResetPassword(ctx context.Context, r gen.ResetPasswordRequestObject) (gen.ResetPasswordResponseObject, error) {
	token, err := h.accounts.ResetPassword(ctx, app.ResetPasswordInput{
		Token: r.Body.Token, NewPassword: r.Body.NewPassword, IdempotencyKey: r.Params.IdempotencyKey, From: networkOf(ctx),
	})
	if err != nil {
		return nil, err
	}
	return gen.ResetPassword200JSONResponse{PasswordResetJSONResponse: gen.PasswordResetJSONResponse{
		DeviceToken: token,
	}}, nil
}

func (h handlers) ReadPublicKeys(context.Context, gen.ReadPublicKeysRequestObject) (gen.ReadPublicKeysResponseObject, error) {
	keys, err := h.authentication.ReadPublicKeys()
	if err != nil {
		return nil, err
	}
	var set gen.KeySet
	if err := json.Unmarshal(keys, &set); err != nil {
		return nil, fmt.Errorf("read the key set: %w", err)
	}
	return gen.ReadPublicKeys200JSONResponse(set), nil
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

func loggedIn(in app.LoggedIn) gen.LoggedInJSONResponse {
	pair := refreshed(in.TokenPair)
	return gen.LoggedInJSONResponse{
		AccessToken: pair.AccessToken, TokenType: gen.LoginTokensTokenType(pair.TokenType), ExpiresIn: pair.ExpiresIn,
		RefreshToken: pair.RefreshToken, RefreshExpiresIn: pair.RefreshExpiresIn, DeviceToken: in.DeviceToken,
	}
}

func refreshed(pair app.TokenPair) gen.RefreshedJSONResponse {
	return gen.RefreshedJSONResponse{
		AccessToken: pair.AccessToken, TokenType: gen.TokenPairTokenTypeBearer, ExpiresIn: secondsRoundedDown(pair.ExpiresIn),
		RefreshToken: pair.RefreshToken, RefreshExpiresIn: secondsRoundedDown(pair.RefreshExpiresIn),
	}
}

// secondsRoundedDown rounds down, so that no client relies on an expired token.
func secondsRoundedDown(d time.Duration) int { return int(d / time.Second) }

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
