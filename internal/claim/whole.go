package claim

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// DecodeWhole reads one JSON value in which nothing is left out: every field of every record stands there, once, and no
// other does. To encoding/json a field that is missing is 0 or false, which in a plan is a deductible that nobody pays.
// Only lists and maps may be left out or null, which leaves them empty; a date may be null, which says that there is none;
// and so may fields whose tag says omitempty.
//
// Errors are Invalid. They name the place, such as "members[3].birthDate", and never quote what stands there.
func DecodeWhole(r io.Reader, into any) error {
	w := whole{decoder: json.NewDecoder(r)}
	err := w.value(reflect.ValueOf(into).Elem(), "")
	if err != nil {
		return err
	}
	if _, err := w.decoder.Token(); err != io.EOF {
		return w.fault("", "something follows the end")
	}
	return nil
}

// whole is one reading.
type whole struct{ decoder *json.Decoder }

func (w *whole) fault(path, what string) error {
	if path == "" {
		path = "the file"
	}
	return Errorf(Invalid, "%s: %s, near byte %d", path, what, w.decoder.InputOffset())
}

// itself tells whether values of a type read themselves: dates and ids do.
func itself(t reflect.Type) bool {
	pointer := reflect.PointerTo(t)
	return pointer.Implements(reflect.TypeFor[json.Unmarshaler]()) || pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

func (w *whole) value(v reflect.Value, path string) error {
	kind := v.Kind()
	if itself(v.Type()) {
		kind = reflect.Invalid
	}
	switch kind {
	case reflect.Struct:
		return w.record(v, path)
	case reflect.Slice:
		return w.list(v, path)
	case reflect.Map:
		return w.entries(v, path)
	case reflect.Pointer: // encoding/json would read what is behind it, and let that be half there
		v.Set(reflect.New(v.Type().Elem()))
		return w.value(v.Elem(), path)
	}
	var text json.RawMessage
	if err := w.decoder.Decode(&text); err != nil {
		return w.fault(path, "this is no JSON")
	}
	if bytes.Equal(text, []byte("null")) && v.Type() != reflect.TypeFor[Date]() {
		return w.fault(path, "is null")
	}
	if json.Unmarshal(text, v.Addr().Interface()) != nil {
		return w.fault(path, "is of another type, or no value that exists")
	}
	return nil
}

// open reads a bracket that opens, and tells whether there is one: null leaves lists and maps empty.
func (w *whole) open(bracket json.Delim, path string) (bool, error) {
	token, err := w.decoder.Token()
	switch {
	case err != nil:
		return false, w.fault(path, "this is no JSON")
	case token == bracket:
		return true, nil
	case token == nil:
		return false, nil
	}
	return false, w.fault(path, "is of another type")
}

// closed reads the bracket that ends what open began.
func (w *whole) closed(path string) error {
	if _, err := w.decoder.Token(); err != nil {
		return w.fault(path, "this is no JSON")
	}
	return nil
}

// key reads the name of a member of an object.
func (w *whole) key(path string) (string, error) {
	token, err := w.decoder.Token()
	if err != nil {
		return "", w.fault(path, "this is no JSON")
	}
	name, _ := token.(string)
	return name, nil
}

func (w *whole) record(v reflect.Value, path string) error {
	there, err := w.open('{', path)
	if err != nil {
		return err
	}
	if !there {
		return w.fault(path, "is null")
	}
	fields := fieldsOf(v.Type())
	seen := make([]bool, len(fields))
	for w.decoder.More() {
		name, err := w.key(path)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
		if at < 0 {
			return w.fault(path, "has a field that is not known")
		}
		below := strings.TrimPrefix(path+"."+name, ".")
		if seen[at] {
			return w.fault(below, "stands there twice")
		}
		seen[at] = true
		if err := w.value(v.Field(fields[at].index), below); err != nil {
			return err
		}
	}
	for i, f := range fields {
		if !seen[i] && !f.optional {
			return w.fault(strings.TrimPrefix(path+"."+f.name, "."), "is missing")
		}
	}
	return w.closed(path)
}

// field is a field of a record by its name in JSON.
type field struct {
	name     string
	index    int
	optional bool
}

func fieldsOf(t reflect.Type) []field {
	fields := make([]field, 0, t.NumField())
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue // the mark of a row
		}
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		many := f.Type.Kind() == reflect.Map || f.Type.Kind() == reflect.Slice
		fields = append(fields, field{name: name, index: i, optional: rest == "omitempty" || many})
	}
	return fields
}

func (w *whole) list(v reflect.Value, path string) error {
	there, err := w.open('[', path)
	if err != nil || !there {
		return err
	}
	for i := 0; w.decoder.More(); i++ {
		v.Grow(1)
		v.SetLen(i + 1)
		if err := w.value(v.Index(i), fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
	}
	return w.closed(path)
}

// entries reads a map by id. An id that stands twice would lose what it had.
func (w *whole) entries(v reflect.Value, path string) error {
	there, err := w.open('{', path)
	if err != nil || !there {
		return err
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; w.decoder.More(); i++ {
		name, err := w.key(path)
		if err != nil {
			return err
		}
		at := fmt.Sprintf("%s, entry %d", path, i)
		id := reflect.New(v.Type().Key())
		if reader, ok := id.Interface().(encoding.TextUnmarshaler); !ok || reader.UnmarshalText([]byte(name)) != nil {
			return w.fault(at, "is under no id")
		}
		if v.MapIndex(id.Elem()).IsValid() {
			return w.fault(at, "stands there twice")
		}
		item := reflect.New(v.Type().Elem()).Elem()
		if err := w.value(item, at); err != nil {
			return err
		}
		v.SetMapIndex(id.Elem(), item)
	}
	return w.closed(path)
}
