// Code blocks with a copy button, and copying as such.

import { h, icon } from "./dom.js";

/** A block of code in its own scrolling box. */
export function codeBlock(text, language) {
  const label = h("span", { class: "copy-label" }, "Copy");
  const button = h("button", { type: "button", class: "copy", "aria-label": "Copy code", onclick: () => copied(button, label, text) }, icon("copy"), label);
  return h(
    "div",
    { class: "code-block" },
    h("div", { class: "code-head" }, h("span", { class: "code-language" }, language || "code"), button),
    h("pre", { tabindex: "0", "aria-label": language ? `Code, ${language}` : "Code" }, h("code", null, text)),
  );
}

async function copied(button, label, text) {
  const done = await copyText(text);
  label.textContent = done ? "Copied" : "Select and copy";
  button.classList.toggle("done", done);
  setTimeout(() => {
    label.textContent = "Copy";
    button.classList.remove("done");
  }, 1600);
}

/** Put a text on the clipboard; false where the browser does not allow it. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = h("textarea", { class: "visually-hidden", value: text, "aria-hidden": "true" });
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }
}
