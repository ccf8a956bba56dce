import createClient from "openapi-fetch";

import type { paths } from "./generated/schema.js";
import { idempotencyHeader, notOfThisOperation, sender, type Sending } from "./sender.js";

/** The client of the contract, whose calls throw a Problem for every response that is no success. */
export function requests(serviceUrl: string, sending: Sending) {
  return createClient<paths>({
    baseUrl: serviceUrl.replace(/\/+$/, ""),
    fetch: sender(sending),
    cache: "no-store",
    credentials: "omit",
    // A redirected request would carry its password or token to another address.
    redirect: "error",
    referrerPolicy: "no-referrer",
  });
}

/** Returns the decoded body of a success. */
export function content<T>({ data }: { data?: T }): T {
  if (data === undefined) {
    throw new Error(notOfThisOperation);
  }
  return data;
}

/** Returns the header, a string of RFC 8941 as draft-ietf-httpapi-idempotency-key-header says. */
export function idempotent(key: string = crypto.randomUUID()): Record<string, string> {
  if (!/^[ !#-[\]-~]+$/.test(key)) {
    throw new TypeError("an idempotency key consists of printable ASCII characters without quotes and backslashes");
  }
  return { [idempotencyHeader]: `"${key}"` };
}

/** Refuses URLs that would send passwords in clear, or that contain more than an address and a path. */
export function checkUrl(serviceUrl: string, allowHttp: boolean): void {
  const url = URL.canParse(serviceUrl) ? new URL(serviceUrl) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw new TypeError("the service's URL must be absolute, such as https://accounts.siriusys.com");
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new TypeError("the service's URL must consist of an address and a path");
  }
  if (url.protocol === "http:" && !allowHttp && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) {
    throw new TypeError("http sends passwords in clear: use an https URL, or set allowHttp");
  }
}

/** Browsers send their own, and some ask the service for permission if a script sets it. */
export function userAgent(program: string | undefined): string {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return process?.versions?.node === undefined ? "" : `${program ?? ""} siriusys-accounts-typescript`.trim();
}
