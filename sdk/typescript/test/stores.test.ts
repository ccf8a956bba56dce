import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { AccountsClient, MemoryStore, type TokenStore } from "../src/index.js";
import { FileStore } from "../src/node.js";
import { url } from "./fake-service.js";

async function inFolder(run: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "accounts-"));
  try {
    await run(join(folder, "tokens"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function keepsTexts(store: TokenStore): Promise<void> {
  assert.equal(await store.load(), undefined);
  for (const text of ["first", "second"]) {
    await store.save(text);
    assert.equal(await store.load(), text);
  }
}

test("memory", () => keepsTexts(new MemoryStore()));

test("a file that only its owner can read", () =>
  inFolder(async (path) => {
    await keepsTexts(new FileStore(path));
    assert.deepEqual(await readdir(join(path, "..")), ["tokens"]);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    await chmod(path, 0o640);
    await assert.rejects(new FileStore(path).load(), /0600/);
  }));

test("damaged tokens are an error without their content", () =>
  inFolder(async (path) => {
    await writeFile(path, '{"refresh":"hunter2', { mode: 0o600 });
    const client = new AccountsClient(url, { store: new FileStore(path) });
    await assert.rejects(client.readProfile(), (error: Error) => !`${error.stack} ${error.message}`.includes("hunter2"));
  }));
