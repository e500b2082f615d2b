package policies

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/assize/assize/internal/claim"
)

// An input is drafted as a list of tokens before it is made into Rego terms. Most drafts never are: an answer that is
// known for the draft's form is taken instead (answers.go).

// tokenForm says what a token is.
type tokenForm uint8

const (
	formNumber tokenForm = iota
	formText
	formNo
	formYes
	formObject   // followed by as many parts as its number says, each with its key
	formList     // followed by as many parts
	formSet      // followed by as many parts
	formPrepared // a part that was made before
)

// token is one value of a draft.
type token struct {
	form   tokenForm
	key    key   // the field it is the value of; of no meaning in a list
	number int64 // of a number itself; of an object, list or set how many parts it has
	text   string
	made   *prepared
}

// part is one whole value: a token and those of what is in it.
type part []token

// prepared is a part that is the same for the claims of a batch.
type prepared struct {
	term      *ast.Term
	exactly   []byte // its tokens as they stand in forms: numbers as they are
	numbers   []int64
	countable bool
}

// drafts keeps the memory of drafts from claim to claim. Parts are good until the next claim.
type drafts struct {
	buffers [][]token
	used    int
}

func (d *drafts) clear() { d.used = 0 }

// open begins a value that has parts.
func (d *drafts) open(form tokenForm) object {
	if d.used == len(d.buffers) {
		d.buffers = append(d.buffers, nil)
	}
	d.buffers[d.used] = append(d.buffers[d.used][:0], token{form: form})
	d.used++
	return object{drafts: d, at: d.used - 1}
}

func (d *drafts) object() object { return d.open(formObject) }

// object collects the fields of one object, or the elements of a list or set. An absent text, date or number is left
// out, so that a rule that reads it is undefined there: zero would compare as the earliest date and the smallest amount.
type object struct {
	*drafts
	at int
}

// add appends one token and counts it.
func (o *object) add(t token) {
	buffer := append(o.buffers[o.at], t)
	buffer[0].number++
	o.buffers[o.at] = buffer
}

// put appends a whole part as the value of a field.
func (o *object) put(k key, value part) {
	buffer := o.buffers[o.at]
	at := len(buffer)
	buffer = append(buffer, value...)
	buffer[at].key = k
	buffer[0].number++
	o.buffers[o.at] = buffer
}

// append adds parts that stand one after the other.
func (o *object) append(parts []token, count int64) {
	o.buffers[o.at] = append(o.buffers[o.at], parts...)
	o.buffers[o.at][0].number += count
}

func (o *object) number(k key, n int64) { o.add(token{form: formNumber, key: k, number: n}) }

func (o *object) date(k key, d claim.Date) {
	if d.Known() {
		o.number(k, int64(d))
	}
}

func (o *object) positive(k key, n int64) {
	if n > 0 {
		o.number(k, n)
	}
}

func (o *object) text(k key, s string) { o.add(token{form: formText, key: k, text: s}) }

func (o *object) code(k key, s string) {
	if s != "" {
		o.text(k, s)
	}
}

func (o *object) flag(k key, b bool) {
	form := formNo
	if b {
		form = formYes
	}
	o.add(token{form: form, key: k})
}

func (o *object) prepared(k key, made *prepared) {
	o.add(token{form: formPrepared, key: k, made: made})
}

// count is how many fields or elements there are.
func (o *object) count() int { return int(o.buffers[o.at][0].number) }

// part is the finished value.
func (o *object) part() part { return o.buffers[o.at] }

// codes is a list of texts.
func (d *drafts) codes(list []string) part {
	o := d.open(formList)
	for _, code := range list {
		o.text(0, code)
	}
	return o.part()
}

// list is a list of parts.
func (d *drafts) list(items []part) part {
	o := d.open(formList)
	for _, item := range items {
		o.put(0, item)
	}
	return o.part()
}

// prepare makes a part into a term once for many inputs.
func (t *terms) prepare(p part) *prepared {
	made := &prepared{term: t.build(p), countable: countable(p)}
	for i := range p {
		if p[i].form == formNumber {
			made.numbers = append(made.numbers, p[i].number)
		}
		made.exactly = appendToken(made.exactly, &p[i], uint64(p[i].number))
	}
	slices.Sort(made.numbers)
	made.numbers = slices.Compact(made.numbers)
	return made
}

// build makes a part into a term.
func (t *terms) build(p part) *ast.Term {
	term, _ := t.buildNext(p)
	return term
}

func (t *terms) buildNext(p part) (*ast.Term, part) {
	head, rest := &p[0], p[1:]
	switch head.form {
	case formNumber:
		return t.int(head.number), rest
	case formText:
		return t.text(head.text), rest
	case formNo:
		return t.no, rest
	case formYes:
		return t.yes, rest
	case formPrepared:
		return head.made.term, rest
	case formObject:
		return t.buildObject(rest, int(head.number))
	case formList, formSet:
	}
	items := make([]*ast.Term, head.number)
	for i := range items {
		items[i], rest = t.buildNext(rest)
	}
	if head.form == formSet {
		return ast.NewTerm(ast.NewSet(items...)), rest
	}
	return ast.NewTerm(ast.NewArray(items...)), rest
}

func (t *terms) buildObject(p part, count int) (*ast.Term, part) {
	fields := make([][2]*ast.Term, count)
	for i := range fields {
		name := t.keys[p[0].key]
		var value *ast.Term
		value, p = t.buildNext(p)
		fields[i] = [2]*ast.Term{name, value}
	}
	return ast.NewTerm(ast.NewObject(fields...)), p
}
