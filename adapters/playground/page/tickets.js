// The ticket list beside the chat: what the PSA knows, with notes as they are written.

import { h, icon, iconButton, reconcile } from "./dom.js";
import { inlineMarkdown, markdown } from "./markdown.js";
import { announce, toast } from "./toasts.js";
import { store } from "./store.js";
import { fullTime, when } from "./times.js";

/** Longer descriptions are folded at first, in characters. */
const FOLDED = 140;

/** The ticket column: {node, draw}. */
export function ticketPane(acts) {
  const count = h("span", { class: "quiet" });
  const list = h("div", { class: "tickets" });
  const head = h(
    "header",
    { class: "pane-head" },
    h("div", { class: "pane-titles" }, h("h2", { class: "pane-title" }, icon("ticket"), "Tickets", count), h("p", { class: "pane-topic" }, "Notes appear as they are posted.")),
    iconButton("close", "Close tickets", () => acts.toggleTickets(), { class: "icon-button close-tickets" }),
  );
  const node = h("section", { id: "tickets", class: "pane pane-tickets", "aria-label": "Tickets" }, head, h("div", { class: "scroll-frame" }, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Ticket list" }, list)));
  const known = new Map();
  let of = "";
  return {
    node,
    draw() {
      node.hidden = !store.ticketsOpen;
      const name = `${store.workspace?.id}`;
      if (name !== of) {
        of = name;
        known.clear();
      }
      count.textContent = store.tickets?.length ? ` ${store.tickets.length}` : "";
      if (!store.loaded) return;
      reconcile(list, items(known), { key: (item) => item.key, stamp: (item) => item.stamp, build: (item, old) => item.build(acts, old) });
      remember(known);
      goToWanted(list);
    },
  };
}

function items(known) {
  if (store.tickets === null) return [{ key: "elsewhere", stamp: "", build: () => h("p", { class: "empty-note" }, "Tickets are kept in the PSA that is connected. Look there for the notes.") }];
  if (!store.me.member) return [{ key: "guest", stamp: "", build: () => h("p", { class: "empty-note" }, "Guests see no tickets.") }];
  if (!store.tickets.length) return [{ key: "none", stamp: "", build: () => h("p", { class: "empty-note" }, "No tickets yet.") }];
  return store.tickets.map((ticket) => ({
    key: keyOf(ticket),
    stamp: JSON.stringify([ticket.status, ticket.closed, ticket.summary, ticket.notes.map((note) => note.id), ticket.times.length]),
    build: (acts, old) => ticketNode(ticket, known.get(ticket.id), old, acts),
  }));
}

function goToWanted(list) {
  if (!store.wantedTicket || store.tickets === null) return;
  const ticket = store.tickets.find((each) => each.number === store.wantedTicket || number(each) === store.wantedTicket);
  if (!ticket) toast(store.me.member ? `There is no ticket ${store.wantedTicket} in this account.` : "Guests see no tickets.", { error: true });
  store.wantedTicket = "";
  const node = ticket && [...list.children].find((each) => each.dataset.key === keyOf(ticket));
  if (!node) return;
  node.scrollIntoView({ block: "nearest" });
  node.classList.add("arrived");
  node.focus({ preventScroll: true });
}

function remember(known) {
  for (const ticket of store.tickets ?? []) {
    const before = known.get(ticket.id);
    if (before && ticket.notes.length > before.notes.size) announce(`Ticket ${number(ticket)} has a new note.`);
    if (before && before.status !== ticket.status) announce(`Ticket ${number(ticket)} is now ${ticket.status}.`);
    known.set(ticket.id, { status: ticket.status, notes: new Set(ticket.notes.map((note) => note.id)) });
  }
}

const counted = (count, one, many) => `${count} ${count === 1 ? one : many}`;
const keyOf = (ticket) => `ticket ${store.workspace.id} ${ticket.id}`;
const number = (ticket) => (/^\d/.test(ticket.number) ? `#${ticket.number}` : ticket.number);

function ticketNode(ticket, before, old, acts) {
  const fresh = (note) => Boolean(before) && !before.notes.has(note.id);
  const facts = [["Company", ticket.company], ["Contact", ticket.contact], ["Device", ticket.device]].filter(([, value]) => value);
  const openNotes = old?.querySelector("details")?.open || ticket.notes.some(fresh);
  return h(
    "article",
    { class: `ticket${ticket.closed ? " closed" : ""}`, tabindex: "-1", "aria-label": `Ticket ${number(ticket)}, ${ticket.summary}` },
    h("header", { class: "ticket-head" }, h("span", { class: "ticket-number" }, number(ticket)), h("span", { class: `badge tone-${ticket.closed ? "good" : "info"}${before && before.status !== ticket.status ? " flash" : ""}` }, ticket.status)),
    h("h3", { class: "ticket-summary", dir: "auto" }, ticket.summary),
    ticket.description && description(ticket, old),
    h("dl", { class: "fields" }, facts.map(([label, value]) => h("div", null, h("dt", null, label), h("dd", null, value)))),
    h("button", { type: "button", class: "link-button", data: { focus: "mention" }, onclick: () => acts.mentionTicket(number(ticket)) }, "Mention in message", h("span", { class: "visually-hidden" }, ` ticket ${number(ticket)}`)),
    notes(ticket, openNotes, fresh),
    times(ticket),
  );
}

/** The first lines; the rest on request. */
function description(ticket, old) {
  const words = h("p", { class: "ticket-description", dir: "auto" }, inlineMarkdown(ticket.description));
  if (ticket.description.length <= FOLDED && !ticket.description.includes("\n")) return words;
  const toggle = h("button", { type: "button", class: "link-button", data: { focus: "description" } });
  const show = (all) => {
    words.classList.toggle("clamped", !all);
    toggle.setAttribute("aria-expanded", String(all));
    toggle.textContent = all ? "Less" : "More";
  };
  toggle.addEventListener("click", () => show(words.classList.contains("clamped")));
  show(old?.querySelector("[aria-expanded]")?.getAttribute("aria-expanded") === "true");
  return h("div", null, words, toggle);
}

function notes(ticket, open, fresh) {
  if (!ticket.notes.length) return h("p", { class: "quiet no-notes" }, "No notes yet.");
  return h(
    "details",
    { class: "ticket-notes", open },
    h("summary", null, counted(ticket.notes.length, "note", "notes")),
    h("ol", null, ticket.notes.map((note) => noteNode(note, fresh(note)))),
  );
}

function times(ticket) {
  if (!ticket.times.length) return null;
  const minutes = ticket.times.reduce((sum, time) => sum + time.minutes, 0);
  return h(
    "details",
    { class: "ticket-notes" },
    h("summary", null, `${counted(ticket.times.length, "time entry", "time entries")}, ${counted(minutes, "minute", "minutes")}`),
    h("ol", null, ticket.times.map((time) => h("li", { class: "ticket-note" }, h("header", null, h("strong", null, `${time.minutes} min`), h("span", { class: "quiet" }, time.author, " · ", h("time", { datetime: time.at, title: fullTime(time.at) }, when(time.at)))), h("div", { class: "markdown", dir: "auto" }, markdown(time.text))))),
  );
}

function noteNode(note, isNew) {
  return h(
    "li",
    { class: `ticket-note ${note.internal ? "internal" : "visible"}${isNew ? " arrived" : ""}` },
    h(
      "header",
      null,
      h("span", { class: `badge tone-${note.internal ? "neutral" : "warn"}` }, note.internal ? "Internal" : "Customer sees this"),
      note.resolution && h("span", { class: "badge tone-good" }, "Resolution"),
      h("span", { class: "quiet" }, note.author, " · ", h("time", { datetime: note.at, title: fullTime(note.at) }, when(note.at))),
    ),
    h("div", { class: "markdown", dir: "auto" }, markdown(note.text)),
  );
}
