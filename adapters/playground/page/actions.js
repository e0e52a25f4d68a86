// What a person can do on the page, and what becomes of the answer.

import { act, Refused } from "./api.js";
import { newId } from "./dom.js";
import { busy, closeForm, complain, confirmFirst, expectNew, isOpen, openForm, typedIn } from "./dialogs.js";
import { announce, toast } from "./toasts.js";
import { become, changed, followSoon, keep, replies, roots, store, ticketsShown } from "./store.js";

/** How long a slash command's new thread is waited for, in milliseconds. */
const EXPECTED = 20_000;

/** The actions, for the views. `page` gives {sync, restart, channelBox, threadBox}. */
export function actions(page) {
  let before = Promise.resolve();
  /** The message in which the open form was opened, "" for none: what the form changes may be shown there. */
  let within = "";
  const acts = {
    goTo(channel, thread = "") {
      Object.assign(store, { channel, thread, editing: "", pane: thread ? "thread" : "chat" });
      page.moved();
    },

    openThread(message) {
      Object.assign(store, { thread: message.id, pane: "thread" });
      page.moved();
      focusSoon(page.threadBox);
    },

    closeThread() {
      Object.assign(store, { thread: "", pane: "chat" });
      page.moved();
      focusSoon(page.channelBox);
    },

    toggleTickets() {
      store.ticketsOpen = !ticketsShown();
      store.pane = store.ticketsOpen ? "tickets" : store.thread ? "thread" : "chat";
      keep("tickets", store.ticketsOpen);
      changed();
    },

    showTicket(number) {
      Object.assign(store, { ticketsOpen: true, pane: "tickets", wantedTicket: number });
      changed();
    },

    showPane(pane) {
      if (pane === "tickets") store.ticketsOpen = true;
      store.pane = pane;
      changed();
    },

    actAs(workspaceId, personId) {
      const workspace = store.workspaces.find((each) => each.id === workspaceId);
      const person = workspace?.people.find((each) => each.id === personId);
      if (!person) return;
      const stays = store.workspace?.id === workspaceId;
      become(workspace, person);
      if (!stays) Object.assign(store, { channel: "", thread: "" });
      closeForm();
      page.restart();
      announce(`You act as ${person.name}, ${person.title}, of ${workspace.name}.`);
    },

    suggest(text) {
      page.channelBox.put(text);
    },

    mentionTicket(number) {
      store.pane = store.thread ? "thread" : "chat";
      changed();
      (store.thread ? page.threadBox : page.channelBox).insert(number);
    },

    async send(text, { channel, thread }) {
      followSoon();
      if (/^\/[a-z][a-z-]*(\s|$)/i.test(text)) return inOrder(() => command(text, channel, thread));
      const each = { id: newId(), channel, thread, text, state: "sending", error: "" };
      store.pending.push(each);
      changed();
      await inOrder(() => deliver(each));
      return true;
    },

    resend(each) {
      each.state = "sending";
      changed();
      return inOrder(() => deliver(each));
    },

    discard(each) {
      store.pending = store.pending.filter((other) => other !== each);
      changed();
    },

    async press(item, element, from) {
      const surface = typeof from === "string" ? from : "";
      if (item.confirm && !(await confirmFirst(item.confirm, item.label, item.style === "danger"))) return;
      if (element.getAttribute("aria-busy") === "true") return;
      if (surface) expectNew(surface);
      const around = element.closest(".card, .notice, dialog") ?? element.parentElement;
      const others = [...around.querySelectorAll("button.button")].filter((button) => button !== element && !button.disabled);
      for (const button of others) button.disabled = true;
      element.setAttribute("aria-busy", "true");
      try {
        const payload = surface ? { kind: "click", surface, value: item.value, inputs: typedIn(surface) } : { kind: "click", message: from.message, value: item.value };
        answered(await act(payload), { surface, message: from.message });
        followSoon();
        await page.sync();
      } catch (error) {
        failed(error);
      } finally {
        element.removeAttribute("aria-busy");
        for (const button of others) button.disabled = false;
      }
    },

    async shortcut(message, name) {
      await attempt(async () => {
        const reply = await act({ kind: "shortcut", message: message.id, name });
        answered(reply, {});
        if (name === "start" && !message.thread) acts.openThread(message);
      });
    },

    startEditing(message) {
      store.editing = message.id;
      changed();
    },

    stopEditing() {
      store.editing = "";
      changed();
    },

    editLast({ channel, thread }) {
      const mine = (thread ? replies(thread) : roots(channel)).filter((message) => message.author === store.me.id && !message.deleted);
      if (!mine.length) return false;
      acts.startEditing(mine.at(-1));
      return true;
    },

    async edit(message, text) {
      store.editing = "";
      if (!text || text === message.text) return changed();
      return attempt(async () => answered(await act({ kind: "edit", message: message.id, text }), {}));
    },

    async remove(message) {
      if (!(await confirmFirst("Delete this message?", "Delete", true))) return;
      await attempt(async () => answered(await act({ kind: "delete", message: message.id }), {}));
    },

    async dismiss(message) {
      await attempt(() => act({ kind: "dismiss", message: message.id }));
    },
  };

  /** What is written is handed in one after the other: nothing overtakes what was written before it. */
  function inOrder(run) {
    const done = before.then(run);
    before = done.catch(() => {});
    return done;
  }

  async function command(text, channel, thread) {
    if (!thread) store.expected = { channel, until: Date.now() + EXPECTED };
    try {
      answered(await act({ kind: "send", channel, thread, text }), {});
      await page.sync();
      return true;
    } catch (error) {
      failed(error);
      return false;
    }
  }

  async function deliver(each) {
    try {
      const reply = await act({ kind: "send", id: each.id, channel: each.channel, thread: each.thread, text: each.text });
      await page.sync();
      if (reply.posted && !each.thread && addressed(each)) acts.openThread({ id: reply.posted });
      answered(reply, {});
    } catch (error) {
      Object.assign(each, { state: "failed", error: error instanceof Refused ? error.message : "It could not be sent." });
      if (!(error instanceof Refused)) throw error;
    }
    changed();
  }

  /** A thread of its own is shown at once where the bot is going to answer in one. */
  function addressed(each) {
    const direct = store.channels.find((channel) => channel.id === each.channel)?.direct;
    return (direct || /(^|[^\w@])@flowpilot\b/i.test(each.text)) && store.channel === each.channel;
  }

  async function attempt(run) {
    try {
      await run();
      await page.sync();
    } catch (error) {
      failed(error);
    }
  }

  function failed(error) {
    if (!(error instanceof Refused)) throw error;
    if (!complain({}, error.message)) toast(error.message, { error: true });
  }

  const onForm = {
    press: (item, element, surface) => acts.press(item, element, surface),
    async submit(view, inputs) {
      busy(true);
      try {
        const reply = await act({ kind: "submit", surface: view.surface, message: within, action: view.action, inputs });
        busy(false);
        answered(reply, { surface: view.surface, submitted: true });
        followSoon();
        await page.sync();
      } catch (error) {
        busy(false);
        failed(error);
      }
    },
    closed: (surface) => act({ kind: "close", surface }).catch(failed),
  };

  function answered(reply, { surface = "", submitted = false, message = "" }) {
    switch (reply.kind) {
      case "form":
      case "replace":
        if (!surface) within = message;
        showForm(reply);
        break;
      case "errors":
        if (!complain(reply.fields, "")) toast(Object.values(reply.fields).join(" "), { error: true });
        break;
      case "notice":
        if (surface && isOpen(surface) && (reply.error || !submitted)) complain({}, reply.markdown);
        else showNotice(reply, submitted);
        break;
      case "close":
        closeForm();
        if (reply.notice) showNotice(reply.notice, false);
        break;
      default:
        if (submitted) closeForm();
    }
  }

  function showForm(reply) {
    const newer = store.surfaces.get(reply.form.surface);
    const filled = newer?.open && newer.seq > reply.seq ? newer : { form: reply.form, seq: reply.seq };
    openForm(filled.form, filled.seq, onForm);
  }

  function showNotice(reply, submitted) {
    if (submitted) closeForm();
    const here = reply.channel === store.channel && (!reply.thread || reply.thread === store.thread);
    if (!here && reply.thread && reply.channel === store.channel) acts.openThread({ id: reply.thread });
    else if (!here) toast(plain(reply.markdown), { error: reply.error });
  }

  return acts;
}

/** After it is drawn; not where that would bring up a keyboard over what was opened. */
function focusSoon(box) {
  if (matchMedia("(hover: hover)").matches) queueMicrotask(() => box.focus());
}

/** The first words of a markdown text, for a toast. */
function plain(markdown) {
  const text = markdown.replace(/^[#>\s]+\s/gm, "").replace(/[*_`]/g, "").replace(/\s+/g, " ").trim();
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
