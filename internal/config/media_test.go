package config_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/config"
)

func TestWhereMediaLie(t *testing.T) {
	s3 := []string{"COCARE_S3_ENDPOINT=https://s3.example.org", "COCARE_S3_BUCKET=media", "COCARE_S3_ACCESS_KEY=a", "COCARE_S3_SECRET_KEY=b"}
	for name, c := range map[string]struct {
		environ []string
		wrong   string // the variable; "" for none
	}{
		"nothing":       {nil, ""},
		"a folder":      {[]string{"COCARE_MEDIA=/srv/media"}, ""},
		"a bucket":      {s3, ""},
		"both":          {append([]string{"COCARE_MEDIA=/srv/media"}, s3...), "COCARE_MEDIA"},
		"no secret":     {s3[:3], "COCARE_S3_SECRET_KEY"},
		"no endpoint":   {s3[1:], "COCARE_S3_ENDPOINT"},
		"no address":    {append([]string{"COCARE_S3_ENDPOINT=s3.example.org"}, s3[1:]...), "COCARE_S3_ENDPOINT"},
		"a path":        {append([]string{"COCARE_S3_ENDPOINT=https://s3.example.org/x"}, s3[1:]...), "COCARE_S3_ENDPOINT"},
		"a bad bucket":  {append([]string{"COCARE_S3_BUCKET=My Media"}, s3[0], s3[2], s3[3]), "COCARE_S3_BUCKET"},
		"a bad prefix":  {append([]string{"COCARE_S3_PREFIX=cocare"}, s3...), "COCARE_S3_PREFIX"},
		"a good prefix": {append([]string{"COCARE_S3_PREFIX=org/cocare/"}, s3...), ""},
	} {
		got, err := config.Load(config.Tool, c.environ)
		if c.wrong == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			} else if got.MediaInS3() == (got.Media != "") {
				t.Errorf("%s: S3 %v, folder %q", name, got.MediaInS3(), got.Media)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.wrong+": ") {
			t.Errorf("%s: got %v, want %s", name, err, c.wrong)
		}
	}
	demo, err := config.Load(config.Demo, append(s3, "COCARE_DATA_DIR=/elsewhere"), func(c *config.Config) { c.DataDir = "/demo" })
	if err != nil || demo.MediaInS3() || demo.Media != filepath.Join("/demo", "media") {
		t.Errorf("the demo: %v, %q, %v", demo.MediaInS3(), demo.Media, err)
	}
}
