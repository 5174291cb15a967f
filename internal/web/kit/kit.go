// Package kit is what every page is made with: rendering, forms, errors,
// access, static files and the headers of answers. It knows HTTP and no domain.
//
// A page is one file, templates/pages/<area>/<page>.html, that defines "title"
// and "content" ("layout", "description" and "head" if it needs them). Its dot
// is a *View; what the handler passed is .Data:
//
//	{{define "title"}}Change your name{{end}}
//	{{define "content"}}<div class="narrow">
//	<h1>Change your name</h1>
//	{{template "errors" .Form}}
//	<form method="post" action="/account/name">
//	{{template "field" field .Form "name" "Full name" "autocomplete" "name" "required" true "hint" "As it is to stand on certificates."}}
//	<p class="actions"><button class="button button-primary">Save name</button></p>
//	</form>
//	<p>Last changed {{.DateTime .Data.ChangedAt}}.</p>
//	</div>{{end}}
//
// The handler reads the form, calls the service and either redirects or shows
// the page again with what was typed:
//
//	var nameSaved = kit.NewFlash("account.name", kit.Success, "Your name is saved.")
//
//	func (h *Handler) postName(c echo.Context) error {
//		f, err := kit.BindForm(c)
//		if err != nil {
//			return err
//		}
//		err = h.accounts.Rename(c.Request().Context(), kit.ViewerOf(c).PersonID, f.Str("name"))
//		if f.Merge(err) {
//			return kit.Render(c, kit.Status(err), "account/name", kit.View{Form: f, Data: …})
//		}
//		if err != nil {
//			return err
//		}
//		return kit.Redirect(c, "/account", nameSaved)
//	}
//
// A form whose act adds something, and would add it again on a second click,
// has {{once}} in it, and its service asks package once.
//
// Routes are a table with the permission beside each:
//
//	kit.Register(e, []kit.Route{
//		{Method: "POST", Path: "/account/name", Name: "account.rename", Role: kit.SignedIn, Handler: h.postName},
//	})
//
// Every other error is returned as it is; ErrorHandler alone turns kinds into
// statuses. Styles and scripts are never inline: the Content-Security-Policy
// refuses them. Scripts hang on data- attributes, described at the top of each
// static/js file.
//
// Errors that a route returns: those of apperr, echo.HTTPError, or a fault.
package kit
