// Package pages renders the status page: what each page shows, as structs, and the templates, style sheet and script that
// show it. Everything is embedded; a page loads nothing from elsewhere, and works without its script.
//
// It asks nobody anything: the server fills in the structs. Nothing that names a patient has a place in them.
package pages

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"path"

	"github.com/assize/assize/internal/claim"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed static/*
var static embed.FS

// Page is one page to render.
type Page interface{ template() string }

// Renderer has the templates parsed. It is safe for concurrent use.
type Renderer struct {
	pages  map[string]*template.Template
	assets map[string]Asset
}

// Asset is one file that pages load.
type Asset struct {
	Body    []byte
	Type    string // media type
	Version string // changes with the body
}

// New parses every template and reads every asset.
func New() (*Renderer, error) {
	r := &Renderer{pages: map[string]*template.Template{}, assets: map[string]Asset{}}
	if err := r.readAssets(); err != nil {
		return nil, err
	}
	for _, name := range []string{"home", "batch", "claim", "cases", "failed"} {
		t, err := template.New(name).Option("missingkey=error").Funcs(r.functions()).
			ParseFS(templates, "templates/layout.html", "templates/parts.html", "templates/"+name+".html")
		if err != nil {
			return nil, fmt.Errorf("parsing page %s: %w", name, err)
		}
		r.pages[name] = t
	}
	return r, nil
}

func (r *Renderer) readAssets() error {
	types := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
	files, err := static.ReadDir("static")
	if err != nil {
		return fmt.Errorf("listing assets: %w", err)
	}
	for _, f := range files {
		body, err := static.ReadFile("static/" + f.Name())
		if err != nil {
			return fmt.Errorf("reading asset %s: %w", f.Name(), err)
		}
		sum := sha256.Sum256(body)
		r.assets[f.Name()] = Asset{Body: body, Type: types[path.Ext(f.Name())], Version: hex.EncodeToString(sum[:6])}
	}
	return nil
}

// functions are what templates may call.
func (r *Renderer) functions() template.FuncMap {
	return template.FuncMap{
		"asset":     func(name string) string { return "/static/" + name + "?v=" + r.assets[name].Version },
		"dollars":   claim.Cents.Dollars,
		"thousands": claim.Thousands[int],
		"words":     claim.CARCWords,
		"state":     claim.StateWords,
	}
}

// Render writes a page, or nothing at all when its template fails.
func (r *Renderer) Render(w io.Writer, p Page) error {
	var page bytes.Buffer
	if err := r.pages[p.template()].ExecuteTemplate(&page, "layout", p); err != nil {
		return fmt.Errorf("rendering page %s: %w", p.template(), err)
	}
	_, err := w.Write(page.Bytes())
	return err
}

// Asset finds a file that pages load.
func (r *Renderer) Asset(name string) (Asset, bool) {
	a, ok := r.assets[name]
	return a, ok
}
