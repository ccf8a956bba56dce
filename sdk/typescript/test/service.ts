import assert from "node:assert/strict";

/** The address of the service that sdk/with-service started. */
export function serviceUrl(): string {
  const address = process.env["SERVICE_URL"];
  assert.ok(address, "SERVICE_URL is not set: run `make sdk`, or sdk/with-service npm --prefix sdk/typescript test");
  return address;
}

/** Waits for the email to the address with a link to the page, and returns the link's token. */
export async function mailedToken(email: string, page: string): Promise<string> {
  const deadline = Date.now() + 120_000; // only a hang reaches it
  while (Date.now() < deadline) {
    const response = await fetch(`${serviceUrl()}/dev/inbox`, { headers: { Accept: "application/json" } });
    for (const message of (await response.json()) as { to: string; text: string }[]) {
      const token = new RegExp(`/pages/${page}#token=([\\w-]+)`).exec(message.text)?.[1];
      if (token !== undefined && message.to.includes(email)) {
        return token;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no email with a link to ${page} arrived`);
}
