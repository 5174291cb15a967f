package sharing_test

import (
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
)

func TestAHolderChooses(t *testing.T) {
	w := newWorld(t)
	c := w.issued("ana")
	page := w.Get("ana", choice(c)).OK("Show a public page of this certificate", "Ana Ruiz", "November 22, 2026", "Estimated learning time", "not accredited",
		"Your page is not public", base+"/verify/"+c.Number, "Add to LinkedIn profile", `name="robots" content="noindex"`)
	page.Lacks(" checked", "badge-html", "/credentials/", "LPC.0014733")
	w.Get("", public(c)).Is(404)

	w.Post("ana", choice(c), form("name", "completed", "listed")...).Says(choice(c), "share.on")
	page = w.Get("ana", choice(c)).OK("The address of your page", base+"/credentials/"+c.Number, "badge-html")
	for _, on := range []string{`name="shared" value="yes" checked`, `name="listed" value="yes" checked`, `value="name" checked`, `value="completed" checked`} {
		page.OK(on)
	}
	page.Lacks(`value="credit" checked`, `value="badge" checked`)
	w.Get("", public(c)).OK("Ana Ruiz", "Completed on November 22, 2026").Lacks("Estimated learning time", "robots")

	w.Post("ana", choice(c)).Says(choice(c), "share.off")
	w.Get("", public(c)).Is(404)
	// What had been chosen is kept for the next time, the name and its like.
	w.Get("ana", choice(c)).OK(`value="name" checked`).Lacks(`name="shared" value="yes" checked`)
}

// TestWhatDoesNotFitIsSaid, keeps what was ticked, and changes nothing.
func TestWhatDoesNotFitIsSaid(t *testing.T) {
	w := newWorld(t)
	c := w.issued("ana")
	w.Post("ana", choice(c), form("badge", "completed")...).Is(422, "The Open Badge file says your name", `name="shared" value="yes" checked`,
		`value="badge" checked`, `value="completed" checked`, "Your page is not public").Lacks(`value="name" checked`)
	w.Get("", public(c)).Is(404)
	w.Post("ana", choice(c), "shared", "no", "shows", "everything", "listed", "maybe").Says(choice(c), "share.off")
	w.Get("", public(c)).Is(404)
}

func TestSomebodyElsesCertificateIsNotThere(t *testing.T) {
	w := newWorld(t)
	c := w.issued("ben")
	for _, path := range []string{choice(c), "/certificates/7K2M-Q9XD-4T8RN/share", "/certificates/x/share", "/certificates/%2e%2e/share"} {
		w.Get("ana", path).Is(404)
		w.Post("ana", path, form("name")...).Is(404)
	}
	w.Get("", choice(c)).To("/login?next=" + url.QueryEscape(choice(c)))
	w.Get("", public(c)).Is(404)
	p := w.reserve("ana")
	w.Get("ana", choice(p)).Says("/certificates/"+p.Number, "share.not_issued")
	w.Post("ana", choice(p), form()...).Says("/certificates/"+p.Number, "share.not_issued")
}

// TestTheFormOfAnotherPersonChangesNothing: a page left open must not write for who signed in
// since.
func TestTheFormOfAnotherPersonChangesNothing(t *testing.T) {
	w := newWorld(t)
	c := w.issued("ana")
	w.Post("ana", choice(c), append(form("name"), "_owner", "somebody")...).Is(409)
	w.Get("", public(c)).Is(404)
}

