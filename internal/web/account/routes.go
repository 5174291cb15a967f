package account

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/web/kit"
)

// doorRoutes are for whoever is not signed in yet.
func (h *handler) doorRoutes() []kit.Route {
	return []kit.Route{
		{Method: http.MethodGet, Path: "/register", Name: "register.new", Role: kit.Anyone, Handler: h.getRegister},
		{Method: http.MethodPost, Path: "/register", Name: "register.create", Role: kit.Anyone, Handler: h.postRegister},
		{Method: http.MethodGet, Path: "/register/sent", Name: "register.sent", Role: kit.Anyone, Handler: h.getRegistered},
		{Method: http.MethodGet, Path: "/email/unconfirmed", Name: "email.unconfirmed", Role: kit.SignedIn, Handler: h.getUnconfirmed},
		{Method: http.MethodPost, Path: "/email/resend", Name: "email.resend", Role: kit.Anyone, Handler: h.postResend},
		{Method: http.MethodGet, Path: "/email/confirm/:token", Name: "email.confirm_page", Role: kit.Anyone, Handler: h.getConfirmEmail},
		{Method: http.MethodPost, Path: "/email/confirm/:token", Name: "email.confirm", Role: kit.Anyone, Handler: h.postConfirmEmail},
		{Method: http.MethodGet, Path: "/login", Name: "login.new", Role: kit.Anyone, Handler: h.getLogin},
		{Method: http.MethodPost, Path: "/login", Name: "login.create", Role: kit.Anyone, Handler: h.postLogin},
		{Method: http.MethodGet, Path: "/login/factor", Name: "login.factor_page", Role: kit.Anyone, Handler: h.getFactor},
		{Method: http.MethodPost, Path: "/login/factor", Name: "login.factor", Role: kit.Anyone, Handler: h.postFactor},
		{Method: http.MethodPost, Path: "/login/factor/passkey", Name: "login.passkey", Role: kit.Anyone, Handler: h.postLoginChallenge},
		{Method: http.MethodPost, Path: "/logout", Name: "login.end", Role: kit.Anyone, Handler: h.postLogout},
		{Method: http.MethodGet, Path: "/password/forgot", Name: "password.forgot_page", Role: kit.Anyone, Handler: h.getForgot},
		{Method: http.MethodPost, Path: "/password/forgot", Name: "password.forgot", Role: kit.Anyone, Handler: h.postForgot},
		{Method: http.MethodGet, Path: "/password/forgot/sent", Name: "password.sent", Role: kit.Anyone, Handler: h.getForgotSent},
		{Method: http.MethodGet, Path: "/password/reset/:token", Name: "password.reset_page", Role: kit.Anyone, Handler: h.getReset},
		{Method: http.MethodPost, Path: "/password/reset/:token", Name: "password.reset", Role: kit.Anyone, Handler: h.postReset},
		{Method: http.MethodGet, Path: jwksPath, Name: "jwks.show", Role: kit.Anyone, Handler: h.getJWKS},
	}
}

