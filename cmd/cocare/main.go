// Command cocare is the whole platform: server, demonstration and tools.
package main

import (
	"os"

	"github.com/atmacena/cocare/internal/cli"
)

func main() {
	os.Exit(cli.Run(cli.Environment{Args: os.Args[1:], Environ: os.Environ(), In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
