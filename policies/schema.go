package policies

import (
	"embed"
	"encoding/json"
	"maps"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/assize/assize/internal/claim"
)

// schemaFiles are JSON schemas of what each question shows, also for whoever writes rules with a tool that reads such
// schemas (opa check --schema). What is shown and what they say is the same (TestSchemasSayWhatQuestionsShow).
//
//go:embed schemas/*.json
var schemaFiles embed.FS

// schema is a JSON schema, or a part of one.
type schema map[string]any

// schemas are what is known of inputs.
type schemas struct {
	of    [questions]schema
	types *ast.SchemaSet // of all questions together: one compilation has one type of input
	names map[string]bool
}

// inputSchemas reads the schemas, once.
var inputSchemas = sync.OnceValues(func() (*schemas, error) {
	s := &schemas{types: ast.NewSchemaSet(), names: map[string]bool{}}
	all := schema{}
	for of, name := range questionNames {
		text, err := schemaFiles.ReadFile("schemas/" + name + ".json")
		if err == nil {
			err = json.Unmarshal(text, &s.of[of])
		}
		if err != nil {
			return nil, claim.Errorf(claim.Internal, "reading the schema of %s: %w", name, err)
		}
		all = merged(all, s.of[of])
		s.of[of].eachName(func(name string) { s.names[name] = true })
	}
	s.types.Put(ast.SchemaRootRef, map[string]any(all))
	return s, nil
})

// merged is a schema of what either of two describes. Where both describe a field, they agree.
func merged(a, b map[string]any) map[string]any {
	both := maps.Clone(a)
	for k, v := range b {
		one, known := both[k].(map[string]any)
		if other, ok := v.(map[string]any); known && ok {
			v = merged(one, other)
		}
		both[k] = v
	}
	return both
}

// properties are the fields of an object; nil of anything else.
func (s schema) properties() map[string]any {
	fields, _ := s["properties"].(map[string]any)
	return fields
}

// field is the schema of a field; nil when there is none.
func (s schema) field(name string) schema {
	field, _ := s.properties()[name].(map[string]any)
	return field
}

// eachName calls visit with the name of each field at any depth.
func (s schema) eachName(visit func(name string)) {
	for name := range s.properties() {
		visit(name)
		s.field(name).eachName(visit)
	}
	if items := s.items(); items != nil {
		items.eachName(visit)
	}
	definitions, _ := s["definitions"].(map[string]any)
	for _, definition := range definitions {
		if part, ok := definition.(map[string]any); ok {
			schema(part).eachName(visit)
		}
	}
}
