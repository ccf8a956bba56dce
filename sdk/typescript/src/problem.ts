/** What is wrong with one member of the request. */
export interface FieldError {
  /** The member's name in the contract, such as `full_name`. */
  readonly field: string;
  /** What is wrong, for programs. An open list. */
  readonly code: string;
  /** What is wrong, for people: a phrase that follows the name. */
  readonly text: string;
}

/** A response of the service that is no success (RFC 9457). It contains no password, token or personal data. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    /** The HTTP status. */
    readonly status: number,
    /** What went wrong, for programs; empty if the response is not from the service but from a proxy. */
    readonly code: string,
    /** What went wrong and what to do about it, for people. */
    readonly detail: string,
    /** Quote it when you ask the operator for help. */
    readonly requestId: string,
    /** The invalid members of the request. */
    readonly fields: readonly FieldError[],
    /** Seconds to wait before the next attempt; 0 if the response does not say so. */
    readonly retryAfter: number,
  ) {
    const invalid = fields.map((f) => `, ${f.field}: ${f.code}`).join("");
    super(`${status} ${code}${invalid}${requestId && ` (request ${requestId})`}`);
  }
}

/** There is no session: the user never logged in, logged out, or the session expired or was revoked. */
export class NotLoggedInError extends Error {
  override readonly name = "NotLoggedInError";
}

/** Reads a response. The body of anything but a problem is ignored, because a proxy may repeat the request in it. */
export function problemOf(response: Response, body: string): Problem {
  const content = isProblem(response) ? members(body) : {};
  const fields = Array.isArray(content["errors"]) ? content["errors"].map(fieldError) : [];
  return new Problem(
    response.status,
    text(content["code"]),
    text(content["detail"]),
    text(content["request_id"]) || (response.headers.get("X-Request-Id") ?? ""),
    fields,
    retryAfter(response.headers.get("Retry-After")),
  );
}

function isProblem(response: Response): boolean {
  return /^application\/problem\+json(;|$)/i.test(response.headers.get("Content-Type") ?? "");
}

function fieldError(value: unknown): FieldError {
  const content = isObject(value) ? value : {};
  return { field: text(content["field"]), code: text(content["code"]), text: text(content["text"]) };
}

function members(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Reads the two forms of RFC 9110 section 10.2.3, seconds and a date. */
function retryAfter(header: string | null): number {
  if (header === null) {
    return 0;
  }
  const seconds = /^\d{1,9}$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return seconds > 0 ? seconds : 0;
}
