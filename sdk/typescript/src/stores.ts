/**
 * Keeps the tokens of one user on one device, as a text. The text is secret: a program that has it can act for the user.
 */
export interface TokenStore {
  /** Returns what was saved last, or undefined if nothing was. */
  load(): Promise<string | undefined>;
  /** Replaces it durably. */
  save(text: string): Promise<void>;
  /** The name of what other tabs, windows and workers of the origin share with this store; undefined if they share nothing. */
  readonly sharedName?: string | undefined;
}

/** Keeps the tokens until the page or the process ends. */
export class MemoryStore implements TokenStore {
  #text: string | undefined;

  async load(): Promise<string | undefined> {
    return this.#text;
  }

  async save(text: string): Promise<void> {
    this.#text = text;
  }
}

/**
 * Keeps the tokens in the browser, for all tabs and workers of the origin. It uses IndexedDB, because a tab can read an old value of
 * `localStorage` after another one has written it. Scripts of the origin can read the tokens, so the page needs a
 * Content-Security-Policy that allows no foreign ones.
 */
export class WebStore implements TokenStore {
  readonly sharedName: string;

  constructor(name = "siriusys-accounts") {
    this.sharedName = name;
  }

  async load(): Promise<string | undefined> {
    return (await this.#run("readonly", (records) => records.get(record))) as string | undefined;
  }

  async save(text: string): Promise<void> {
    await this.#run("readwrite", (records) => records.put(text, record));
  }

  /** Makes one request in a transaction of its own, and waits until that is complete. */
  async #run<T>(mode: IDBTransactionMode, request: (records: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const opening = indexedDB.open(this.sharedName, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(records);
    const database = await resultOf(opening);
    try {
      const transaction = database.transaction(records, mode);
      const complete = new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error ?? new Error("the browser did not store the tokens"));
      });
      const [result] = await Promise.all([resultOf(request(transaction.objectStore(records))), complete]);
      return result;
    } finally {
      database.close();
    }
  }
}

const records = "tokens";
const record = "current";

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser did not read the tokens"));
  });
}
