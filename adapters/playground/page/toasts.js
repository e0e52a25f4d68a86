// Short words at the edge of the page, and words for screen readers.

import { h, icon, iconButton } from "./dom.js";

const SHOWN = 6_000;
const SHOWN_ERROR = 12_000;

/** Say something briefly. Errors stay longer, and can be read in peace by pointing at them. */
export function toast(text, { error = false } = {}) {
  const node = h("div", { class: `toast${error ? " toast-error" : ""}`, role: error ? "alert" : "status" }, icon(error ? "warning" : "check"), h("p", null, text));
  let timer = 0;
  const start = () => {
    timer = setTimeout(() => node.remove(), error ? SHOWN_ERROR : SHOWN);
  };
  node.append(iconButton("close", "Dismiss", () => node.remove()));
  node.addEventListener("mouseenter", () => clearTimeout(timer));
  node.addEventListener("mouseleave", start);
  document.getElementById("toasts").append(node);
  start();
}

/** Words for the polite live region; several at once are read one after the other. */
export function announce(text) {
  const region = document.getElementById("announcements");
  region.append(h("p", null, text));
  while (region.children.length > 20) region.firstElementChild.remove();
}
