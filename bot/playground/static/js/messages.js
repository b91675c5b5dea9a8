// One message, one private answer, one list: drawn from what the server gives.

import { drawn, el, icon } from "./dom.js";
import { me, person } from "./store.js";
import { day, dayTime, localise, time } from "./times.js";

const HUES = ["#3d6fd9", "#0f8577", "#b4551d", "#a3378f", "#6a4fd0", "#a6343b", "#3f7d2e", "#2f6f95"];
const TOGETHER = 5 * 60 * 1000;

export function avatar(handle, people) {
  const place = people.findIndex((each) => each.handle === handle);
  if (place < 0) return el("span", { class: "avatar avatar--cabbot", "aria-hidden": "true" }, el("img", { src: "/static/cabbot.svg", alt: "" }));
  return el("span", { class: "avatar", "aria-hidden": "true", style: { "--hue": HUES[place % HUES.length] } }, people[place].initials);
}

export function messageElement(message, people, { threads = true } = {}) {
  const author = message.author ? person(message.author)?.name ?? message.author : "Cabbot";
  const head = el("header", { class: "message-head" },
    el("span", { class: "message-author" }, author),
    message.author ? null : el("span", { class: "message-bot" }, "bot"),
    el("time", { class: "message-at", datetime: message.at, title: dayTime(new Date(message.at)) }, time(new Date(message.at))),
    message.edited ? el("span", { class: "message-edited", title: dayTime(new Date(message.edited)) }, `edited ${time(new Date(message.edited))}`) : null);
  return el("li", { class: "message", "data-message": message.id, "data-at": message.at, "data-author": message.author },
    avatar(message.author, people), head,
    el("div", { class: "message-body" }, content(message), threads ? repliesButton(message) : null));
}

function content(message) {
  if (message.words) return el("p", { class: "message-words" }, message.words);
  return card(message.html);
}

export function card(html) {
  const fragment = drawn(html);
  const found = fragment.querySelector(".card");
  if (found && !found.querySelector(".card-title")) found.classList.add("card--line");
  for (const name of fragment.querySelectorAll(`.card-person[data-person="${me().id}"]`)) name.classList.add("card-person--me");
  for (const name of fragment.querySelectorAll(".card-person--me:not(.card-person--notify)")) name.classList.remove("card-person--me");
  localise(fragment);
  return fragment;
}

function repliesButton({ id, replies }) {
  if (!replies) return null;
  const count = replies.count === 1 ? "1 reply" : `${replies.count} replies`;
  return el("button", { type: "button", class: "replies", "data-thread": id, "aria-label": `${count}, open the thread` },
    icon("thread"), count, el("span", {}, `last ${dayTime(new Date(replies.last))}`));
}

export function privateElement(answer, close) {
  const head = el("div", { class: "private-head" }, icon("eye"), el("span", {}, "Only you can see this"),
    answer.said ? el(answer.said.startsWith("/") ? "code" : "span", { class: "private-said", title: answer.said }, answer.said) : null,
    el("button", { type: "button", class: "private-close", onclick: close }, "Dismiss"));
  return el("li", { class: "private", "data-at": answer.at, "data-private": "yes" }, head, card(answer.html));
}

// Day lines, and one head for what one author says in one go.
export function arrange(list) {
  for (const line of list.querySelectorAll(".day")) line.remove();
  let before = null;
  for (const each of list.querySelectorAll(":scope > [data-at]")) {
    const at = new Date(each.dataset.at);
    if (!before || day(new Date(before.dataset.at)) !== day(at)) {
      list.insertBefore(el("li", { class: "day" }, day(at)), each);
      before = null;
    }
    const same = before && !each.dataset.private && !before.dataset.private && each.dataset.author === before.dataset.author
      && at - new Date(before.dataset.at) < TOGETHER && !each.querySelector(".card-title") && !before.querySelector(".card-title");
    each.classList.toggle("message--same", Boolean(same));
    before = each;
  }
}
