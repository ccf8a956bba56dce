import { run, serviceUrl } from "../flow.ts";
import * as clients from "../out/kubb/index.ts";

const optional = new Set(["logOut", "listRevocations"]); // operations whose parameters are optional

await run("kubb", async (operation, { authorization, body }) => {
  const headers: Record<string, string> = { ...(body && operation !== "introspectToken" ? { "content-type": "application/json" } : {}) };
  if (authorization) headers["authorization"] = authorization;
  const config = { baseURL: serviceUrl, headers, validateStatus: () => true };
  const call = (clients as any)[operation];
  const { status, data } = await (body ? call({ data: body }, config) : optional.has(operation) ? call({}, config) : call(config));
  return { status, body: data };
});
