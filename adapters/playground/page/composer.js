// Where words are written: Enter sends, "/" offers the commands, "@" the people.

import { h, icon } from "./dom.js";
import { store } from "./store.js";
import { suggester } from "./suggest.js";

const HEIGHT = 260;
let count = 0;

/** A composer for the place that `where` names: {node, draw, put, focus}. What was begun elsewhere is kept for there. */
export function composer(acts, where) {
  count += 1;
  const drafts = new Map();
  let place = "";
  const text = h("textarea", { class: "composer-text", rows: "1", id: `composer-${count}`, enterkeyhint: "send" });
  const button = h("button", { type: "submit", class: "send", "aria-label": "Send message", title: "Send", disabled: true }, icon("send"));
  const hint = h("p", { class: "composer-hint", id: `composer-${count}-hint` }, h("kbd", null, "Enter"), " sends · ", h("kbd", null, "Shift"), "+", h("kbd", null, "Enter"), " new line · ", h("kbd", null, "/"), " commands · ", h("kbd", null, "@"), " people");
  const form = h("form", { class: "composer" }, h("div", { class: "composer-box" }, text, button), hint);
  const suggest = suggester(text, form);
  text.setAttribute("aria-describedby", hint.id);

  const fit = () => {
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, HEIGHT)}px`;
    button.disabled = !text.value.trim();
  };
  const put = (words) => {
    text.value = words;
    fit();
    text.focus();
    text.setSelectionRange(words.length, words.length);
  };
  const send = async () => {
    const words = text.value.trim();
    if (!words) return;
    suggest.close();
    text.value = "";
    drafts.delete(place);
    fit();
    const sent = await acts.send(words, where());
    if (!sent && !text.value) put(words);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  text.addEventListener("input", () => {
    drafts.set(place, text.value);
    fit();
    suggest.update();
  });
  text.addEventListener("keydown", (event) => {
    if (suggest.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === "ArrowUp" && !text.value && acts.editLast(where())) {
      event.preventDefault();
    }
  });

  return {
    node: form,
    put,
    focus: () => text.focus(),
    insert: (words) => put(`${text.value}${text.value && !text.value.endsWith(" ") ? " " : ""}${words} `),
    draw(label) {
      text.placeholder = label;
      text.setAttribute("aria-label", label);
      const { channel, thread } = where();
      const now = `${store.me?.id}/${channel}/${thread}`;
      if (now === place) return;
      place = now;
      text.value = drafts.get(place) ?? "";
      fit();
      suggest.close();
    },
  };
}
