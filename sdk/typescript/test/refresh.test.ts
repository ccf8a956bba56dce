import assert from "node:assert/strict";
import { test } from "node:test";

import { MemoryStore, NotLoggedInError, Problem, type AccountsClient } from "../src/index.js";
import { FakeService, problem } from "./fake-service.js";

/** A client whose access token the service refuses, because another client with the same tokens has refreshed. */
async function loggedIn(service: FakeService, store = new MemoryStore()): Promise<AccountsClient> {
  const client = service.client({ store });
  await client.logIn("ada@example.com", "secret");
  const stored = (await store.load())!;
  await store.save(stored.replace(/"expiresAt":\d+/, `"expiresAt":${Date.now() + 5000}`));
  return client;
}

test("concurrent calls share one refresh", async () => {
  const service = new FakeService();
  const client = await loggedIn(service);
  await Promise.all(Array.from({ length: 50 }, () => client.readProfile()));
  assert.equal(service.refreshes, 1);
});

test("concurrent calls share one failure", async () => {
  const service = new FakeService();
  const client = await loggedIn(service);
  service.before = () => problem(500, "internal_error");
  const calls = Array.from({ length: 50 }, () => assert.rejects(client.readProfile(), { code: "internal_error" }));
  await Promise.all(calls);
  assert.equal(service.requests.length, 2, "the login and one refresh");
});

test("a refresh without a response is given up within the reuse interval of 10 seconds", async (t) => {
  const service = new FakeService();
  const client = await loggedIn(service);
  const limits: number[] = [];
  t.mock.method(AbortSignal, "timeout", (milliseconds: number) => {
    limits.push(milliseconds);
    return new AbortController().signal;
  });
  await client.refresh();
  assert.equal(limits.length, 1);
  assert.ok(limits[0]! < 9000, String(limits));
});

test("clients that share a store take turns, and find the tokens of each other", async () => {
  const service = new FakeService();
  service.strict = true;
  const store = new MemoryStore();
  const clients = [await loggedIn(service, store), service.client({ store }), service.client({ store })];
  await Promise.all(clients.map((client) => client.readProfile()));
  assert.equal(service.refreshes, 1);
});

test("a lost response is requested again", async () => {
  const service = new FakeService();
  const client = await loggedIn(service);
  service.after = (request, response) => {
    if (request.url.endsWith("/token/refresh") && service.refreshes === 1) {
      throw new TypeError("network error");
    }
    return response;
  };
  await client.readProfile();
  assert.equal(service.refreshes, 2);
});

test("a call that is aborted does not lose the refreshed tokens", async () => {
  const service = new FakeService();
  const client = await loggedIn(service);
  const abort = new AbortController();
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  service.after = async (request, response) => {
    if (request.url.endsWith("/token/refresh")) {
      abort.abort(); // the service has rotated the token, and the response is on its way
      await finished;
    }
    return response;
  };
  await assert.rejects(client.readProfile({ signal: abort.signal }), { name: "AbortError" });
  finish();
  service.strict = true;
  await client.readProfile();
  assert.equal(service.refreshes, 1);
});

test("a refused access token is replaced", async () => {
  const service = new FakeService();
  const client = service.client();
  await client.logIn("ada@example.com", "secret");
  service.before = (request) => {
    return request.headers.get("Authorization") === "Bearer access-1" ? problem(401, "invalid_access_token") : undefined;
  };
  await client.readProfile();
  assert.equal(service.refreshes, 1);
});

test("a wrong password does not refresh", async () => {
  const service = new FakeService();
  const client = service.client();
  await client.logIn("ada@example.com", "secret");
  service.before = () => problem(401, "invalid_credentials");
  await assert.rejects(client.terminateAccount("wrong"), { code: "invalid_credentials" });
  assert.equal(service.refreshes, 0);
});

test("the end of the session leaves only the device token", async () => {
  const service = new FakeService();
  const store = new MemoryStore();
  const client = await loggedIn(service, store);
  const changes: boolean[] = [];
  client.onChange(({ loggedIn }) => changes.push(loggedIn));
  service.revoked = true;
  await assert.rejects(client.readProfile(), (error: Error) => {
    return error instanceof NotLoggedInError && error.cause instanceof Problem && error.cause.code === "invalid_refresh_token";
  });
  assert.equal(await store.load(), '{"device":"device"}');
  assert.deepEqual(changes, [false]);
  await assert.rejects(client.readProfile(), NotLoggedInError);
  assert.equal(service.refreshes, 1, "without a refresh token there is nothing to send");
  await client.logOut();
});

test("a failed refresh keeps the tokens", async () => {
  const service = new FakeService();
  const client = await loggedIn(service);
  service.before = () => problem(500, "internal_error");
  await assert.rejects(client.readProfile(), { code: "internal_error" });
  service.before = () => undefined;
  await client.readProfile();
});
