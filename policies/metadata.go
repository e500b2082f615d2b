package policies

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/assize/assize/internal/claim"
)

// describe reads a check's METADATA and holds its head to it. The head must be an object written out, so that what a
// rule can say is known without running it.
func describe(rule *ast.Rule) (Rule, error) {
	at, name := rule.Location, headName(rule)
	if rule.Head.Key == nil || len(rule.Head.Ref()) != 1 {
		return Rule{}, refuse(at, "%s is a set: write `%s contains {…} if …`", name, name)
	}
	head, ok := rule.Head.Key.Value.(ast.Object)
	if !ok {
		return Rule{}, refuse(at, "%s contains objects written out in the head", name)
	}
	note := annotation(rule)
	if note == nil || note.Title == "" || note.Description == "" {
		return Rule{}, refuse(at, "the check has no METADATA with title and description")
	}
	found := Rule{Title: note.Title}
	var err error
	if found.ID, err = customText(note, "code", at); err != nil {
		return Rule{}, err
	}
	if found.Citation, err = customText(note, "citation", at); err != nil {
		return Rule{}, err
	}
	if !ruleIDPattern.MatchString(found.ID) {
		return Rule{}, refuse(at, "rule id %q is not of the form ABC-123", found.ID)
	}
	if found.Needs, err = customKinds(note, at); err != nil {
		return Rule{}, err
	}
	if name == "holds" {
		return found, checkHold(at, head, found.ID)
	}
	found.CARC = literal(head, "carc")
	return found, checkEdit(at, head, found)
}

// checkEdit holds an edit's head to its METADATA and to promise: no machine denies for medical necessity.
func checkEdit(at *ast.Location, head ast.Object, rule Rule) error {
	if literal(head, "rule") != rule.ID {
		return refuse(at, `the head says "rule": %q, METADATA says code: %s`, literal(head, "rule"), rule.ID)
	}
	for _, key := range []string{"line", "outcome", "group", "carc", "rarc"} {
		if head.Get(ast.StringTerm(key)) == nil {
			return refuse(at, "rule %s: the head has no %q", rule.ID, key)
		}
	}
	// A code that the rule computes is held to the same when it is found (checkFinding).
	if rarc := literal(head, "rarc"); rule.CARC != "" && !claim.IsCARC(rule.CARC) || rarc != "" && !claim.IsRARC(rarc) {
		return refuse(at, "rule %s: %q with remark %q is no reason code", rule.ID, rule.CARC, rarc)
	}
	if literal(head, "outcome") == string(claim.Deny) && claim.MedicalNecessity(rule.CARC) {
		return refuse(at, "rule %s denies with CARC %s: medical necessity is a clinician's decision; the outcome must be pend", rule.ID, rule.CARC)
	}
	return nil
}

func checkHold(at *ast.Location, head ast.Object, id string) error {
	if head.Len() != 2 || head.Get(ast.StringTerm("code")) == nil || head.Get(ast.StringTerm("detail")) == nil {
		return refuse(at, `rule %s: a hold is {"code": …, "detail": …}`, id)
	}
	return nil
}

// annotation returns the METADATA block of a rule, or nil.
func annotation(rule *ast.Rule) *ast.Annotations {
	for _, note := range rule.Annotations {
		if note.Scope == "rule" || note.Scope == "document" {
			return note
		}
	}
	return nil
}

func literal(head ast.Object, key string) string {
	if term := head.Get(ast.StringTerm(key)); term != nil {
		if text, ok := term.Value.(ast.String); ok {
			return string(text)
		}
	}
	return ""
}

func customText(note *ast.Annotations, key string, at *ast.Location) (string, error) {
	if text, ok := note.Custom[key].(string); ok && text != "" {
		return text, nil
	}
	return "", refuse(at, "METADATA has no text under custom: %s", key)
}

func customKinds(note *ast.Annotations, at *ast.Location) ([]claim.FactKind, error) {
	list, ok := note.Custom["needs"].([]any)
	if !ok {
		return nil, refuse(at, "METADATA has no list under custom: needs (the kinds of facts the check needs; [] for none)")
	}
	kinds := make([]claim.FactKind, 0, len(list))
	for _, item := range list {
		text, _ := item.(string)
		kind := claim.FactKind(text)
		if !slices.Contains(claim.FactKinds, kind) {
			return nil, refuse(at, "METADATA needs %q, which is no kind of fact", text)
		}
		kinds = append(kinds, kind)
	}
	return kinds, nil
}
