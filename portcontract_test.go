package usermanagementservice_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// methodsWithoutSubtest lists the port methods that need no contract subtest: "Port.Method" and the reason.
var methodsWithoutSubtest = map[string]string{}

// TestEveryPortMethodHasAContractSubtest checks that each method of an interface in ports is called by a suite of
// ports/porttest: in a subtest, or in a helper that a subtest uses.
func TestEveryPortMethodHasAContractSubtest(t *testing.T) {
	t.Parallel()
	found, err := readPortContracts(sourcesIn(t, "ports"), sourcesIn(t, "ports/porttest"))
	if err != nil {
		t.Fatal(err)
	}
	if len(found.methods) < 50 {
		t.Errorf("found %d port methods, want at least 50: this test must run in the module's root", len(found.methods))
	}
	for _, violation := range found.violations(methodsWithoutSubtest) {
		t.Error(violation)
	}
}

func TestPortContractTestCatchesEachViolation(t *testing.T) {
	t.Parallel()
	const port = `package ports
type Links interface { Add() error; Use() error }`
	for name, c := range map[string]struct {
		suite   string
		allowed map[string]string
		want    string // empty: no violation
	}{
		"every method is called in a subtest": {suite: `
func Store(t *testing.T, l ports.Links) { t.Run("adds and uses", func(t *testing.T) { l.Add(); l.Use() }) }`},
		"a method is called by a helper of a table of subtests": {suite: `
func Store(t *testing.T, l ports.Links) { for _, check := range promises { check(fixture{l}) } }
type fixture struct{ l ports.Links }
func (f fixture) use() { f.l.Use() }
var promises = map[string]func(fixture){"adds": func(f fixture) { f.l.Add(); f.use() }}`},
		"no subtest calls a method": {suite: `
func Store(t *testing.T, l ports.Links) { t.Run("adds", func(t *testing.T) { l.Add() }) }`,
			want: "ports.Links.Use has no contract subtest: add one to ports/porttest/store.go"},
		"only a helper that no suite uses calls a method": {suite: `
func Store(t *testing.T, l ports.Links) { t.Run("adds", func(t *testing.T) { l.Add() }) }
func use(l ports.Links) { l.Use() }`,
			want: "ports.Links.Use has no contract subtest"},
		"a method of the same name belongs to another type": {suite: `
type token struct{}
func (token) Use() {}
func Store(t *testing.T, l ports.Links) { t.Run("adds", func(t *testing.T) { l.Add(); token{}.Use() }) }`,
			want: "ports.Links.Use has no contract subtest"},
		"an exception has a reason": {suite: `
func Store(t *testing.T, l ports.Links) { t.Run("adds", func(t *testing.T) { l.Add() }) }`,
			allowed: map[string]string{"Links.Use": "the clock of the test cannot reach it"}},
		"an exception is no longer needed": {suite: `
func Store(t *testing.T, l ports.Links) { t.Run("adds and uses", func(t *testing.T) { l.Add(); l.Use() }) }`,
			allowed: map[string]string{"Links.Use": "the clock of the test cannot reach it"},
			want:    "remove Links.Use from methodsWithoutSubtest"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			suite := `package porttest; import ("testing"; "` + module + `/ports"); ` + c.suite
			found, err := readPortContracts(sources{"ports/links.go": port}, sources{"ports/porttest/store.go": suite})
			if err != nil {
				t.Fatal(err)
			}
			got := found.violations(c.allowed)
			if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)) {
				t.Errorf("violations %q, want %q", got, c.want)
			}
		})
	}
}

// sources are the texts of the Go files of one package, by path.
type sources map[string]string

func sourcesIn(t *testing.T, folder string) sources {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	found := sources{}
	for _, entry := range entries {
		if name := path.Join(folder, entry.Name()); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			found[name] = string(text)
		}
	}
	return found
}

// portContracts says which port methods the suites call.
type portContracts struct {
	methods map[*types.Func]string          // "Links.Add" for each method of an interface in ports
	called  map[string]bool                 // the methods that a suite calls
	files   map[string]map[string]int       // port → file of ports/porttest → calls of the port's methods in it
	decls   map[types.Object]ast.Node       // functions, methods and variables of ports/porttest
	visited map[ast.Node]bool               // of decls
	uses    map[*ast.Ident]types.Object     // identifiers of both packages
	fileOf  func(position token.Pos) string // the path of the file
}

