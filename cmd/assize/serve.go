package main

import (
	"context"
	"net"

	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/server"
)

func (a *app) serveCommand() *cobra.Command {
	listen, behindProxy := server.DefaultListen, false
	command := &cobra.Command{
		Use: "serve", Short: "Serve the JSON API and the status page until interrupted", Args: noArgs,
		Long: "Serve answers HTTP and serves workflows, in the installation of a running 'assize up' or by itself.\n\n" +
			"There are no users yet: whoever reaches the server may do everything. So it listens on this machine only, and refuses\n" +
			"any other address unless --behind-proxy says that a proxy in front lets in only whom it should.",
		Example: "  assize serve\n  assize serve --listen 127.0.0.1:9000\n  curl -H 'Content-Type: application/json' --data-binary @claim.json localhost:8080/api/v1/payers/SIM01/claims",
		RunE: func(cmd *cobra.Command, _ []string) error {
			listener, err := listenOn(cmd.Context(), listen, behindProxy)
			if err != nil {
				return err
			}
			return a.withNew(cmd.Context(), installation.Options{}, func(ctx context.Context, i *installation.Installation) error {
				remove, err := a.startServing(ctx, i)
				if err != nil {
					return err
				}
				defer remove()
				return a.serveHTTP(ctx, i, listener, behindProxy)
			})
		},
	}
	command.Flags().StringVar(&listen, "listen", listen, "address to listen on; port 0 takes a free one")
	command.Flags().BoolVar(&behindProxy, "behind-proxy", false, "a proxy in front asks callers who they are: allow any address and any Host")
	return command
}

// startServing starts a worker here and, unless another process holds the engines, does for them what `up` does.
func (a *app) startServing(ctx context.Context, i *installation.Installation) (remove func(), err error) {
	running, err := readAddress(i.Dir)
	if err != nil {
		return nil, err
	}
	remove = func() {}
	if running == nil && a.config.DatabaseURL == "" {
		if remove, err = writeAddress(i); err != nil {
			return nil, err
		}
	}
	for _, step := range []func() error{
		i.StartWorker,
		func() error { return i.ScheduleSweeps(ctx) },
		func() error { return i.ResumeBatches(ctx, i.Desk.Now()) },
	} {
		if err := step(); err != nil {
			remove()
			return nil, err
		}
	}
	return remove, nil
}

// listenOn takes an address before anything is started that would be in vain without it. Whoever connects before the
// server serves waits.
func listenOn(ctx context.Context, listen string, behindProxy bool) (net.Listener, error) {
	if err := server.CheckListen(listen, behindProxy); err != nil {
		return nil, usage{err.Error()}
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", listen)
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "listening on %s: %w; name another address with --listen (port 0 takes a free one)", listen, err)
	}
	return listener, nil
}

// serveHTTP answers HTTP until interrupted. A worker must be at work.
func (a *app) serveHTTP(ctx context.Context, i *installation.Installation, listener net.Listener, behindProxy bool) error {
	s, err := server.New(server.Options{
		Desk: i.Desk, Intake: i.Intake, Temporal: i.Temporal, Signer: i.Signer, Logger: a.logger(), AnyHost: behindProxy,
	})
	if err != nil {
		return err
	}
	a.say("status page and API at http://%s/ (API under /api/v1); interrupt to stop", listener.Addr())
	// What is accepted is decided, also when its first worker died: this process accepts, so it looks after that.
	go a.tend(ctx, i)
	if err := s.Serve(ctx, listener); err != nil {
		return err
	}
	if cause := context.Cause(ctx); claim.KindOf(cause) == claim.Unavailable {
		return cause // the engines ended, not somebody's patience
	}
	return nil
}
