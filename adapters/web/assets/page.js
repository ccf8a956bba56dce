// The pages that the links in emails open. The token is in the fragment, which browsers do not send; the page sends it by POST.
"use strict";

const base = document.body.dataset.base;
const form = document.getElementById("form");
const field = document.getElementById("password"); // null on a page without a password
const error = document.querySelector(".error");
const submit = document.getElementById("submit");
const notice = document.getElementById("notice");
const toggle = document.getElementById("toggle");
const token = new URLSearchParams(location.hash.slice(1)).get("token");

// The token must not stay in the address bar or the history.
history.replaceState(null, "", location.pathname);

const incomplete = "This link is incomplete. Open it again from the email, or copy the whole link.";
const pages = {
  "verify-email": {
    send: (password) => post("/verify-email", { token, password }),
    // The tokens of the response are for apps. This page does not need them, so it revokes the session.
    done: async (response) => {
      const { access_token } = await response.json();
      await fetch(`${base}/logout`, { method: "POST", headers: { Authorization: `Bearer ${access_token}` } }).catch(() => {});
      return "Your email address is confirmed. You can now sign in.";
    },
    wrongPassword: "No signup with this email address has that password. Please try again, or sign up again with this link.",
    invalidToken: "This link was already used or has expired. If you can sign in, you don't need it. Otherwise, request a new link where you signed up.",
  },
  "password-reset": {
    send: (new_password) => post("/password-reset", { token, new_password }),
    done: async () => "Your password was changed, and you were signed out on every device. You can now sign in with your new password.",
    invalidToken: "This link was already used or has expired. Request a new one where you sign in.",
  },
  "cancel-termination": {
    send: () => post("/termination-reversal", { token }),
    done: async () => "The termination was cancelled. You can sign in with your password again. If you didn't terminate the account, reset your password now: another person knows it.",
    invalidToken: "This link was already used or has expired. If you can sign in, you don't need it. Otherwise, look for a newer email, or sign up again.",
  },
};
const page = pages[document.body.dataset.page];

function post(path, body) {
  return fetch(base + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), credentials: "omit" });
}

function finish(text, failed) {
  form.hidden = true;
  if (field) field.value = "";
  notice.textContent = text;
  notice.classList.toggle("bad", failed);
  notice.hidden = false;
  notice.focus();
}

function showError(text) {
  error.textContent = text;
  if (!field) return;
  field.parentElement.classList.toggle("wrong", text !== "");
  field.setAttribute("aria-invalid", String(text !== ""));
  if (text !== "") field.focus();
}

function retryAfter(response) {
  const seconds = Number(response.headers.get("Retry-After")) || 60;
  return seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}

async function show(response) {
  if (response.ok) return finish(await page.done(response), false);
  const problem = await response.json().catch(() => ({}));
  switch (response.status) {
    case 400: return finish(page.invalidToken, true);
    case 401:
      if (again) again.hidden = false;
      return showError(page.wrongPassword);
    case 422: {
      const invalid = (problem.errors ?? []).find((e) => e.field === field?.name);
      return invalid ? showError(`The password ${invalid.text}.`) : finish(page.invalidToken, true);
    }
    case 429: return showError(`Too many attempts. Please try again in ${retryAfter(response)}.`);
    default: return showError("The service is temporarily unavailable. Please try again in a moment.");
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (submit.disabled) return;
  if (field?.value === "") return showError("Please enter a password.");
  showError("");
  submit.disabled = true;
  try {
    await show(await page.send(field?.value));
  } catch {
    showError("The service could not be reached. Please check your connection and try again.");
  } finally {
    submit.disabled = false;
  }
});

toggle?.addEventListener("click", () => {
  const shown = field.type === "text";
  field.type = shown ? "password" : "text";
  toggle.textContent = shown ? "Show" : "Hide";
  toggle.setAttribute("aria-pressed", String(!shown));
  field.focus();
});

// Signing up again: any live link confirms each signup of its email address, so the new one needs no further message.
const signup = document.getElementById("signup"); // null on the other pages
const again = document.getElementById("again");
const signupSubmit = document.getElementById("signup-submit");
const signupError = document.getElementById("signup-error");
const labels = { email: "The email address", full_name: "The name", country: "The country", state_province: "The state or province", password: "The password" };

again?.addEventListener("click", () => {
  form.hidden = true;
  signup.hidden = false;
  signup.elements.email.focus();
});

async function signUpAndConfirm() {
  const body = Object.fromEntries(new FormData(signup));
  const created = await post("/signup", body);
  if (created.status === 422) {
    const { errors = [] } = await created.json().catch(() => ({}));
    signup.elements[errors[0]?.field]?.focus();
    return errors.map((e) => `${labels[e.field] ?? "A value"} ${e.text}.`).join(" ");
  }
  const response = created.ok ? await post("/verify-email", { token, password: body.password }) : created;
  if (response.ok || response.status === 400) {
    signup.hidden = true;
    signup.reset();
    finish(response.ok ? await page.done(response) : page.invalidToken, !response.ok);
    return "";
  }
  if (response.status === 401) return "This link belongs to another email address. Enter the one that received it.";
  if (response.status === 429) return `Too many attempts. Please try again in ${retryAfter(response)}.`;
  return "The service is temporarily unavailable. Please try again in a moment.";
}

signup?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (signupSubmit.disabled) return;
  signupError.textContent = "";
  signupSubmit.disabled = true;
  try {
    signupError.textContent = await signUpAndConfirm();
  } catch {
    signupError.textContent = "The service could not be reached. Please check your connection and try again.";
  } finally {
    signupSubmit.disabled = false;
  }
});

if (token) {
  form.hidden = false;
  (field ?? submit).focus();
} else {
  finish(incomplete, true);
}
