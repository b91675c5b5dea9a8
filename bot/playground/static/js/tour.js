// The guided ride in eight stops. The server knows which are reached; a button takes the next step for you.

import { forward } from "./clock.js";
import { send, setLine } from "./composer.js";
import { $, el, icon } from "./dom.js";
import { avatar } from "./messages.js";
import { closeThread } from "./thread.js";
import { on, store } from "./store.js";

const tour = $("tour"), bar = $("tour-bar"), beside = $("beside");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let go = async () => {}, busy = false;

export function drawTour(navigate) {
  go = navigate;
  on("tour people", draw);
}

function draw() {
  if (!store.tour || !store.people.length) return;
  const { stops, current, act, more } = store.tour;
  const focused = document.activeElement?.dataset?.act;
  tour.replaceChildren(...[
    el("header", { class: "tour-head" },
      el("h2", { id: "tour-title" }, "A first ride"),
      el("p", { class: "tour-lead" }, "One release from plan to production, in eight stops. Try each by hand, or let the button do it."),
      el("button", { type: "button", class: "icon-button tour-close", "aria-label": "Close the guide", onclick: () => open(false) }, icon("close"))),
    el("ol", { class: "stops" }, stops.map((stop, place) => stopElement(stop, place, current, act))),
    current >= stops.length ? el("p", { class: "tour-arrived" }, el("strong", {}, "You have arrived."), "The release is in production, everybody has heard of it, and the audit trail has every step.") : null,
    more ? el("div", { class: "tour-more" }, el("h3", {}, more.title), el("p", {}, more.text), more.act ? actButton(more.act, "more") : null) : null,
  ].filter(Boolean));
  drawBar(stops, current, act);
  if (focused) document.querySelector(`[data-act="${focused}"]`)?.focus({ focusVisible: false });
}

function stopElement(stop, place, current, act) {
  const now = place === current;
  return el("li", { class: `stop${stop.done ? " stop--done" : ""}${now ? " stop--now" : ""}`, "aria-current": now ? "step" : null },
    el("span", { class: "stop-mark", "aria-hidden": "true" }, stop.done ? "✓" : String(place + 1)),
    el("h3", { class: "stop-title" }, stop.title, stop.done ? el("span", { class: "visually-hidden" }, ", done") : null),
    now ? el("p", { class: "stop-text" }, stop.text) : null,
    now && act ? actButton(act, "next") : null,
    now && act?.line ? el("code", { class: "stop-line" }, el("span", {}, `/release ${act.line}`)) : null);
}

function actButton(act, name) {
  return el("button", { type: "button", class: "button button--primary stop-act", "data-act": name, disabled: busy, onclick: () => take(act) },
    act.person ? avatar(act.person, store.people) : icon("clock"), act.label);
}

function drawBar(stops, current, act) {
  bar.hidden = false;
  const stop = stops[current];
  const words = el("button", { type: "button", class: "tour-strip-words", onclick: () => open(true) },
    el("small", {}, stop ? `Stop ${current + 1} of ${stops.length}` : "A first ride"), el("b", {}, stop ? stop.title : "You have arrived"));
  bar.replaceChildren(el("div", { class: "tour-strip" }, words, act ? shortButton(act) : null));
}

function shortButton(act) {
  return el("button", { type: "button", class: "button button--primary", "data-act": "bar", disabled: busy, onclick: () => take(act) },
    act.person ? avatar(act.person, store.people) : icon("clock"), "Do it", el("span", { class: "visually-hidden" }, `: ${act.label}`));
}

function open(yes) {
  closeThread();
  if (yes) beside.dataset.shows = "tour";
  else delete beside.dataset.shows;
  (yes ? tour.querySelector(".tour-close") : bar.querySelector("button"))?.focus();
}

// Takes a step for the visitor: become that person, go there, type it where they can see it, send it.
async function take(act) {
  if (busy) return;
  busy = true;
  draw();
  try {
    if (beside.dataset.shows === "tour") delete beside.dataset.shows;
    if (act.clock) await forward({ at: act.clock });
    if (act.person) await go({ me: act.person, channel: act.channel === "direct" ? `@${act.person}` : act.channel });
    if (act.line) await type(`/release ${act.line}`);
  } finally {
    busy = false;
    draw();
  }
}

async function type(line) {
  const pause = (milliseconds) => new Promise((on) => setTimeout(on, milliseconds));
  if (!calm.matches) {
    const step = Math.max(2, Math.ceil(line.length / 24));
    for (let end = step; end < line.length; end += step) {
      show(line.slice(0, end));
      await pause(22);
    }
  }
  show(line);
  await pause(calm.matches ? 0 : 260);
  show("");
  await send(line);
}

function show(line) {
  setLine(line, { focus: false });
  $("suggestions").hidden = true;
}
