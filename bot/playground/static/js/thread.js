// A thread beside the messages (over them on a narrow page).

import { get, newAct, post } from "./api.js";
import { $, el, icon, tell } from "./dom.js";
import { messageElement } from "./messages.js";
import { store } from "./store.js";

const beside = $("beside"), pane = $("thread");
let open = 0, opener = null;

export const openThreadId = () => open;

export async function openThread(id, from) {
  const given = await get("/api/thread", { as: store.me, id });
  open = Number(id);
  opener = from ?? null;
  draw(given);
  pane.hidden = false;
  $("tour").hidden = true;
  beside.dataset.shows = "thread";
  $("app").dataset.thread = "open";
  const list = pane.querySelector(".thread-list");
  list.scrollTop = list.scrollHeight;
  pane.querySelector("#thread-close").focus({ focusVisible: false });
}

export function closeThread() {
  if (!open) return;
  const message = open;
  open = 0;
  pane.hidden = true;
  pane.replaceChildren();
  $("tour").hidden = false;
  delete beside.dataset.shows;
  delete $("app").dataset.thread;
  (opener?.isConnected ? opener : document.querySelector(`[data-thread="${message}"]`) ?? $("say")).focus();
}

function draw({ root, replies }) {
  const count = replies.length === 1 ? "1 reply" : `${replies.length} replies`;
  const list = el("div", { class: "thread-list", tabindex: "0", role: "group", "aria-label": "Replies" },
    el("ol", { class: "thread-root" }, messageElement(root, store.people, { threads: false })),
    el("p", { class: "thread-rule" }, count),
    el("ol", { class: "message-list" }, replies.map((each) => messageElement(each, store.people, { threads: false }))));
  const say = el("input", { class: "composer-say", type: "text", placeholder: "Reply in the thread", "aria-label": "Reply in the thread" });
  const box = el("form", { class: "thread-say", onsubmit: (event) => reply(event, say) },
    el("div", { class: "composer-box" }, say, el("button", { type: "submit", class: "icon-button", "aria-label": "Send the reply" }, icon("play"))));
  pane.replaceChildren(
    el("header", { class: "thread-head" },
      el("h2", {}, "Thread", el("small", {}, root.summary)),
      el("button", { type: "button", class: "icon-button", id: "thread-close", "aria-label": "Close the thread", onclick: closeThread }, icon("close"))),
    list, box);
  list.scrollTop = list.scrollHeight;
}

async function reply(event, say) {
  event.preventDefault();
  const words = say.value.trim();
  if (!words) return;
  say.value = "";
  await post("/api/chat", { as: store.me, id: newAct(), channel: store.channel, words, thread: open });
}

// Something happened in the thread that is open, or to the card that it hangs under.
export async function refreshThread({ message, root }) {
  if (!open || (root ?? message)?.id !== open) return;
  const say = pane.querySelector("input"), draft = say?.value ?? "", focused = document.activeElement === say;
  draw(await get("/api/thread", { as: store.me, id: open }));
  const fresh = pane.querySelector("input");
  fresh.value = draft;
  if (focused) fresh.focus();
  if (root) tell(`In the thread: ${message.summary}`);
}
