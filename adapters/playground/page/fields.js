// Inputs of forms: made, read, checked, and told what is wrong with them.

import { h } from "./dom.js";
import { finder } from "./finder.js";
import { markdown } from "./markdown.js";

/** From this length a text is a note in markdown, which can be previewed, in characters. */
const NOTE = 200;

let count = 0;

/** An input, a choice or a person to pick, with label, hint and a place for an error. */
export function fieldBlock(block) {
  count += 1;
  const id = `field-${count}`;
  if (block.block !== "input" && block.required && block.options.length <= 4) return radios(block, id);
  const control = block.block === "input" ? textControl(block, id) : selectControl(block, id);
  const label = h("label", { for: id }, block.label, !block.required && h("span", { class: "optional" }, "optional"));
  const node = h(
    "div",
    { class: "field", data: { field: block.name } },
    h("div", { class: "field-head" }, label, block.multiline && block.value.length > NOTE && previewToggle(control, id)),
    block.query && finder(block, control, id),
    control,
    hint(block, id),
    error(id),
  );
  if (block.block === "input") countTo(block.max_length, control, node);
  return node;
}

function textControl(block, id) {
  const common = { id, name: block.name, "aria-describedby": `${id}-hint ${id}-error`, placeholder: block.placeholder || null, "aria-required": block.required ? "true" : null, value: block.value, data: { shown: block.value, focus: `field ${block.name}` } };
  if (!block.multiline) return h("input", { type: "text", autocomplete: "off", ...common });
  const rows = Math.min(18, Math.max(4, block.value.split("\n").length + 1));
  return h("textarea", { rows, ...common });
}

function selectControl(block, id) {
  const options = block.options.map((option) => h("option", { value: option.value, selected: option.value === block.selected }, option.label));
  const open = block.options.some((option) => option.value === "") || (block.required && block.selected);
  if (!open) options.unshift(h("option", { value: "", selected: !block.selected, data: { none: "yes" } }, block.required ? "Choose…" : "—"));
  return h("select", { id, name: block.name, "aria-describedby": `${id}-hint ${id}-error`, data: { shown: block.selected ?? "", focus: `field ${block.name}` } }, options);
}

function radios(block, id) {
  const options = block.options.map((option, i) =>
    h(
      "label",
      { class: "radio" },
      h("input", { type: "radio", name: block.name, value: option.value, checked: option.value === block.selected, "aria-describedby": `${id}-hint ${id}-error`, data: { shown: option.value === block.selected ? "on" : "", focus: `field ${block.name} ${i}` } }),
      h("span", null, option.label),
    ),
  );
  return h("fieldset", { class: "field", data: { field: block.name } }, h("legend", null, block.label), h("div", { class: "radios" }, options), hint(block, id), error(id));
}

function hint(block, id) {
  return block.hint ? h("p", { class: "hint", id: `${id}-hint` }, block.hint) : null;
}

function error(id) {
  return h("p", { class: "field-error", id: `${id}-error`, hidden: true });
}

/** Say how long the text is once that matters. */
function countTo(most, control, node) {
  const line = h("p", { class: "count", hidden: true });
  control.dataset.most = most;
  control.addEventListener("input", () => {
    const long = [...control.value].length;
    line.hidden = long < most * 0.8;
    line.textContent = `${long.toLocaleString("en")} of ${most.toLocaleString("en")} characters`;
    line.classList.toggle("over", long > most);
  });
  node.append(line);
}

function previewToggle(control, id) {
  const shown = h("div", { class: "preview markdown", hidden: true, tabindex: "0", role: "region", "aria-label": "Preview", dir: "auto" });
  const toggle = h("button", { type: "button", class: "link-button", "aria-pressed": "false", "aria-controls": id }, "Preview");
  toggle.addEventListener("click", () => {
    const preview = toggle.getAttribute("aria-pressed") !== "true";
    if (preview) {
      shown.replaceChildren(...markdown(control.value));
      control.after(shown);
    }
    toggle.setAttribute("aria-pressed", String(preview));
    toggle.textContent = preview ? "Edit" : "Preview";
    shown.hidden = !preview;
    control.hidden = preview;
    (preview ? shown : control).focus();
  });
  return toggle;
}

/** The inputs of a form as one flat mapping. A choice without a pick is left out; a pick may well have an empty value. */
export function inputsOf(form) {
  const inputs = {};
  for (const control of controls(form)) {
    const picked = control.type === "radio" ? control.checked : !control.selectedOptions?.[0]?.dataset.none;
    if (picked) inputs[control.name] = control.value;
  }
  return inputs;
}

/** What the page can see for itself is missing or too long: {name: sentence}. */
export function missing(form, body) {
  const inputs = inputsOf(form);
  const wrong = {};
  for (const block of body) {
    if (!["input", "choice", "person"].includes(block.block)) continue;
    const value = inputs[block.name];
    if (block.block !== "input") {
      if (block.required && value === undefined) wrong[block.name] = "Choose one.";
    } else if (block.required && !value.trim()) wrong[block.name] = "Fill this in.";
    else if ([...value].length > block.max_length) wrong[block.name] = `At most ${block.max_length.toLocaleString("en")} characters.`;
  }
  return wrong;
}

/** Show errors at their fields and go to the first; returns those that no field has. */
export function showErrors(form, errors) {
  const left = { ...errors };
  let first = null;
  for (const node of form.querySelectorAll("[data-field]")) {
    const sentence = errors[node.dataset.field] ?? "";
    delete left[node.dataset.field];
    const line = node.querySelector(".field-error");
    line.textContent = sentence;
    line.hidden = !sentence;
    for (const control of node.querySelectorAll("[name]")) {
      if (sentence) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
      if (sentence && !first) first = control;
    }
  }
  first?.focus();
  return Object.values(left);
}

/** What was changed by hand since the form was shown: {name: value}. */
export function changedByHand(form) {
  const values = {};
  for (const control of controls(form)) {
    if (control.type === "radio" ? control.checked && !control.dataset.shown : control.value !== control.dataset.shown) values[control.name] = control.value;
  }
  return values;
}

/** Put such values into a form that was drawn again. */
export function putBack(form, values) {
  for (const control of controls(form)) {
    if (!(control.name in values)) continue;
    if (control.type === "radio") control.checked = control.value === values[control.name];
    else if (control.tagName !== "SELECT" || [...control.options].some((option) => option.value === values[control.name])) control.value = values[control.name];
  }
}

function controls(form) {
  return form.querySelectorAll("input[name], textarea[name], select[name]");
}
