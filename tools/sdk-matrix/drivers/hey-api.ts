import { run, serviceUrl } from "../flow.ts";
import { client } from "../out/hey-api/client.gen.ts";
import * as sdk from "../out/hey-api/sdk.gen.ts";

client.setConfig({ baseUrl: serviceUrl });

await run("hey-api", async (operation, { authorization, body }) => {
  const headers = authorization ? { authorization } : {};
  const { data, error, response } = await (sdk as any)[operation]({ body, headers });
  return { status: response.status, body: data ?? error };
});