// ownRoutes are the person's profile, licenses and data.
func (h *handler) ownRoutes() []kit.Route {
	fresh := []echo.MiddlewareFunc{Fresh(h.Now)}
	return []kit.Route{
		{Method: http.MethodGet, Path: "/account", Name: "account.show", Role: kit.SignedIn, Handler: h.getProfile},
		{Method: http.MethodPost, Path: "/account", Name: "account.update", Role: kit.SignedIn, Handler: h.postProfile},
		{Method: http.MethodGet, Path: "/account/email", Name: "account.email_page", Role: kit.SignedIn, Handler: h.getEmail},
		{Method: http.MethodPost, Path: "/account/email", Name: "account.email", Role: kit.SignedIn, Handler: h.postEmail},
		{Method: http.MethodPost, Path: "/account/email/resend", Name: "account.email_resend", Role: kit.SignedIn, Handler: h.postEmailAgain},
		{Method: http.MethodPost, Path: "/account/email/cancel", Name: "account.email_cancel", Role: kit.SignedIn, Handler: h.postEmailCancel},
		{Method: http.MethodGet, Path: "/account/password", Name: "account.password_page", Role: kit.SignedIn, Handler: h.getPassword},
		{Method: http.MethodPost, Path: "/account/password", Name: "account.password", Role: kit.SignedIn, Handler: h.postPassword},
		{Method: http.MethodGet, Path: "/account/licenses", Name: "license.list", Role: kit.SignedIn, Handler: h.getLicenses},
		{Method: http.MethodPost, Path: "/account/licenses", Name: "license.create", Role: kit.SignedIn, Handler: h.postLicense},
		{Method: http.MethodGet, Path: "/account/licenses/:id", Name: "license.edit", Role: kit.SignedIn, Handler: h.getLicense},
		{Method: http.MethodPost, Path: "/account/licenses/:id", Name: "license.update", Role: kit.SignedIn, Handler: h.postLicense},
		{Method: http.MethodGet, Path: "/account/licenses/:id/remove", Name: "license.remove_page", Role: kit.SignedIn, Handler: h.getRemoveLicense},
		{Method: http.MethodPost, Path: "/account/licenses/:id/remove", Name: "license.remove", Role: kit.SignedIn, Handler: h.postRemoveLicense},
		{Method: http.MethodGet, Path: "/account/data", Name: "data.show", Role: kit.SignedIn, Handler: h.getData},
		{Method: http.MethodPost, Path: "/account/data", Name: "data.download", Role: kit.SignedIn, Handler: h.postData, Use: fresh},
	}
}

// securityRoutes are the person's devices and ways of signing in.
func (h *handler) securityRoutes() []kit.Route {
	owner := []echo.MiddlewareFunc{h.owner}
	return []kit.Route{
		{Method: http.MethodGet, Path: "/account/security", Name: "security.show", Role: kit.SignedIn, Handler: h.getSecurity},
		{Method: http.MethodGet, Path: "/account/security/sessions/others/end", Name: "session.end_others_page", Role: kit.SignedIn, Handler: h.getEndOthers},
		{Method: http.MethodPost, Path: "/account/security/sessions/others/end", Name: "session.end_others", Role: kit.SignedIn, Handler: h.postEndOthers},
		{Method: http.MethodPost, Path: "/account/security/sessions/:id/end", Name: "session.end", Role: kit.SignedIn, Handler: h.postEndSession},
		{Method: http.MethodPost, Path: "/account/security/totp", Name: "totp.begin", Role: kit.SignedIn, Handler: h.postTOTP, Use: owner},
		{Method: http.MethodGet, Path: "/account/security/totp", Name: "totp.show", Role: kit.SignedIn, Handler: h.getTOTP, Use: owner},
		{Method: http.MethodPost, Path: "/account/security/totp/confirm", Name: "totp.confirm", Role: kit.SignedIn, Handler: h.postConfirmTOTP, Use: owner},
		{Method: http.MethodGet, Path: "/account/security/totp/remove", Name: "totp.remove_page", Role: kit.SignedIn, Handler: h.getRemoveTOTP, Use: owner},
		{Method: http.MethodPost, Path: "/account/security/totp/remove", Name: "totp.remove", Role: kit.SignedIn, Handler: h.postRemoveTOTP, Use: owner},
		{Method: http.MethodGet, Path: "/account/security/passkeys", Name: "passkey.new", Role: kit.SignedIn, Handler: h.getPasskey, Use: owner},
		{Method: http.MethodPost, Path: "/account/security/passkeys/challenge", Name: "passkey.challenge", Role: kit.SignedIn, Handler: h.postPasskeyChallenge, Use: owner},
		{Method: http.MethodPost, Path: "/account/security/passkeys", Name: "passkey.create", Role: kit.SignedIn, Handler: h.postPasskey, Use: owner},
		{Method: http.MethodGet, Path: "/account/security/passkeys/:id/remove", Name: "passkey.remove_page", Role: kit.SignedIn, Handler: h.getRemovePasskey, Use: owner},
		{Method: http.MethodPost, Path: "/account/security/passkeys/:id/remove", Name: "passkey.remove", Role: kit.SignedIn, Handler: h.postRemovePasskey, Use: owner},
		{Method: http.MethodGet, Path: "/account/security/recovery-codes", Name: "recovery.create_page", Role: kit.SignedIn, Handler: h.getRecoveryCodes, Use: owner},
		{Method: http.MethodPost, Path: "/account/security/recovery-codes", Name: "recovery.create", Role: kit.SignedIn, Handler: h.postRecoveryCodes, Use: owner},
		{Method: http.MethodGet, Path: sheetPath, Name: "recovery.show", Role: kit.SignedIn, Handler: h.getRecoverySheet, Use: owner},
		{Method: http.MethodPost, Path: sheetPath, Name: "recovery.put_away", Role: kit.SignedIn, Handler: h.postRecoverySheet},
		{Method: http.MethodGet, Path: "/account/security/confirm", Name: "confirm.show", Role: kit.SignedIn, Handler: h.getConfirm},
		{Method: http.MethodPost, Path: "/account/security/confirm", Name: "confirm.create", Role: kit.SignedIn, Handler: h.postConfirm},
		{Method: http.MethodPost, Path: "/account/security/confirm/passkey", Name: "confirm.passkey", Role: kit.SignedIn, Handler: h.postConfirmChallenge},
	}
}

