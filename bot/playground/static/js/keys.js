// Keys for those who like them, and the two buttons at the foot of the side.

import { showKeys } from "./dialogs.js";
import { $, tell } from "./dom.js";
import { drawer } from "./side.js";
import { store } from "./store.js";
import { closeThread } from "./thread.js";

const THEMES = { auto: "Theme: auto", light: "Theme: light", dark: "Theme: dark" };

function nextTheme() {
  const names = Object.keys(THEMES);
  globalThis.cabbotTheme.choose(names[(names.indexOf(globalThis.cabbotTheme.chosen()) + 1) % names.length]);
  drawTheme();
  tell(THEMES[globalThis.cabbotTheme.chosen()]);
}

function drawTheme() {
  $("theme-name").textContent = THEMES[globalThis.cabbotTheme.chosen()] ?? THEMES.auto;
}

export function keepKeys(go) {
  drawTheme();
  $("theme").addEventListener("click", nextTheme);
  $("keys").addEventListener("click", showKeys);
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (event.altKey && !event.ctrlKey && !event.metaKey) return withAlt(event, go);
    if (event.key === "Escape") return $("app").dataset.side === "open" ? drawer(false) : closeThread();
    if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey) return undefined;
    if (event.key === "/") { event.preventDefault(); $("say").focus(); }
    if (event.key === "?") showKeys();
    return undefined;
  });
}

function withAlt(event, go) {
  const channels = [...store.channels.map((each) => each.id), store.direct];
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const place = Number(event.code.match(/^Digit([1-9])$/)?.[1] ?? 0);
  if (step) go({ channel: channels[(channels.indexOf(store.channel) + step + channels.length) % channels.length] });
  else if (place && store.people[place - 1]) go({ me: store.people[place - 1].handle });
  else if (event.code === "KeyT") nextTheme();
  else return;
  event.preventDefault();
}
