package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/proof"
	"github.com/atmacena/cocare/internal/translog"
)

// certificateVerify says what a file proves by itself, or compares it with the
// register.
type certificateVerify struct {
	store
	File     string   `arg:"" help:"A PDF, or an Open Badge as JSON or JWT." type:"existingfile"`
	Keys     string   `help:"The issuer's public keys, from /keys/issuer.json of its site, or its DID document, which has those of badges; without them the key inside the file is taken, which proves nobody: exit code 0 then means intact, and no more." type:"existingfile" placeholder:"FILE"`
	Status   string   `help:"The status list that the badge names, to see whether it was revoked." type:"existingfile" placeholder:"FILE"`
	Witness  []string `help:"Key of a witness of the log, got from the witness: did it see this certificate there? May be given several times." placeholder:"KEY" sep:"none"`
	LogProof string   `help:"The log's proof of the certificate, from /log/proof/ of the issuer's site: it has what witnesses signed." type:"existingfile" placeholder:"FILE"`
	Register bool     `help:"Compare it with this installation's register instead; this needs the database."`
	JSON     bool     `help:"Print JSON."`
}

// Help says what a script may rely on.
func (c *certificateVerify) Help() string {
	return "Exit code 0: nothing that was asked for is missing; 3: something is. Who signed it is asked by --keys. " +
		"Without --keys, exit code 0 means only that the file is intact since somebody signed it, whoever that was: anybody can make such a file. " +
		"Whether it was revoked is asked by --status, whether the log has it by --log-proof, and whether others saw it there by --witness. " +
		"With --register the answer is the database's: 0 means that it was issued here and is valid now."
}

// Run implements the command.
func (c *certificateVerify) Run(ctx context.Context, e *Environment) error {
	if c.Register {
		if c.Keys != "" || c.Status != "" || c.LogProof != "" || len(c.Witness) > 0 {
			return usage("--register asks the database; --keys, --status, --witness and --log-proof are for verifying without it")
		}
		return c.compare(ctx, e)
	}
	return c.examine(e)
}

// examine verifies without network or database.
func (c *certificateVerify) examine(e *Environment) error {
	file, err := readBounded(c.File, certificate.MaxFile)
	if err != nil {
		return err
	}
	o, err := c.options()
	if err != nil {
		return err
	}
	r := proof.Check(file, o)
	if c.JSON {
		err = printJSON(e.Out, viewProof(r))
	} else {
		printProof(e.Out, r)
	}
	// Who gave keys asked whose it is.
	sound := r.Verdict == proof.Genuine || r.Verdict == proof.Intact && o.Trust == nil
	if err == nil && (!sound || !r.Answered()) {
		return errWrong
	}
	return err
}

// options reads what is known beside the file.
func (c *certificateVerify) options() (o proof.Options, err error) {
	o.Now = time.Now()
	if c.Keys != "" {
		text, err := readBounded(c.Keys, proof.MaxKeys)
		if err != nil {
			return o, err
		}
		trust, err := proof.ParseTrust(text)
		if err != nil {
			return o, usage("%s: %v", c.Keys, err)
		}
		o.Trust = &trust
	}
	if c.Status != "" {
		if o.Status, err = readBounded(c.Status, credential.MaxSize); err != nil {
			return o, err
		}
	}
	for _, text := range c.Witness {
		key, err := translog.ParseWitnessKey(text)
		if err != nil {
			return o, usage("--witness %.80s: %v", text, err)
		}
		o.Witnesses = append(o.Witnesses, key)
	}
	if c.LogProof == "" {
		return o, nil
	}
	text, err := readBounded(c.LogProof, translog.MaxProof)
	if err != nil {
		return o, err
	}
	p, err := translog.ParseProof(text)
	if err != nil {
		return o, usage("%s: %v", c.LogProof, err)
	}
	o.LogProof = &p
	return o, nil
}

// readBounded reads a file of at most so many bytes and one more, by which the
// caller's parser sees that it is too long.
func readBounded(path string, most int64) ([]byte, error) {
	f, err := os.Open(path) // #nosec G304 -- the operator names it
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1))
}

// proofView is what --json prints.
type proofView struct {
	Verdict      proof.Verdict       `json:"verdict"`
	IssuerProven bool                `json:"issuer_proven"`
	Form         string              `json:"form"`
	SignedAt     *time.Time          `json:"signed_at"`
	Findings     []proof.Finding     `json:"findings"`
	Witnesses    []proof.Witnessed   `json:"witnesses"`
	Certificate  *certificate.Record `json:"certificate"`
}

func viewProof(r proof.Report) proofView {
	v := proofView{r.Verdict, r.IssuerProven(), r.Form, nil, r.Findings, append([]proof.Witnessed{}, r.Witnesses...), r.Record}
	if !r.SignedAt.IsZero() {
		v.SignedAt = &r.SignedAt
	}
	return v
}

var proofWords = map[proof.Verdict]string{
	proof.Genuine:   "Genuine: unchanged, and signed by the issuer.",
	proof.Intact:    "Intact: unchanged since it was signed. Who signed it is NOT proven.",
	proof.Revoked:   "NO LONGER VALID: it is unchanged, but was revoked or replaced.",
	proof.Foreign:   "NOT GENUINE: it is not signed by a key of the issuer that can be trusted.",
	proof.Early:     "NOT YET VALID: it is dated later than now.",
	proof.Altered:   "ALTERED: it is not what was signed.",
	proof.NotSigned: "NOT SIGNED: it is a PDF without a signature.",
	proof.Strange:   "NOT JUDGED: it is a PDF that another program made or saved, or that is cut short.",
	proof.Unknown:   "Unknown: this is no certificate of this kind.",
}

func printProof(w io.Writer, r proof.Report) {
	fmt.Fprintln(w, proofWords[r.Verdict])
	if c := r.Record; c != nil {
		fmt.Fprintf(w, "Certificate %s: %s completed %q on %s.\n", oneLine(c.Number), oneLine(c.Holder.Name), c.Course.Title, oneLine(c.CompletedOn))
		if l := c.Live; l != nil {
			fmt.Fprintf(w, "It was a live event: %d of %d minutes of instruction were attended.\n", l.Minutes, l.Of)
		}
	}
	for _, f := range r.Findings {
		fmt.Fprintf(w, "  %-10s  %s. %s\n", f.State, f.What, oneLine(f.Why))
	}
}

// oneLine keeps what a stranger wrote into a file from moving the cursor: it could
// write findings of its own.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			return '\uFFFD'
		}
		return r
	}, s)
}
