// The page: puts the columns together, keeps them up to date, and remembers in the address what is shown.

import { actions } from "./actions.js";
import * as api from "./api.js";
import { append, h, icon } from "./dom.js";
import { channelLabel, channelPane, threadPane } from "./conversation.js";
import { closeForm, fillForm, isOpen } from "./dialogs.js";
import { textOf } from "./messages.js";
import { closeMenu } from "./menu.js";
import { sidebar } from "./sidebar.js";
import { ticketPane } from "./tickets.js";
import { announce, toast } from "./toasts.js";
import { absorb, become, changed, currentChannel, keep, kept, markSeen, onChange, personName, store, unread } from "./store.js";

const page = { sync, restart, moved, channelBox: null, threadBox: null };
const acts = actions(page);
const side = sidebar(acts);
const chat = channelPane(acts);
const thread = threadPane(acts);
const tickets = ticketPane(acts);
page.channelBox = chat.box;
page.threadBox = thread.box;

let stop = () => {};
let running = null;
let again = false;

/** Ask for what is new, until there is no more; calls that come meanwhile are one further question. */
function sync() {
  if (running) {
    again = true;
    return running;
  }
  running = (async () => {
    try {
      do {
        again = false;
        await take();
      } while (again);
    } finally {
      running = null;
    }
  })();
  return running;
}

async function take() {
  const { me } = store;
  for (let more = true; more; ) {
    const state = await api.state(store.cursor);
    if (store.me !== me) return;
    if (state.cursor < store.cursor) return startOver();
    const first = !store.loaded;
    const news = absorb(state);
    more = state.more;
    if (!more) store.loaded = true;
    if (!first) tell(news);
  }
  settle();
  fillOpenForm();
  changed();
}

/** The server has begun anew, with another database: nothing that is known here is so any more. */
function startOver() {
  become(store.workspace, store.me);
  again = true;
}

/** Something to show, whatever the address says. */
function settle() {
  if (!currentChannel()) Object.assign(store, { channel: store.channels[0]?.id ?? "", thread: "" });
  const root = store.messages.get(store.thread);
  if (store.thread && (!root || root.channel !== store.channel)) store.thread = "";
  if (!store.thread && store.pane === "thread") store.pane = "chat";
  if (Object.values(store.seen).some((seq) => seq > store.cursor)) store.seen = {};
  if (Object.keys(store.seen).length === 0) for (const channel of store.channels) store.seen[channel.id] = store.cursor;
  if (!document.hidden) markSeen(store.channel);
  history.replaceState(null, "", address());
}

function fillOpenForm() {
  for (const surface of store.surfaces.values()) {
    if (!isOpen(surface.id)) continue;
    if (surface.open) fillForm(surface.form, surface.seq);
    else closeForm();
  }
}

function tell(news) {
  for (const message of news) {
    if (message.deleted || message.author === store.me.id || message.view?.growing) continue;
    const words = message.view ? message.view.fallback || textOf(message.view) : message.text;
    announce(`${message.private ? "Only for you, " : ""}${personName(message.author)}: ${words.slice(0, 240)}`);
    if (awaited(message)) {
      store.expected = null;
      acts.openThread(message);
    }
  }
}

/** The thread that a slash command of ours has opened. */
function awaited(message) {
  const { expected } = store;
  return expected && message.author === store.bot && !message.thread && !message.private && message.channel === expected.channel && Date.now() < expected.until && store.channel === message.channel;
}

function restart() {
  stop();
  closeMenu();
  changed();
  keep("me", `${store.workspace.id}/${store.me.id}`);
  stop = api.listen({
    changed: () => sync().catch(complain),
    online(online, reopen) {
      if (online !== store.online) {
        store.online = online;
        changed();
      }
      if (reopen) restart();
    },
  });
  sync().catch(complain);
}

function complain(error) {
  if (!(error instanceof api.Refused)) throw error;
  if (error.status) toast(error.message, { error: true });
}

function moved() {
  if (!document.hidden) markSeen(store.channel);
  const next = address();
  if (location.hash !== next) location.hash = next;
  changed();
}

function address() {
  const parts = [store.workspace.id, store.me.id, store.channel, store.thread].filter(Boolean);
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

/** Go where the address says, as who was here last where it names nobody of the account, such as "me"; the first person of the first
 * account where it says nothing. */
function follow() {
  const ticket = /^#ticket\/(.+)$/.exec(location.hash)?.[1];
  if (ticket) {
    acts.showTicket(decodeURIComponent(ticket));
    if (store.me) return history.replaceState(null, "", address());
  }
  const [workspaceId, personId, channel, thread] = (ticket ? "" : location.hash.slice(2)).split("/").map(decodeURIComponent);
  const [lastWorkspace, lastPerson] = (kept("me") ?? "").split("/");
  const workspace = find(store.workspaces, workspaceId) ?? find(store.workspaces, lastWorkspace) ?? store.workspaces[0];
  const person = find(workspace?.people ?? [], personId) ?? find(workspace?.people ?? [], lastPerson) ?? workspace?.people[0];
  if (!person) return;
  const other = store.me?.id !== person.id || store.workspace?.id !== workspace.id;
  if (other) become(workspace, person);
  Object.assign(store, { channel: channel ?? "", thread: thread ?? "", pane: ticket ? "tickets" : thread ? "thread" : "chat" });
  if (other) return restart();
  settle();
  changed();
}

const find = (list, id) => list.find((each) => each.id === id);

function tabs() {
  const panes = [["channels", "menu", "Channels"], ["chat", "hash", "Channel"], ["thread", "thread", "Thread"], ["tickets", "ticket", "Tickets"]];
  const buttons = panes.map(([pane, picture, label]) => h("button", { type: "button", data: { pane }, onclick: () => acts.showPane(pane) }, icon(picture), h("span", null, label)));
  const node = h("nav", { class: "tabs", "aria-label": "Panes" }, buttons);
  return {
    node,
    draw() {
      for (const button of buttons) {
        button.setAttribute("aria-current", button.dataset.pane === store.pane ? "true" : "false");
        button.disabled = button.dataset.pane === "thread" && !store.thread;
      }
    },
  };
}

function draw() {
  const app = document.getElementById("app");
  Object.assign(app.dataset, { pane: store.pane, thread: store.thread ? "open" : "none", tickets: store.ticketsOpen ? "open" : "none" });
  for (const view of [side, chat, thread, tickets, bar]) view.draw();
  const channel = currentChannel();
  const news = store.me ? store.channels.reduce((sum, each) => sum + (each.id === store.channel && !document.hidden ? 0 : unread(each.id)), 0) : 0;
  document.title = `${news ? `(${news}) ` : ""}${channel ? `${channelLabel(channel)} · ` : ""}FlowPilot playground`;
}

const bar = tabs();

async function begin() {
  store.ticketsOpen = kept("tickets") ?? true;
  append(document.getElementById("app"), [side.node, chat.node, thread.node, tickets.node, bar.node]);
  onChange(draw);
  addEventListener("hashchange", () => location.hash !== address() && follow());
  document.getElementById("skip").addEventListener("click", () => {
    acts.showPane("chat");
    chat.box.focus();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !store.me) return;
    markSeen(store.channel);
    changed();
  });
  for (;;) {
    try {
      const all = await api.people();
      Object.assign(store, { bot: all.bot, workspaces: all.workspaces });
      break;
    } catch (error) {
      complain(error);
      await new Promise((wake) => setTimeout(wake, 2000));
    }
  }
  document.getElementById("loading").remove();
  follow();
}

begin();
