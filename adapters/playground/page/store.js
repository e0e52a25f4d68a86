// What the page knows. Views read it and are drawn again, once, after whatever changed it.

import { mentionable } from "./markdown.js";

const listeners = new Set();
let planned = false;

export const store = {
  bot: "flowpilot",
  workspaces: [],
  workspace: null,
  me: null,
  cursor: 0,
  loaded: false,
  channels: [],
  messages: new Map(),
  surfaces: new Map(),
  progress: [],
  tickets: [],
  /** Sent, and not yet seen in the chat: {id, channel, thread, text, state: "sending" | "failed", error}. */
  pending: [],
  channel: "",
  thread: "",
  /** The pane a narrow screen shows: "channels", "chat", "thread" or "tickets". */
  pane: "chat",
  ticketsOpen: true,
  editing: "",
  /** The number of a ticket to go to as soon as it is drawn. */
  wantedTicket: "",
  online: true,
  /** Until then the lists follow what is new: the person has just done something, and waits for what comes of it. */
  followUntil: 0,
  /** Channel id → the last `seq` that was looked at. */
  seen: {},
};

export function onChange(draw) {
  listeners.add(draw);
}

/** Draw everything again soon; several calls are one drawing. */
export function changed() {
  if (planned) return;
  planned = true;
  queueMicrotask(() => {
    planned = false;
    for (const draw of listeners) draw();
  });
}

export function personName(id) {
  if (id === store.bot) return "FlowPilot";
  return store.workspace?.people.find((person) => person.id === id)?.name ?? id;
}

export function personTitle(id) {
  return store.workspace?.people.find((person) => person.id === id)?.title ?? "";
}

const WIDE = matchMedia("(width >= 1240px)");
WIDE.addEventListener("change", changed);

/** Whether the tickets can be seen beside the chat: on a smaller screen a thread takes their place. */
export function ticketsShown() {
  return store.ticketsOpen && (WIDE.matches || !store.thread || store.pane === "tickets");
}

export function currentChannel() {
  return store.channels.find((channel) => channel.id === store.channel) ?? null;
}

/** Messages of the channel itself, oldest first; a deleted one stands only while it has replies. */
export function roots(channel) {
  return sorted((message) => message.channel === channel && !message.thread && (!message.deleted || replies(message.id).length > 0));
}

/** Messages in a thread, without the one that opened it. */
export function replies(thread) {
  return sorted((message) => message.thread === thread && !message.deleted);
}

function sorted(keep) {
  return [...store.messages.values()].filter(keep).sort((a, b) => Number(a.id) - Number(b.id));
}

/** How long what comes of an act is followed, in milliseconds. */
const FOLLOWED = 4_000;

export function followSoon() {
  store.followUntil = Date.now() + FOLLOWED;
}

export function pendingIn(channel, thread) {
  return store.pending.filter((each) => each.channel === channel && each.thread === thread);
}

export function progressIn(channel, thread) {
  return store.progress.filter((each) => each.channel === channel && each.thread === thread);
}

/** How many messages of others in a channel were not looked at yet. */
export function unread(channel) {
  const from = store.seen[channel] ?? 0;
  let count = 0;
  for (const message of store.messages.values()) {
    if (message.channel === channel && message.seq > from && message.author !== store.me.id && !message.deleted) count += 1;
  }
  return count;
}

export function markSeen(channel) {
  if (!channel) return;
  store.seen[channel] = store.cursor;
  keep(`seen:${store.workspace.id}/${store.me.id}`, store.seen);
}

/** Forget one person's view, and begin with another's. */
export function become(workspace, person) {
  store.workspace = workspace;
  store.me = person;
  store.cursor = 0;
  store.loaded = false;
  store.channels = [];
  store.messages = new Map();
  store.surfaces = new Map();
  store.progress = [];
  store.tickets = [];
  store.pending = [];
  store.editing = "";
  mentionable(["FlowPilot", ...workspace.people.map((each) => each.name)]);
  store.seen = kept(`seen:${workspace.id}/${person.id}`) ?? {};
}

/** Take in an answer of the server; returns the messages that were not known before. */
export function absorb(state) {
  store.channels = state.channels;
  store.progress = state.progress;
  store.tickets = state.tickets;
  const isNew = (known, message) => !known || (known.view?.growing && !message.view?.growing);
  const news = state.messages.filter((message) => isNew(store.messages.get(message.id), message));
  for (const message of state.messages) store.messages.set(message.id, message);
  const arrived = new Set(news.map((message) => message.sent_as).filter(Boolean));
  store.pending = store.pending.filter((each) => !arrived.has(each.id));
  for (const surface of state.surfaces) store.surfaces.set(surface.id, surface);
  store.cursor = Math.max(store.cursor, state.cursor);
  return news;
}

/** A small value that outlives the page, where the browser allows it. */
export function keep(name, value) {
  try {
    localStorage.setItem(`flowpilot:${name}`, JSON.stringify(value));
  } catch {
    // Private windows may refuse; then it lasts as long as the page.
  }
}

export function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(`flowpilot:${name}`) ?? "null");
  } catch {
    return null;
  }
}
