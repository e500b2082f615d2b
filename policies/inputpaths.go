package policies

import (
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// fields are the names that an input has at its top, each with those below. Where nil, what stands below is a list or
// has names of its own. README.md of rego/ says when each is there.
type fields map[string][]key

// inputFields are what each question shows.
func inputFields() [questions]fields {
	lists := slices.DeleteFunc(slices.Clone(listKeys[:]), func(k key) bool { return k == keyLimits })
	return [questions]fields{
		questionEdits: {
			keyNames[keyClaim]: {
				keyType, keyFrequency, keyMember, keyMemberBirth, keyMemberDeath, keyMemberSex, keyLines, keyListed, keyCharge,
				keyChargeLines, keyReceived, keyFirst, keyLast, keyPlainFrom, keyPlainThrough, keyWanted, keyRows,
			},
			keyNames[keyPlan]:        {keyCode, keyFrom, keyThrough, keyFilingDays},
			keyNames[keyReceived]:    {keyDate, keyDay},
			keyNames[keyPredecessor]: {keySamePayee, keySameMember, keySuperseded},
			keyNames[keyX]:           lists,
			keyNames[keyLooked]:      nil, keyNames[keyLists]: nil, keyNames[keyCoverages]: nil, keyNames[keyAuthorizations]: nil, keyNames[keyLines]: nil,
		},
		questionLimits: {keyNames[keyX]: {keyLimits}, keyNames[keyLists]: nil},
		questionGate: {
			keyNames[keyClaim]: {
				keyLines, keyListed, keyCharge, keyChargeLines, keyFirst, keyLast, keyPlainFrom, keyPlainThrough, keyDecided,
				keyPaying, keyPaid, keyLow,
			},
			keyNames[keyScore]: {keyBound, keyScored, keyFlagged, keyWaived},
			keyNames[keyX]:     {keyEdits, keyPayLines, keyMissing, keyICD9, keySources, keyRequired, keyFrequency, keyPricing, keyLost, keyUnpriced},
		},
	}
}

// asked is the question in which a rule is evaluated, by its name; false for a helper.
func asked(name string) (question, bool) {
	if name == "holds" { // the verdict's own set
		return questionGate, true
	}
	at := slices.Index(questionNames[:], name)
	return question(at), at >= 0
}

// checkInput refuses a rule that reads, by itself or through a helper, what the input of its question has not: a
// misspelt, bygone or other question's field is undefined, the rule would be silent for ever, and what it should deny or
// hold would pay.
func checkInput(modules map[string]*ast.Module) error {
	named := map[string][]*ast.Rule{}
	for _, file := range slices.Sorted(maps.Keys(modules)) {
		for _, rule := range modules[file].Rules {
			named[headName(rule)] = append(named[headName(rule)], rule)
		}
	}
	for of, has := range inputFields() {
		for _, name := range slices.Sorted(maps.Keys(named)) {
			if at, ok := asked(name); ok && at == question(of) {
				reading := inputReading{named: named, has: has, of: question(of), seen: map[string]bool{}}
				if err := reading.rules(name); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// inputReading follows one question from rule to helper.
type inputReading struct {
	named map[string][]*ast.Rule
	has   fields
	of    question
	seen  map[string]bool
}

// rules looks at all rules of a name, and then at those they use.
func (r *inputReading) rules(name string) error {
	if r.seen[name] {
		return nil
	}
	r.seen[name] = true
	for _, rule := range r.named[name] {
		if err := r.paths(rule); err != nil {
			return err
		}
		for _, used := range r.used(rule) {
			if err := r.rules(used); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *inputReading) paths(rule *ast.Rule) error {
	var err error
	ast.WalkRefs(rule, func(ref ast.Ref) bool {
		if err == nil && ref[0].Equal(ast.InputRootDocument) {
			if path := unknownPath(r.has, ref); path != "" {
				err = refuse(ref[0].Location, "%s: there is no such field in the input of %s, which asks this rule", path, questionNames[r.of])
			}
		}
		return false
	})
	return err
}

// used are the names of the contract that stand in a rule.
func (r *inputReading) used(rule *ast.Rule) []string {
	names := map[string]bool{}
	ast.WalkTerms(rule, func(term *ast.Term) bool {
		switch value := term.Value.(type) {
		case ast.Var:
			names[string(value)] = true
		case ast.Ref: // data.contract.name; the name alone is a variable, above
			if len(value) > 2 && value[0].Equal(ast.DefaultRootDocument) {
				if name, ok := value[2].Value.(ast.String); ok {
					names[string(name)] = true
				}
			}
		}
		return false
	})
	maps.DeleteFunc(names, func(name string, _ bool) bool { return r.named[name] == nil })
	return slices.Sorted(maps.Keys(names))
}

// unknownPath returns the beginning of a reference that leads nowhere, as far as it is written out; "" when it leads somewhere.
func unknownPath(has fields, ref ast.Ref) string {
	names := make([]string, 0, 2)
	for _, term := range ref[1:min(len(ref), 3)] {
		name, ok := term.Value.(ast.String)
		if !ok {
			break
		}
		names = append(names, string(name))
	}
	if len(names) == 0 {
		return ""
	}
	known, ok := has[names[0]]
	if !ok {
		return "input." + names[0]
	}
	if len(names) == 2 && known != nil && !slices.ContainsFunc(known, func(k key) bool { return keyNames[k] == names[1] }) {
		return "input." + strings.Join(names, ".")
	}
	return ""
}
