import { run, serviceUrl } from "../flow.ts";
import { createApiClient } from "../out/openapi-zod-client/api.ts";

const api: any = createApiClient(serviceUrl, { axiosConfig: { validateStatus: () => true } } as any);
let status = 0;
api.axios.interceptors.response.use((response: any) => {
  status = response.status;
  return response;
});

await run("openapi-zod-client", async (operation, { authorization, body }) => {
  const config = { headers: authorization ? { authorization } : {} };
  try {
    const data = await (body || operation === "logOut" ? api[operation](body, config) : api[operation](config));
    return { status, body: data };
  } catch (error: any) { // the response does not have the form of a success
    if (!error.data && !error.cause) throw error;
    return { status, body: error.data };
  }
});
