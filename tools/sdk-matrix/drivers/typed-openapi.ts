import { run, serviceUrl } from "../flow.ts";
import { createApiClient } from "../out/typed-openapi/api.ts";

// The application brings the function that sends.
const client = createApiClient({
  fetch: async ({ method, url, urlSearchParams, parameters, overrides }: any) => {
    if (urlSearchParams?.size) url.search = urlSearchParams.toString();
    const isForm = url.pathname === "/introspect";
    const body = parameters?.body && (isForm ? new URLSearchParams(parameters.body) : JSON.stringify(parameters.body));
    const headers = { ...(parameters?.body && !isForm ? { "content-type": "application/json" } : {}), ...parameters?.header };
    return fetch(url, { method, body, headers, ...overrides });
  },
  parseResponseData: async (response: Response) => (response.headers.get("content-type")?.includes("json") ? response.json() : undefined),
} as any, serviceUrl);

const paths: Record<string, [method: string, path: string]> = {
  signUp: ["post", "/signup"], verifyEmail: ["post", "/verify-email"], logIn: ["post", "/login"], refreshToken: ["post", "/token/refresh"],
  readProfile: ["get", "/me"], listSessions: ["get", "/sessions"], logOut: ["post", "/logout"], introspectToken: ["post", "/introspect"],
  listRevocations: ["get", "/revocations"],
};

await run("typed-openapi", async (operation, { authorization, body }) => {
  const [method, path] = paths[operation]!;
  const header = authorization ? { authorization } : {};
  const response = await (client as any).request(method, path, { body, header, withResponse: true, throwOnStatusError: false });
  return { status: response.status, body: response.data };
});
