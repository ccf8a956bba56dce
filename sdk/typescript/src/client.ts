import type { ChangeListener } from "./changes.js";
import type { components } from "./generated/schema.js";
import { NotLoggedInError, Problem } from "./problem.js";
import { checkUrl, content, idempotent, requests, userAgent } from "./requests.js";
import { wait } from "./sender.js";
import { MemoryStore, type TokenStore } from "./stores.js";
import { loggedOut, TokenKeeper, tokensOf } from "./tokens.js";

export type Signup = components["schemas"]["SignupRequest"];
export type Profile = components["schemas"]["Profile"];
export type ProfileChange = components["schemas"]["ProfileChange"];
export type Session = components["schemas"]["Session"];
export type AccountExport = components["schemas"]["AccountExport"];

export interface ClientOptions {
  /** Keeps the tokens; by default in memory. */
  readonly store?: TokenStore | undefined;
  /** Sends the requests; by default the platform's `fetch`. */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
  /** Names the program in Node, such as `webshop/1.4`. Browsers send their own name. */
  readonly userAgent?: string | undefined;
  /** Seconds that one call waits at most to repeat a request, by default 10. A longer `Retry-After` is thrown immediately. */
  readonly maxWait?: number | undefined;
  /** Allows `http` URLs that do not lead to this machine. Everyone in between can read the passwords. */
  readonly allowHttp?: boolean | undefined;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface IdempotentCallOptions extends CallOptions {
  /**
   * A key for this request with this body. A call that failed with an unknown outcome can be repeated with its key within 24 hours: the
   * service acts once. Without one, each call creates its own and uses it for all its attempts.
   */
  readonly idempotencyKey?: string | undefined;
}

/**
 * Calls the service for one user on one device. It keeps the user's tokens, refreshes them when they expire and repeats requests that
 * the service asks to repeat. Methods have the names of the operations in the contract. They throw a {@link Problem} for a response
 * that is no success, and a {@link NotLoggedInError} if the user has to log in.
 */
export class AccountsClient {
  readonly #requests: ReturnType<typeof requests>;
  readonly #tokens: TokenKeeper;