// peopleRoutes are the administrator's list of people and what changes one.
func (h *handler) peopleRoutes() []kit.Route {
	fresh := []echo.MiddlewareFunc{Fresh(h.Now)}
	return []kit.Route{
		{Method: http.MethodGet, Path: "/admin/people", Name: "admin.person.list", Role: kit.Administrator, Handler: h.getPeople},
		{Method: http.MethodPost, Path: "/admin/people.csv", Name: "admin.person.csv", Role: kit.Administrator, Handler: h.postPeopleCSV},
		{Method: http.MethodGet, Path: "/admin/people/:id", Name: "admin.person.show", Role: kit.Administrator, Handler: h.getPerson},
		{Method: http.MethodGet, Path: "/admin/people/:id/edit", Name: "admin.person.edit", Role: kit.Administrator, Handler: h.getEditPerson, Use: fresh},
		{Method: http.MethodGet, Path: "/admin/people/:id/factors/remove", Name: "admin.person.factors_page", Role: kit.Administrator, Handler: h.getRemoveFactors, Use: fresh},
		{Method: http.MethodPost, Path: "/admin/people/:id/factors/remove", Name: "admin.person.factors", Role: kit.Administrator, Handler: h.postRemoveFactors, Use: fresh},
		{Method: http.MethodGet, Path: "/admin/people/:id/roles/:role", Name: "admin.person.role_page", Role: kit.Administrator, Handler: h.getRole, Use: fresh},
		{Method: http.MethodPost, Path: "/admin/people/:id/roles", Name: "admin.person.role", Role: kit.Administrator, Handler: h.postRole, Use: fresh},
		{Method: http.MethodPost, Path: "/admin/people/:id/block", Name: "admin.person.block", Role: kit.Administrator, Handler: h.postBlock, Use: fresh},
		{Method: http.MethodPost, Path: "/admin/people/:id/unblock", Name: "admin.person.unblock", Role: kit.Administrator, Handler: h.postUnblock, Use: fresh},
		{Method: http.MethodPost, Path: "/admin/people/:id/legal-name", Name: "admin.person.legal_name", Role: kit.Administrator, Handler: h.postLegalName, Use: fresh},
	}
}
