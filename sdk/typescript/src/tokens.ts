import { Changes } from "./changes.js";
import { NotLoggedInError, Problem } from "./problem.js";
import type { TokenStore } from "./stores.js";
import { inTurn } from "./turns.js";

/** The tokens of one user on one device. `device` stays when the user logs out. */
export interface Tokens {
  readonly access?: { readonly token: string; readonly expiresAt: number };
  readonly refresh?: string;
  readonly device?: string;
}

/** The token response of the service. */
export interface TokenResponse {
  readonly access_token: string;
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly device_token?: string;
}

/** Milliseconds before its expiry at which an access token is replaced: a request takes time to arrive. */
const expiryMargin = 10_000;

/** Keeps the tokens in a store and refreshes them. */
export class TokenKeeper {
  readonly changes: Changes;
  readonly #store: TokenStore;
  readonly #exchange: (refreshToken: string) => Promise<TokenResponse>;
  #refreshing: { refused: string | undefined; result: Promise<string> } | undefined;

  constructor(store: TokenStore, exchange: (refreshToken: string) => Promise<TokenResponse>) {
    this.#store = store;
    this.#exchange = exchange;
    this.changes = new Changes(store);
  }

  async load(): Promise<Tokens> {
    return parse(await this.#store.load());
  }

  /** Stores what `change` makes of the stored tokens. No other tab changes them in the meantime. */
  async update(change: (tokens: Tokens) => Tokens | Promise<Tokens>): Promise<Tokens> {
    const [before, after] = await inTurn(this.#store, async () => {
      const stored = await this.load();
      const changed = await change(stored);
      if (changed !== stored) {
        await this.#store.save(JSON.stringify(changed));
      }
      return [stored, changed] as const;
    });
    if ((before.refresh === undefined) !== (after.refresh === undefined)) {
      this.changes.publish(after.refresh !== undefined);
    }
    return after;
  }

  /** Returns a stored access token that lives long enough and is not the refused one, or refreshes. */
  async accessToken(refused?: string): Promise<string> {
    const tokens = await this.load();
    return isUsable(tokens, refused) ? tokens.access.token : this.refresh(refused);
  }

  /**
   * Waits for the running refresh, or starts one. It runs to its end even if its callers give up: the service has rotated the token by
   * then, and only a stored successor keeps the session alive.
   */
  async refresh(refused: string | undefined): Promise<string> {
    this.#refreshing ??= { refused, result: this.#refresh(refused).finally(() => (this.#refreshing = undefined)) };
    const { result, refused: theirs } = this.#refreshing;
    const token = await result;
    // A refresh that began earlier may return the very token that was refused since.
    return token === refused && theirs !== refused ? this.refresh(refused) : token;
  }

  /** The store is read first, in turn, because another tab may have rotated the token since this one read it. */
  async #refresh(refused: string | undefined): Promise<string> {
    let ended: Problem | undefined;
    const after = await this.update(async (tokens) => {
      if (isUsable(tokens, refused)) {
        return tokens;
      }
      if (tokens.refresh === undefined) {
        throw new NotLoggedInError("not logged in");
      }
      const sent = Date.now();
      try {
        return tokensOf(await this.#exchange(tokens.refresh), sent, tokens);
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "invalid_refresh_token") {
          throw error;
        }
        ended = error;
        return loggedOut(tokens);
      }
    });
    if (after.access === undefined) {
      throw new NotLoggedInError("the session has ended", { cause: ended });
    }
    return after.access.token;
  }
}

function isUsable(tokens: Tokens, refused: string | undefined): tokens is Tokens & { access: NonNullable<Tokens["access"]> } {
  const access = tokens.access;
  return access !== undefined && access.token !== refused && Date.now() + expiryMargin < access.expiresAt;
}

/** The tokens of a response to a request that was sent at that time. */
export function tokensOf(response: TokenResponse, sent: number, before: Tokens): Tokens {
  const device = response.device_token ?? before.device;
  return {
    access: { token: response.access_token, expiresAt: sent + response.expires_in * 1000 },
    refresh: response.refresh_token,
    ...(device === undefined ? {} : { device }),
  };
}

/** What remains when the session has ended. */
export function loggedOut(tokens: Tokens): Tokens {
  return tokens.device === undefined ? {} : { device: tokens.device };
}

function parse(text: string | undefined): Tokens {
  if (text === undefined) {
    return {};
  }
  try {
    return JSON.parse(text) as Tokens;
  } catch {
    // The error of JSON.parse would repeat a part of the tokens.
    throw new Error("the token store does not contain tokens: clear it, and log in again");
  }
}
