package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/plan"
)

// planClients says who of those that are connected now, or are kept out, would be what by c. Rules that
// the server would refuse, as nobody shows it a certificate, are an error.
func planClients(ctx context.Context, server *where, c *config.Config) ([]plan.Change, error) {
	s, err := ask[live.Status](ctx, server, "/status")
	if err != nil {
		return nil, err
	}
	if !s.Verified {
		return nil, c.OnPlaintext()
	}
	return clientChanges(s, c), nil
}

func clientChanges(s live.Status, c *config.Config) (all []plan.Change) {
	var rules []string
	for _, rule := range c.Clients {
		rules = append(rules, rule.String())
	}
	if slices.Equal(rules, s.Clients) {
		return nil
	}
	stay, leave := 0, 0
	say := func(node, effect string) {
		all = append(all, plan.Change{Resource: "envoy " + node, Effect: effect})
	}
	for _, n := range s.Nodes {
		if !n.Left.IsZero() || len(n.Names) == 0 { // gone, or the server is plaintext or an old one
			continue
		}
		if err := c.Admit(n.Names, n.ID, n.Cluster); err != nil {
			leave++
			say(n.ID, fmt.Sprintf("is not admitted any more: %v; it goes on with what it was sent", err))
		} else {
			stay++
		}
	}
	for _, d := range s.Denied {
		if d.Asked == "" && c.Admit(d.Names, d.Node, d.Cluster) == nil {
			say(d.Node, "is admitted")
		}
	}
	effect := "who may connect"
	switch {
	case len(rules) == 0:
		effect = "whoever has a certificate may be any Envoy"
	case leave > 0 && stay == 0:
		effect += ": none of the Envoys that are connected"
	case leave > 0:
		effect += fmt.Sprintf(": %d of the %d Envoys that are connected", stay, stay+leave)
	case stay > 0:
		effect += ": all Envoys that are connected"
	}
	var details []string
	for _, rule := range rules {
		if !slices.Contains(s.Clients, rule) {
			details = append(details, "+ "+rule)
		}
	}
	for _, rule := range s.Clients {
		if !slices.Contains(rules, rule) {
			details = append(details, "- "+rule)
		}
	}
	return append([]plan.Change{{Resource: "clients", Effect: effect, Details: details}}, all...)
}
