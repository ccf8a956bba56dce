import assert from "node:assert/strict";
import { access, readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

import type * as accounts from "../src/index.js";
import { mailedToken, serviceUrl } from "./service.js";

const password = "correct horse battery staple";
const folder = "/sdk-test/"; // of the pages and modules that the tests add to the service's origin
const html = `<!doctype html><script type="importmap">{"imports":{"openapi-fetch":"${folder}openapi-fetch.js"}}</script>
<script type="module">
  import { AccountsClient, WebStore } from "${folder}index.js";
  globalThis.store = new WebStore();
  globalThis.client = new AccountsClient(location.origin, { store });
  globalThis.changes = [];
  client.onChange(({ loggedIn }) => changes.push(loggedIn));
</script>`;

declare const store: accounts.WebStore;
declare const client: accounts.AccountsClient;
declare const changes: boolean[];

let browser: Browser;

before(async () => {
  const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
  const hint = `there is no ${executablePath}: install Debian's package chromium, or set CHROMIUM`;
  await access(executablePath).catch(() => assert.fail(hint));
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});

after(() => browser?.close());

/** Adds the package to the service's origin. */
async function newContext(): Promise<BrowserContext> {
  const context = await browser.newContext();
  await context.route(`${serviceUrl()}${folder}**`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(folder.length);
    if (name === "") {
      return route.fulfill({ contentType: "text/html", body: html });
    }
    const file = name === "openapi-fetch.js" ? import.meta.resolve("openapi-fetch") : new URL(`../src/${name}`, import.meta.url);
    return route.fulfill({ contentType: "text/javascript", body: await readFile(fileURLToPath(file)) });
  });
  return context;
}

async function newTab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(serviceUrl() + folder);
  await page.waitForFunction("globalThis.changes");
  return page;
}

/** Two tabs of a browser whose user is logged in. */
async function twoTabs(email: string): Promise<[BrowserContext, Page, Page]> {
  const context = await newContext();
  const [one, two] = [await newTab(context), await newTab(context)];
  await one.evaluate(
    ([email, password]) => client.signUp({ email, full_name: "Ada Lovelace", country: "DE", state_province: "DE-BY", password }),
    [email, password] as const,
  );
  const token = await mailedToken(email, "verify-email");
  await one.evaluate(([token, password]) => client.verifyEmail(token, password), [token, password] as const);
  return [context, one, two];
}

const email = (page: Page) => page.evaluate(async () => (await client.readProfile()).email);

/** Makes the stored access token expire. */
const expire = (page: Page) =>
  page.evaluate(async () => store.save((await store.load())!.replace(/"expiresAt":\d+/, '"expiresAt":0')));

test("two tabs that refresh concurrently share one refresh", async () => {
  const [context, one, two] = await twoTabs("tabs@example.com");
  let refreshes = 0;
  await context.route("**/token/refresh", (route) => {
    refreshes++;
    return route.continue();
  });
  await expire(one);
  assert.deepEqual(await Promise.all([email(one), email(two), email(one)]), Array(3).fill("tabs@example.com"));
  assert.equal(refreshes, 1);
  await context.close();
});

test("a tab that is closed in the middle of a refresh leaves the other one logged in", async () => {
  const [context, one, two] = await twoTabs("closed@example.com");
  let refreshes = 0;
  const rotated = new Promise<void>((resolve) => {
    void context.route("**/token/refresh", async (route) => {
      if (++refreshes > 1) {
        return route.continue();
      }
      await route.fetch(); // the service rotates the token, and the tab never learns the new one
      resolve();
    });
  });
  await expire(one);
  const first = email(one).catch(() => "closed");
  await rotated;
  const second = email(two);
  await two.waitForFunction(async () => (await navigator.locks.query()).pending?.length === 1);
  await one.close();
  assert.equal(await first, "closed");
  assert.equal(await second, "closed@example.com");
  assert.equal(refreshes, 2);
  assert.equal(await two.evaluate(async () => (await client.listSessions()).length), 1, "the session lives on");
  await context.close();
});

test("a login and a logout reach the other tab", async () => {
  const [context, one, two] = await twoTabs("changes@example.com");
  await two.waitForFunction(() => changes.length === 1);
  await one.evaluate(() => client.logOut());
  await two.waitForFunction(() => changes.length === 2);
  assert.deepEqual(await two.evaluate(() => changes), [true, false]);
  await assert.rejects(email(two), /not logged in/);
  await context.close();
});

test("problems and waits are those of Node", async () => {
  const context = await newContext();
  const page = await newTab(context);
  const problem = await page.evaluate(() =>
    client.logIn("nobody", "").catch(({ name, code, fields }: accounts.Problem) => ({ name, code, fields: fields.map((f) => f.field) })),
  );
  assert.deepEqual(problem, { name: "Problem", code: "invalid_fields", fields: ["email", "password"] });
  await context.close();
});
