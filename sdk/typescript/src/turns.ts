import type { TokenStore } from "./stores.js";

const lastTurns = new WeakMap<TokenStore, Promise<unknown>>();

/**
 * Runs the functions for one store one after another: for all tabs of the origin by Web Locks, which a tab that is closed releases;
 * where there are none, or no other tab shares the store, within this page or process.
 */
export function inTurn<T>(store: TokenStore, run: () => Promise<T>): Promise<T> {
  const locks = (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
  if (store.sharedName !== undefined && locks !== undefined) {
    return locks.request(`siriusys-accounts ${store.sharedName}`, run) as Promise<T>;
  }
  const turn = (lastTurns.get(store) ?? Promise.resolve()).then(run, run);
  lastTurns.set(store, turn);
  return turn;
}
