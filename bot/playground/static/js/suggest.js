// What could come next in a command: pure functions over the words that the server gave.

import { demoNow } from "./store.js";

const PREFIX = "/release ";

// Takes a line apart as the server does: words, quoted or not; the last one may be unfinished.
function tokens(text) {
  const found = [...text.matchAll(/(?:[a-z_]+=)?"(?:\\.|[^"\\])*"?|\S+/g)].map((match) => ({ text: match[0], at: match.index }));
  const last = found.at(-1);
  if (!last || /\s$/.test(text) && last.at + last.text.length < text.length) found.push({ text: "", at: text.length });
  return found;
}

export function commandOf(text, words) {
  const said = tokens(text).map((each) => each.text);
  for (const length of [2, 1]) {
    const name = said.slice(0, length).join(" ").toLowerCase();
    const found = said.length >= length && words.commands.find((each) => each.name === name);
    if (found) return { command: found, length };
  }
  return null;
}

// The completions for a line whose cursor stands at its end: what is shown, and the line that each would make.
export function suggest(line, words) {
  if (!line.startsWith("/")) return [];
  if (!line.startsWith(PREFIX)) return PREFIX.startsWith(line) ? [{ shown: "/release", about: "Speak to Cabbot", line: PREFIX }] : [];
  const text = line.slice(PREFIX.length), parts = tokens(text), last = parts.at(-1);
  const start = PREFIX + text.slice(0, last.at);
  const found = commandOf(text, words);
  const finished = found && parts.length > found.length;
  const commands = finished && found.length === 2 ? [] : commandsFor(text, words);
  return [...commands, ...(finished ? argumentsFor(found.command, parts.slice(found.length), start, words) : [])];
}

function commandsFor(text, words) {
  const typed = text.toLowerCase();
  return words.commands.filter((each) => each.name.startsWith(typed) && each.name !== typed)
    .map((each) => ({ shown: each.name, about: each.summary, aside: each.group, line: `${PREFIX}${each.name} ` }));
}

function argumentsFor(command, parts, start, words) {
  const partial = parts.at(-1).text, done = parts.slice(0, -1).map((each) => each.text);
  const named = partial.match(/^([a-z_]+)=(.*)$/);
  if (named) {
    const argument = command.arguments.find((each) => each.name === named[1]);
    return argument ? values(argument, named[2], words).map((each) => made(each, `${start}${named[1]}=`)) : [];
  }
  const given = new Set(done.flatMap((word) => word.match(/^([a-z_]+)=/)?.[1] ?? []));
  const bare = command.arguments.filter((each) => each.bare && !given.has(each.name));
  const next = bare[done.filter((word) => !/^[a-z_]+=/.test(word)).length];
  const offered = next ? values(next, partial, words).map((each) => made(each, start)) : [];
  const names = command.arguments.filter((each) => !given.has(each.name) && each.name.startsWith(partial) && !(each.bare && each !== next))
    .filter((each) => !each.bare)
    .map((each) => ({ shown: `${each.name}=`, about: each.label + (each.hint ? `, ${each.hint}` : ""), line: `${start}${each.name}=` }));
  return [...offered, ...names];
}

const made = ({ value, label }, start) => ({ shown: value, about: label, line: `${start}${/[\s"=]/.test(value) ? `"${value}"` : value} ` });

function values(argument, partial, words) {
  const typed = partial.replace(/^"/, "").toLowerCase();
  return offered(argument, words).filter(({ value, label }) => value.toLowerCase().startsWith(typed) || (typed.length > 1 && label.toLowerCase().includes(typed)))
    .filter(({ value }) => value.toLowerCase() !== typed).slice(0, 12);
}

function offered(argument, words) {
  if (argument.choices.length) return argument.choices;
  const lists = { release: words.releases, service: words.services, services: words.services, zone: words.zones };
  if (lists[argument.name]) return lists[argument.name];
  const kinds = { person: words.people, channel: words.channels, flag: [{ value: "yes", label: "" }, { value: "no", label: "" }], moment: moments() };
  return kinds[argument.kind] ?? [];
}

function moments() {
  return [["tonight", 0, "22:00"], ["tomorrow evening", 1, "22:00"], ["in two days", 2, "22:00"], ["in a week", 7, "08:00"]].map(([label, days, time]) => {
    const at = new Date(demoNow().getTime() + days * 86400000);
    return { value: `${at.toLocaleDateString("sv-SE")} ${time}`, label };
  });
}
