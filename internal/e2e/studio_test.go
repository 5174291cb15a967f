package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// TestTheDialogFindsWhatToShow asks as the studio's script does.
func TestTheDialogFindsWhatToShow(t *testing.T) {
	req, err := http.NewRequest(http.MethodGet, server.URL+"/teach/"+slug+"/find?kind=fact&q=remission", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/json")
	p := server.As(t, "instructor@example.org").Do(req)
	var all map[string]any
	if err := json.Unmarshal(p.Body, &all); err != nil || p.Status != http.StatusOK || !strings.Contains(string(p.Body), "data-studio-text") {
		t.Errorf("%d, %v: %.300s", p.Status, err, p.Body)
	}
}
