// The command box: completions, what was said before, shortcuts for those who come twice a year.

import { newAct, post } from "./api.js";
import { say } from "./acts.js";
import { $, el } from "./dom.js";
import { isDirect, on, store } from "./store.js";
import { commandOf, suggest } from "./suggest.js";

const form = $("composer"), box = $("say"), list = $("suggestions"), usage = $("usage"), menu = $("shortcuts-menu"), plus = $("shortcuts");
const said = JSON.parse(sessionStorage.getItem("cabbot-said") ?? "[]");
const narrow = matchMedia("(max-width: 820px)");
let offers = [], chosen = -1, back = 0;

const SHORTCUTS = [
  ["New release", "A form asks for everything", "new form=yes"],
  ["Emergency release", "One form, then one press of the ECAB", "emergency form=yes"],
  ["What waits for me", "Your next acts, your releases, the next windows", "home"],
  ["My releases", "Those you coordinate", "list mine"],
  ["Help", "Every command, by what it's for", "help"],
];

const touched = matchMedia("(pointer: coarse)");

// On a touch screen the focus would bring up the keyboard, over half of what is to be seen.
export function setLine(line, { focus = true } = {}) {
  box.value = line;
  if (focus || !touched.matches) box.focus();
  refresh();
}

function refresh() {
  form.classList.toggle("composer--command", box.value.startsWith("/"));
  offers = store.words ? suggest(box.value, store.words) : [];
  chosen = -1;
  drawOffers();
  const found = store.words && box.value.startsWith("/release ") ? commandOf(box.value.slice(9), store.words) : null;
  usage.replaceChildren(...(found ? [el("code", {}, found.command.usage), ` ${found.command.summary}`] : []));
  usage.title = found?.command.usage ?? "";
}

function drawOffers() {
  const open = offers.length > 0 && document.activeElement === box;
  list.hidden = !open;
  box.setAttribute("aria-expanded", String(open));
  box.removeAttribute("aria-activedescendant");
  list.replaceChildren(...offers.map((offer, place) => el("li", {
    class: "suggestion", role: "option", id: `suggestion-${place}`, "aria-selected": String(place === chosen),
    onmousedown: (event) => { event.preventDefault(); take(place); },
  }, el("b", {}, offer.shown), el("span", {}, offer.about), offer.aside ? el("small", {}, offer.aside) : null)));
  if (chosen >= 0) {
    box.setAttribute("aria-activedescendant", `suggestion-${chosen}`);
    list.children[chosen].scrollIntoView({ block: "nearest" });
  }
}

function take(place) {
  setLine(offers[place].line);
}

function choose(step) {
  chosen = (chosen + step + offers.length + (chosen < 0 && step < 0 ? 1 : 0)) % offers.length;
  drawOffers();
}

function recall(step) {
  if (!said.length) return;
  back = Math.min(Math.max(back + step, 0), said.length);
  box.value = back ? said.at(-back) : "";
  refresh();
  offers = [];
  drawOffers();
}

box.addEventListener("input", () => { back = 0; refresh(); });
box.addEventListener("focus", refresh);
box.addEventListener("blur", () => { list.hidden = true; box.setAttribute("aria-expanded", "false"); });
box.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const open = !list.hidden;
  if (event.key === "Tab" && open && !event.shiftKey) { event.preventDefault(); take(Math.max(chosen, 0)); }
  else if (event.key === "Enter" && open && chosen >= 0) { event.preventDefault(); take(chosen); }
  else if (event.key === "Escape" && open) { event.preventDefault(); event.stopPropagation(); offers = []; drawOffers(); }
  else if (event.key === "ArrowDown" && !event.altKey) { event.preventDefault(); if (open) choose(1); else recall(-1); }
  else if (event.key === "ArrowUp" && !event.altKey) { event.preventDefault(); if (open && chosen >= 0) choose(-1); else recall(1); }
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (!text) return;
  said.push(text);
  sessionStorage.setItem("cabbot-said", JSON.stringify(said.slice(-50)));
  back = 0;
  box.value = "";
  refresh();
  send(text);
});

// To Cabbot: /release …, @cabbot …, or anything in the conversation with it. All else is talk among people.
export async function send(text) {
  const command = text.match(/^(?:\/release|@cabbot)(?:\s+(.*))?$/is);
  if (command) return say(command[1] ?? "");
  if (isDirect()) {
    await post("/api/chat", { as: store.me, id: newAct(), channel: store.channel, words: text });
    return say(text, { shown: text });
  }
  return post("/api/chat", { as: store.me, id: newAct(), channel: store.channel, words: text });
}

function openMenu(yes) {
  menu.hidden = !yes;
  plus.setAttribute("aria-expanded", String(yes));
  if (yes) menu.querySelector("button").focus();
}

menu.append(...SHORTCUTS.map(([label, about, line]) => el("button", {
  type: "button", class: "menu-item", onclick: () => { openMenu(false); box.focus(); say(line, { origin: "pressed", shown: label }); },
}, label, el("small", {}, about))));
plus.addEventListener("click", () => openMenu(menu.hidden));
form.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || menu.hidden) return;
  event.stopPropagation();
  openMenu(false);
  plus.focus();
});
document.addEventListener("click", (event) => { if (!menu.contains(event.target) && !plus.contains(event.target)) openMenu(false); });

on("channel me channels", () => {
  const name = isDirect() ? "Cabbot" : `#${store.channel}`;
  box.placeholder = isDirect() ? "Tell Cabbot, such as: list mine" : narrow.matches ? "Message, or /release …" : `Message ${name}, or type /release`;
  $("say-label").textContent = `Message ${name}, or a command that begins with /release`;
});
