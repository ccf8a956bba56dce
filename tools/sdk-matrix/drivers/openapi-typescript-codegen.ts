import { run, serviceUrl } from "../flow.ts";
import * as api from "../out/openapi-typescript-codegen/index.ts";

const services = Object.values(api).filter((value) => typeof value === "function");
let status = 0;
const { fetch } = globalThis;
globalThis.fetch = async (input, init) => {
  const response = await fetch(input, init);
  status = response.status; // of a success: the client returns only the body
  return response;
};

await run("openapi-typescript-codegen", async (operation, { authorization, body }) => {
  api.OpenAPI.BASE = serviceUrl;
  api.OpenAPI.HEADERS = authorization ? { authorization } : {};
  const service: any = services.find((value: any) => typeof value[operation] === "function");
  try {
    const data = await service[operation](operation === "introspectToken" ? { formData: body } : { requestBody: body });
    return { status, body: data };
  } catch (error: any) {
    if (!("status" in error)) throw error;
    return { status: error.status, body: error.body };
  }
});
