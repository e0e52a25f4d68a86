// Modal dialogs: core's forms, and a small question before a button with a confirmation.

import { blocks } from "./blocks.js";
import { changedByHand, inputsOf, missing, putBack, showErrors } from "./fields.js";
import { h, iconButton } from "./dom.js";
import { markdown } from "./markdown.js";

/** The open form: {view, seq, node, form, on, returnTo, asked}. */
let open = null;

/** Whether a form of this surface is open. */
export function isOpen(surface) {
  return open?.view.surface === surface;
}

/**
 * Show a form, in the place of an open one. `on`: {submit(view, inputs), press(button, element, surface), closed(surface)}.
 */
export function openForm(view, seq, on) {
  if (open) {
    draw(view, seq, {});
    open.on = on;
    return;
  }
  const node = h("dialog", { class: "modal", "aria-labelledby": "modal-title" });
  open = { node, on, returnTo: document.activeElement };
  node.addEventListener("keydown", (event) => {
    // A second Escape in a row would close the dialog whatever its cancel event says.
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    leave();
  });
  node.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  node.addEventListener("click", (event) => {
    if (event.target === node && !typed()) dismiss();
  });
  document.body.append(node);
  draw(view, seq, {});
  node.showModal();
  focusFirst();
}

/** New content for an open form. What was typed stays, unless a button in the form has asked for the new content. */
export function fillForm(view, seq) {
  if (!open || seq <= open.seq) return;
  const typed = open.asked ? {} : changedByHand(open.form);
  const waited = open.view.busy && !view.busy;
  const focus = waited ? "" : document.activeElement?.dataset?.focus;
  draw(view, seq, typed);
  const again = [...open.node.querySelectorAll("[data-focus]")].find((each) => each.dataset.focus === focus);
  if (again) again.focus();
  else focusFirst();
}

/** A button in the form was pressed: what comes next is what was asked for. */
export function expectNew(surface) {
  if (isOpen(surface)) open.asked = true;
}

/** What is in the form now, for a button in it. */
export function typedIn(surface) {
  return isOpen(surface) ? inputsOf(open.form) : {};
}

export function closeForm() {
  if (!open) return;
  const { node, returnTo } = open;
  open = null;
  node.close();
  node.remove();
  if (returnTo?.isConnected) returnTo.focus();
}

/** The server said what is wrong: show it in the open form. False when none is open. */
export function complain(errors, sentence) {
  if (!open) return false;
  const rest = [...showErrors(open.form, errors), sentence].filter(Boolean);
  const alert = open.node.querySelector(".modal-alert");
  alert.replaceChildren(...markdown(rest.join("\n\n")));
  alert.hidden = rest.length === 0;
  return true;
}

/** While a request runs nothing in the form can be pressed; what has the focus keeps it. */
export function busy(running) {
  if (!open) return;
  open.node.toggleAttribute("data-running", running);
  for (const button of open.node.querySelectorAll("button:not(.modal-close)")) button.disabled = running && button !== document.activeElement;
}

function typed() {
  return Object.keys(changedByHand(open.form)).length > 0;
}

/** Close the form; with something typed in it, only when that is to be discarded. */
async function leave() {
  const asked = open;
  if (typed() && !(await confirmFirst("Discard what you typed?", "Discard", true, "Keep"))) return;
  if (open === asked) dismiss();
}

function dismiss() {
  const { on, view } = open;
  closeForm();
  on.closed(view.surface);
}

function draw(view, seq, typed) {
  const form = h("form", { class: "modal-form", novalidate: true, method: "dialog", data: { surface: view.surface }, onsubmit: (event) => submitted(event) });
  const press = (item, element) => open.on.press(item, element, view.surface);
  form.append(
    h("header", { class: "modal-head" }, h("h2", { id: "modal-title", tabindex: "-1" }, view.title), iconButton("close", "Close", dismiss, { class: "icon-button modal-close" })),
    h("div", { class: "modal-body" }, h("div", { class: "modal-alert", role: "alert", hidden: true }), view.busy && busyLine(view.busy), blocks(view.body, press)),
    h(
      "footer",
      { class: "modal-foot" },
      h("button", { type: "button", class: "button button-default", onclick: dismiss, data: { focus: "cancel" } }, view.cancel),
      view.submit !== null && h("button", { type: "submit", class: "button button-primary", data: { focus: "submit" } }, view.submit),
    ),
  );
  Object.assign(open, { view, seq, form, asked: false });
  putBack(form, typed);
  open.node.replaceChildren(form);
  open.node.setAttribute("aria-busy", String(Boolean(view.busy)));
}

function busyLine(text) {
  return h("p", { class: "busy-line", role: "status" }, h("span", { class: "spinner", "aria-hidden": "true" }), text);
}

function submitted(event) {
  event.preventDefault();
  const { view, form, on } = open;
  if (view.submit === null || open.node.hasAttribute("data-running")) return;
  const wrong = missing(form, view.body);
  complain(wrong, "");
  if (Object.keys(wrong).length === 0) on.submit(view, inputsOf(form));
}

function focusFirst() {
  const body = open.node.querySelector(".modal-body");
  const field = body.querySelector("[name]");
  const below = field && field.getBoundingClientRect().bottom > body.getBoundingClientRect().bottom;
  // What is to be read first is not scrolled away.
  if (field && !below) field.focus({ preventScroll: true });
  else if (below) open.node.querySelector("h2").focus({ preventScroll: true });
  else (open.node.querySelector(".modal-foot [type=submit]") ?? open.node.querySelector(".modal-foot button")).focus();
}

/** Ask before doing something; resolves to true or false. `otherwise` is the button that lets it be. */
export function confirmFirst(question, label, danger, otherwise = "Cancel") {
  return new Promise((decide) => {
    const returnTo = document.activeElement;
    const node = h("dialog", { class: "modal modal-small", role: "alertdialog", "aria-labelledby": "confirm-text" });
    const end = (answer) => {
      node.close();
      node.remove();
      if (returnTo?.isConnected) returnTo.focus();
      decide(answer);
    };
    node.addEventListener("cancel", (event) => {
      event.preventDefault();
      end(false);
    });
    node.append(
      h("div", { class: "modal-body markdown", id: "confirm-text" }, markdown(question)),
      h(
        "footer",
        { class: "modal-foot" },
        h("button", { type: "button", class: "button button-default", onclick: () => end(false), autofocus: true }, otherwise),
        h("button", { type: "button", class: `button ${danger ? "button-danger" : "button-primary"}`, onclick: () => end(true) }, label),
      ),
    );
    document.body.append(node);
    node.showModal();
  });
}
