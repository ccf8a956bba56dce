// The flow that each generated client runs against the service. A driver adapts a client to Call.
import assert from "node:assert/strict";

export interface Result { status: number; body: any }
export interface Input { authorization?: string; body?: Record<string, unknown> }

/** Calls an operation by its operationId. A response with an error status is a result, not an exception. */
export type Call = (operation: string, input: Input) => Promise<Result>;

export const serviceUrl = process.env["SERVICE_URL"]!;

const password = "correct horse battery staple";
const asService = `Basic ${Buffer.from("example-service:for-development-only").toString("base64")}`;

async function mailedToken(email: string): Promise<string> {
  for (;;) {
    const response = await fetch(`${serviceUrl}/dev/inbox`, { headers: { accept: "application/json" } });
    const messages = (await response.json()) as { to: string; text: string }[];
    const token = messages.find(({ to }) => to === email)?.text.match(/verify-email#token=(\S+)/)?.[1];
    if (token) return token;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function run(name: string, call: Call): Promise<void> {
  const email = `${name}@example.com`;
  const expect = async (status: number, operation: string, input: Input = {}): Promise<any> => {
    const result = await call(operation, input);
    assert.equal(result.status, status, `${operation}: ${JSON.stringify(result.body)}`);
    return result.body;
  };
  const account = { email, full_name: "Ada Lovelace", country: "DE", state_province: "DE-BY", password };
  const refused = await expect(422, "signUp", { body: { ...account, country: "XX", password: "password" } });
  assert.deepEqual(refused.errors.map(({ field }: { field: string }) => field).sort(), ["country", "password"]);
  await expect(202, "signUp", { body: account });
  await expect(200, "verifyEmail", { body: { token: await mailedToken(email), password } });

  const login = { email, password };
  assert.equal((await expect(401, "logIn", { body: { email, password: "wrong" } })).code, "invalid_credentials");
  const tokens = await expect(200, "logIn", { body: login });
  let authorization = `Bearer ${tokens.access_token}`;
  assert.equal((await expect(200, "readProfile", { authorization })).email, email);
  const refreshed = await expect(200, "refreshToken", { body: { refresh_token: tokens.refresh_token } });
  authorization = `Bearer ${refreshed.access_token}`;
  assert.equal((await expect(200, "listSessions", { authorization })).sessions.length, 2);
  const introspection = { authorization: asService, body: { token: refreshed.access_token } };
  assert.equal((await expect(200, "introspectToken", introspection)).active, true);
  await expect(204, "logOut", { authorization });
  assert.equal((await expect(401, "readProfile", { authorization })).code, "invalid_access_token");
  assert.equal((await expect(200, "introspectToken", introspection)).active, false);
  assert.ok((await expect(200, "listRevocations", { authorization: asService })).revocations.length > 0);

  const unknown = { email: `unknown-${email}`, password: "wrong" };
  for (let attempt = 0; attempt < 5; attempt++) await expect(401, "logIn", { body: unknown });
  assert.equal((await expect(429, "logIn", { body: unknown })).code, "too_many_requests");
}
