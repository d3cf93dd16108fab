// What the page asks of the service. Every refusal carries a key whose words stand in the catalogue.

export class Refusal extends Error {}

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(`/api/simulator/${path}`, options);
  } catch {
    throw new Refusal("unreachable");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(answer.error ?? "failed");
  return answer;
}

const post = (path, body) => ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const phones = () => ask("phones");
export const lines = (after) => ask(`lines?after=${after}`);
export const send = (contact, messages) => post("messages", { contact, messages });
export const addResident = (region) => post("residents", { region });
export const moveClock = (jump) => post("clock", jump);
export const upload = (blob) => ask("files", { method: "POST", headers: { "Content-Type": blob.type || "application/octet-stream" }, body: blob });

const LOOK_MS = 500;
const LOOK_HIDDEN_MS = 4000;

/** Calls `show` again and again with what is new since line `after`; `trouble` hears once when the service is gone. */
export function follow(after, show, trouble) {
  let last = after;
  let gone = false;
  const look = async () => {
    try {
      const snapshot = await lines(last);
      last = Math.max(last, snapshot.last);
      gone = false;
      await show(snapshot);
    } catch (problem) {
      if (!gone) trouble(problem);
      gone = true;
    }
    setTimeout(look, document.hidden || gone ? LOOK_HIDDEN_MS : LOOK_MS);
  };
  look();
}
