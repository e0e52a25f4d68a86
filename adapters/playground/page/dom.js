// Elements without a framework. Text only ever becomes a text node: nothing here parses HTML.

const SVG = "http://www.w3.org/2000/svg";

// Strokes on a 20 by 20 grid.
const ICONS = {
  chat: "M3 4.5h14v9.5H9l-4 3v-3H3z",
  check: "M4 10.5l4 4 8-9",
  close: "M5 5l10 10M15 5L5 15",
  copy: "M7 7h9v9H7zM4 13V4h9",
  dots: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  down: "M10 4v12M5 11l5 5 5-5",
  download: "M10 3v9M6 8.5l4 4 4-4M4 16.5h12",
  edit: "M4 16l1-4 8.5-8.5 3 3L8 15z",
  eye: "M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10zM10 12.5a2.5 2.5 0 100-5 2.5 2.5 0 000 5z",
  guests: "M7 9.5a3 3 0 100-6 3 3 0 000 6zM2 16.5c0-3 2-4.5 5-4.5s5 1.5 5 4.5M13 9a2.5 2.5 0 100-5M14 12c2.5.3 4 1.8 4 4.5",
  hash: "M7.5 3L6 17M14 3l-1.5 14M3.5 7.5h13.5M3 12.5h13.5",
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  moon: "M16.5 12A7 7 0 018 3.5 7 7 0 1016.5 12z",
  note: "M5 3h7l3 3v11H5zM7.5 9h5M7.5 12.5h5",
  play: "M6 4l10 6-10 6z",
  reply: "M8 5L3.5 9.5 8 14M4 9.5h7c3.5 0 5.5 2 5.5 5.5",
  send: "M3 10l14-6.5L13 17l-3-5.5z",
  sun: "M10 13.5a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 14.6L16 16M16 4l-1.4 1.4M5.4 14.6L4 16",
  system: "M3 4h14v9.5H3zM7 17h6M10 13.5V17",
  thread: "M4 4h12M4 8.5h12M8 13h8M8 17h5M4 11v4",
  ticket: "M3 5.5h14v3a1.5 1.5 0 000 3v3H3v-3a1.5 1.5 0 000-3zM12 5.5v9",
  trash: "M4 6h12M8 6V4h4v2M5.5 6l1 11h7l1-11",
  warning: "M10 3l8 14H2zM10 8v4M10 14.5h.01",
};

/** An element: attributes by name, `on…` as listeners, `class` and `data` as usual; null and false are left out. */
export function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "value" || name === "checked" || name === "selected") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  append(node, children);
  return node;
}

/** Add children: elements, texts, lists of them; null and false are left out. */
export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** FlowPilot's mark: a needle in a ring. */
export function logo() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "logo");
  svg.setAttribute("aria-hidden", "true");
  for (const [kind, d] of [["ring", "M10 2a8 8 0 100 16 8 8 0 000-16z"], ["needle", "M14 6l-2.7 5.3L6 14l2.7-5.3z"]]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    path.setAttribute("class", kind);
    svg.append(path);
  }
  return svg;
}

export function iconButton(name, label, onclick, attributes) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...attributes }, icon(name));
}

/** What a person's picture shows: their initials, in one of eight colours. */
export function avatar(id, name) {
  const initials = name.split(/\s+/).map((part) => part[0] ?? "").join("").slice(0, 2).toUpperCase();
  let hue = 0;
  for (const letter of id) hue = (hue * 31 + letter.codePointAt(0)) % 8;
  return h("span", { class: `avatar hue-${hue}`, "aria-hidden": "true" }, initials);
}

/**
 * Make `parent` show `items`: nodes whose key and stamp are unchanged stay as they are, so that focus, open details and
 * selections survive. The focused control is found again by its `data-focus` when its node is made anew.
 */
export function reconcile(parent, items, { key, stamp, build }) {
  const known = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    const mark = String(stamp(item));
    let node = known.get(name);
    known.delete(name);
    if (!node || node.dataset.stamp !== mark) {
      const focused = node?.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
      const fresh = build(item, node);
      fresh.dataset.key = name;
      fresh.dataset.stamp = mark;
      if (node) {
        if (place === node) place = fresh;
        node.replaceWith(fresh);
      }
      if (focused) [...fresh.querySelectorAll("[data-focus]")].find((each) => each.dataset.focus === focused)?.focus();
      node = fresh;
    }
    if (place === node) place = node.nextElementSibling;
    else parent.insertBefore(node, place);
  }
  for (const node of known.values()) node.remove();
}

/** A short id for one act, so that a resent request is known as a repeat. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