func TestThePublicPage(t *testing.T) {
	w := newWorld(t)
	c := w.shared("name", "completed", "credit", "badge")
	page := w.Get("", public(c)).OK("Certificate of completion", "TMS and Ketamine in Depression", "What a therapist needs to know", "earned by", "Ana Ruiz",
		"Completed on November 22, 2026", "not accredited", "Demonstration, not clinically reviewed", "Valid", "checked November 23, 2026", `href="/verify/`+c.Number+`"`,
		`href="/credentials/`+c.Number+`.json"`, html.EscapeString(`Rêve & Co. "CE"`), `name="robots" content="noindex"`,
		`<link rel="canonical" href="`+base+public(c)+`">`)
	page.Lacks("LPC", "…733", "Counselor", "Colorado", "Change what it shows", "Los Angeles", "Replaces")
	for name, value := range map[string]string{"og:url": base + public(c), "og:image": base + public(c) + "/preview.png", "og:image:width": "1200", "og:image:height": "630",
		"og:title": "TMS and Ketamine in Depression", "og:site_name": "CoCare"} {
		page.OK(`<meta property="` + name + `" content="` + value + `">`)
	}
	page.OK(`<meta name="twitter:card" content="summary_large_image">`, `<meta name="twitter:image" content="`+base+public(c)+`/preview.png">`,
		`<meta name="description" content="Certificate of completion, earned by Ana Ruiz and issued by `)
	for name, want := range map[string]string{"Cache-Control": "private, no-cache", "Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex", "X-Frame-Options": "DENY"} {
		if got := page.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if vary := strings.Join(page.Header.Values("Vary"), ", "); !strings.Contains(vary, "Accept") || !strings.Contains(vary, "Cookie") {
		t.Errorf("Vary: %s", vary)
	}
	w.Get("ana", public(c)).OK("This is your page", choice(c))
	w.Get("ben", public(c)).OK().Lacks("This is your page")

	w.choose(c)
	page = w.Get("", public(c)).OK("TMS and Ketamine in Depression", "Demonstration, not clinically reviewed")
	page.Lacks("Ana", "Ruiz", "November 22", "earned by", "Estimated learning time", "Open Badge", "…733")
	w.choose(c, "listed")
	page = w.Get("", public(c)).OK().Lacks(`name="robots"`)
	if tag := page.Header.Get("X-Robots-Tag"); tag != "" {
		t.Errorf("X-Robots-Tag: %s", tag)
	}
}

func TestARevokedCertificateIsShownAsRevoked(t *testing.T) {
	w := newWorld(t)
	c := w.shared("name", "completed", "credit", "badge", "listed")
	w.must(w.service.Revoke(t.Context(), c.Number, "Somebody else took the exam.", ""))
	page := w.Get("", public(c)).OK("Revoked: not valid", "Read why", "Ana Ruiz", `name="robots" content="noindex"`, `<meta property="og:title" content="Revoked: not valid: TMS`)
	page.Lacks("Somebody else took the exam", ">Valid<", "Open Badge", "is completed and valid")
	w.Get("ana", choice(c)).OK("This certificate was revoked").Lacks("LinkedIn")
	w.Get("", public(c)+".json").Is(404)
}

// TestACorrectedNameIsCarriedOver: the old address shows the old name no more and
// leads to the new one, which is shared as the old one was.
func TestACorrectedNameIsCarriedOver(t *testing.T) {
	w := newWorld(t)
	old := w.shared("name", "completed", "credit", "badge", "listed")
	next := w.rename(old, "Ana Ruiz Ode")
	gone := []string{"Ana", "Ruiz", "November 22", "earned by", "Estimated learning", "Open Badge"}
	w.Get("", public(old)).OK("Superseded: no longer valid", "not issued yet", `name="robots" content="noindex"`).Lacks(append(gone, next.Number)...)
	w.Get("", public(next)).Is(404)
	w.Get("ana", choice(old)).OK("This certificate is being replaced", `name="shared" value="yes" checked`).Lacks("LinkedIn")
	w.Get("ana", choice(next)).Says("/certificates/"+next.Number, "share.not_issued")

	w.must(w.queue.Drain(t.Context()))
	w.Get("", public(old)).OK("Superseded: no longer valid", `href="`+public(next)+`"`).Lacks(gone...)
	w.Get("", public(next)).OK("Ana Ruiz Ode", "Completed on November 22, 2026", ">Valid<").Lacks("Replaces", old.Number, `name="robots"`)
	w.Get("ana", choice(old)).To(choice(next))
	// A form of the old page, left open, is about the new one.
	w.Post("ana", choice(old)).Says(choice(next), "share.off")
	for _, path := range []string{public(old), public(next)} {
		w.Get("", path).Is(404)
	}
}

// TestWhatIsNotSharedLooksLikeNothing: pages, badges and images alike.
func TestWhatIsNotSharedLooksLikeNothing(t *testing.T) {
	w := newWorld(t)
	hidden := w.issued("ana")
	stopped := w.shared("name")
	w.Post("ana", choice(stopped))
	erased := w.issued("ben")
	w.Post("ben", choice(erased), form("name")...).Says(choice(erased), "share.on")
	w.exec("UPDATE people SET erased_at = ? WHERE id = 'ben'", began)
	preparing := w.reserve("ana").Number
	for _, end := range []string{"", ".json", ".jwt", "/preview.png", "/badge.svg"} {
		unknown := w.Get("", "/credentials/7K2M-Q9XD-4T8RN"+end)
		unknown.Is(404, "No shared certificate is at this address.")
		want := w.plain(unknown.Body, unknown.Header.Get("X-Request-Id"), "7K2M-Q9XD-4T8RN")
		for what, number := range map[string]string{"hidden": hidden.Number, "stopped": stopped.Number, "erased": erased.Number, "preparing": preparing, "no number": "7K2M"} {
			got := w.Get("", "/credentials/"+number+end)
			got.Is(404)
			if body := w.plain(got.Body, got.Header.Get("X-Request-Id"), number); body != want {
				t.Errorf("%s%s differs:\n%s\n%s", what, end, body, want)
			}
			for _, name := range []string{"Cache-Control", "Content-Type", "ETag", "Cross-Origin-Resource-Policy", "X-Robots-Tag"} {
				if got.Header.Get(name) != unknown.Header.Get(name) {
					t.Errorf("%s%s: %s is %q, of the unknown %q", what, end, name, got.Header.Get(name), unknown.Header.Get(name))
				}
			}
		}
	}
}

// plain is an answer without what names the request.
func (w *world) plain(body, id, number string) string {
	w.t.Helper()
	return strings.NewReplacer(id, "ID", number, "NUMBER").Replace(body)
}

// TestNumbersAsPeopleTypeThem lead to the address as it is written, if there is
// anything.
func TestNumbersAsPeopleTypeThem(t *testing.T) {
	w := newWorld(t)
	c := w.shared("name", "completed", "credit", "badge")
	for _, typed := range []string{strings.ToLower(c.Number), strings.ReplaceAll(c.Number, "-", ""), "%20" + c.Number} {
		for _, end := range []string{"", ".json", ".jwt", "/preview.png", "/badge.svg"} {
			if a := w.Get("", "/credentials/"+typed+end); a.Code != 302 || a.Location != public(c)+end {
				t.Errorf("%s%s: %d to %q", typed, end, a.Code, a.Location)
			}
		}
		w.Get("ana", "/certificates/"+typed+"/share").To(choice(c))
	}
	for _, path := range []string{"/credentials/" + c.Number + ".exe", "/credentials/" + c.Number + ".json.json", "/credentials/" + c.Number + "/badge.png",
		"/credentials/" + strings.Repeat("A", 5000), "/credentials/..%2f..%2fetc", "/credentials/status", "/credentials/status/preview.png", "/credentials/", "/credentials/%00", "/credentials/%ff"} {
		if a := w.Get("", path); a.Code != 404 {
			t.Errorf("%.60s: %d", path, a.Code)
		}
	}
}

func TestVisitorsAreLimited(t *testing.T) {
	w := newWorld(t)
	c := w.shared()
	w.limited = apperr.New(apperr.Limited, "There were too many tries.")
	for _, end := range []string{"", ".json", "/preview.png", "/badge.svg"} {
		w.Get("", public(c)+end).Is(429)
		if a := w.Do("", "HEAD", public(c)+end, nil); a.Code != 429 {
			t.Errorf("HEAD %s: %d", end, a.Code)
		}
	}
	w.Get("ana", choice(c)).OK()
}

// TestLinkedIn: every value stays within its parameter, whatever it holds.
func TestLinkedIn(t *testing.T) {
	w := newWorld(t)
	w.title = "TMS & Ketamine: 100% #1?\u00a0Depression=hard; “now”"
	c := w.issued("ana")
	check := func(address string) {
		t.Helper()
		_, link, _ := strings.Cut(w.Get("ana", choice(c)).OK().Body, `href="https://www.linkedin.com`)
		link, _, _ = strings.Cut(link, `"`)
		u, err := url.Parse("https://www.linkedin.com" + html.UnescapeString(link))
		w.must(err)
		want := url.Values{"startTask": {"CERTIFICATION_NAME"}, "name": {w.title}, "organizationName": {`Rêve & Co. "CE"`}, "issueYear": {"2026"}, "issueMonth": {"11"},
			"certUrl": {address}, "certId": {c.Number}}
		if u.Host != "www.linkedin.com" || u.Path != "/profile/add" || u.Query().Encode() != want.Encode() || strings.ContainsAny(u.RawQuery, "\r\n \"<>") {
			t.Errorf("%s", u)
		}
	}
	check(base + "/verify/" + c.Number)
	w.choose(c)
	check(base + "/credentials/" + c.Number)
}

// TestHostileTexts: names and titles are text, on the page, in its head, in the
// badge and in the HTML for other sites.
func TestHostileTexts(t *testing.T) {
	w := newWorld(t)
	w.title, w.names["ana"] = `</title><script>alert("t")</script>`, `"><img src=x onerror='alert(1)'> & Co`
	c := w.shared("name", "completed", "credit", "badge")
	for _, path := range []string{public(c), public(c) + "/badge.svg"} {
		w.Get("", path).OK().Lacks("<script>alert", "<img src=x", `"><img`)
	}
	page := w.Get("ana", choice(c)).OK().Lacks("<script>alert", "<img src=x")
	_, snippet, _ := strings.Cut(page.Body, `aria-describedby="badge-hint">`)
	snippet, _, _ = strings.Cut(snippet, "</textarea>")
	want := `<a href="` + base + public(c) + `"><img src="` + base + public(c) + `/badge.svg" width="400" height="128" alt="Certificate of completion: &lt;/title&gt;&lt;script&gt;alert(&#34;t&#34;)&lt;/script&gt;. Rêve &amp; Co. &#34;CE&#34;"></a>`
	if got := html.UnescapeString(snippet); got != want {
		t.Errorf("the HTML is %s\nwant        %s", got, want)
	}
}

// TestTheHostHeaderIsNotBelieved in what the page says of itself.
func TestTheHostHeaderIsNotBelieved(t *testing.T) {
	w := newWorld(t)
	c := w.shared("name")
	for _, header := range []string{"Host", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded"} {
		w.Do("", "GET", public(c), nil, header, "evil.example").OK(base + public(c)).Lacks("evil.example")
	}
}

func TestTheChoiceIsInTheAuditLog(t *testing.T) {
	w := newWorld(t)
	c := w.shared("name")
	w.choose(c, "name") // a second click
	list, err := w.audit.List(t.Context(), audit.Filter{ActorID: "ana", Limit: 10})
	w.must(err)
	if len(list) != 1 || list[0].Action != "certificate.share" || list[0].ObjectID != c.ID || list[0].IP == "" {
		t.Errorf("%+v", list)
	}
}

// TestALiveEventIsSharedAsItWasChosen, on the page, in its head and on the images,
// and in the words of the certificate.
func TestALiveEventIsSharedAsItWasChosen(t *testing.T) {
	w := newWorld(t)
	c := w.attended()
	w.Get("ana", choice(c)).OK("Live event held on November 20, 2026, 9:00 AM to 11:00 AM EST, Community Hall, Springfield. Presented by Dr. Vera Lindqvist",
		"Instruction attended: 60 of 107 minutes (1 h); not accredited").Lacks("Estimated learning time")
	day := []string{"November 20", "9:00 AM", "Springfield", "Lindqvist"}
	hours := []string{"of 107", "(1 h)", "not accredited"}
	w.choose(c)
	for _, end := range []string{"", "/badge.svg"} {
		w.Get("", public(c)+end).OK().Lacks(append(day, hours...)...)
	}
	bare := w.Get("", public(c)+"/preview.png").OK().Body
	w.choose(c, "completed")
	w.Get("", public(c)).OK("Completed on November 20, 2026", "Live event held on November 20, 2026, 9:00 AM to 11:00 AM EST", "Dr. Vera Lindqvist").Lacks(hours...)
	w.choose(c, "credit")
	w.Get("", public(c)).OK("Instruction attended: 60 of 107 minutes (1 h); not accredited").Lacks(append(day, "Estimated")...)
	// The image says that nobody reviewed it, and what was chosen.
	if with := w.Get("", public(c)+"/preview.png").OK().Body; with == bare {
		t.Error("the image does not show the hours")
	}
}
