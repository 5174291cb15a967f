package archtest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/atmacena/cocare/internal/config"
)

// compose is what the test needs of a compose file.
type compose struct {
	Services map[string]*service `yaml:"services"`
	Secrets  map[string]struct {
		File string `yaml:"file"`
	} `yaml:"secrets"`
	Networks map[string]any `yaml:"networks"`
	Volumes  map[string]any `yaml:"volumes"`
	Configs  map[string]struct {
		Content string `yaml:"content"`
	} `yaml:"configs"`
}

type service struct {
	Image       string            `yaml:"image"`
	Command     []string          `yaml:"command"`
	Profiles    []string          `yaml:"profiles"`
	Environment map[string]string `yaml:"environment"`
	Secrets     []string          `yaml:"secrets"`
	Volumes     []string          `yaml:"volumes"`
	Networks    []string          `yaml:"networks"`
	Configs     []struct {
		Source string `yaml:"source"`
	} `yaml:"configs"`
}

const (
	baseFile   = "docker-compose.yml"
	smtpFile   = "docker-compose.smtp.yml"
	stripeFile = "docker-compose.stripe.yml"
	keyFile    = "docker-compose.documentkey.yml"
	logFile    = "docker-compose.witnesses.yml"
	s3File     = "docker-compose.s3.yml"
)

var allFiles = []string{baseFile, smtpFile, stripeFile, keyFile, logFile, s3File}

// replicas are the services that serve.
var replicas = []string{"app1", "app2"}

// composed reads files and lays the later ones over the first, as Compose does
// with what they hold: maps are joined, lists grow.
func composed(t *testing.T, files ...string) *compose {
	t.Helper()
	var all *compose
	for _, name := range files {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		var c compose
		if err := yaml.Unmarshal(data, &c); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if all == nil {
			all = &c
			continue
		}
		maps.Copy(all.Secrets, c.Secrets)
		for name, more := range c.Services {
			s := all.Services[name]
			if s == nil {
				t.Fatalf("a file beside %s adds the service %s", baseFile, name)
			}
			s.Environment = maps.Clone(s.Environment) // an anchor shares it
			maps.Copy(s.Environment, more.Environment)
			s.Secrets = slices.Concat(s.Secrets, more.Secrets)
		}
	}
	return all
}

// expand replaces ${NAME}, ${NAME:-default} and ${NAME:?what is missing} as
// Compose does.
func expand(text string, env map[string]string) (string, error) {
	for {
		i := strings.LastIndex(text, "${") // the innermost one
		if i < 0 {
			return text, nil
		}
		length := strings.Index(text[i:], "}")
		if length < 0 {
			return "", fmt.Errorf("no } in %q", text[i:])
		}
		name, rest, _ := strings.Cut(text[i+2:i+length], ":")
		value := env[name]
		switch {
		case value != "" || rest == "-" || strings.HasPrefix(rest, "-") && rest[1:] == "":
		case strings.HasPrefix(rest, "-"):
			value = rest[1:]
		default:
			return "", fmt.Errorf("%s is not set: %s", name, strings.TrimPrefix(rest, "?"))
		}
		text = text[:i] + value + text[i+length+1:]
	}
}

// TestComposeFilesAgreeWithThemselves: no container engine runs where this is
// built, so the files are read instead: what they name must exist.
func TestComposeFilesAgreeWithThemselves(t *testing.T) {
	c := composed(t, allFiles...)
	for _, name := range []string{"db", "migrate", "app1", "app2", "proxy", "mailpit"} {
		if c.Services[name] == nil {
			t.Errorf("there is no service %s", name)
		}
	}
	for name, s := range c.Services {
		for _, secret := range s.Secrets {
			if want := "./secrets/" + secret; c.Secrets[secret].File != want {
				t.Errorf("%s mounts the secret %s, whose file is %q, not %q", name, secret, c.Secrets[secret].File, want)
			}
		}
		for _, network := range s.Networks {
			if _, ok := c.Networks[network]; !ok {
				t.Errorf("%s is on the network %s, which is not defined", name, network)
			}
		}
		for _, v := range s.Volumes {
			if volume, _, _ := strings.Cut(v, ":"); !mapHas(c.Volumes, volume) {
				t.Errorf("%s mounts the volume %s, which is not defined", name, volume)
			}
		}
		for _, cfg := range s.Configs {
			if c.Configs[cfg.Source].Content == "" {
				t.Errorf("%s mounts the config %s, which is not defined", name, cfg.Source)
			}
		}
	}
}

func mapHas[V any](m map[string]V, key string) bool {
	_, ok := m[key]
	return ok
}

// TestComposeMountsEverySecretThatItNames in each way to put the files together.
func TestComposeMountsEverySecretThatItNames(t *testing.T) {
	for _, files := range [][]string{{baseFile}, {baseFile, smtpFile}, {baseFile, stripeFile}, {baseFile, keyFile}, {baseFile, logFile}, {baseFile, s3File}, allFiles} {
		c := composed(t, files...)
		for name, s := range c.Services {
			for v, value := range s.Environment {
				secret, isPath := strings.CutPrefix(value, "/run/secrets/")
				if isPath && !slices.Contains(s.Secrets, secret) {
					t.Errorf("%v: %s reads %s from the secret %s, which is not mounted", files, name, v, secret)
				}
				if strings.HasSuffix(v, "_FILE") && !isPath {
					t.Errorf("%v: %s sets %s to %q, which is no secret", files, name, v, value)
				}
			}
		}
	}
}

// notInCompose are the settings that the files leave alone.
var notInCompose = map[string]string{
	"COCARE_DATA_DIR":                 "the image sets it",
	"COCARE_PROVIDER_LOGO_FILE":       "the operator mounts a file of their own",
	"COCARE_SIGNATORY_SIGNATURE_FILE": "the operator mounts a file of their own",
	"COCARE_LOG_FORMAT":               "collectors read JSON",
	"COCARE_SHUTDOWN_GRACE":           "the default fits stop_grace_period",
}

func TestComposePassesEverySetting(t *testing.T) {
	c := composed(t, allFiles...)
	known := map[string]bool{}
	for _, v := range config.Describe() {
		known[v.Name] = true
		known[v.Name+"_FILE"] = v.Secret
		for _, replica := range replicas {
			env := c.Services[replica].Environment
			if passed := mapHas(env, v.Name) || mapHas(env, v.Name+"_FILE"); passed == (notInCompose[v.Name] != "") {
				t.Errorf("%s: %s is passed: %v, listed as left alone: %q", replica, v.Name, passed, notInCompose[v.Name])
			}
		}
	}
	for name, s := range c.Services {
		for v := range s.Environment {
			if strings.HasPrefix(v, config.Prefix) && !known[v] {
				t.Errorf("%s sets %s, which is no setting", name, v)
			}
		}
	}
}

var reference = regexp.MustCompile(`\$\{([A-Z0-9_]+)`)

// TestComposeAsksForNothingElse: what .env may hold is a setting, or the host.
func TestComposeAsksForNothingElse(t *testing.T) {
	for _, file := range allFiles {
		data, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range reference.FindAllStringSubmatch(string(data), -1) {
			isSetting := slices.ContainsFunc(config.Describe(), func(v config.Variable) bool { return v.Name == m[1] })
			if !isSetting && m[1] != "COCARE_HOST" {
				t.Errorf("%s reads %s, which is no setting", file, m[1])
			}
		}
	}
}
