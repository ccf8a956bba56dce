import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { mailedToken, serviceUrl } from "./service.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Compiles a program with the strictest settings and runs it. It imports the package as others do, from ./dist. */
async function run(name: string, program: string): Promise<string> {
  const file = `${root}build/${name}.mts`;
  await writeFile(file, program.replace("http://localhost:8080", serviceUrl()));
  const options = ["--strict", "--exactOptionalPropertyTypes", "--module", "nodenext", "--target", "es2022", "--types", "node"];
  execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, ...options, file], { cwd: root, stdio: "pipe" });
  return execFileSync(process.execPath, [file.replace(".mts", ".mjs")], { encoding: "utf8" });
}

test("the programs of the README", async () => {
  const readme = await readFile(`${root}README.md`, "utf8");
  const blocks = readme.split("```ts\n").slice(1).map((text) => text.split("```")[0]!);
  assert.equal(blocks.length, 2);
  const [signup, session] = blocks as [string, string];
  assert.ok(signup.trimEnd().split("\n").length <= 10, "the signup has more than ten lines");
  assert.equal(await run("readme-signup", signup), "");
  assert.match(await run("readme-problem", signup.replace('"DE"', '"XX"')), /^invalid_fields .*unknown_country/s);
  const token = await mailedToken("ada@example.com", "verify-email");
  const [imports, client] = signup.split("\n");
  const verification = `await client.verifyEmail(${JSON.stringify(token)}, "correct horse battery staple");`;
  const use = "console.log(profile.email, Problem.name);";
  const output = await run("readme-session", [imports, client, verification, session, use].join("\n"));
  assert.match(output, /^ada@example.com/);
});
