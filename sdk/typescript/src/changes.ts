import type { TokenStore } from "./stores.js";

export type ChangeListener = (change: { readonly loggedIn: boolean }) => void;

/** Tells the listeners of this page and, by a BroadcastChannel without any token, of other tabs that the user logged in or out. */
export class Changes {
  readonly #listeners = new Set<ChangeListener>();
  readonly #channel: BroadcastChannel | undefined;

  constructor(store: TokenStore) {
    if (store.sharedName === undefined || typeof BroadcastChannel === "undefined") {
      return;
    }
    this.#channel = new BroadcastChannel(`siriusys-accounts ${store.sharedName}`);
    this.#channel.onmessage = (event: MessageEvent<unknown>) => this.#notify(event.data === true);
    // In Node, an open channel keeps the process alive.
    (this.#channel as { unref?: () => void }).unref?.();
  }

  listen(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(loggedIn: boolean): void {
    this.#notify(loggedIn);
    this.#channel?.postMessage(loggedIn);
  }

  close(): void {
    this.#channel?.close();
  }

  #notify(loggedIn: boolean): void {
    for (const listener of this.#listeners) {
      listener({ loggedIn });
    }
  }
}
