// The account, its channels, who one acts as, and the look of the page.

import { avatar, h, icon, logo } from "./dom.js";
import { channelLabel } from "./conversation.js";
import { keep, kept, store, unread } from "./store.js";

const THEMES = [["system", "As the system"], ["light", "Light"], ["dark", "Dark"]];

/** The left column: {node, draw}. */
export function sidebar(acts) {
  const account = h("p", { class: "account" });
  const channels = h("ul", { class: "channels" });
  const direct = h("ul", { class: "channels" });
  const people = h("div", { class: "people" });
  const line = h("p", { class: "line", role: "status" });
  const node = h(
    "section",
    { id: "channels", class: "pane pane-side", "aria-label": "Channels and people" },
    h("header", { class: "brand" }, logo(), h("p", { class: "brand-name" }, "FlowPilot"), h("span", { class: "chip" }, "playground")),
    account,
    h(
      "div",
      { class: "side-scroll" },
      h("nav", { "aria-label": "Channels" }, h("h2", { class: "side-title" }, "Channels"), channels, h("h2", { class: "side-title" }, "Direct messages"), direct),
      h("section", { "aria-labelledby": "people-title" }, h("h2", { class: "side-title", id: "people-title" }, "You act as"), people),
    ),
    h("footer", { class: "side-foot" }, line, themeSwitch()),
  );
  return {
    node,
    draw() {
      account.textContent = store.workspace?.name ?? "";
      const items = (list) => list.map((channel) => h("li", null, channelButton(channel, acts)));
      keepFocus(channels, () => channels.replaceChildren(...items(store.channels.filter((channel) => !channel.direct))));
      keepFocus(direct, () => direct.replaceChildren(...items(store.channels.filter((channel) => channel.direct))));
      keepFocus(people, () => people.replaceChildren(...store.workspaces.map((workspace) => group(workspace, acts))));
      line.textContent = store.online ? "Connected" : "Reconnecting…";
      line.classList.toggle("offline", !store.online);
    },
  };
}

function channelButton(channel, acts) {
  const current = channel.id === store.channel;
  const news = current ? 0 : unread(channel.id);
  return h(
    "button",
    { type: "button", class: `channel${news ? " unread" : ""}`, "aria-current": current ? "page" : null, data: { focus: `channel ${channel.id}` }, onclick: () => acts.goTo(channel.id) },
    channel.direct ? h("span", { class: "mini-bot" }, logo()) : icon("hash"),
    h("span", { class: "channel-name" }, channel.name),
    channel.guests && h("span", { class: "side-icon", title: "Guests read along" }, icon("guests"), h("span", { class: "visually-hidden" }, "guests read along")),
    news > 0 && h("span", { class: "count-badge" }, String(Math.min(news, 99)), h("span", { class: "visually-hidden" }, ` new in ${channelLabel(channel)}`)),
  );
}

function group(workspace, acts) {
  return h(
    "div",
    { role: "group", "aria-label": workspace.name },
    h("h3", { class: "people-of" }, workspace.name),
    h("ul", null, workspace.people.map((person) => h("li", null, personButton(workspace, person, acts)))),
  );
}

function personButton(workspace, person, acts) {
  const mine = store.me?.id === person.id && store.workspace?.id === workspace.id;
  return h(
    "button",
    { type: "button", class: "person", "aria-pressed": String(mine), data: { focus: `person ${workspace.id}/${person.id}` }, onclick: () => acts.actAs(workspace.id, person.id) },
    avatar(person.id, person.name),
    h("span", { class: "person-name" }, person.name),
    h("span", { class: "role" }, person.title),
  );
}

function keepFocus(node, draw) {
  const focus = node.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
  draw();
  if (focus) [...node.querySelectorAll("[data-focus]")].find((each) => each.dataset.focus === focus)?.focus();
}

function themeSwitch() {
  const chosen = kept("theme") ?? "system";
  const buttons = THEMES.map(([name, label]) =>
    h("button", { type: "button", "aria-pressed": String(name === chosen), title: label, "aria-label": label, data: { theme: name } }, icon({ system: "system", light: "sun", dark: "moon" }[name])),
  );
  const node = h("div", { class: "theme", role: "group", "aria-label": "Colours" }, buttons);
  node.addEventListener("click", (event) => {
    const theme = event.target.closest("button")?.dataset.theme;
    if (!theme) return;
    keep("theme", theme);
    document.documentElement.dataset.theme = theme;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.theme === theme));
  });
  return node;
}