  constructor(serviceUrl: string, options: ClientOptions = {}) {
    checkUrl(serviceUrl, options.allowHttp ?? false);
    this.#requests = requests(serviceUrl, {
      fetch: options.fetch ?? ((request) => fetch(request)),
      maxWait: options.maxWait ?? 10,
      userAgent: userAgent(options.userAgent),
      wait,
    });
    this.#tokens = new TokenKeeper(options.store ?? new MemoryStore(), async (refreshToken) =>
      content(await this.#requests.POST("/token/refresh", { body: { refresh_token: refreshToken } })),
    );
  }

  /** Creates a pending signup. The service emails a verification link, also if the email address has an account already. */
  async signUp(signup: Signup, { idempotencyKey, ...call }: IdempotentCallOptions = {}): Promise<void> {
    await this.#requests.POST("/signup", { body: signup, headers: idempotent(idempotencyKey), ...init(call) });
  }

  /** Requests a new verification link, if the email address has a pending signup. */
  async requestEmailVerification(email: string, call: CallOptions = {}): Promise<void> {
    await this.#requests.POST("/email-verification-request", { body: { email }, ...init(call) });
  }

  /** Activates the account with the token of the emailed link and the password of the signup, and logs the user in. */
  async verifyEmail(token: string, password: string, call: CallOptions = {}): Promise<void> {
    const sent = Date.now();
    const login = content(await this.#requests.POST("/verify-email", { body: { token, password }, ...init(call) }));
    await this.#tokens.update((tokens) => tokensOf(login, sent, tokens));
  }

  /** Creates a session and keeps its tokens. */
  async logIn(email: string, password: string, call: CallOptions = {}): Promise<void> {
    const body = { email, password, ...(await this.#device()) };
    const sent = Date.now();
    const login = content(await this.#requests.POST("/login", { body, ...init(call) }));
    await this.#tokens.update((tokens) => tokensOf(login, sent, tokens));
  }

  /** Revokes the session, or all sessions of the user, and removes the tokens. A session that has ended already is no error. */
  async logOut({ everywhere = false, ...call }: CallOptions & { readonly everywhere?: boolean | undefined } = {}): Promise<void> {
    try {
      await this.#authorized(call, (headers) =>
        this.#requests.POST("/logout", { body: { all_sessions: everywhere }, headers, ...init(call) }),
      );
    } catch (error) {
      if (!(error instanceof NotLoggedInError)) {
        throw error;
      }
    }
    await this.#tokens.update(loggedOut);
  }

  async readProfile(call: CallOptions = {}): Promise<Profile> {
    return content(await this.#authorized(call, (headers) => this.#requests.GET("/me", { headers, ...init(call) })));
  }

  /** Changes the given members and returns the new profile. A new country needs a `state_province`, unless it has none. */
  async changeProfile(change: ProfileChange, call: CallOptions = {}): Promise<Profile> {
    return content(await this.#authorized(call, (headers) => this.#requests.PATCH("/me", { body: change, headers, ...init(call) })));
  }

  /** Returns everything that the service stores about the user. */
  async exportAccount(call: CallOptions = {}): Promise<AccountExport> {
    return content(await this.#authorized(call, (headers) => this.#requests.GET("/me/export", { headers, ...init(call) })));
  }

  /** Returns the user's live sessions, newest first, at most 100. */
  async listSessions(call: CallOptions = {}): Promise<Session[]> {
    return content(await this.#authorized(call, (headers) => this.#requests.GET("/sessions", { headers, ...init(call) }))).sessions;
  }

  async revokeSession(id: string, call: CallOptions = {}): Promise<void> {
    const params = { path: { id } };
    await this.#authorized(call, (headers) => this.#requests.DELETE("/sessions/{id}", { params, headers, ...init(call) }));
  }

  /** Replaces the password and revokes the user's other sessions. */
  async changePassword(currentPassword: string, newPassword: string, call: CallOptions = {}): Promise<void> {
    const body = { current_password: currentPassword, new_password: newPassword };
    await this.#authorized(call, (headers) => this.#requests.POST("/password-change", { body, headers, ...init(call) }));
  }

  /** Requests an email with a reset link, if the email address has an account. */
  async requestPasswordReset(email: string, call: CallOptions = {}): Promise<void> {
    await this.#requests.POST("/password-reset-request", { body: { email, ...(await this.#device()) }, ...init(call) });
  }

  /** Replaces the password with the token of the emailed link. The user's sessions are revoked; log in next. */
  async resetPassword(token: string, newPassword: string, { idempotencyKey, ...call }: IdempotentCallOptions = {}): Promise<void> {
    const { device_token: device } = content(
      await this.#requests.POST("/password-reset", {
        body: { token, new_password: newPassword },
        headers: idempotent(idempotencyKey),
        ...init(call),
      }),
    );
    await this.#tokens.update((tokens) => ({ ...tokens, device }));
  }

  /** Terminates the account and revokes its sessions. The service emails a link that cancels the termination. */
  async terminateAccount(password: string, { idempotencyKey, ...call }: IdempotentCallOptions = {}): Promise<void> {
    const key = idempotent(idempotencyKey);
    await this.#authorized(call, (headers) =>
      this.#requests.POST("/terminate", { body: { password }, headers: { ...headers, ...key }, ...init(call) }),
    );
    await this.#tokens.update(loggedOut);
  }

  /** Cancels the termination with the token of the emailed link. The user can log in again. */
  async cancelTermination(token: string, call: CallOptions = {}): Promise<void> {
    await this.#requests.POST("/termination-reversal", { body: { token }, ...init(call) });
  }

  /** Returns a token for other services of siriusys.com, valid for at least ten more seconds. */
  accessToken(): Promise<string> {
    return this.#tokens.accessToken();
  }

  /** Replaces the tokens now. The other methods refresh them by themselves when they expire. */
  async refresh(): Promise<void> {
    await this.#tokens.refresh((await this.#tokens.load()).access?.token);
  }

  /** Calls the listener when the user logs in or out, in this or another tab. Returns a function that ends it. */
  onChange(listener: ChangeListener): () => void {
    return this.#tokens.changes.listen(listener);
  }

  /** Ends the connection to other tabs. */
  close(): void {
    this.#tokens.changes.close();
  }

  async #device(): Promise<{ device_token?: string }> {
    const { device } = await this.#tokens.load();
    return device === undefined ? {} : { device_token: device };
  }

  /** Calls with the access token, and once more with a new one if the service refuses it. A wrong password is no refusal. */
  async #authorized<T>({ signal }: CallOptions, call: (headers: Record<string, string>) => Promise<T>): Promise<T> {
    const token = await abortable(this.#tokens.accessToken(), signal);
    try {
      return await call({ Authorization: `Bearer ${token}` });
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "invalid_access_token") {
        throw error;
      }
    }
    return call({ Authorization: `Bearer ${await abortable(this.#tokens.accessToken(token), signal)}` });
  }
}

function init({ signal }: CallOptions): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** Rejects when the signal is aborted, and leaves the work running. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) {
    return work;
  }
  signal.throwIfAborted();
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
