import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";

import { MemoryStore } from "../src/index.js";
import { FakeService } from "./fake-service.js";

const secret = "hunter2"; // is in everything that must not be printed
const signup = { email: `${secret}@example.com`, full_name: secret, country: "DE", password: secret };

function printed(value: unknown): string {
  return [inspect(value, { depth: 20, showHidden: true }), String(value), JSON.stringify(value), (value as Error).stack].join("\n");
}

test("a client and its store print no token", async () => {
  const service = new FakeService();
  const store = new MemoryStore();
  await store.save(secret);
  assert.ok(!printed(store).includes(secret));
  await store.save(`{"device":"${secret}"}`);
  const client = service.client({ store });
  await client.logIn("ada@example.com", secret);
  assert.ok(!/hunter2|refresh-1|access-1/.test(printed(client)), printed(client));
});

test("no error contains what was sent", async () => {
  const echoes: Record<string, (text: string) => Response> = {
    "a proxy's page": (text) => new Response(text, { status: 502, headers: { "Content-Type": "text/html" } }),
    "no problem": (text) => new Response(text, { status: 422, headers: { "Content-Type": "application/problem+json" } }),
    "no JSON": () => new Response(secret, { headers: { "Content-Type": "application/json" } }),
    "no connection": () => {
      throw new TypeError("network error");
    },
  };
  for (const [name, echo] of Object.entries(echoes)) {
    const service = new FakeService();
    service.before = async (request) => echo(await request.text());
    const client = service.client({ maxWait: -1 });
    for (const call of [
      client.signUp(signup), client.logIn(signup.email, secret), client.verifyEmail(secret, secret), client.resetPassword(secret, secret),
    ]) {
      const error = await call.then(() => undefined, (reason: unknown) => reason);
      assert.ok(!printed(error ?? "").includes(secret), `${name}: ${printed(error)}`);
    }
  }
});

test("what is no token response is an error, and keeps the tokens", async () => {
  const service = new FakeService();
  service.before = () => new Response(null, { status: 204 });
  await assert.rejects(service.client().logIn("ada@example.com", secret), /not of this operation/);
});
