// What the page knows. Whoever draws a part of it listens for that part's name.

export const store = {
  organisation: "", me: "", people: [], channels: [], direct: "", channel: "", unread: {}, waiting: {},
  clock: { now: "", next: null, ahead: 0 }, words: null, tour: null,
};

const listeners = new Map();

export function on(names, listener) {
  for (const name of names.split(" ")) {
    if (!listeners.has(name)) listeners.set(name, new Set());
    listeners.get(name).add(listener);
  }
}

export function change(values) {
  Object.assign(store, values);
  const due = new Set();
  for (const name of Object.keys(values)) for (const each of listeners.get(name) ?? []) due.add(each);
  for (const each of due) each();
}

export const me = () => person(store.me);
export const person = (handle) => store.people.find((each) => each.handle === handle);
export const isDirect = () => store.channel === store.direct;

export function setClock({ now, next }) {
  change({ clock: { now, next, ahead: Date.parse(now) - Date.now() } });
}

export const demoNow = () => new Date(Date.now() + store.clock.ahead);
