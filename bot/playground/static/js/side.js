// The side: channels with what is unread, and the people one can be.

import { $, el } from "./dom.js";
import { avatar } from "./messages.js";
import { me, on, store } from "./store.js";

export function drawSide(go) {
  on("channels channel unread me direct", () => drawChannels(go));
  on("people me waiting", () => drawPeople(go));
  on("channel me people channels", drawTitle);
  on("organisation", () => { $("organisation").textContent = store.organisation; });
  $("side-open").addEventListener("click", () => drawer(true));
  $("side-close").addEventListener("click", () => drawer(false));
  $("veil").addEventListener("click", () => drawer(false));
}

export function drawer(open) {
  const was = $("app").dataset.side === "open";
  $("app").dataset.side = open ? "open" : "shut";
  $("side-open").setAttribute("aria-expanded", String(open));
  if (open) $("side").querySelector('[aria-pressed="true"], .channel')?.focus({ focusVisible: false });
  else if (was) $("side-open").focus();
}

function drawChannels(go) {
  const rows = store.channels.map(({ id, name }) => channelRow(go, id, el("span", { class: "channel-sign", "aria-hidden": "true" }, "#"), name));
  const sign = el("span", { class: "channel-sign" }, el("img", { src: "/static/cabbot.svg", alt: "" }));
  rows.push(channelRow(go, store.direct, sign, "Cabbot", "Direct messages with Cabbot"));
  redraw($("channels"), rows, "data-channel");
}

function channelRow(go, id, sign, name, spoken) {
  const count = store.unread[id] ?? 0, here = id === store.channel;
  return el("li", {}, el("button", {
    type: "button", class: `channel${count && !here ? " channel--unread" : ""}`, "data-channel": id, "aria-current": here ? "page" : null,
    onclick: () => { drawer(false); go({ channel: id }); },
  }, sign, el("span", { "aria-hidden": spoken ? "true" : null }, name), spoken ? el("span", { class: "visually-hidden" }, spoken) : null,
  count && !here ? el("span", { class: "count" }, count > 99 ? "99+" : String(count), el("span", { class: "visually-hidden" }, " unread")) : null));
}

function drawPeople(go) {
  const rows = store.people.map((each) => {
    const waits = (store.waiting[each.handle] ?? 0) > 0;
    const roles = each.roles.length ? ` · ${each.roles.join(", ")}` : "";
    return el("li", {}, el("button", {
      type: "button", class: "person", "data-person": each.handle, "aria-pressed": String(each.handle === store.me), title: `${each.about}${roles}`,
      onclick: () => { drawer(false); go({ me: each.handle }); },
    }, avatar(each.handle, store.people),
    el("span", { class: "person-words" }, el("span", { class: "person-name" }, each.name), el("span", { class: "person-title" }, each.title)),
    waits ? el("span", { class: "dot" }, el("span", { class: "visually-hidden" }, "has direct messages")) : null));
  });
  redraw($("people"), rows, "data-person");
  const face = avatar(store.me, store.people);
  face.id = "bar-avatar";
  $("bar-avatar").replaceWith(face);
  $("side-open").querySelector(".dot")?.remove();
  if (Object.values(store.waiting).some(Boolean)) $("side-open").append(el("span", { class: "dot" }));
  $("bar-menu-name").textContent = `You are ${me().name}. Open channels and people`;
}

// The button that had the focus keeps it.
function redraw(list, rows, name) {
  const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute(name) : null;
  list.replaceChildren(...rows);
  if (focused) list.querySelector(`[${name}="${focused}"]`)?.focus({ focusVisible: false });
}

function drawTitle() {
  const room = store.channels.find((each) => each.id === store.channel);
  $("title").textContent = room ? `#${room.name}` : "Cabbot";
  $("topic").textContent = room ? room.topic : `What Cabbot and ${me()?.name ?? "you"} say to each other alone`;
  document.title = `${$("title").textContent} · Cabbot playground`;
}
