// Tries each generator with openapi.yaml: generates a client, compiles it, and runs flow.ts with it against a new service. Then it writes
// the table of docs/sdk-generators.md. It fails if a result differs from what generators.mjs expects.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";

import { contract, generators } from "./generators.mjs";

process.chdir(import.meta.dirname);
process.env.PATH = "node_modules/.bin" + delimiter + process.env.PATH;
process.env.GOFLAGS = "";
const installed = JSON.parse(readFileSync("package.json", "utf8")).devDependencies;
const page = "../../docs/sdk-generators.md";

/** Runs a command and returns whether it succeeded. */
function succeeds(...[command, ...args]) {
  const done = spawnSync(command, args, { encoding: "utf8" });
  if (done.status !== 0) console.error(`${[command, ...args].join(" ")}:\n${done.stdout ?? ""}${done.stderr ?? ""}${done.error ?? ""}`);
  return done.status === 0;
}

function compiles(name) {
  const config = `out/${name}.tsconfig.json`;
  writeFileSync(config, JSON.stringify({ extends: "../tsconfig.json", include: [`${name}/**/*.ts`, `../drivers/${name}.ts`] }));
  return succeeds("tsc", "--project", config);
}

function runsFlow(name) {
  const bundle = `out/${name}.flow.mjs`;
  const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  const options = ["--bundle", "--platform=node", "--format=esm", `--outfile=${bundle}`, `--banner:js=${banner}`, "--log-level=error"];
  return succeeds("esbuild", `drivers/${name}.ts`, ...options) && succeeds("../../sdk/with-service", "node", bundle);
}

/** Tries a generator from npm, and returns its row. */
function tryPackage(g) {
  const name = g.name ?? g.package;
  console.log(name);
  mkdirSync(g.folder ?? "out", { recursive: true });
  const generated = succeeds(...g.generate);
  const compiled = generated && compiles(name);
  const ran = compiled && runsFlow(name);
  const version = installed[g.package] + (g.and ? `, ${g.and} ${installed[g.and]}` : "");
  return { name, version, language: g.language, generated, compiled, ran, expected: !g.fails, notes: g.fails ?? g.notes };
}

/** The version of a Go module that another module requires. */
function goVersion(folder, module) {
  return spawnSync("go", ["-C", folder, "list", "-m", "-f", "{{.Version}}", module], { encoding: "utf8" }).stdout.trim();
}

function tryOgen() {
  console.log("ogen");
  const version = goVersion("ogen", "github.com/ogen-go/ogen");
  const generated = succeeds("go", "-C", "ogen", "tool", "ogen", "--target", "api", "--package", "api", "--clean", `../${contract}`);
  const compiled = generated && succeeds("go", "-C", "ogen", "vet", ".");
  const ran = compiled && succeeds("../../sdk/with-service", "go", "-C", "ogen", "run", ".");
  const notes = "A type for each response. It warns of what it does not check, such as the pattern of an id.";
  return { name: "ogen", version, language: "Go", generated, compiled, ran, expected: true, notes };
}

/** The SDK in Go is what oapi-codegen generates, with a thin layer. Its tests are the flow. */
function tryOapiCodegen() {
  console.log("oapi-codegen");
  const version = goVersion("..", "github.com/oapi-codegen/oapi-codegen/v2");
  const generated = succeeds("../generate", "check", "sdk-go");
  const compiled = generated && succeeds("go", "-C", "../../sdk/go", "vet", "./...");
  const ran = compiled && succeeds("../../sdk/with-service", "go", "-C", "../../sdk/go", "test", "-count=1", "./internal/flow");
  const notes = "The SDK in Go is built on it: see `sdk/go/oapi-codegen.yaml`.";
  return { name: "oapi-codegen", version, language: "Go", generated, compiled, ran, expected: true, notes };
}

function table(rows) {
  const yes = (value) => (value ? "yes" : "no");
  return [
    "| generator | version | for | generates | compiles | runs the flow | options and limits |", "|---|---|---|---|---|---|---|",
    ...rows.map((r) => `| ${r.name} | ${r.version} | ${r.language} | ${yes(r.generated)} | ${yes(r.compiled)} | ${yes(r.ran)} | ${r.notes} |`),
  ].join("\n");
}

rmSync("out", { recursive: true, force: true });
const rows = [tryOapiCodegen(), tryOgen(), ...generators.map(tryPackage)];
const text = readFileSync(page, "utf8");
const [begin, end] = ["<!-- matrix -->\n", "\n<!-- end -->"];
writeFileSync(page, text.slice(0, text.indexOf(begin) + begin.length) + table(rows) + text.slice(text.indexOf(end)));
const surprises = rows.filter((r) => r.ran !== r.expected).map((r) => r.name);
if (surprises.length > 0) {
  console.error(`not as generators.mjs expects: ${surprises.join(", ")}`);
  process.exit(1);
}
