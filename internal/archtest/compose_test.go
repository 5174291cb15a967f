package archtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/atmacena/cocare/internal/config"
)

// compose is what the test needs of docker-compose.yml.
type compose struct {
	Services map[string]struct {
		Image       string         `yaml:"image"`
		Command     []string       `yaml:"command"`
		Environment map[string]any `yaml:"environment"`
		Secrets     []string       `yaml:"secrets"`
		Networks    []string       `yaml:"networks"`
		Configs     []struct {
			Source string `yaml:"source"`
		} `yaml:"configs"`
	} `yaml:"services"`
	Secrets  map[string]any `yaml:"secrets"`
	Networks map[string]any `yaml:"networks"`
	Configs  map[string]any `yaml:"configs"`
}

// No container engine runs where this is built, so the file is read instead:
// what it names must exist, and what it sets must be a setting.
func TestComposeFileAgreesWithTheProgram(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, "docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var c compose
	if err := yaml.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, v := range config.Describe() {
		known[v.Name] = true
		if v.Secret {
			known[v.Name+"_FILE"] = true
		}
	}
	for _, name := range []string{"db", "migrate", "app1", "app2", "proxy", "mailpit"} {
		if _, ok := c.Services[name]; !ok {
			t.Errorf("there is no service %s", name)
		}
	}
	for name, s := range c.Services {
		for v := range s.Environment {
			if strings.HasPrefix(v, config.Prefix) && !known[v] {
				t.Errorf("service %s sets %s, which is no setting", name, v)
			}
		}
		for _, secret := range s.Secrets {
			if c.Secrets[secret] == nil {
				t.Errorf("service %s uses the secret %s, which is not defined", name, secret)
			}
		}
		for _, network := range s.Networks {
			if _, ok := c.Networks[network]; !ok {
				t.Errorf("service %s is on the network %s, which is not defined", name, network)
			}
		}
		for _, cfg := range s.Configs {
			if c.Configs[cfg.Source] == nil {
				t.Errorf("service %s mounts the config %s, which is not defined", name, cfg.Source)
			}
		}
	}
	// What serve cannot do without must be set for both replicas.
	for _, v := range config.Describe() {
		for _, replica := range []string{"app1", "app2"} {
			env := c.Services[replica].Environment
			if v.Needed && env[v.Name] == nil && env[v.Name+"_FILE"] == nil {
				t.Errorf("%s lacks %s", replica, v.Name)
			}
		}
	}
}
