package manpage_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/manpage"
	"github.com/livefilter/livefilter/internal/usage"
)

func pages() []manpage.File {
	root := &cobra.Command{Use: "prog COMMAND", Short: "A program", Long: "A program.\n\nIt does things."}
	do := &cobra.Command{
		Use: "do FILE", Short: `Do it, C:\n`, Long: "Do it.\n\n  -x  as it is\n\n.so /etc/passwd\n'quoted' text", Example: "  prog do a-b",
		Run: func(*cobra.Command, []string) {},
	}
	do.Flags().IntP("number", "n", 3, "how `many`\nto do")
	do.Flags().Bool("yes", false, "agree")
	hidden := &cobra.Command{Use: "secret", Hidden: true, Run: func(*cobra.Command, []string) {}}
	root.AddCommand(do, hidden)
	usage.Prepare(root, "PROG_")
	return manpage.Of(root, "v1", []manpage.Note{{Heading: "EXIT STATUS", Text: "0, or not."}})
}

func TestOf(t *testing.T) {
	all := map[string]string{}
	for _, f := range pages() {
		all[f.Name] = string(f.Data)
	}
	if len(all) != 3 || !strings.Contains(all["prog.1"], ".BR prog\\-do (1)\n") || strings.Contains(all["prog.1"], "secret") {
		t.Errorf("%d pages\n%s", len(all), all["prog.1"])
	}
	if want := `.TH "PROG-DO" 1 "" "prog v1" "User Commands"
.SH NAME
prog\-do \- Do it, C:\en
.SH SYNOPSIS
.B prog do
FILE [flags]
.SH DESCRIPTION
Do it.
.PP
.nf
  \-x  as it is
.fi
.PP
\&.so /etc/passwd
\&'quoted' text
.SH OPTIONS
.TP
\fB\-n, \-\-number\fR \fImany\fR
how many to do [PROG_NUMBER] (default 3)
.TP
\fB\-\-yes\fR \fI\fR
agree [PROG_YES]
.SH EXAMPLES
.nf
  prog do a\-b
.fi
.SH EXIT STATUS
0, or not.
.SH SEE ALSO
.BR prog (1)
`; all["prog-do.1"] != want {
		t.Errorf("got\n%s\nwant\n%s", all["prog-do.1"], want)
	}
}

// What roff makes of the pages has no complaint, and the words.
func TestGroff(t *testing.T) {
	groff, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("NOT TESTED: no groff here")
	}
	for _, f := range pages() {
		cmd := exec.CommandContext(t.Context(), groff, "-man", "-Tascii", "-ww", "-P-c")
		cmd.Stdin = strings.NewReader(string(f.Data))
		var complaints strings.Builder
		cmd.Stderr = &complaints
		out, err := cmd.Output()
		if err != nil || complaints.Len() > 0 || !strings.Contains(string(out), "prog") {
			t.Errorf("%s: %v, %s\n%s", f.Name, err, complaints.String(), out)
		}
	}
}
