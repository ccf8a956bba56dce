// The generators, each with how it is run, and what its driver needs.
export const contract = "../../openapi.yaml";

export const generators = [
  {
    package: "openapi-typescript", and: "openapi-fetch", language: "TypeScript, fetch",
    generate: ["openapi-typescript", contract, "--output", "out/openapi-typescript/schema.ts"],
    notes: "Types only, for openapi-fetch. The SDK in TypeScript is built on it.",
  },
  {
    package: "@hey-api/openapi-ts", name: "hey-api", language: "TypeScript, fetch",
    generate: ["openapi-ts", "--input", contract, "--output", "out/hey-api", "--client", "@hey-api/client-fetch"],
    notes: "Functions by operationId. `client.setConfig({ baseUrl })` sets the address.",
  },
  {
    package: "orval", language: "TypeScript, fetch",
    generate: ["orval", "--input", contract, "--output", "out/orval/api.ts", "--client", "fetch"],
    notes: "`client: \"fetch\"`. Outside of a page of the same origin, set `output.baseUrl`.",
  },
  {
    package: "@kubb/cli", name: "kubb", language: "TypeScript, axios",
    generate: ["kubb", "generate"],
    notes: "`client: \"axios\"`, since the client \"fetch\" fails at a response without a body; `paramsType: \"object\"`; set the header " +
      "`Content-Type: application/json` for JSON bodies.",
  },
  {
    package: "swagger-typescript-api", language: "TypeScript, fetch",
    generate: ["swagger-typescript-api", "generate", "--path", contract, "--output", "out/swagger-typescript-api", "--name", "api.ts"],
    notes: "`new Api({ baseApiParams: { format: \"json\" } })`, else bodies of responses are not parsed.",
  },
  {
    package: "openapi-zod-client", language: "TypeScript, axios, zod",
    generate: ["openapi-zod-client", contract, "--output", "out/openapi-zod-client/api.ts", "--with-alias"],
    folder: "out/openapi-zod-client",
    notes: "`--with-alias` names methods by operationId. It checks responses with zod.",
  },
  {
    package: "typed-openapi", language: "TypeScript, any",
    generate: ["typed-openapi", contract, "--output", "out/typed-openapi/api.ts"],
    folder: "out/typed-openapi",
    notes: "The application provides the function that sends, so also the encoding of the form of `/introspect`.",
  },
  {
    package: "openapi-typescript-codegen", language: "TypeScript, fetch",
    generate: ["openapi", "--input", contract, "--output", "out/openapi-typescript-codegen", "--useOptions"],
    fails: "It returns a header of the response in place of the body where the contract declares headers, which is everywhere. It is no " +
      "longer maintained: use hey-api, its successor.",
  },
];