func readPortContracts(ports, suites sources) (*portContracts, error) {
	fset := token.NewFileSet()
	c := &portContracts{
		methods: map[*types.Func]string{}, called: map[string]bool{}, files: map[string]map[string]int{},
		decls: map[types.Object]ast.Node{}, visited: map[ast.Node]bool{}, uses: map[*ast.Ident]types.Object{},
		fileOf: func(position token.Pos) string { return fset.Position(position).Filename },
	}
	info := &types.Info{Uses: c.uses, Defs: map[*ast.Ident]types.Object{}}
	known := packages{}
	portPackage, _, err := known.check(fset, module+"/ports", ports, info)
	if err != nil {
		return nil, err
	}
	c.addMethods(portPackage.Scope())
	_, files, err := known.check(fset, module+"/ports/porttest", suites, info)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		c.addDecls(file, info.Defs)
	}
	for object, decl := range c.decls {
		if _, isFunc := object.(*types.Func); isFunc && object.Exported() {
			c.visit(decl)
		}
	}
	return c, nil
}

// packages are those that an import can find. What is not of ports is empty: its names are unknown types, which leaves the
// calls of port methods known, and no package has to be compiled.
type packages map[string]*types.Package

func (known packages) Import(name string) (*types.Package, error) {
	if known[name] == nil {
		known[name] = types.NewPackage(name, path.Base(name))
		known[name].MarkComplete()
	}
	return known[name], nil
}

func (known packages) check(fset *token.FileSet, name string, texts sources, info *types.Info) (*types.Package, []*ast.File, error) {
	var files []*ast.File
	for _, file := range slices.Sorted(maps.Keys(texts)) {
		parsed, err := parser.ParseFile(fset, file, texts[file], parser.SkipObjectResolution)
		if err != nil {
			return nil, nil, fmt.Errorf("parse %s: %w", file, err)
		}
		files = append(files, parsed)
	}
	config := types.Config{Importer: known, Error: func(error) {}} // about names of the empty packages
	known[name], _ = config.Check(name, fset, files, info)
	return known[name], files, nil
}

func (c *portContracts) addMethods(scope *types.Scope) {
	for _, name := range scope.Names() {
		port, isType := scope.Lookup(name).(*types.TypeName)
		if !isType {
			continue
		}
		if methods, ok := port.Type().Underlying().(*types.Interface); ok {
			for method := range methods.ExplicitMethods() {
				c.methods[method] = name + "." + method.Name()
			}
		}
	}
}

func (c *portContracts) addDecls(file *ast.File, defs map[*ast.Ident]types.Object) {
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			c.decls[defs[decl.Name]] = decl
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				if values, ok := spec.(*ast.ValueSpec); ok {
					for _, name := range values.Names {
						c.decls[defs[name]] = values
					}
				}
			}
		}
	}
}

// visit records the port methods that the declaration calls, and those of every declaration that it uses.
func (c *portContracts) visit(decl ast.Node) {
	if c.visited[decl] {
		return
	}
	c.visited[decl] = true
	ast.Inspect(decl, func(n ast.Node) bool {
		name, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		used := c.uses[name]
		if method, ok := used.(*types.Func); ok && c.methods[method] != "" {
			c.called[c.methods[method]] = true
			c.countFile(c.methods[method], c.fileOf(name.Pos()))
		}
		if used := c.decls[used]; used != nil {
			c.visit(used)
		}
		return true
	})
}

func (c *portContracts) countFile(method, file string) {
	port, _, _ := strings.Cut(method, ".")
	if c.files[port] == nil {
		c.files[port] = map[string]int{}
	}
	c.files[port][file]++
}

// violations says which methods have no subtest, and which exceptions are not needed.
func (c *portContracts) violations(allowed map[string]string) []string {
	var all []string
	for _, method := range slices.Sorted(maps.Values(c.methods)) {
		_, excepted := allowed[method]
		switch {
		case !excepted && !c.called[method]:
			all = append(all, fmt.Sprintf("ports.%s has no contract subtest: %s", method, c.advice(method)))
		case excepted && c.called[method]:
			all = append(all, fmt.Sprintf("a suite calls %s: remove %s from methodsWithoutSubtest", method, method))
		}
	}
	for _, method := range slices.Sorted(maps.Keys(allowed)) {
		if !slices.Contains(slices.Collect(maps.Values(c.methods)), method) {
			all = append(all, fmt.Sprintf("ports has no %s: remove it from methodsWithoutSubtest", method))
		}
	}
	return all
}

// advice names the file that calls the methods of the port most often.
func (c *portContracts) advice(method string) string {
	port, name, _ := strings.Cut(method, ".")
	files := c.files[port]
	if len(files) == 0 {
		return fmt.Sprintf("add a suite for ports.%s to ports/porttest, with a subtest for each sentence about %s", port, name)
	}
	most := slices.MaxFunc(slices.Sorted(maps.Keys(files)), func(a, b string) int { return cmp.Compare(files[a], files[b]) })
	return fmt.Sprintf("add one to %s, which tests the other methods of %s, for each sentence of %s's comment", most, port, name)
}
