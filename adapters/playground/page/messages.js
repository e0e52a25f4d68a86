// One message: who, when, what they said or the bot's card, and what can be done with it.

import { avatar, h, icon, iconButton, logo } from "./dom.js";
import { card, notice } from "./blocks.js";
import { copyText } from "./code.js";
import { markdown } from "./markdown.js";
import { showMenu } from "./menu.js";
import { personName, personTitle, progressIn, replies, store } from "./store.js";
import { toast } from "./toasts.js";
import { dayOf, fullTime, timeOf, when } from "./times.js";

/** Longer texts are folded at first, in characters. */
const LONG = 2_500;

/** A line between two days. */
export function dayLine(at) {
  return h("div", { class: "day" }, h("span", null, dayOf(at)));
}

/** A message. `follows`: the one before is by the same author; `acts` are the page's actions; `inThread`: shown there. */
export function messageNode({ message, follows, inThread }, acts) {
  const name = personName(message.author);
  const bot = message.author === store.bot;
  const classes = ["message", bot && "by-bot", message.private && "private", message.deleted && "gone", follows && "follows"];
  return h(
    "article",
    { class: classes.filter(Boolean).join(" "), "aria-label": `${message.private ? "Private message from " : ""}${name}, ${when(message.at)}`, tabindex: "-1" },
    h("div", { class: "gutter" }, follows ? h("time", { class: "gutter-time", datetime: message.at, title: fullTime(message.at) }, timeOf(message.at)) : face(message, name, bot)),
    h(
      "div",
      { class: "content" },
      message.private && privateLine(message, acts),
      !follows && header(message, name, bot),
      body(message, acts),
      !inThread && threadChip(message, acts),
    ),
    !message.deleted && toolbar(message, inThread, acts),
  );
}

function face(message, name, bot) {
  return bot ? h("span", { class: "avatar avatar-bot", "aria-hidden": "true" }, logo()) : avatar(message.author, name);
}

function header(message, name, bot) {
  return h(
    "header",
    { class: "message-head" },
    h("strong", { class: "author" }, name),
    h("span", { class: "chip" }, bot ? "bot" : personTitle(message.author)),
    h("time", { datetime: message.at, title: fullTime(message.at) }, timeOf(message.at)),
  );
}

function privateLine(message, acts) {
  return h(
    "p",
    { class: "private-line" },
    icon("eye"),
    h("span", null, "Only visible to you"),
    h("button", { type: "button", class: "link-button", data: { focus: "dismiss" }, onclick: () => acts.dismiss(message) }, "Dismiss"),
  );
}

function body(message, acts) {
  if (message.deleted) return h("p", { class: "quiet" }, "This message was deleted.");
  const press = (item, element) => acts.press(item, element, { message: message.id });
  if (message.view?.kind === "notice") return notice(message.view, press);
  if (message.view) return card(message.view, press);
  if (store.editing === message.id) return editor(message, acts);
  return words(message.text, message.edited);
}

/** What a person wrote; a very long text is folded. */
export function words(text, edited) {
  const node = h("div", { class: "words markdown", dir: "auto" }, markdown(text));
  if (edited) node.append(h("span", { class: "edited" }, "edited"));
  if (text.length <= LONG) return node;
  const more = h("button", { type: "button", class: "link-button", "aria-expanded": "false" }, `Show all ${text.length.toLocaleString("en")} characters`);
  node.classList.add("folded");
  more.addEventListener("click", () => {
    const folded = node.classList.toggle("folded");
    more.setAttribute("aria-expanded", String(!folded));
    more.textContent = folded ? `Show all ${text.length.toLocaleString("en")} characters` : "Show less";
  });
  return h("div", null, node, more);
}

