package config

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	s3Prefix   = regexp.MustCompile(`^(?:[a-z0-9]+(?:[.-][a-z0-9]+)*/){0,3}$`)
)

// checkMedia: the media of courses lie in a folder or in a bucket.
func (c *Config) checkMedia() {
	s3 := []struct{ name, value string }{
		{"COCARE_S3_ENDPOINT", c.S3Endpoint}, {"COCARE_S3_BUCKET", c.S3Bucket}, {"COCARE_S3_ACCESS_KEY", c.S3AccessKey}, {"COCARE_S3_SECRET_KEY", string(c.S3SecretKey)},
	}
	set := 0
	for _, v := range s3 {
		if v.value != "" {
			set++
		}
	}
	switch {
	case set > 0 && c.Media != "":
		c.problem("COCARE_MEDIA", "it names a folder, and COCARE_S3_… names a bucket; keep one of them")
	case set > 0:
		for _, v := range s3 {
			if v.value == "" {
				c.problem(v.name, "the other settings of S3 are there, and this one is missing")
			}
		}
		c.checkS3()
	case c.Media == "":
		c.Media = filepath.Join(c.DataDir, "media")
		if c.DatabaseURL != "" && c.Mode == Serve {
			c.warn("media lie in the folder %s: several replicas need COCARE_S3_ENDPOINT, or COCARE_MEDIA that names a folder they share", c.Media)
		}
	}
}

func (c *Config) checkS3() {
	u, err := url.Parse(c.S3Endpoint)
	switch {
	case c.S3Endpoint == "":
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil:
		c.problem("COCARE_S3_ENDPOINT", "%q is not an address without a path; write for example https://s3.example.org", c.S3Endpoint)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		c.warn("COCARE_S3_ENDPOINT is reached by http: whoever listens on the way can read what is stored")
	}
	if c.S3Bucket != "" && !bucketName.MatchString(c.S3Bucket) {
		c.problem("COCARE_S3_BUCKET", "%q is no name of a bucket; it has 3 to 63 small letters, digits, points and hyphens", c.S3Bucket)
	}
	if !s3Prefix.MatchString(c.S3Prefix) {
		c.problem("COCARE_S3_PREFIX", "%q does not end with a slash, or has other signs than small letters, digits, points and hyphens; write for example cocare/", c.S3Prefix)
	}
}
