import { Problem, problemOf } from "./problem.js";

/** How the requests are sent. */
export interface Sending {
  readonly fetch: (request: Request) => Promise<Response>;
  /** Seconds that one call waits at most before it gives up to repeat a request. */
  readonly maxWait: number;
  readonly userAgent: string;
  readonly wait: (seconds: number, signal: AbortSignal) => Promise<void>;
}

export const idempotencyHeader = "Idempotency-Key";
export const notOfThisOperation = "the response is not of this operation: is the URL that of the service?";
const refreshPath = "/token/refresh";
const maxAttempts = 4;
const firstBackoff = 0.25;
const attemptTimeout = 30;
/**
 * Seconds, fewer than the 10 of the service's reuse interval: after a lost response, the next attempt with the same refresh token
 * still yields the newest one.
 */
const refreshTimeout = 8;

/** Returns a function like `fetch` that repeats what may be repeated and throws a Problem for every response that is no success. */
export function sender(sending: Sending): (request: Request) => Promise<Response> {
  return async (request) => {
    let waited = 0;
    for (let attempt = 1; ; attempt++) {
      try {
        return await send(request, sending);
      } catch (error) {
        const wait = request.signal.aborted || attempt === maxAttempts ? undefined : waitBefore(request, error, attempt);
        if (wait === undefined || (waited += wait) > sending.maxWait) {
          throw error;
        }
        await sending.wait(wait, request.signal);
      }
    }
  };
}

/** Sends a copy of the request, and reads the whole response, so that a connection that breaks in its middle fails this attempt. */
async function send(request: Request, { fetch, userAgent }: Sending): Promise<Response> {
  const seconds = isRefresh(request) ? refreshTimeout : attemptTimeout;
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(seconds * 1000)]);
  const copy = new Request(request.clone(), { signal });
  if (userAgent !== "") {
    copy.headers.set("User-Agent", userAgent);
  }
  const response = await fetch(copy);
  const body = await response.text();
  if (!response.ok) {
    throw problemOf(response, body);
  }
  if (body !== "" && !isJson(body)) {
    throw new Error(notOfThisOperation); // the error of JSON.parse would repeat a part of the body
  }
  return new Response(body === "" ? null : body, { status: response.status, headers: response.headers });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Returns the seconds to wait before the request is repeated, or undefined if it must not be. */
function waitBefore(request: Request, error: unknown, attempt: number): number | undefined {
  const backoff = firstBackoff * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
  if (!(error instanceof Problem)) {
    return isRepeatable(request) ? backoff : undefined;
  }
  if (error.status !== 429 && error.status !== 503) {
    return undefined;
  }
  // Clients that were refused together do not come back together.
  return error.retryAfter > 0 ? error.retryAfter * (1 + Math.random() / 10) : backoff;
}

/** Whether a request whose outcome is unknown may be sent again. */
function isRepeatable(request: Request): boolean {
  return request.method === "GET" || request.method === "DELETE" || request.headers.has(idempotencyHeader) || isRefresh(request);
}

function isRefresh(request: Request): boolean {
  return new URL(request.url).pathname.endsWith(refreshPath);
}

/** Waits that long, or rejects when the signal is aborted. */
export function wait(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, seconds * 1000);
    signal.addEventListener("abort", abort, { once: true });
  });
}
