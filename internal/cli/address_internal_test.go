package cli

import (
	"net"
	"testing"
)

func TestTheDemonstrationKeepsTheNameThatWasAskedFor(t *testing.T) {
	for _, c := range []struct {
		asked, want string
		taken       net.TCPAddr
	}{
		{"localhost:8292", "http://localhost:8292", net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8292}},
		{"LOCALHOST:0", "http://localhost:40123", net.TCPAddr{IP: net.IPv6loopback, Port: 40123}},
		{"127.0.0.1:8080", "http://127.0.0.1:8080", net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}},
		{"[::1]:0", "http://[::1]:40123", net.TCPAddr{IP: net.IPv6loopback, Port: 40123}},
	} {
		if got := demoURL(c.asked, &c.taken); got != c.want {
			t.Errorf("%s: %s, want %s", c.asked, got, c.want)
		}
	}
}
