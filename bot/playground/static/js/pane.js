// The channel that is open: its messages, what changes in it, the private answers given in it.

import { get, post } from "./api.js";
import { $, el, tell } from "./dom.js";
import { arrange, messageElement, privateElement } from "./messages.js";
import { change, demoNow, isDirect, me, on, store } from "./store.js";

const scroller = $("messages"), list = $("list"), earlier = $("earlier"), newest = $("newest");
// The last private answer of each person in each channel; a newer one takes its place.
const answers = new Map();
let loading = 0, stuck = true;

export const hasAnswer = () => answers.has(where());
const where = () => `${store.me} ${store.channel}`;
const atBottom = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 120;
const toBottom = () => { scroller.scrollTop = scroller.scrollHeight; newest.hidden = true; };

export async function loadChannel() {
  const turn = ++loading;
  const given = await get("/api/channel", { as: store.me, id: store.channel });
  if (turn !== loading) return;
  list.replaceChildren(...given.messages.map((each) => messageElement(each, store.people)));
  const answer = answers.get(where());
  if (answer) place(privateElement(answer, dismiss));
  earlier.hidden = !given.earlier;
  showEmpty();
  arrange(list);
  toBottom();
  markRead();
}

earlier.addEventListener("click", async () => {
  const first = list.querySelector("[data-message]");
  const given = await get("/api/channel", { as: store.me, id: store.channel, before: first.dataset.message });
  const height = scroller.scrollHeight;
  list.prepend(...given.messages.map((each) => messageElement(each, store.people)));
  earlier.hidden = !given.earlier;
  arrange(list);
  scroller.scrollTop += scroller.scrollHeight - height;
});

function showEmpty() {
  if (list.children.length) return list.querySelector(".nothing")?.remove();
  const sentence = isDirect() ? "Cabbot writes here when something waits for you. Type a command to it, without /release." : "Cards hang here as soon as something happens.";
  list.append(el("li", { class: "nothing" }, el("img", { src: "/static/cabbot.svg", alt: "" }), el("strong", {}, "Nothing here yet"), sentence));
}

function place(element) {
  const after = [...list.children].find((each) => each.dataset.at > element.dataset.at);
  list.insertBefore(element, after ?? null);
}

// What is being pressed stays where it is until the press is over, or it would come to nothing.
let pressed = null;
const held = [];
list.addEventListener("pointerdown", (event) => { pressed = event.target; });
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => setTimeout(release, 0));

function release() {
  pressed = null;
  for (const each of held.splice(0)) show(each);
}

// A message came or was edited.
export function show(event) {
  const { kind, message, root } = event, shown = root ?? message;
  if (shown.channel !== store.channel) return;
  const old = list.querySelector(`[data-message="${shown.id}"]`);
  if (old?.contains(pressed)) return void held.push(event);
  const made = messageElement(shown, store.people);
  const follow = atBottom();
  if (old && root) {
    countReplies(old, made);
  } else if (old) {
    if (kind === "edited") made.classList.add("message--touched");
    old.replaceWith(made);
  } else if (!root) {
    made.classList.add("message--fresh");
    list.querySelector(".nothing")?.remove();
    list.append(made);
  }
  arrange(list);
  if (follow) toBottom();
  else if (!old) newest.hidden = false;
  if (kind === "posted") tell(`${message.author || "Cabbot"}: ${message.summary}`);
  markRead();
}

// A reply leaves the card above it alone, which may be under somebody's finger at this moment.
function countReplies(old, made) {
  old.querySelector(".replies")?.remove();
  old.querySelector(".message-body").append(...made.querySelectorAll(".replies"));
}

newest.addEventListener("click", toBottom);
scroller.addEventListener("scroll", () => {
  stuck = atBottom();
  if (stuck) newest.hidden = true;
});
// Who reads the newest goes on reading it when the pane gets lower, by a thread beside it or a keyboard below it.
new ResizeObserver(() => { if (stuck) toBottom(); }).observe(scroller);

// To its end, or to its beginning when it is higher than the pane. Not scrollIntoView, which would move the whole page too.
function bring(element) {
  const shown = element.getBoundingClientRect(), pane = scroller.getBoundingClientRect();
  scroller.scrollTop += Math.min(shown.top - pane.top - 12, shown.bottom - pane.bottom + 12);
}

export async function markRead() {
  const last = [...list.querySelectorAll("[data-message]")].at(-1);
  if (document.hidden || !last || !store.unread[store.channel]) return;
  change(await post("/api/read", { as: store.me, channel: store.channel, message: Number(last.dataset.message) }));
}

export function showPrivate(html, summary, said) {
  const answer = { html, said, at: demoNow().toISOString() };
  answers.set(where(), answer);
  list.querySelector(".nothing")?.remove();
  list.querySelector("[data-private]")?.remove();
  const made = privateElement(answer, dismiss);
  made.classList.add("message--fresh");
  list.append(made);
  arrange(list);
  bring(made);
  tell(`Only you see this: ${summary}`);
  return made;
}

function dismiss() {
  answers.delete(where());
  list.querySelector("[data-private]")?.remove();
  showEmpty();
  arrange(list);
  $("say").focus();
}

on("people", () => { if (me() && store.channel && list.children.length) arrange(list); });
document.addEventListener("visibilitychange", markRead);
