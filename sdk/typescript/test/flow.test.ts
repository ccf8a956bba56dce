import assert from "node:assert/strict";
import { test } from "node:test";

import { AccountsClient, type ClientOptions, MemoryStore, NotLoggedInError, Problem } from "../src/index.js";
import { mailedToken, serviceUrl } from "./service.js";

const password = "correct horse battery staple";
const newPassword = "seven purple llamas at dawn";

function newClient(options: ClientOptions = {}): AccountsClient {
  return new AccountsClient(serviceUrl(), { userAgent: "flow-test/1", ...options });
}

async function signUp(client: AccountsClient, email: string): Promise<void> {
  await client.signUp({ email, full_name: "Ada Lovelace", country: "DE", state_province: "Bayern", password });
  await client.verifyEmail(await mailedToken(email, "verify-email"), password);
}

function isProblem(status: number, code: string): (error: unknown) => boolean {
  return (error) => error instanceof Problem && error.status === status && error.code === code && error.requestId !== "";
}

test("sessions", async () => {
  const email = "sessions@example.com";
  const store = new MemoryStore();
  const client = newClient({ store });
  await signUp(client, email);
  await client.logOut();
  await client.logIn(email, password);

  const profile = await client.readProfile();
  assert.deepEqual([profile.email, profile.full_name, profile.state_province], [email, "Ada Lovelace", "DE-BY"]);
  const token = await client.accessToken();
  await client.refresh();
  assert.notEqual(await client.accessToken(), token);

  const other = newClient();
  await other.logIn(email, password);
  const sessions = await client.listSessions();
  assert.equal(sessions.length, 2);
  const { id } = sessions.find(({ current }) => !current)!;
  await client.revokeSession(id);
  await assert.rejects(other.readProfile(), NotLoggedInError);
  await assert.rejects(client.revokeSession(id), isProblem(404, "not_found"));
  await other.logIn(email, password);
  await client.logOut({ everywhere: true });
  await assert.rejects(other.readProfile(), NotLoggedInError);
  assert.deepEqual(Object.keys(JSON.parse((await store.load())!) as object), ["device"]);
});

test("account", async () => {
  const email = "account@example.com";
  const client = newClient();
  await signUp(client, email);
  const profile = await client.changeProfile({ country: "FR", state_province: "Bretagne" });
  assert.deepEqual([profile.full_name, profile.state_province], ["Ada Lovelace", "FR-BRE"]);
  await assert.rejects(client.changePassword("wrong", newPassword), isProblem(401, "invalid_credentials"));
  await client.changePassword(password, newPassword);
  assert.equal((await client.exportAccount()).account.email, email);
  await client.requestPasswordReset(email);
  await client.resetPassword(await mailedToken(email, "password-reset"), password);
  await assert.rejects(client.readProfile(), NotLoggedInError);
  await client.logIn(email, password);
  await client.terminateAccount(password);
  await assert.rejects(client.logIn(email, password), isProblem(401, "invalid_credentials"));
  await client.cancelTermination(await mailedToken(email, "reverse-termination"));
  await client.logIn(email, password);
});

test("problems", async () => {
  const client = newClient();
  const bad = { email: "nobody", full_name: "", country: "XX", password: "password" };
  await assert.rejects(client.signUp(bad), (error: unknown) => {
    assert.ok(isProblem(422, "invalid_fields")(error));
    const codes = Object.fromEntries((error as Problem).fields.map(({ field, code }) => [field, code]));
    assert.equal(codes["email"], "invalid_email");
    assert.equal(codes["country"], "unknown_country");
    return true;
  });
  await assert.rejects(client.verifyEmail("unknown", password), isProblem(400, "invalid_token"));
  await assert.rejects(client.readProfile(), NotLoggedInError);
  for (let attempt = 0; attempt < 5; attempt++) {
    await assert.rejects(client.logIn("problems@example.com", "wrong"), isProblem(401, "invalid_credentials"));
  }
  // The wait is longer than a call waits by itself.
  await assert.rejects(client.logIn("problems@example.com", "wrong"), (error: unknown) => {
    return isProblem(429, "too_many_requests")(error) && (error as Problem).retryAfter > 10;
  });
});
