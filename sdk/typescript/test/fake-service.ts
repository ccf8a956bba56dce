import { AccountsClient, type ClientOptions } from "../src/index.js";

export const url = "https://accounts.example";

/**
 * Has one user, whose tokens it rotates as the service does: a used refresh token yields the newest one, or ends the session if the
 * reuse interval is over. It serves a client without a network.
 */
export class FakeService {
  newest = 0;
  refreshes = 0;
  revoked = false;
  /** Whether used refresh tokens end the session. */
  strict = false;
  readonly requests: Request[] = [];
  /** Sees each request first, and may respond itself. */
  before: (request: Request) => Promise<Response | undefined> | Response | undefined = () => undefined;
  /** Sees each response of the service, and may replace it. */
  after: (request: Request, response: Response) => Promise<Response> | Response = (_, response) => response;

  readonly fetch = async (request: Request): Promise<Response> => {
    this.requests.push(request);
    return (await this.before(request)) ?? this.after(request, await this.#respond(request));
  };

  client(options: ClientOptions = {}): AccountsClient {
    return new AccountsClient(url, { fetch: this.fetch, ...options });
  }

  async #respond(request: Request): Promise<Response> {
    switch (new URL(request.url).pathname) {
      case "/login":
        this.revoked = false;
        this.newest++;
        return this.#tokens();
      case "/token/refresh":
        return this.#refresh(((await request.json()) as { refresh_token: string }).refresh_token);
      case "/me":
        return request.headers.get("Authorization") === `Bearer access-${this.newest}` && !this.revoked
          ? Response.json({ email: "ada@example.com" })
          : problem(401, "invalid_access_token");
      case "/signup":
        return new Response(null, { status: 202 });
      case "/logout":
        this.revoked = true;
        return new Response(null, { status: 204 });
      default:
        return problem(404, "not_found");
    }
  }

  #refresh(token: string): Response {
    this.refreshes++;
    const number = Number(token.replace("refresh-", ""));
    this.revoked ||= this.strict && number < this.newest;
    if (this.revoked) {
      return problem(401, "invalid_refresh_token");
    }
    if (number === this.newest) {
      this.newest++;
    }
    return this.#tokens();
  }

  #tokens(): Response {
    return Response.json({
      access_token: `access-${this.newest}`, token_type: "Bearer", expires_in: 300,
      refresh_token: `refresh-${this.newest}`, refresh_expires_in: 1209600, device_token: "device",
    });
  }
}

export function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ status, code, request_id: "r-1", detail: "Try again." }), {
    status,
    headers: { "Content-Type": "application/problem+json", ...headers },
  });
}