function editor(message, acts) {
  const box = h("textarea", { class: "edit-box", "aria-label": "Edit message", rows: Math.min(12, message.text.split("\n").length + 1), value: message.text, data: { focus: "editor" } });
  const save = () => acts.edit(message, box.value.trim());
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") acts.stopEditing();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
  });
  queueMicrotask(() => box.focus());
  return h(
    "div",
    { class: "editor" },
    box,
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "button", class: "button button-primary", onclick: save }, "Save"),
      h("button", { type: "button", class: "button button-default", onclick: () => acts.stopEditing() }, "Cancel"),
    ),
  );
}

function threadChip(message, acts) {
  const all = replies(message.id);
  const working = progressIn(message.channel, message.id)[0];
  if (!all.length && !working) return null;
  const label = all.length === 1 ? "1 reply" : `${all.length} replies`;
  return h(
    "button",
    { type: "button", class: `thread-chip${store.thread === message.id ? " current" : ""}`, data: { focus: "thread" }, "aria-current": store.thread === message.id ? "true" : null, onclick: () => acts.openThread(message) },
    icon("thread"),
    all.length ? h("span", { class: "thread-count" }, label) : null,
    h("span", { class: "quiet" }, working ? working.text : `last at ${when(all.at(-1).at)}`),
  );
}

function toolbar(message, inThread, acts) {
  const anyone = !(message.private && !message.thread);
  return h(
    "div",
    { class: "toolbar" },
    !inThread && anyone && iconButton("reply", "Reply in thread", () => acts.openThread(message), { data: { focus: "reply" } }),
    iconButton("dots", "More actions", (event) => showMenu(event.currentTarget, menuItems(message, inThread, acts)), { "aria-haspopup": "menu", "aria-expanded": "false", data: { focus: "more" } }),
  );
}

function menuItems(message, inThread, acts) {
  const own = message.author === store.me.id;
  const said = message.author !== store.bot;
  const items = [];
  if (said) {
    items.push({ icon: "play", label: "Start troubleshooting", act: () => acts.shortcut(message, "start") });
    items.push({ icon: "note", label: "Add as fact", act: () => acts.shortcut(message, "fact") });
  }
  if (!inThread && !message.private) items.push({ icon: "reply", label: "Reply in thread", act: () => acts.openThread(message) });
  items.push({ icon: "copy", label: "Copy text", act: () => copy(message) });
  if (own) {
    items.push({ icon: "edit", label: "Edit message", act: () => acts.startEditing(message) });
    items.push({ icon: "trash", label: "Delete message", act: () => acts.remove(message), danger: true });
  }
  if (message.private) items.push({ icon: "close", label: "Dismiss", act: () => acts.dismiss(message) });
  return items;
}

async function copy(message) {
  const done = await copyText(message.text || textOf(message.view));
  toast(done ? "Copied." : "This browser does not let the page copy; select the text instead.", { error: !done });
}

/** A card as plain markdown, for the clipboard and for screen readers. */
export function textOf(view) {
  if (!view) return "";
  const parts = [view.title, view.markdown, ...view.body.map((block) => block.markdown ?? block.items?.map?.((item) => (Array.isArray(item) ? item.join(": ") : "")).join("\n"))];
  return parts.filter(Boolean).join("\n\n").trim();
}

/** A message on its way, or one that did not get through. */
export function pendingNode(each, acts) {
  return h(
    "article",
    { class: `message pending ${each.state}`, "aria-label": each.state === "failed" ? "Message not sent" : "Message being sent" },
    h("div", { class: "gutter" }, avatar(store.me.id, store.me.name)),
    h(
      "div",
      { class: "content" },
      h("header", { class: "message-head" }, h("strong", { class: "author" }, store.me.name), each.state === "sending" && h("span", { class: "quiet" }, "sending…")),
      words(each.text, false),
      each.state === "failed" &&
        h(
          "p",
          { class: "not-sent", role: "alert" },
          icon("warning"),
          h("span", null, each.error),
          h("button", { type: "button", class: "link-button", onclick: () => acts.resend(each) }, "Try again"),
          h("button", { type: "button", class: "link-button", onclick: () => acts.discard(each) }, "Discard"),
        ),
    ),
  );
}
