package main

import (
	"encoding"
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/assize/assize/internal/intake/flat"
	"github.com/assize/assize/internal/intake/x12"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/reference"
	"github.com/assize/assize/internal/server"
	"github.com/assize/assize/internal/simulate"
	"github.com/assize/assize/internal/torture"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/workflows"
)

// Machines find every field by a name in lower camel case, whichever command they ask, and no bytes spelled as numbers.
func TestJSONHasOneWayToNameFields(t *testing.T) {
	for _, value := range []any{
		benchResult{}, torture.Result{}, checked{}, demoReport{}, ledger.Report{}, postgres.Payer{}, reference.Header{}, reference.Loaded{}, binding{},
		replayed{}, server.CaseAnswer{}, workflows.ReviewOutcome{}, claimStatus{}, postgres.Progress{}, postgres.Figures{}, postgres.BatchSummary{},
		submitted{}, tried{}, versionOf{}, simulate.File{}, x12.Report{}, flat.Report{},
	} {
		of := reflect.TypeOf(value)
		t.Run(of.String(), func(t *testing.T) { requireNames(t, of, map[reflect.Type]bool{}) })
	}
}

var lowerCamel = regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)

func requireNames(t *testing.T, of reflect.Type, seen map[reflect.Type]bool) {
	t.Helper()
	for _, own := range []reflect.Type{reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()} {
		if of.Implements(own) || reflect.PointerTo(of).Implements(own) {
			return
		}
	}
	if seen[of] {
		return
	}
	seen[of] = true
	switch of.Kind() {
	case reflect.Array:
		t.Errorf("%s is printed as a list of numbers", of)
	case reflect.Pointer, reflect.Slice, reflect.Map:
		requireNames(t, of.Elem(), seen)
	case reflect.Struct:
		for field := range of.Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			switch {
			case !field.IsExported() || name == "-":
				continue
			case field.Anonymous && name == "":
			case !lowerCamel.MatchString(name):
				t.Errorf("%s.%s is called %q", of, field.Name, name)
			}
			requireNames(t, field.Type, seen)
		}
	default:
	}
}
