package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/colour"
	"github.com/livefilter/livefilter/internal/plan"
	"github.com/livefilter/livefilter/internal/prepare"
)

type planFlags struct {
	server where
	json   bool
	bounds bounds
}

func planCommand() *cobra.Command {
	var f planFlags
	c := &cobra.Command{
		Use:   "plan FILE",
		Short: "Say what a config file would change on the Envoys of a running server",
		Long: `Say what a config file would change on the Envoys of a running server: which filters are
reconfigured in place, where new code starts, which connections drain, which upstreams are
replaced, and which of the Envoys that are connected clients would keep out. Nothing is changed. Values of headers, and configs and variables of modules, are not printed.
DNS is asked for the hosts that are new, from this machine, as the server would ask.

The exit status is 0 whether anything would change or not, and 1 if the server would refuse
the file or cannot be asked. With --json, changes is empty if nothing would change.`,
		RunE: func(c *cobra.Command, args []string) error {
			file, read := configFile(c, args[0])
			return planFile(c.Context(), file, read, &f, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	askWhere(c, &f.server)
	c.Flags().BoolVar(&f.json, "json", false, "print JSON")
	f.bounds.flags(c.Flags())
	return c
}

// planned is what plan --json prints.
type planned struct {
	File    string        `json:"file"`
	Served  string        `json:"served"`  // the version that the server serves
	Planned string        `json:"planned"` // the version that FILE would have
	Drains  bool          `json:"drains"`  // one of the changes drains connections
	Changes []plan.Change `json:"changes"`
}

func planFile(ctx context.Context, file string, read prepare.ReadFunc, f *planFlags, stdout, stderr io.Writer) error {
	checker, err := f.bounds.checker()
	if err != nil {
		return err
	}
	defer checker.Close(context.WithoutCancel(ctx))
	p, err := prepare.File(ctx, checker, file, read)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	a, err := askPlan(ctx, &f.server, p)
	if err != nil {
		return err
	}
	hosts := map[string]bool{}
	for _, host := range a.Hosts {
		hosts[host] = true
	}
	err = p.Resolve(ctx, net.DefaultResolver.LookupHost, hosts)
	warn(stderr, p)
	if err != nil {
		return err
	}
	out := planned{File: file, Served: a.Served, Planned: p.Snapshot.Version, Changes: a.Changes}
	clients, err := planClients(ctx, &f.server, p.Config)
	if err != nil {
		return err
	}
	out.Changes = append(out.Changes, clients...)
	for _, c := range out.Changes {
		out.Drains = out.Drains || c.Drains
	}
	if f.json {
		return printJSON(stdout, out)
	}
	out.show(stdout)
	return nil
}

// askPlan has the server say what p would change of what it serves.
func askPlan(ctx context.Context, server *where, p *prepare.Prepared) (a plan.Answer, err error) {
	is, err := plan.Describe(p.Snapshot.Version, p.Resources, nil)
	if err != nil {
		return a, err
	}
	body, err := json.Marshal(is)
	if err != nil {
		return a, err
	}
	a, err = request[plan.Answer](ctx, http.MethodPost, server, "/plan", bytes.NewReader(body))
	if err != nil && strings.Contains(err.Error(), "/plan answers 404") {
		return a, fmt.Errorf("the server at %s is of an earlier release, which does not answer to this one's plan: use the xds-server that it is", server.address)
	}
	return a, err
}

func (p planned) show(w io.Writer) {
	paint := colour.For(w)
	if len(p.Changes) == 0 {
		fmt.Fprintf(w, "nothing: %s means what is served (version %s)\n", p.File, p.Served)
		return
	}
	for _, c := range p.Changes {
		effect := c.Effect
		if c.Drains {
			effect = paint.Warn(effect)
		}
		fmt.Fprintf(w, "%s: %s\n", paint.Strong(c.Resource), effect)
		for _, d := range c.Details {
			fmt.Fprintf(w, "    %s\n", marked(paint, d))
		}
	}
	summary := paint.Good("no connection drains")
	if p.Drains {
		summary = paint.Warn("connections drain")
	}
	if p.Served == p.Planned {
		fmt.Fprintf(w, "version %s stays, %s\n", p.Served, summary)
		return
	}
	fmt.Fprintf(w, "version %s -> %s, %s\n", p.Served, p.Planned, summary)
}

// marked paints a detail that says what is added or taken away.
func marked(paint colour.Palette, detail string) string {
	switch {
	case strings.HasPrefix(detail, "+ "):
		return paint.Good(detail)
	case strings.HasPrefix(detail, "- "):
		return paint.Bad(detail)
	}
	return detail
}
