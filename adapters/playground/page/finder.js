// A pick out of many: a text that narrows what the menu below it offers, asked of the server while one types.

import { act, Refused } from "./api.js";
import { h } from "./dom.js";
import { toast } from "./toasts.js";

/** After the last key, in milliseconds. */
const PAUSE = 150;

/** A search field for a menu. `query` is the encoded read that finds options; what is picked stays among them. */
export function finder(block, menu, id) {
  const field = h("input", { type: "search", autocomplete: "off", placeholder: "Type a name…", "aria-label": `Find: ${block.label}`, "aria-controls": id, data: { focus: `find ${block.name}` } });
  let waiting = 0;
  let asked = 0;
  let first = null;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, PAUSE);
  });
  // Enter would submit the form; here it means the first that fits.
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (first !== null) menu.value = first;
    menu.focus();
  });

  async function find() {
    asked += 1;
    const mine = asked;
    const surface = field.closest("[data-surface]")?.dataset.surface ?? "";
    try {
      const answer = await act({ kind: "find", surface, value: block.query, text: field.value.trim() });
      if (mine === asked && answer.kind === "options") show(answer.options);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      toast(error.message, { error: true });
    }
  }

  function show(options) {
    const kept = [...menu.options].filter((option) => option.dataset.none || option.selected);
    const there = new Set(kept.map((option) => option.value));
    const found = options.filter((option) => !there.has(option.value)).map((option) => h("option", { value: option.value }, option.label));
    menu.replaceChildren(...kept, ...found);
    first = field.value.trim() ? (options[0]?.value ?? null) : null;
    field.setAttribute("aria-description", options.length === 1 ? "1 person" : `${options.length} people`);
  }

  return field;
}
