package policies

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// inputFields are the fields of an input's objects, over all three questions. Where nil, what stands below is a list or
// has names of its own. README.md of rego/ says when each is there.
func inputFields() map[string][]key {
	return map[string][]key{
		keyNames[keyClaim]: {
			keyType, keyFrequency, keyMember, keyMemberBirth, keyMemberDeath, keyMemberSex, keyLines, keyListed, keyCharge, keyChargeLines,
			keyReceived, keyFirst, keyLast, keyPlainFrom, keyPlainThrough, keyWanted, keyRows, keyDecided, keyPaying, keyPaid, keyLow,
		},
		keyNames[keyScore]:       {keyBound, keyScored, keyFlagged, keyWaived},
		keyNames[keyPlan]:        {keyCode, keyFrom, keyThrough, keyFilingDays},
		keyNames[keyReceived]:    {keyDate, keyDay},
		keyNames[keyPredecessor]: {keySamePayee, keySameMember, keySuperseded},
		keyNames[keyX]: append([]key{
			keyEdits, keyPayLines, keyMissing, keyICD9, keySources, keyRequired, keyFrequency, keyPricing, keyLost, keyUnpriced,
		}, listKeys[:]...),
		keyNames[keyLooked]: nil, keyNames[keyLists]: nil, keyNames[keyCoverages]: nil, keyNames[keyAuthorizations]: nil, keyNames[keyLines]: nil,
	}
}

// checkInput refuses a rule that reads what no input has: a misspelt or bygone field is undefined, the rule would be
// silent for ever, and what it should deny would pay.
func checkInput(module *ast.Module) error {
	var err error
	fields := inputFields()
	ast.WalkRefs(module, func(ref ast.Ref) bool {
		if err == nil && ref[0].Equal(ast.InputRootDocument) {
			if path := unknownPath(fields, ref); path != "" {
				err = refuse(ref[0].Location, "%s: there is no such field in any input", path)
			}
		}
		return false
	})
	return err
}

// unknownPath returns the beginning of a reference that leads nowhere, as far as it is written out; "" when it leads somewhere.
func unknownPath(fields map[string][]key, ref ast.Ref) string {
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
	known, ok := fields[names[0]]
	if !ok {
		return "input." + names[0]
	}
	if len(names) == 2 && known != nil && !slices.ContainsFunc(known, func(k key) bool { return keyNames[k] == names[1] }) {
		return "input." + strings.Join(names, ".")
	}
	return ""
}
