// Requests to our own server. A command that gets lost on the way is sent again under the same id, which is harmless.

export class Refusal extends Error {}

export const newAct = () => crypto.randomUUID();

async function read(response) {
  const given = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(given.error ?? `The playground answered ${response.status}.`);
  return given;
}

export async function get(path, query = {}) {
  return read(await fetch(`${path}?${new URLSearchParams(query)}`));
}

export async function post(path, body) {
  const send = () => fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  for (let wait = 300; ; wait *= 3) {
    try {
      return await read(await send());
    } catch (failed) {
      if (failed instanceof Refusal || wait > 3000) throw failed;
      await new Promise((go) => setTimeout(go, wait));
    }
  }
}
