// Moments, always in the zone of the person who is being played, and on the demo's clock.

import { demoNow, me } from "./store.js";

const cache = new Map();

function parts(at, zone) {
  if (!cache.has(zone)) {
    cache.set(zone, new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    }));
  }
  return Object.fromEntries(cache.get(zone).formatToParts(at).map((part) => [part.type, part.value]));
}

export function day(at, zone = me().zone) {
  const shown = parts(at, zone);
  const year = shown.year === parts(demoNow(), zone).year ? "" : ` ${shown.year}`;
  return `${shown.weekday} ${shown.day} ${shown.month}${year}`;
}

export function time(at, zone = me().zone) {
  const shown = parts(at, zone);
  return `${shown.hour}:${shown.minute}`;
}

export const dayTime = (at, zone = me().zone) => `${day(at, zone)}, ${time(at, zone)}`;

export function zoneName(at, zone = me().zone) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "short" }).formatToParts(at).find((part) => part.type === "timeZoneName").value;
}

export function span(milliseconds) {
  const minutes = Math.max(0, Math.round(milliseconds / 60000));
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ""}`;
  const days = Math.floor(minutes / 1440), hours = Math.round((minutes % 1440) / 60);
  return `${days} ${days === 1 ? "day" : "days"}${hours ? ` ${hours} h` : ""}`;
}

function ago(at) {
  const gone = demoNow() - at;
  return gone < 0 ? `in ${span(-gone)}` : gone < 60000 ? "just now" : `${span(gone)} ago`;
}

// Puts every moment of a card into the reader's zone; of two on one day, the second shows its time only.
export function localise(root) {
  let before = null;
  for (const moment of root.querySelectorAll("time.card-moment")) {
    const at = new Date(moment.dateTime), style = moment.dataset.style;
    const sameDay = before && before.parentElement === moment.parentElement && day(new Date(before.dateTime)) === day(at);
    if (style === "ago") moment.textContent = ago(at);
    else if (style === "date") moment.textContent = day(at);
    else moment.textContent = style === "time" || sameDay ? time(at) : dayTime(at);
    moment.title = `${dayTime(at)} ${zoneName(at)}`;
    before = moment;
  }
}

setInterval(() => {
  for (const moment of document.querySelectorAll('time.card-moment[data-style="ago"]')) moment.textContent = ago(new Date(moment.dateTime));
}, 20000);
