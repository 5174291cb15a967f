package kit

import "strings"

var inner = strings.NewReplacer("“", "‘", "”", "’")

// Quote puts a title into quotation marks; those inside it become single ones.
func Quote(s string) string { return "“" + inner.Replace(s) + "”" }
