import { run, serviceUrl } from "../flow.ts";
import * as api from "../out/orval/api.ts";

// The generated URLs are relative, as in a page of the same origin. Elsewhere orval has the option baseUrl.
const { fetch } = globalThis;
globalThis.fetch = (input, init) => fetch(new URL(input as string, serviceUrl), init);

await run("orval", async (operation, { authorization, body }) => {
  const options = { headers: authorization ? { authorization } : {} };
  const call = (api as any)[operation];
  const { status, data } = await (operation === "listRevocations" ? call({}, options)
    : body ? call(body, options) : operation === "logOut" ? call(undefined, options) : call(options));
  return { status, body: data };
});
