export { AccountsClient } from "./client.js";
export type {
  AccountExport, CallOptions, ClientOptions, IdempotentCallOptions, Profile, ProfileChange, Session, Signup,
} from "./client.js";
export type { ChangeListener } from "./changes.js";
export { NotLoggedInError, Problem } from "./problem.js";
export type { FieldError } from "./problem.js";
export { MemoryStore, WebStore } from "./stores.js";
export type { TokenStore } from "./stores.js";
