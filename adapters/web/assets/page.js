// The pages that links in mails open. The token comes in the fragment, which browsers send to no server, and leaves by POST.
"use strict";

const base = document.body.dataset.base;
const form = document.getElementById("form");
const field = document.getElementById("password"); // null where there is nothing to enter
const error = document.querySelector(".error");
const submit = document.getElementById("submit");
const notice = document.getElementById("notice");
const toggle = document.getElementById("toggle");
const token = new URLSearchParams(location.hash.slice(1)).get("token");

// The token must not stay in the address bar or the history.
history.replaceState(null, "", location.pathname);

const pages = {
  "verify-email": {
    send: (password) => post("/verify-email", { token, password }),
    // The answer's tokens are for apps. This page has no use for them, so no session may stay behind.
    done: async (response) => {
      const { access_token } = await response.json();
      await fetch(`${base}/logout`, { method: "POST", headers: { Authorization: `Bearer ${access_token}` } }).catch(() => {});
      return "Your address is confirmed. You can sign in now.";
    },
    wrong: "This is not the password that was chosen at the signup that this link belongs to. Please try again.",
    dead: "This link was already used or is too old. If you can sign in, all is well; otherwise ask for a new link where you signed up.",
    missing: "This link is incomplete. Please open it again from the mail, or copy all of it.",
  },
  "password-reset": {
    send: (new_password) => post("/password-reset", { token, new_password }),
    done: async () => "Your password is changed, and all devices are signed out. You can sign in with the new one now.",
    dead: "This link was already used or is older than 30 minutes. Please ask for a new one where you sign in.",
    missing: "This link is incomplete. Please open it again from the mail, or copy all of it.",
  },
  "reverse-termination": {
    send: () => post("/termination-reversal", { token }),
    done: async () => "Your account is back. You can sign in with its password again. If it was not you who terminated the account, reset the password now: somebody else knows it.",
    dead: "This link was already used, or its time is over. If you can sign in, all is well; otherwise look for a newer letter, or sign up anew.",
    missing: "This link is incomplete. Please open it again from the mail, or copy all of it.",
  },
};
const page = pages[document.body.dataset.page];

function post(path, body) {
  return fetch(base + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), credentials: "omit" });
}

function finish(text, bad) {
  form.hidden = true;
  if (field) field.value = "";
  notice.textContent = text;
  notice.classList.toggle("bad", bad);
  notice.hidden = false;
  notice.focus();
}

function complain(text) {
  error.textContent = text;
  if (!field) return;
  field.parentElement.classList.toggle("wrong", text !== "");
  field.setAttribute("aria-invalid", String(text !== ""));
  if (text !== "") field.focus();
}

function wait(response) {
  const seconds = Number(response.headers.get("Retry-After")) || 60;
  return seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}

async function answer(response) {
  if (response.ok) return finish(await page.done(response), false);
  const problem = await response.json().catch(() => ({}));
  switch (response.status) {
    case 400: return finish(page.dead, true);
    case 401: return complain(page.wrong);
    case 422: {
      const fault = (problem.errors ?? []).find((e) => e.field === field?.name);
      return fault ? complain(`The password ${fault.text}.`) : finish(page.dead, true);
    }
    case 429: return complain(`There were too many attempts. Please try again in ${wait(response)}.`);
    default: return complain("The service cannot answer right now. Please try again in a moment.");
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (submit.disabled) return;
  if (field?.value === "") return complain("Please enter the password.");
  complain("");
  submit.disabled = true;
  try {
    await answer(await page.send(field?.value));
  } catch {
    complain("The service could not be reached. Please check your connection and try again.");
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

if (token) {
  form.hidden = false;
  (field ?? submit).focus();
} else {
  finish(page.missing, true);
}
