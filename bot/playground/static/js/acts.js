// Saying something to Cabbot: typed, pressed or filled in, it's one sentence to one door.

import { newAct, post, Refusal } from "./api.js";
import { confirmed, openForm } from "./dialogs.js";
import { drawn, tell } from "./dom.js";
import { showPrivate } from "./pane.js";
import { store } from "./store.js";

export async function say(line, { origin = "typed", values, shown } = {}) {
  const given = await carry({ line, origin, values });
  if (given) present(given, line, shown ?? `/release ${line}`.trim());
  return given;
}

async function carry({ line, origin, values, id = newAct() }) {
  try {
    return await post("/api/say", { as: store.me, id, channel: store.channel, line, origin, values });
  } catch (failed) {
    const words = failed instanceof Refusal ? failed.message : "The playground doesn't answer. Is it still running?";
    showPrivate(notice(words), words, "");
    return null;
  }
}

function notice(words) {
  const card = document.createElement("article");
  card.className = "card card--warning";
  const text = document.createElement("p");
  text.className = "card-text";
  text.textContent = words;
  card.append(text);
  return card.outerHTML;
}

function present(given, line, shown) {
  if (given.form) openForm(drawn(given.form), (form) => fill(form));
  else if (given.card) showPrivate(given.card, given.summary, shown);
}

// A submitted form: what is wrong stays in the dialog with the words that were typed.
async function fill({ line, values, again, refuse, close }) {
  const given = await carry({ line, origin: "filled", values });
  if (!given) return close();
  if (given.form) return again(drawn(given.form), given.errors);
  if (given.refused && given.card) return refuse(drawn(given.card), given.summary);
  close();
  if (given.card) showPrivate(given.card, given.summary, "");
  return undefined;
}

async function press(button) {
  const { say: line, confirmTitle, confirmText, confirmYes, confirmNo } = button.dataset;
  const label = button.textContent.trim();
  if (confirmTitle && !await confirmed({ title: confirmTitle, text: confirmText, yes: confirmYes, no: confirmNo, danger: button.classList.contains("button--danger") })) return;
  button.setAttribute("aria-busy", "true");
  tell(`${label} …`);
  await say(line, { origin: "pressed", shown: label });
  button.removeAttribute("aria-busy");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-say]");
  if (button && button.getAttribute("aria-busy") !== "true") press(button);
});
