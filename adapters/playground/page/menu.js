// A small menu beside the button that opens it.

import { h, icon } from "./dom.js";

let open = null;

/** Show items ({icon, label, act, danger}) at `anchor`. */
export function showMenu(anchor, items) {
  closeMenu();
  const node = h("div", { class: "menu", role: "menu" }, items.map((item) =>
    h("button", { type: "button", role: "menuitem", tabindex: "-1", class: item.danger ? "danger" : null, onclick: () => chosen(item) }, icon(item.icon), item.label),
  ));
  (anchor.closest(".pane") ?? document.body).append(node);
  place(node, anchor);
  node.addEventListener("keydown", (event) => moved(event, node));
  node.addEventListener("focusout", (event) => {
    if (!node.contains(event.relatedTarget)) closeMenu();
  });
  anchor.setAttribute("aria-expanded", "true");
  open = { node, anchor };
  node.firstElementChild.focus();
}

export function closeMenu() {
  if (!open) return;
  const { node, anchor } = open;
  open = null;
  const back = node.contains(document.activeElement);
  anchor.setAttribute("aria-expanded", "false");
  node.remove();
  if (back) anchor.focus();
}

function chosen(item) {
  closeMenu();
  item.act();
}

function place(node, anchor) {
  const at = anchor.getBoundingClientRect();
  const size = node.getBoundingClientRect();
  const below = at.bottom + size.height + 8 < innerHeight;
  node.style.left = `${Math.max(8, Math.min(at.right - size.width, innerWidth - size.width - 8))}px`;
  node.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - size.height - 4)}px`;
}

function moved(event, node) {
  const items = [...node.children];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    closeMenu();
  } else if (to !== undefined) {
    event.preventDefault();
    items.at(to % items.length).focus();
  }
}
