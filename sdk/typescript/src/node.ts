import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { platform } from "node:process";

import type { TokenStore } from "./stores.js";

/**
 * Keeps the tokens in a file that only its owner can read. Its folder must exist. Node has no locks between processes: if two of them
 * refresh the tokens of one file concurrently, the reuse interval of the service gives both the newest ones.
 */
export class FileStore implements TokenStore {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async load(): Promise<string | undefined> {
    try {
      const { mode } = await stat(this.#path);
      if ((mode & 0o077) !== 0 && platform !== "win32") {
        throw new Error(`other users can read ${this.#path}: set its mode to 0600`);
      }
      return await readFile(this.#path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") {
        return undefined;
      }
      throw error;
    }
  }

  /** Replaces the file by one that is complete and synced, so that a crash leaves either the old or the new tokens. */
  async save(text: string): Promise<void> {
    const fresh = `${this.#path}.${crypto.randomUUID()}`;
    try {
      const file = await open(fresh, "wx", 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(fresh, this.#path);
    } catch (error) {
      await rm(fresh, { force: true });
      throw error;
    }
    await syncFolder(dirname(this.#path));
  }
}

/** Makes the new name durable. Windows cannot sync folders. */
async function syncFolder(path: string): Promise<void> {
  if (platform === "win32") {
    return;
  }
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
