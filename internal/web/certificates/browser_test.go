package certificates_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/atmacena/cocare/internal/apptest/chrome"
	"github.com/atmacena/cocare/internal/testneed"
)

func startBrowser(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(chrome.Context(t), 4*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func signIn(url, who string) chromedp.Action {
	if who == "" {
		return network.ClearBrowserCookies()
	}
	return network.SetCookie("who", who).WithURL(url)
}

// TestDroppedFile drops a file onto the page, and without scripts chooses it.
func TestDroppedFile(t *testing.T) {
	ctx := startBrowser(t)
	w := newWorld(t)
	c := w.issued()
	srv := httptest.NewServer(w.echo)
	defer srv.Close()
	drop := func(file []byte, size int) string {
		return fmt.Sprintf(`(() => {
			const raw = Uint8Array.from(atob(%q), (c) => c.charCodeAt(0));
			const files = new DataTransfer();
			files.items.add(new File([raw, new Uint8Array(%d)], "c.pdf", {type: "application/pdf"}));
			const over = new DragEvent("dragover", {dataTransfer: files, bubbles: true, cancelable: true});
			document.body.dispatchEvent(over);
			document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: files, bubbles: true, cancelable: true}));
			return over.defaultPrevented;
		})()`, base64.StdEncoding.EncodeToString(file), size)
	}
	var caught bool
	var note string
	err := chromedp.Run(ctx, chromedp.Navigate(srv.URL+"/verify"), chromedp.WaitVisible(".drop-here"),
		chromedp.Evaluate(drop(nil, 11<<20), &caught), chromedp.Text(".drop-here", &note),
		chromedp.Evaluate(drop(w.pdf(c), 0), nil), chromedp.WaitVisible(".verdict-ok"))
	if err != nil || !caught || !strings.Contains(note, "too large") {
		t.Fatalf("%v, caught %v, note %q", err, caught, note)
	}

	path := filepath.Join(t.TempDir(), "altered.pdf")
	w.must(os.WriteFile(path, append(w.pdf(c), 1), 0o600))
	var heading string
	err = chromedp.Run(ctx, emulation.SetScriptExecutionDisabled(true), chromedp.Navigate(srv.URL+"/verify"), chromedp.WaitNotVisible(".drop-here"),
		chromedp.SetUploadFiles("#f-file", []string{path}), chromedp.Submit("#f-file"), chromedp.WaitVisible(".verdict"), chromedp.Text("h1", &heading))
	if err != nil || heading != "This is not what we issued" {
		t.Errorf("without scripts: %q, %v", heading, err)
	}
	for _, size := range []int{8 << 20, 40 << 20} { // the second one is not read to its end
		w.must(os.WriteFile(path, make([]byte, size), 0o600))
		err = chromedp.Run(ctx, chromedp.Navigate(srv.URL+"/verify"), chromedp.SetUploadFiles("#f-file", []string{path}), chromedp.Submit("#f-file"),
			chromedp.WaitVisible("#f-file-error"), chromedp.Text("#f-file-error", &note))
		if err != nil || !strings.Contains(note, "larger than 5 MB") {
			t.Errorf("%d bytes: %q, %v", size, note, err)
		}
	}
}

// TestPreparingPageFindsItsCertificate waits, without scripts, until the page
// shows the certificate by itself.
func TestPreparingPageFindsItsCertificate(t *testing.T) {
	ctx := startBrowser(t)
	w := newWorld(t)
	c := w.reserve()
	srv := httptest.NewServer(w.echo)
	defer srv.Close()
	err := chromedp.Run(ctx, emulation.SetScriptExecutionDisabled(true), signIn(srv.URL, "ana"), chromedp.Navigate(srv.URL+"/certificates/"+c.Number), chromedp.WaitVisible(".notice-info"))
	w.must(err)
	w.must(w.queue.Drain(t.Context()))
	w.must(chromedp.Run(ctx, chromedp.WaitVisible(".cert")))
}

// axeRun is what the kit asks of its gallery too.
const axeRun = `axe.run(document, {runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}})
	.then(r => JSON.stringify(r.violations.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ") + " " + n.failureSummary).join(" | "))))`

func TestPagesInABrowser(t *testing.T) {
	axe, err := os.ReadFile(testneed.File(t, testneed.Browser, "COCARE_TEST_AXE"))
	if err != nil {
		t.Fatal(err)
	}
	ctx := startBrowser(t)
	w := newWorld(t)
	valid, revoked, old := w.issued(), w.issued(), w.issued()
	w.must(w.service.Revoke(t.Context(), revoked.Number, "Answers were shared.", "dora"))
	w.people["ana"] = withName(w, "Ana Ruiz-Soto")
	next, err := w.service.Replace(t.Context(), old.Number, w.people["ana"].LegalName, "Married name", "dora")
	w.must(err)
	w.must(w.queue.Drain(t.Context()))
	waiting := w.reserve()
	w.now = w.now.Add(time.Hour)
	srv := httptest.NewServer(w.echo)
	defer srv.Close()
	const admin = "/admin/certificates"
	for _, page := range []struct{ who, path string }{
		{"ana", "/certificates"}, {"ben", "/certificates"}, {"ana", "/certificates/" + valid.Number}, {"ana", "/certificates/" + revoked.Number}, {"ana", "/certificates/" + waiting.Number},
		{"", "/verify"}, {"", "/verify/" + valid.Number}, {"", "/verify/" + old.Number}, {"", "/verify/7K2M"},
		{"dora", admin}, {"dora", admin + "/" + next.Number}, {"dora", admin + "/" + waiting.Number}, {"dora", admin + "/" + next.Number + "/revoke"}, {"dora", admin + "/" + next.Number + "/replace"},
	} {
		for _, theme := range []string{"light", "dark"} {
			for _, width := range []int64{320, 1280} {
				t.Run(fmt.Sprintf("%s-%s-%d", page.path, theme, width), func(t *testing.T) {
					look(t, ctx, srv.URL, page.who, page.path, theme, width, string(axe))
				})
			}
		}
	}
}

func look(t *testing.T, ctx context.Context, base, who, path, theme string, width int64, axe string) {
	t.Helper()
	await := func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
	var wide bool
	var found string
	err := chromedp.Run(ctx, network.ClearBrowserCookies(), signIn(base, who), chromedp.EmulateViewport(width, 900),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"}}),
		chromedp.Navigate(base+path), chromedp.Evaluate(`document.fonts.ready.then(() => document.documentElement.scrollWidth > innerWidth)`, &wide, await),
		chromedp.Evaluate(axe, nil), chromedp.Evaluate(axeRun, &found, await))
	if err != nil {
		t.Fatal(err)
	}
	if wide {
		t.Error("wider than the window")
	}
	var violations []string
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		t.Fatal(err)
	}
	for _, v := range violations {
		t.Errorf("axe: %s", v)
	}
}
