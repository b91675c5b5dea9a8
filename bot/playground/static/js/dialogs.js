// Dialogs: forms with their errors, questions before a button's sentence, the keys.

import { $, el } from "./dom.js";

const form = $("form-dialog"), question = $("confirm-dialog"), keys = $("keys-dialog");

for (const dialog of [form, question, keys]) {
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) dialog.close("no");
  });
}

export function openForm(fragment, submitted) {
  fillDialog(fragment, submitted);
  if (!form.open) form.showModal();
  (form.querySelector('[aria-invalid="true"]') ?? form.querySelector(".form-input, input:not([type=hidden])"))?.focus();
}

function fillDialog(fragment, submitted) {
  const made = fragment.querySelector("form");
  nameDialog(form, made.querySelector(".form-title"));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    if (made.getAttribute("aria-busy") === "true") return;
    busy(made, true);
    const values = Object.fromEntries([...new FormData(made)].map(([name, value]) => [name, String(value)]));
    submitted({
      line: made.dataset.say, values,
      close: () => form.close(),
      again: (next) => openForm(next, submitted),
      refuse: (card) => { busy(made, false); refuse(card); },
    });
  });
  form.replaceChildren(made);
}

function busy(made, yes) {
  if (yes) made.setAttribute("aria-busy", "true");
  else made.removeAttribute("aria-busy");
  for (const button of made.querySelectorAll('button[type="submit"]')) button.disabled = yes;
}

function refuse(card) {
  form.querySelector(".form-refusal")?.remove();
  form.prepend(el("div", { class: "form-refusal", role: "alert" }, card));
}

function nameDialog(dialog, title) {
  title.id = `${dialog.id}-title`;
  dialog.setAttribute("aria-labelledby", title.id);
}

export function confirmed({ title, text, yes, no, danger }) {
  const heading = el("h2", { class: "dialog-title" }, title);
  question.replaceChildren(el("div", { class: "dialog-body" }, heading, text ? el("p", {}, text) : null,
    el("div", { class: "form-buttons" },
      el("button", { type: "button", class: `button ${danger ? "button--danger" : "button--primary"}`, onclick: () => question.close("yes"), autofocus: true }, yes),
      el("button", { type: "button", class: "button", "data-close": true }, no))));
  nameDialog(question, heading);
  question.returnValue = "no";
  question.showModal();
  return new Promise((answer) => {
    question.addEventListener("close", () => answer(question.returnValue === "yes"), { once: true });
  });
}

const KEYS = [
  ["/", "Go to the command box"],
  ["Tab", "Take the completion"],
  ["↑ ↓", "In the box: what you said before, or choose a completion"],
  ["Alt ↑ ↓", "Channel above, channel below"],
  ["Alt 1 … 8", "Be somebody else"],
  ["Alt T", "Change the theme"],
  ["Esc", "Close what is open"],
  ["?", "Show these keys"],
];

export function showKeys() {
  const heading = el("h2", { class: "dialog-title" }, "Keys");
  const rows = KEYS.flatMap(([key, does]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, does)]);
  keys.replaceChildren(el("div", { class: "dialog-body" }, heading, el("dl", { class: "keys" }, rows),
    el("div", { class: "form-buttons" }, el("button", { type: "button", class: "button button--primary", "data-close": true }, "Close"))));
  nameDialog(keys, heading);
  keys.showModal();
}
