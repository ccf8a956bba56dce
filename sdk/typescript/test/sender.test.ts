import assert from "node:assert/strict";
import { test } from "node:test";

import { AccountsClient, Problem } from "../src/index.js";
import { sender, wait } from "../src/sender.js";
import { FakeService, problem, url } from "./fake-service.js";

const signup = { email: "ada@example.com", full_name: "Ada Lovelace", country: "DE", state_province: "DE-BY", password: "correct horse" };

/** Sends one request to a service that responds with these first, and returns the waits instead of waiting. */
async function waits(first: (() => Response)[], init: RequestInit = { method: "POST", body: "{}" }, path = "/signup") {
  const service = new FakeService();
  service.before = () => first.shift()?.();
  const waited: number[] = [];
  const send = sender({ fetch: service.fetch, maxWait: 10, userAgent: "", wait: async (seconds) => void waited.push(seconds) });
  const outcome = await send(new Request(url + path, init)).catch((error: unknown) => error);
  return { waited, requests: service.requests.length, outcome };
}

const busy = (status: number, retryAfter?: string) => () =>
  problem(status, "busy", retryAfter === undefined ? {} : { "Retry-After": retryAfter });
const broken = () => {
  throw new TypeError("network error");
};

for (const status of [429, 503]) {
  test(`${status} is repeated after Retry-After`, async () => {
    const { waited, outcome } = await waits([busy(status, "3"), busy(status, "3")]);
    assert.equal((outcome as Response).status, 202);
    assert.equal(waited.length, 2);
    assert.ok(waited.every((seconds) => seconds >= 3 && seconds <= 3.3), String(waited));
  });
}

test("Retry-After may be a date", async () => {
  const { waited } = await waits([busy(503, new Date(Date.now() + 5000).toUTCString())]);
  assert.ok(waited[0]! > 3 && waited[0]! < 6, String(waited));
});

test("repetitions have a bound", async () => {
  for (const [response, want] of [
    [busy(429, "30"), 1], // longer than maxWait
    [busy(503, "4"), 3], // three times are longer
    [busy(503), 4], // attempts
    [busy(500, "1"), 1],
  ] as const) {
    const { requests, outcome } = await waits([response, response, response, response, response]);
    assert.equal(requests, want);
    assert.ok(outcome instanceof Problem);
  }
});

test("after a broken connection, only what cannot happen twice is repeated", async () => {
  const body = { method: "POST", body: '{"refresh_token":"refresh-1"}' };
  assert.equal((await waits([broken])).requests, 1);
  assert.equal((await waits([broken], { ...body, headers: { "Idempotency-Key": '"k"' } })).requests, 2);
  assert.equal((await waits([broken], body, "/token/refresh")).requests, 2);
  assert.equal((await waits([broken], {}, "/me")).requests, 2);
});

test("a wait ends when the call is aborted", async () => {
  const abort = new AbortController();
  const waiting = wait(3600, abort.signal);
  abort.abort();
  await assert.rejects(waiting, { name: "AbortError" });
});

test("attempts of a call have one idempotency key", async () => {
  const service = new FakeService();
  service.before = () => (service.requests.length === 1 ? problem(503, "unavailable") : undefined);
  const client = service.client();
  await client.signUp(signup);
  await client.signUp(signup);
  await client.signUp(signup, { idempotencyKey: "mine" });
  const keys = service.requests.map((request) => request.headers.get("Idempotency-Key"));
  assert.equal(keys.length, 4);
  assert.equal(keys[0], keys[1]);
  assert.notEqual(keys[1], keys[2]);
  assert.match(keys[0]!, /^"[0-9a-f-]{36}"$/);
  assert.equal(keys[3], '"mine"');
  await assert.rejects(client.signUp(signup, { idempotencyKey: 'a"b' }), TypeError);
});

test("requests name the program, and carry nothing that the browser keeps", async () => {
  const service = new FakeService();
  await service.client({ userAgent: "test/1" }).signUp(signup);
  const [request] = service.requests;
  assert.equal(request!.headers.get("User-Agent"), "test/1 siriusys-accounts-typescript");
  assert.equal(request!.redirect, "error");
  assert.equal(request!.credentials, "omit");
});

test("URLs", () => {
  for (const good of ["https://accounts.siriusys.com", "https://siriusys.com/accounts/", "http://localhost:8080", "http://[::1]:8080"]) {
    assert.ok(new AccountsClient(good));
  }
  assert.ok(new AccountsClient("http://accounts.internal", { allowHttp: true }));
  for (const bad of [
    "", "accounts.siriusys.com", "ftp://accounts.siriusys.com", "http://accounts.siriusys.com", "http://localhost.evil.example",
    "https://hunter2@accounts.siriusys.com", "https://:hunter2@accounts.siriusys.com",
    "https://accounts.siriusys.com?token=hunter2", "https://accounts.siriusys.com#a",
  ]) {
    assert.throws(() => new AccountsClient(bad), (error: Error) => error instanceof TypeError && !error.message.includes("hunter2"), bad);
  }
});
