package usermanagementservice_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sdkImports are what the SDKs may import besides their own files and, in Go, the standard library.
var sdkImports = []string{"github.com/oapi-codegen/runtime", "openapi-fetch"}

// An SDK sees nothing of the service: client teams get what the contract contains, and few dependencies.
func TestSDKsSeeNothingOfTheService(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	err := filepath.WalkDir("sdk", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "build" || entry.Name() == "dist") {
			return filepath.SkipDir
		}
		extension := filepath.Ext(name)
		isTest := strings.Contains(filepath.ToSlash(name), "typescript/test/") // may import playwright-core and all of Node
		if entry.IsDir() || isTest || extension != ".go" && extension != ".ts" {
			return nil
		}
		src, err := os.ReadFile(name) //nolint:gosec // a file of this repository
		if err != nil {
			return err
		}
		for _, imported := range sdkViolations(filepath.ToSlash(name), src) {
			t.Errorf("%s imports %s: an SDK sees only itself and %q", name, imported, sdkImports)
		}
		seen[extension]++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen[".go"] == 0 || seen[".ts"] == 0 {
		t.Errorf("files found: %v, want both SDKs", seen)
	}
}

func TestSDKTestCatchesEachViolation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, code string
		want       int
	}{
		{"sdk/go/client.go", `import ("net/http"; "` + module + `/sdk/go/internal/api"; "github.com/oapi-codegen/runtime")`, 0},
		{"sdk/go/client.go", `import "` + module + `/domain"`, 1},
		{"sdk/go/client_test.go", `import "` + module + `"`, 1},
		{"sdk/go/client.go", `import "github.com/google/uuid"`, 1},
		{"sdk/typescript/src/client.ts", `import createClient from "openapi-fetch"; import type { A } from "./a.js"; export * from "./b.js";`, 0},
		{"sdk/typescript/src/node.ts", `import { open } from "node:fs/promises";`, 0},
		{"sdk/typescript/src/client.ts", `import { open } from "node:fs/promises";`, 1},
		{"sdk/typescript/src/client.ts", `import a from "../../go/a.js"; import "axios"; await import("lodash");`, 3},
	} {
		code := c.code
		if strings.HasSuffix(c.file, ".go") {
			code = "package p; " + code
		}
		if got := sdkViolations(c.file, []byte(code)); len(got) != c.want {
			t.Errorf("%s: %s: %d violations, want %d", c.file, c.code, len(got), c.want)
		}
	}
}

var tsImport = regexp.MustCompile(`(?:\bfrom|\bimport)[\s(]*["']([^"']+)["']`)

// sdkViolations lists the imports that a file of an SDK may not have.
func sdkViolations(name string, src []byte) []string {
	var imports, violations []string
	if strings.HasSuffix(name, ".go") {
		code, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
		if err != nil {
			return []string{err.Error()}
		}
		for _, spec := range code.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			imports = append(imports, imported)
		}
	} else {
		for _, match := range tsImport.FindAllSubmatch(src, -1) {
			imports = append(imports, string(match[1]))
		}
	}
	for _, imported := range imports {
		if !isSDKImport(name, imported) {
			violations = append(violations, imported)
		}
	}
	return violations
}

func isSDKImport(name, imported string) bool {
	if slices.Contains(sdkImports, imported) {
		return true
	}
	if strings.HasSuffix(name, ".go") {
		first, _, _ := strings.Cut(imported, "/")
		return imported == module+"/sdk/go" || strings.HasPrefix(imported, module+"/sdk/go/") || !strings.Contains(first, ".")
	}
	// Only one file of the package is for Node alone.
	return strings.HasPrefix(imported, "./") || strings.HasPrefix(imported, "node:") && strings.HasSuffix(name, "/node.ts")
}
