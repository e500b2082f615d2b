package flat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/assize/assize/internal/claim"
)

// strict refuses what encoding/json lets pass: a key that stands twice or in another case than ours (either would let
// a reader before us see another claim than we do), control characters, and anything after the object.
type strict struct {
	decoder *json.Decoder
	names   []string // every key a claim may have, sorted
}

// nestingMost is deeper than any claim; keysMost is more keys than any object of a claim has.
const (
	nestingMost = 16
	keysMost    = 64
)

// claimNames returns the json names of a claim and everything in it, sorted.
func claimNames() []string {
	var names []string
	collectNames(reflect.TypeFor[claim.Claim](), &names)
	slices.Sort(names)
	return slices.Compact(names)
}

func collectNames(t reflect.Type, names *[]string) {
	switch t.Kind() {
	case reflect.Slice:
		collectNames(t.Elem(), names)
	case reflect.Struct:
		for i := range t.NumField() {
			if !t.Field(i).IsExported() {
				continue // the mark of a row
			}
			*names = append(*names, t.Field(i).Tag.Get("json"))
			collectNames(t.Field(i).Type, names)
		}
	}
}

// document checks that text is one JSON object and nothing else.
func (s strict) document(text []byte) fault {
	s.decoder = json.NewDecoder(bytes.NewReader(text))
	token, err := s.decoder.Token()
	switch {
	case err != nil:
		return fault{CodeSyntax, ""}
	case token != json.Delim('{'):
		return fault{CodeFieldType, ""}
	}
	if f := s.object(0); f.code != "" {
		return f
	}
	if _, err := s.decoder.Token(); err != io.EOF {
		return fault{CodeSyntax, ""}
	}
	return fault{}
}

// value checks the next value. The field of a fault is put together on the way out.
func (s strict) value(depth int) fault {
	token, err := s.decoder.Token()
	if err != nil {
		return fault{CodeSyntax, ""}
	}
	switch v := token.(type) {
	case json.Delim:
		if depth >= nestingMost {
			return fault{CodeFieldType, ""}
		}
		if v == '{' {
			return s.object(depth + 1)
		}
		return s.array(depth + 1)
	case string:
		if hasControl(v) {
			return fault{CodeControl, ""}
		}
	}
	return fault{}
}

func (s strict) array(depth int) fault {
	for i := 0; s.decoder.More(); i++ {
		if f := s.value(depth); f.code != "" {
			return fault{f.code, below(fmt.Sprintf("[%d]", i), f.field)}
		}
	}
	return s.end()
}

// object reads the rest of an object. A key that stands twice is refused, because readers differ on which one counts; so is one
// that is unknown, because a misspelt field would silently be absent. An unknown key is not quoted: it may be anything.
func (s strict) object(depth int) fault {
	var seen []string
	for s.decoder.More() {
		token, err := s.decoder.Token()
		if err != nil {
			return fault{CodeSyntax, ""}
		}
		key, _ := token.(string)
		if _, known := slices.BinarySearch(s.names, key); !known || len(seen) > keysMost {
			return fault{CodeFieldUnknown, ""}
		}
		if slices.Contains(seen, key) {
			return fault{CodeFieldRepeated, key}
		}
		seen = append(seen, key)
		if f := s.value(depth); f.code != "" {
			return fault{f.code, below(key, f.field)}
		}
	}
	return s.end()
}

// end reads the bracket that closes an object or array.
func (s strict) end() fault {
	if _, err := s.decoder.Token(); err != nil {
		return fault{CodeSyntax, ""}
	}
	return fault{}
}

// below joins a field with one inside it.
func below(outer, inner string) string {
	if inner == "" || strings.HasPrefix(inner, "[") {
		return outer + inner
	}
	return outer + "." + inner
}

func hasControl(text string) bool {
	for _, r := range text {
		if r < ' ' || r == 0x7F {
			return true
		}
	}
	return false
}

// locate finds the field whose value does not fit its type, by decoding part after part. It is called only when the
// whole did not decode.
func locate(text []byte, t reflect.Type, path string) fault {
	if reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return fault{CodeDate, path}
	}
	switch t.Kind() {
	case reflect.Struct:
		return locateField(text, t, path)
	case reflect.Slice:
		var items []json.RawMessage
		if json.Unmarshal(text, &items) != nil {
			return fault{CodeFieldType, path}
		}
		for i, item := range items {
			if !decodes(item, t.Elem()) {
				return locate(item, t.Elem(), fmt.Sprintf("%s[%d]", path, i))
			}
		}
	}
	return fault{CodeFieldType, path}
}

func locateField(text []byte, t reflect.Type, path string) fault {
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil {
		return fault{CodeFieldType, path}
	}
	prefix := path
	if path != "" {
		prefix += "."
	}
	for i := range t.NumField() {
		if !t.Field(i).IsExported() {
			continue // the mark of a row
		}
		name := t.Field(i).Tag.Get("json")
		value, present := members[name]
		if present && !decodes(value, t.Field(i).Type) {
			return locate(value, t.Field(i).Type, prefix+name)
		}
		delete(members, name)
	}
	if len(members) > 0 {
		return fault{CodeFieldUnknown, path} // its name is the document's and is not shown
	}
	return fault{CodeFieldType, path}
}

// decodes tells whether a value fits a type, strictly.
func decodes(text []byte, t reflect.Type) bool {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(reflect.New(t).Interface()) == nil
}
