import { run, serviceUrl } from "../flow.ts";
import { Api } from "../out/swagger-typescript-api/api.ts";

const api = new Api({ baseUrl: serviceUrl, baseApiParams: { format: "json" } });

await run("swagger-typescript-api", async (operation, { authorization, body }) => {
  const params = { headers: authorization ? { authorization } : {} };
  const group: any = Object.values(api).find((value: any) => typeof value?.[operation] === "function");
  try {
    const response = await (operation === "listRevocations" ? group[operation]({}, params)
      : body ? group[operation](body, params) : operation === "logOut" ? group[operation](undefined, params) : group[operation](params));
    return { status: response.status, body: response.data };
  } catch (response: any) {
    if (!("status" in response)) throw response;
    return { status: response.status, body: response.error };
  }
});
