// Core's primitives as elements: what cards, notices and forms are made of.

import { h, icon } from "./dom.js";
import { fieldBlock } from "./fields.js";
import { inlineMarkdown, markdown } from "./markdown.js";

/** A card of the bot; a growing one is an answer that is still being made. `press` gets a button's description and its element. */
export function card(view, press) {
  const title = view.title ? h("h3", { class: "card-title" }, view.title) : null;
  const head = title || view.badge ? h("header", { class: "card-head" }, title, view.badge && badge(view.badge)) : null;
  const tone = view.badge?.tone ?? "neutral";
  return h("div", { class: `card tone-${tone}${view.growing ? " growing" : ""}`, role: "group", "aria-busy": view.growing ? "true" : null, "aria-label": view.fallback || view.title || "Card" }, head, blocks(view.body, press));
}

/** A private message: its words, and what comes with them. */
export function notice(view, press) {
  return h(
    "div",
    { class: `notice${view.error ? " notice-error" : ""}` },
    h("div", { class: "notice-words" }, view.error && icon("warning"), h("div", { class: "markdown", dir: "auto" }, markdown(view.markdown))),
    blocks(view.body, press),
  );
}

export function blocks(list, press) {
  return list.map((block) => BLOCKS[block.block]?.(block, press) ?? unknown(block));
}

export function badge(view) {
  return h("span", { class: `badge tone-${view.tone}` }, view.text);
}

const BLOCKS = {
  text: (block) => h("div", { class: "markdown", dir: "auto" }, markdown(block.markdown)),
  small: (block) => h("p", { class: "small", dir: "auto" }, inlineMarkdown(block.markdown)),
  fields: (block) => h("dl", { class: "fields" }, block.items.map(([label, value]) => h("div", null, h("dt", null, label), h("dd", { dir: "auto" }, inlineMarkdown(value))))),
  badge: (block) => h("p", { class: "badge-line" }, badge(block)),
  buttons: (block, press) => h("div", { class: "buttons" }, block.items.map((item) => button(item, press))),
  divider: () => h("hr"),
  file,
  picture: (block) => h("figure", { class: "picture" }, h("img", { src: block.address, alt: block.alt }), h("figcaption", { class: "small", dir: "auto" }, block.alt)),
  choice: fieldBlock,
  person: fieldBlock,
  input: fieldBlock,
};

function button(item, press) {
  const node = h("button", { type: "button", class: `button button-${item.style}`, data: { focus: `button ${item.label}` } }, item.label);
  node.addEventListener("click", () => press(item, node));
  return node;
}

function file(block) {
  const size = new Blob([block.content]).size;
  const shown = size < 1024 ? `${size} bytes` : `${Math.round(size / 1024)} KB`;
  const save = () => {
    const url = URL.createObjectURL(new Blob([block.content], { type: "application/octet-stream" }));
    const anchor = h("a", { href: url, download: block.name });
    document.body.append(anchor);
    anchor.click();
    anchor.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return h(
    "div",
    { class: "file" },
    h(
      "div",
      { class: "file-head" },
      icon("note"),
      h("span", { class: "file-name" }, block.name),
      h("span", { class: "quiet" }, shown),
      h("button", { type: "button", class: "button button-small", "aria-label": `Download ${block.name}`, data: { focus: `file ${block.name}` }, onclick: save }, icon("download"), "Download"),
    ),
    h("details", null, h("summary", null, "Show what is in it"), h("pre", { tabindex: "0" }, h("code", null, block.content))),
  );
}

function unknown(block) {
  return h("p", { class: "small" }, `(This page is older than the card: it cannot show “${block.block}”. Reload it.)`);
}
