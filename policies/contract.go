package policies

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/assize/assize/internal/claim"
)

// contractPackage is the one package that every file of a contract is in. Many packages cost nearly twice the time.
const contractPackage = "contract"

// Rule describes one check of a contract, from its METADATA.
type Rule struct {
	ID       string           // stable, such as "MEM-31"; it stands in every edit the rule makes
	Title    string           // for people
	CARC     string           // claim adjustment reason code, or "" when the rule chooses among several
	Needs    []claim.FactKind // look-ups without which the rule cannot tell
	Citation string           // regulation, manual or guide the rule follows
}

// Contract is a compiled bundle. It is safe for concurrent use; its evaluators are not.
type Contract struct {
	bundle   Bundle
	compiler *ast.Compiler
	rules    []Rule
	required []claim.FactKind
	queries  [questions]query
	// wantsLines: a rule reads input.lines, so that all lines are shown in full. The base contract does without.
	wantsLines bool
	named      []int64             // the numbers its source names (form.go)
	weighings  [questions][]guards // the lists under which a question may do more with numbers than compare them
	answers    *answers            // nil when every input must be asked itself
}

// query is one compiled question.
type query struct {
	compiler ast.QueryCompiler
	body     ast.Body
}

// Load compiles a bundle with a payer's own files added. It refuses, with file and line, whatever could weaken the
// contract silently: a name defined in more than one file (same-named rules are OR-ed), a payer file that defines a
// name of the base, a check without METADATA, a rule id used twice, a built-in that does not give the same answer
// everywhere and always. A payer can only add checks. Errors are of kind Invalid.
func Load(b Bundle, payerFiles ...Bundle) (*Contract, error) {
	whole, err := combine(b, payerFiles)
	if err != nil {
		return nil, err
	}
	modules, err := parse(whole)
	if err != nil {
		return nil, err
	}
	rules, err := checkModules(modules)
	if err != nil {
		return nil, err
	}
	c := &Contract{bundle: whole, rules: rules, required: requiredKinds(rules), wantsLines: readsLines(modules)}
	if err := c.compile(modules); err != nil {
		return nil, err
	}
	if err := checkRowFields(modules); err != nil {
		return nil, err
	}
	if err := checkTypes(modules); err != nil {
		return nil, err
	}
	c.learn()
	return c, nil
}

// parse reads every file, in the order of their paths.
func parse(b Bundle) (map[string]*ast.Module, error) {
	modules := make(map[string]*ast.Module, len(b.Files))
	options := ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1, Capabilities: capabilities()}
	for _, path := range slices.Sorted(maps.Keys(b.Files)) {
		module, err := ast.ParseModuleWithOpts(path, string(b.Files[path]), options)
		if err != nil {
			return nil, claim.Errorf(claim.Invalid, "parsing the contract: %w", sourceFault(err))
		}
		if module == nil {
			return nil, claim.Errorf(claim.Invalid, "%s: the file is empty", path)
		}
		modules[path] = module
	}
	return modules, nil
}

func (c *Contract) compile(modules map[string]*ast.Module) error {
	shown, err := inputSchemas()
	if err != nil {
		return err
	}
	c.compiler = ast.NewCompiler().WithStrict(true).WithCapabilities(capabilities()).WithSchemas(shown.types)
	if c.compiler.Compile(modules); c.compiler.Failed() {
		return claim.Errorf(claim.Invalid, "compiling the contract: %w", sourceFault(c.compiler.Errors))
	}
	for question, name := range questionNames {
		body, err := ast.ParseBody("data." + contractPackage + "." + name + " = result")
		if err != nil {
			return claim.Errorf(claim.Internal, "parsing the question %s: %w", name, err)
		}
		asked := query{compiler: c.compiler.QueryCompiler()}
		if asked.body, err = asked.compiler.Compile(body); err != nil {
			return claim.Errorf(claim.Invalid, "compiling the question %s: %w", name, err)
		}
		c.queries[question] = asked
	}
	return nil
}

// learn finds out what answers may be remembered (form.go).
func (c *Contract) learn() {
	named, ok := namedNumbers(c.compiler.Modules)
	if !ok {
		return
	}
	weighing := newWeighing(c.compiler)
	for asked, name := range questionNames {
		c.weighings[asked] = weighing.of(name)
	}
	c.named, c.answers = named, newAnswers()
}

func readsLines(modules map[string]*ast.Module) bool {
	found, lines := false, ast.StringTerm(keyNames[keyLines])
	eachRule(modules, func(rule *ast.Rule) {
		walkRefs(rule, func(ref ast.Ref) {
			found = found || len(ref) > 1 && ref[0].Equal(ast.InputRootDocument) && ref[1].Equal(lines)
		})
	})
	return found
}

// capabilities is the language without what could answer differently tomorrow or on another machine: clock (and its
// time-zone files), network, randomness, environment, and the introspection of the running program.
func capabilities() *ast.Capabilities {
	all := ast.CapabilitiesForThisVersion()
	all.AllowNet = []string{}
	all.Builtins = slices.DeleteFunc(all.Builtins, func(b *ast.Builtin) bool {
		family, _, _ := strings.Cut(b.Name, ".")
		switch family {
		case "http", "net", "time", "rand", "uuid", "opa", "crypto", "io", "providers", "graphql", "trace", "print":
			return true
		}
		return b.IsNondeterministic() || b.Name == "rego.parse_module"
	})
	return all
}

func requiredKinds(rules []Rule) []claim.FactKind {
	var required []claim.FactKind
	for _, kind := range claim.FactKinds {
		if slices.ContainsFunc(rules, func(r Rule) bool { return slices.Contains(r.Needs, kind) }) {
			required = append(required, kind)
		}
	}
	return required
}

// Digest pins the contract: the digest of its bundle, payer files included.
func (c *Contract) Digest() claim.Digest { return c.bundle.Digest }

// Bundle returns everything the contract was loaded from. Load of it alone gives the same contract.
func (c *Contract) Bundle() Bundle { return c.bundle }

// Required lists the kinds that must have been looked up before a claim can pay, in the order of claim.FactKinds.
func (c *Contract) Required() []claim.FactKind { return slices.Clone(c.required) }

// Rules lists the checks, sorted by id.
func (c *Contract) Rules() []Rule { return slices.Clone(c.rules) }

func sortRules(rules []Rule) {
	slices.SortFunc(rules, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
}
