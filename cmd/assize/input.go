package main

import (
	"context"
	"io"
	"os"

	"github.com/assize/assize/internal/claim"
)

// isStream tells whether a document is standard input, a pipe or the like: it can be read once, and is waited for.
func isStream(file string) bool {
	info, err := os.Stat(file)
	return file == "-" || err == nil && !info.Mode().IsRegular()
}

// openInput opens a document, or standard input for "-", which is not ours to close.
func openInput(file string) (io.ReadCloser, error) {
	if file == "-" {
		return io.NopCloser(os.Stdin), nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, claim.Errorf(claim.NotFound, "opening a document: %w", err)
	}
	return f, nil
}

// openWhile is openInput as long as ctx lets it. Opening and reading a pipe may wait for ever, and nothing breaks that off but
// the process's end: so a goroutine waits in our place.
func openWhile(ctx context.Context, file string) (io.ReadCloser, error) {
	if !isStream(file) {
		return openInput(file)
	}
	from, to := io.Pipe()
	opened := make(chan error, 1)
	go func() {
		input, err := openInput(file)
		opened <- err
		if err != nil {
			return
		}
		_, err = io.Copy(to, input)
		_ = input.Close()          // it was only read
		_ = to.CloseWithError(err) // never fails
	}()
	select {
	case err := <-opened:
		if err != nil {
			return nil, err
		}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	context.AfterFunc(ctx, func() { _ = to.CloseWithError(ctx.Err()) })
	return from, nil
}

// reading is a reader that ends with ctx; writing a writer that does. A file is never waited for, so that this is soon enough.
type reading struct {
	ctx  context.Context //nolint:containedctx // io.Reader has no place for it
	from io.Reader
}

// Read implements io.Reader.
func (r reading) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}

type writing struct {
	ctx context.Context //nolint:containedctx // io.Writer has no place for it
	to  io.Writer
}

// Write implements io.Writer.
func (w writing) Write(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.to.Write(p)
}
