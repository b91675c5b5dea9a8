// The demo's clock: it runs on, and can be moved forward.

import { post, Refusal } from "./api.js";
import { $, el, tell } from "./dom.js";
import { demoNow, me, on, setClock, store } from "./store.js";
import { dayTime, span, zoneName } from "./times.js";

const clock = $("clock"), next = $("clock-next");

export async function forward(body) {
  if (clock.dataset.moving === "yes") return false;
  clock.dataset.moving = "yes";
  for (const button of clock.querySelectorAll(".clock-way")) button.disabled = true;
  try {
    await post("/api/clock", body);
    tell(`It is ${dayTime(demoNow())} now.`);
    return true;
  } catch (failed) {
    tell(failed instanceof Refusal ? failed.message : "The clock couldn't be moved.");
    return false;
  } finally {
    delete clock.dataset.moving;
    for (const button of clock.querySelectorAll(".clock-way")) button.disabled = false;
    draw();
  }
}

function draw() {
  if (!me()) return;
  const now = demoNow();
  $("clock-now").textContent = dayTime(now);
  $("clock-now").dateTime = now.toISOString();
  $("clock-face").title = `The demo's time, in ${me().name}'s zone (${me().zone})`;
  $("clock-zone").textContent = `${zoneName(now)}, where ${me().name.split(" ")[0]} is`;
  const left = store.clock.next ? Date.parse(store.clock.next) - now : null;
  next.disabled = left === null || clock.dataset.moving === "yes";
  const words = left === null ? "Nothing due" : left <= 0 ? "Next: due now" : `Next: in ${span(left)}`;
  next.replaceChildren(el("span", { class: "visually-hidden" }, "Move the clock to what falls due. "), words);
}

function open(yes) {
  clock.dataset.open = yes ? "yes" : "no";
  $("clock-face").setAttribute("aria-expanded", String(yes));
}

clock.addEventListener("click", (event) => {
  const way = event.target.closest(".clock-way");
  if (way) {
    forward(way.dataset.next ? { id: "next" } : { minutes: Number(way.dataset.minutes) });
    open(false);
  } else if (event.target.closest(".clock-face")) open(clock.dataset.open !== "yes");
});
document.addEventListener("click", (event) => { if (!clock.contains(event.target)) open(false); });
clock.addEventListener("keydown", (event) => { if (event.key === "Escape") { open(false); $("clock-face").focus(); } });

export const clockMoved = setClock;
on("clock me people", draw);
setInterval(draw, 5000);
