package support_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/atmacena/cocare/internal/support"
)

// TestARequestIsFoundAgain by whoever filed it; a visitor is told of the mail.
func TestARequestIsFoundAgain(t *testing.T) {
	w := newWorld(t)
	w.Get("ana", "/requests").OK("You have not asked for anything")
	r := w.filed("ana")
	w.Get("ana", "/requests").OK(r.Reference, `href="/requests/`+r.ID+`"`)
	w.Get("ana", "/requests/"+r.ID).OK(r.Reference, "The exam closed early.")
	w.Get("dora", "/requests").OK().Lacks(r.Reference)
	w.Get("dora", "/requests/"+r.ID).Is(http.StatusNotFound)
	w.Get("", "/requests").To("/login?next=" + url.QueryEscape("/requests"))
	w.Get("", "/requests/sent").OK("Your request is filed")
}

// TestPoliciesAreListedAsTheyStand, for everybody and for who edits them.
func TestPoliciesAreListedAsTheyStand(t *testing.T) {
	w := newWorld(t)
	w.must(w.svc.SeedPolicies(t.Context(), support.Provider{Name: "Clinic & Sons"}))
	for _, name := range support.PolicyNames {
		w.Get("", "/policies").OK(`href="/policies/`+name+`"`, "version 1, November 23, 2026")
		w.Get("", "/policies/"+name).OK()
		w.Get("dora", "/admin/policies").OK(`href="/admin/policies/` + name + `"`)
	}
	w.Get("", "/policies/terms").OK("Clinic &amp; Sons")
	w.Get("ana", "/admin/policies").Is(http.StatusForbidden)
}
