package witness

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"
)

// What asking a witness takes at most. An answer is a line for each of its keys;
// one of ML-DSA-44 has three kilobytes.
const (
	askFor    = 10 * time.Second
	maxAnswer = 64 << 10
	maxHeader = 16 << 10
)

// answer is what a witness said.
type answer struct {
	status int
	kind   string // of the content
	body   []byte // nil where it was too long
}

// client shows checkpoints to witnesses.
type client struct{ *http.Client }

// newClient keeps connections, as the protocol asks for, and follows nobody who
// sends it elsewhere: what the operator named is where the log is shown.
func newClient(timeout time.Duration) client {
	t := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute,
		TLSHandshakeTimeout: timeout, MaxResponseHeaderBytes: maxHeader}
	return client{&http.Client{Transport: t, Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// post shows a checkpoint to a witness. The error is of the network.
func (c client) post(ctx context.Context, w Witness, request []byte) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL+"/add-checkpoint", bytes.NewReader(request))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	req.Header.Set("User-Agent", "cocare")
	res, err := c.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	a := answer{status: res.StatusCode, kind: res.Header.Get("Content-Type")}
	a.body, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if len(a.body) > maxAnswer {
		a.body = nil
	}
	return a, err
}
