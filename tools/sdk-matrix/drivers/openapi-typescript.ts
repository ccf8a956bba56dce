import createClient from "openapi-fetch";

import { run, serviceUrl } from "../flow.ts";
import type { paths } from "../out/openapi-typescript/schema.ts";

const client = createClient<paths>({ baseUrl: serviceUrl });

await run("openapi-typescript", async (operation, { authorization, body }) => {
  const headers = authorization ? { authorization } : {};
  const { data, error, response } = await (async () => {
    switch (operation) {
      case "signUp": return client.POST("/signup", { body: body as any });
      case "verifyEmail": return client.POST("/verify-email", { body: body as any });
      case "logIn": return client.POST("/login", { body: body as any });
      case "refreshToken": return client.POST("/token/refresh", { body: body as any });
      case "readProfile": return client.GET("/me", { headers });
      case "listSessions": return client.GET("/sessions", { headers });
      case "logOut": return client.POST("/logout", { headers });
      case "listRevocations": return client.GET("/revocations", { headers });
      case "introspectToken": return client.POST("/introspect", {
        headers: { ...headers, "content-type": "application/x-www-form-urlencoded" }, body: body as any,
      });
      default: throw new Error(operation);
    }
  })() as { data?: unknown; error?: unknown; response: Response };
  return { status: response.status, body: data ?? error };
});
