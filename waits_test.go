package usermanagementservice_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// A wait of a test is a bound for a hang. One of seconds is a bound on the speed of the machine: a busy one loses the race.
func TestNoTestWaitsOnlyForSeconds(t *testing.T) {
	t.Parallel()
	for _, name := range goFiles(t) {
		if !strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files := token.NewFileSet()
		code, err := parser.ParseFile(files, name, src, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range waitsForSeconds(code) {
			t.Errorf("%s waits for seconds: use ports/porttest/await", files.Position(at))
		}
	}
}

func TestWaitsForSecondsAreFound(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		`context.WithTimeout(ctx, 20*time.Second)`:   1,
		`time.After(time.Second * 10)`:               1,
		`time.Now().Add(15 * time.Second)`:           1,
		`time.Now().Add(await.Limit(t))`:             0,
		`context.WithTimeout(ctx, time.Minute)`:      0,
		`noon.Add(5 * time.Second)`:                  0, // a time of the test
		`time.Now().Add(-5 * time.Second)`:           0, // the past
		`context.WithTimeout(ctx, time.Millisecond)`: 0, // is meant to expire
	} {
		code, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\nvar x, y = "+text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(waitsForSeconds(code)); got != want {
			t.Errorf("%s: %d waits found, want %d", text, got, want)
		}
	}
}

// waitsForSeconds finds deadlines that are made of time.Second.
func waitsForSeconds(code *ast.File) (at []token.Pos) {
	ast.Inspect(code, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 || !isWait(call.Fun) {
			return true
		}
		if duration, ok := call.Args[len(call.Args)-1].(*ast.BinaryExpr); ok && (isSecond(duration.X) || isSecond(duration.Y)) {
			if _, negative := duration.X.(*ast.UnaryExpr); !negative {
				at = append(at, call.Pos())
			}
		}
		return true
	})
	return at
}

// isWait reports whether a function makes a deadline: context.WithTimeout, time.After, time.NewTimer or time.Now().Add.
func isWait(fun ast.Expr) bool {
	method, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	if now, ok := method.X.(*ast.CallExpr); ok && method.Sel.Name == "Add" {
		of, ok := now.Fun.(*ast.SelectorExpr)
		return ok && isName(of, "time", "Now")
	}
	return isName(method, "context", "WithTimeout") || isName(method, "time", "After") || isName(method, "time", "NewTimer")
}

func isSecond(e ast.Expr) bool {
	of, ok := e.(*ast.SelectorExpr)
	return ok && isName(of, "time", "Second")
}

func isName(e *ast.SelectorExpr, pkg, name string) bool {
	from, ok := e.X.(*ast.Ident)
	return ok && from.Name == pkg && e.Sel.Name == name
}
