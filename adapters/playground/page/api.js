// Talking to the server: what there is, what is new, and one act at a time.

import { store } from "./store.js";
import { newId } from "./dom.js";

const TRIES = 3;

/** What the server refused, in its own sentence. */
export class Refused extends Error {
  constructor(sentence, status, reference) {
    super(sentence);
    this.status = status;
    this.reference = reference;
  }
}

export function people() {
  return get("/playground/people");
}

export function state(after) {
  return get(`/playground/state?${query({ after })}`);
}

/** Do something, once: a request that was lost is sent again under the same id. */
export async function act(payload) {
  const body = JSON.stringify({ id: newId(), ...payload });
  const url = `/playground/act?${query()}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read(await fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body }));
    } catch (error) {
      const lost = error instanceof TypeError;
      if (!lost || attempt === TRIES) throw lost ? new Refused("The playground does not answer. Is it still running?", 0) : error;
      await new Promise((wake) => setTimeout(wake, 400 * attempt));
    }
  }
}

/** Call `changed` whenever there is something new, and `online` with whether the line holds. Returns how to stop. */
export function listen({ changed, online }) {
  const source = new EventSource(`/playground/events?${query()}`);
  source.addEventListener("open", () => online(true));
  source.addEventListener("message", changed);
  let again = 0;
  source.addEventListener("error", () => {
    online(false);
    // The browser tries again by itself unless the answer was an error.
    if (source.readyState === EventSource.CLOSED && !again) again = setTimeout(() => online(false, true), 2000);
  });
  return () => {
    clearTimeout(again);
    source.close();
  };
}

function query(more = {}) {
  return new URLSearchParams({ as: `${store.workspace.id}/${store.me.id}`, ...more });
}

async function get(url) {
  try {
    return await read(await fetch(url, { cache: "no-store" }));
  } catch (error) {
    throw error instanceof TypeError ? new Refused("The playground does not answer. Is it still running?", 0) : error;
  }
}

async function read(response) {
  const data = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(data.error ?? `The playground answered ${response.status}.`, response.status, data.reference);
  return data;
}
