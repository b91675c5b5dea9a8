// Starts the page: who and where stand in the address, so that a reload or a second window finds them again.

import { say } from "./acts.js";
import { get } from "./api.js";
import { clockMoved } from "./clock.js";
import "./composer.js";
import { $, tell } from "./dom.js";
import { keepKeys } from "./keys.js";
import { hasAnswer, loadChannel, show } from "./pane.js";
import { drawSide } from "./side.js";
import { change, isDirect, me, store } from "./store.js";
import { closeThread, openThread, refreshThread } from "./thread.js";
import { drawTour } from "./tour.js";

let stream = null, lost = false;

function address() {
  const [handle, channel] = decodeURIComponent(location.hash.slice(1)).split("/");
  return { me: handle || "ana", channel: channel || "releases" };
}

// Be somebody, be somewhere. A conversation with Cabbot becomes the new person's own.
async function go(to) {
  const handle = to.me ?? store.me;
  let channel = to.channel ?? store.channel;
  if (channel.startsWith("@")) channel = `@${handle}`;
  if (handle === store.me && channel === store.channel) return;
  closeThread();
  const other = handle !== store.me;
  history.replaceState(null, "", `#${handle}/${channel}`);
  change({ me: handle, channel });
  if (other) {
    await loadState();
    await listen();
  }
  await loadChannel();
  await atHome();
  tell(other ? `You are ${me().name} now, ${me().title}.` : $("title").textContent);
}

// Who comes to Cabbot alone is shown what waits for them, as on its home tab in Slack.
async function atHome() {
  if (isDirect() && !hasAnswer()) await say("home", { origin: "pressed", shown: "Home" });
}

async function loadState() {
  const given = await get("/api/state", { as: store.me }).catch(() => null);
  if (!given) return;
  const { clock, ...rest } = given;
  change(rest);
  clockMoved(clock);
}

async function loadAll() {
  const [, words, tour] = await Promise.all([loadState(), get("/api/words"), get("/api/tour")]);
  change({ words, tour });
  await loadChannel();
}

let behind = 0;
function refreshSoon() {
  clearTimeout(behind);
  behind = setTimeout(async () => {
    const [words, tour] = await Promise.all([get("/api/words"), get("/api/tour")]);
    change({ words, tour });
    await loadState();
  }, 150);
}

// Resolves when it is open: what is loaded from then on misses nothing.
function listen() {
  stream?.close();
  stream = new EventSource(`/api/events?as=${encodeURIComponent(store.me)}`);
  stream.addEventListener("message", (event) => happened(JSON.parse(event.data)));
  stream.addEventListener("error", () => gone(true));
  stream.addEventListener("open", () => {
    if (lost) loadAll();
    gone(false);
  });
  return new Promise((done) => {
    for (const name of ["open", "error"]) stream.addEventListener(name, done, { once: true });
  });
}

// The server is away, perhaps for a restart; the browser tries again by itself.
function gone(yes) {
  lost = yes;
  $("lost").textContent = yes ? "Cabbot doesn't answer. The page goes on by itself when it is back." : "";
  if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
}

function happened(event) {
  if (event.kind === "anew") return loadAll();
  if (event.kind === "clock") { clockMoved(event.clock); return refreshSoon(); }
  if (event.unread) change({ unread: event.unread, waiting: event.waiting });
  if (event.message) {
    show(event);
    refreshThread(event);
  }
  return refreshSoon();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-thread]");
  if (button) openThread(button.dataset.thread, button);
  const named = event.target.closest(".card-channel[data-channel]");
  if (named && store.channels.some((each) => each.id === named.dataset.channel)) go({ channel: named.dataset.channel });
});

addEventListener("hashchange", () => {
  const to = address();
  if (store.people.some((each) => each.handle === to.me)) go(to);
});

const begin = address();
Object.assign(store, begin);
drawSide(go);
drawTour(go);
keepKeys(go);
const known = await get("/api/state", { as: begin.me }).catch(() => null);
if (!known) Object.assign(store, { me: "ana", channel: "releases" });
await loadState();
if (store.channel !== store.direct && !store.channels.some((each) => each.id === store.channel)) store.channel = "releases";
change({ channel: store.channel });
await listen();
await loadAll();
await atHome();
document.documentElement.dataset.ready = "yes";
