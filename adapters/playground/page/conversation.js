// The two columns of talk: a channel, and one thread of it.

import { h, icon, iconButton, reconcile } from "./dom.js";
import { dayLine, messageNode, pendingNode } from "./messages.js";
import { composer } from "./composer.js";
import { currentChannel, pendingIn, personName, progressIn, replies, roots, store, ticketsShown } from "./store.js";
import { dayKey } from "./times.js";

/** Messages drawn at first; "earlier messages" shows more. */
const STEP = 150;
/** Messages of one author within this time stand together, in milliseconds. */
const TOGETHER = 5 * 60_000;
/** How near to its end a list must be to follow new messages, in pixels. */
const NEAR = 120;

/** The channel column: {node, draw}. */
export function channelPane(acts) {
  const list = listOf(acts, false);
  const head = h("header", { class: "pane-head" });
  const box = composer(acts, () => ({ channel: store.channel, thread: "" }));
  const node = h("section", { id: "chat", class: "pane pane-chat", "aria-label": "Channel" }, head, list.node, box.node);
  return {
    node,
    box,
    draw() {
      const channel = currentChannel();
      node.setAttribute("aria-label", channel ? channelLabel(channel) : "Channel");
      head.replaceChildren(...channelHead(channel, acts));
      list.draw(store.channel, channel ? roots(channel.id) : [], "", channel && (() => empty(channel, acts)));
      box.draw(channel ? `Message ${channelLabel(channel)}` : "Message");
    },
  };
}

/** The thread column: {node, draw}. */
export function threadPane(acts) {
  const list = listOf(acts, true);
  const box = composer(acts, () => ({ channel: store.channel, thread: store.thread }));
  const subtitle = h("p", { class: "pane-topic" });
  const head = h(
    "header",
    { class: "pane-head" },
    h("div", { class: "pane-titles" }, h("h2", { class: "pane-title" }, icon("thread"), "Thread"), subtitle),
    iconButton("close", "Close thread", () => acts.closeThread()),
  );
  const node = h("section", { id: "thread", class: "pane pane-thread", "aria-label": "Thread" }, head, list.node, box.node);
  return {
    node,
    box,
    draw() {
      const root = store.messages.get(store.thread);
      node.hidden = !store.thread;
      if (!root) return;
      const channel = currentChannel();
      subtitle.textContent = channel ? `${channelLabel(channel)} · started by ${personName(root.author)}` : "";
      list.draw(`${store.channel}/${store.thread}`, [root, ...replies(root.id)], root.id, null);
      box.draw("Reply in this thread");
    },
  };
}

export function channelLabel(channel) {
  return channel.direct ? channel.name : `#${channel.name}`;
}

function channelHead(channel, acts) {
  if (!channel) return [h("div", { class: "pane-titles" }, h("h2", { class: "pane-title" }, "…"))];
  return [
    h(
      "div",
      { class: "pane-titles" },
      h("h2", { class: "pane-title" }, icon(channel.direct ? "chat" : "hash"), channel.name, channel.guests && h("span", { class: "badge tone-warn" }, "guests")),
      h("p", { class: "pane-topic" }, channel.topic),
    ),
    h(
      "button",
      { type: "button", class: "button button-quiet tickets-toggle", "aria-pressed": String(ticketsShown()), onclick: () => acts.toggleTickets() },
      icon("ticket"),
      "Tickets",
    ),
  ];
}

function listOf(acts, inThread) {
  const earlier = h("button", { type: "button", class: "button button-default earlier", hidden: true }, "Show earlier messages");
  const list = h("div", { class: "list" });
  const working = h("div", { class: "working", hidden: true });
  const jump = h("button", { type: "button", class: "jump", hidden: true }, icon("down"), "New messages");
  const scroll = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": inThread ? "Messages of the thread" : "Messages" }, earlier, list, working);
  const node = h("div", { class: "scroll-frame" }, scroll, jump);
  const state = { name: "", shown: STEP, last: "" };
  const toEnd = () => {
    scroll.scrollTop = scroll.scrollHeight;
  };
  const near = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
  jump.addEventListener("click", toEnd);
  scroll.addEventListener("scroll", () => {
    if (near()) jump.hidden = true;
    else store.followUntil = 0; // whoever reads back is not to be carried off
  });
  earlier.addEventListener("click", () => {
    const before = scroll.scrollHeight;
    state.shown += STEP;
    draw(...state.args);
    scroll.scrollTop += scroll.scrollHeight - before;
  });

  function draw(name, messages, thread, whenEmpty) {
    const fresh = state.name !== name;
    if (fresh) Object.assign(state, { name, shown: STEP, last: "" });
    state.args = [name, messages, thread, whenEmpty];
    const atEnd = near();
    const items = itemsOf(messages.slice(-state.shown), thread, inThread, whenEmpty);
    reconcile(list, items, { key: (item) => item.key, stamp: (item) => item.stamp, build: (item) => item.build(acts) });
    earlier.hidden = messages.length <= state.shown;
    drawWorking(working, thread);
    const last = items.at(-1)?.key ?? "";
    const followed = last !== state.last && Date.now() < store.followUntil;
    if (fresh || atEnd || followed) toEnd();
    else if (last !== state.last && state.last) jump.hidden = false;
    state.last = last;
  }
  return { node, draw };
}

