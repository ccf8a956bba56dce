package app_test

import (
	"net/netip"
	"testing"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// A thief who knows the password logs in 500 times. The account holder's reset ends every session and device token of it.
func TestAResetEndsTheDeviceTokensOfAThief(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	stolen := make([]app.LoggedIn, 500)
	for i := range stolen {
		// From 25 networks, because of the limit of attempts, right or wrong.
		from := netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 18, byte(i % 25), 1}), 32)
		in, err := w.LogIn(t.Context(), app.LogInInput{Email: ada, Password: password, From: from})
		w.must(err)
		stolen[i] = in
	}
	live := 0
	for _, in := range stolen {
		if _, err := w.ReadProfile(t.Context(), w.caller(in.TokenPair)); err == nil {
			live++
		}
	}
	if live != domain.MaxSessions {
		t.Errorf("%d of the thief's sessions are live before the reset, want %d", live, domain.MaxSessions)
	}
	mine, err := w.ResetPassword(t.Context(), app.ResetPasswordInput{Token: w.resetToken(ada), NewPassword: otherPass, From: home})
	w.must(err)
	// The limit of clients without a known device is reached: a stale token leads there.
	for range 5 {
		_, err = w.logIn(ada, "a third password of hers")
		w.want(err, domain.ErrInvalidCredentials)
	}
	for _, in := range stolen {
		_, err := w.ReadProfile(t.Context(), w.caller(in.TokenPair))
		w.want(err, domain.ErrInvalidAccessToken)
		_, err = w.LogIn(t.Context(), app.LogInInput{Email: ada, Password: password, DeviceToken: in.DeviceToken, From: home})
		w.want(err, domain.ErrTooManyAttempts)
	}
	_, err = w.LogIn(t.Context(), app.LogInInput{Email: ada, Password: otherPass, DeviceToken: mine, From: home})
	w.must(err)
}

// A password change ends the device tokens of other devices and keeps that of its session.
func TestAPasswordChangeKeepsTheDeviceOfItsSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	mine, err := w.logIn(ada, password)
	w.must(err)
	stolen, err := w.logIn(ada, password)
	w.must(err)
	w.must(w.ChangePassword(t.Context(), w.caller(mine.TokenPair), password, otherPass))
	for range 5 {
		_, err = w.logIn(ada, "a third password of hers")
		w.want(err, domain.ErrInvalidCredentials)
	}
	_, err = w.LogIn(t.Context(), app.LogInInput{Email: ada, Password: otherPass, DeviceToken: stolen.DeviceToken, From: home})
	w.want(err, domain.ErrTooManyAttempts)
	_, err = w.LogIn(t.Context(), app.LogInInput{Email: ada, Password: otherPass, DeviceToken: mine.DeviceToken, From: home})
	w.must(err)
}
