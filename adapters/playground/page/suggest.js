// Suggestions while writing: a list box that the text field drives.

import { h } from "./dom.js";
import { store } from "./store.js";
import { announce } from "./toasts.js";

const COMMANDS = [
  ["/flowpilot", "start a session: describe the problem"],
  ["/flowpilot help", "what can be typed and clicked"],
  ["/flowpilot list", "the sessions of the account"],
  ["/flowpilot ask", "a question to the flow library"],
  ["/resolve", "post the resolution note"],
  ["/escalate", "hand the session over"],
];

let count = 0;

/** Suggestions for a text field inside `frame`: {update, key, close}. `key` says whether it took a key press. */
export function suggester(text, frame) {
  count += 1;
  const list = h("ul", { class: "suggestions", role: "listbox", id: `suggestions-${count}`, "aria-label": "Suggestions", hidden: true });
  frame.append(list);
  text.setAttribute("aria-autocomplete", "list");
  text.setAttribute("aria-haspopup", "listbox");
  text.setAttribute("aria-controls", list.id);
  let offers = [];
  let at = 0;

  function close() {
    offers = [];
    list.hidden = true;
    text.removeAttribute("aria-activedescendant");
  }

  function show() {
    list.replaceChildren(
      ...offers.map((offer, i) =>
        h(
          "li",
          { role: "option", id: `${list.id}-${i}`, "aria-selected": String(i === at), onmousedown: (event) => { event.preventDefault(); take(i); } },
          h("span", { class: "offer" }, offer.word),
          h("span", { class: "quiet" }, offer.meaning),
        ),
      ),
    );
    list.hidden = false;
    text.setAttribute("aria-activedescendant", `${list.id}-${at}`);
  }

  function take(i) {
    const { word, from, to } = offers[i];
    text.setRangeText(`${word} `, from, to, "end");
    close();
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  }

  text.addEventListener("blur", close);
  return {
    close,
    update() {
      offers = offersFor(text.value, text.selectionStart);
      at = 0;
      if (!offers.length) return close();
      if (list.hidden) announce(offers.length === 1 ? "1 suggestion." : `${offers.length} suggestions; arrow keys choose, Tab takes one.`);
      show();
    },
    key(event) {
      if (!offers.length) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        at = (at + step + offers.length) % offers.length;
        show();
      } else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey)) {
        take(at);
      } else if (event.key === "Escape") {
        close();
      } else {
        return false;
      }
      event.preventDefault();
      return true;
    },
  };
}

function offersFor(value, caret) {
  const before = value.slice(0, caret);
  if (/^\/[\w -]*$/.test(before)) {
    const typed = before.toLowerCase();
    const fitting = COMMANDS.filter(([word]) => word.startsWith(typed) && word !== typed.trimEnd());
    return before.includes(" ") && fitting.length === COMMANDS.length ? [] : fitting.map(([word, meaning]) => ({ word, meaning, from: 0, to: caret }));
  }
  const mention = /(^|\s)@([\w -]{0,30})$/.exec(before);
  if (!mention) return [];
  const typed = mention[2].toLowerCase();
  const from = caret - mention[2].length - 1;
  const names = [["@FlowPilot", "the bot"], ...(store.workspace?.people ?? []).filter((person) => person.id !== store.me.id).map((person) => [`@${person.name}`, person.title])];
  return names
    .filter(([name]) => name.toLowerCase().startsWith(`@${typed}`) && name.toLowerCase() !== `@${typed.trimEnd()}`)
    .map(([word, meaning]) => ({ word, meaning, from, to: caret }));
}