function drawWorking(node, thread) {
  const lines = progressIn(store.channel, thread);
  node.hidden = lines.length === 0;
  const text = lines.map((line) => line.text).join(" · ");
  if (node.dataset.text === text) return;
  node.dataset.text = text;
  node.replaceChildren(h("span", { class: "typing", "aria-hidden": "true" }, h("i"), h("i"), h("i")), h("span", null, text));
}

function itemsOf(messages, thread, inThread, whenEmpty) {
  const items = [];
  let before = null;
  for (const message of messages) {
    if (!before || dayKey(before.at) !== dayKey(message.at)) items.push(dayItem(message.at));
    items.push(messageItem(message, before, inThread));
    before = message;
    if (inThread && message.id === thread && messages.length > 1) items.push(countItem(messages.length - 1));
  }
  for (const each of pendingIn(store.channel, thread)) {
    items.push({ key: `pending ${each.id}`, stamp: each.state, build: (acts) => pendingNode(each, acts) });
  }
  if (!items.length && whenEmpty && store.loaded) items.push({ key: `empty ${store.channel}`, stamp: `${store.me.id} ${firstTicket()?.id}`, build: whenEmpty });
  return items;
}

function dayItem(at) {
  return { key: `day ${dayKey(at)}`, stamp: "", build: () => dayLine(at) };
}

function countItem(count) {
  return { key: "count", stamp: count, build: () => h("div", { class: "reply-count" }, count === 1 ? "1 reply" : `${count} replies`) };
}

function messageItem(message, before, inThread) {
  const follows = Boolean(before) && before.author === message.author && !before.private && !message.private && !before.deleted && new Date(message.at) - new Date(before.at) < TOGETHER && dayKey(before.at) === dayKey(message.at) && !(inThread && !before.thread);
  const all = inThread ? [] : replies(message.id);
  const working = inThread ? "" : progressIn(message.channel, message.id)[0]?.text;
  const stamp = [message.seq, follows, store.editing === message.id, all.length, all.at(-1)?.id, working, !inThread && store.thread === message.id];
  return { key: message.id, stamp: stamp.join("|"), build: (acts) => messageNode({ message, follows, inThread }, acts) };
}

/** The oldest ticket that is still open: the first that an engineer would take. */
function firstTicket() {
  return (store.tickets ?? []).filter((ticket) => !ticket.closed).sort((a, b) => a.number.localeCompare(b.number))[0];
}

function examples() {
  const ticket = firstTicket();
  return [
    "@FlowPilot Outlook will not open since this morning, it stops at “Loading profile”",
    ticket ? `@FlowPilot ${ticket.number} ${ticket.summary}` : "@FlowPilot Maria is locked out of Windows, event 4740 every few minutes",
    "/flowpilot help",
  ];
}

function empty(channel, acts) {
  const say = channel.direct
    ? ["Talk to FlowPilot alone", "Describe a problem, or ask about the flow library. Nobody else reads here."]
    : ["Nothing here yet", "Describe a problem and mention @FlowPilot: it answers in a thread, asks what it needs to know, and writes the ticket note at the end."];
  const texts = channel.direct ? examples().map((text) => text.replace("@FlowPilot ", "")) : examples();
  return h(
    "div",
    { class: "empty" },
    h("h3", null, say[0]),
    h("p", null, say[1]),
    channel.guests && h("p", { class: "quiet" }, "Guests read along in this channel, so FlowPilot keeps internal words private here."),
    h("p", { class: "quiet" }, "Try one of these:"),
    h("ul", null, texts.map((text) => h("li", null, h("button", { type: "button", class: "example", onclick: () => acts.suggest(text) }, text)))),
  );
}
