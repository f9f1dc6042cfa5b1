// The chips of the variables: the type of each, declared or inferred, and a menu that changes it.

import { element, formula } from "./view.js";
import { say } from "./words.js";

const KINDS = ["scalar", "vector", "matrix"];
const PROPERTIES = ["symmetric", "spd", "diagonal", "orthogonal", "positive"];
const SQUARE = new Set(["symmetric", "spd", "diagonal", "orthogonal"]);

// The text of a type, as the language declares it: symmetric matrix(n, n).
export function typeText({ kind, shape, properties }) {
  const words = [...properties, kind].join(" ");
  if (kind === "scalar") return words;
  const [rows = "n", columns = "n"] = shape;
  if (kind === "vector") return `${words}(${rows})`;
  return `${words}(${rows}, ${properties.some((p) => SQUARE.has(p)) ? rows : columns})`;
}

export function chips(names, chosen, { by, declare, forget }) {
  return names.map((name) => {
    const chip = element("div", { class: `name ${name.inferred ? "inferred" : "declared"}`, dataset: { name: name.name } });
    const pressed = String(chosen === name.name);
    const choose = { type: "button", class: "by", "aria-pressed": pressed, "aria-label": say("names.by", name.name), onclick: () => by(name.name) };
    chip.append(element("button", choose, formula(name.latex, false)));
    const told = `${say(name.inferred ? "names.inferred" : "names.declared")} ${name.type}`;
    const open = element("button", { type: "button", class: "type", "aria-expanded": "false", "aria-label": say("names.change", name.name, told) }, name.type);
    open.addEventListener("click", () => toggle(chip, open, name, declare, forget));
    chip.append(open);
    return chip;
  });
}

export function closeMenus(except = null) {
  for (const menu of document.querySelectorAll(".menu")) {
    if (menu === except) continue;
    menu.parentElement.querySelector(".type").setAttribute("aria-expanded", "false");
    menu.remove();
  }
}

// Which menu is open, and where in it the keyboard is: a change of type draws the chips anew.
export function opened(list) {
  const menu = list.querySelector(".menu");
  const inside = menu?.contains(document.activeElement) ? document.activeElement : null;
  const order = menu ? [...menu.querySelectorAll("input, button")].indexOf(inside) : -1;
  return menu && { name: menu.parentElement.dataset.name, order };
}

export function reopen(list, was) {
  const chip = [...list.children].find((c) => c.dataset.name === was.name);
  if (!chip) return;
  chip.querySelector(".type").click();
  chip.querySelectorAll(".menu input, .menu button")[was.order]?.focus();
}

function toggle(chip, open, name, declare, forget) {
  const there = chip.querySelector(".menu");
  closeMenus();
  if (there) return;
  open.setAttribute("aria-expanded", "true");
  const state = { kind: name.kind, shape: [...name.shape], properties: [...name.properties] };
  const menu = element("div", { class: "menu" });
  const apply = () => declare(name.name, typeText(state));
  menu.append(...[kinds(name, state, apply), properties(state, apply), sizes(state, apply)].filter(Boolean));
  if (!name.inferred) menu.append(element("button", { type: "button", class: "forget", onclick: () => forget(name.name) }, say("names.forget")));
  menu.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    closeMenus();
    open.focus();
  });
  chip.append(menu);
  (menu.querySelector("input[type=radio]:checked") ?? menu.querySelector("input"))?.focus();
}

function kinds(name, state, apply) {
  const field = element("fieldset", {}, element("legend", {}, name.name));
  for (const kind of KINDS) {
    const input = element("input", { type: "radio", name: `kind-of-${name.name}`, value: kind, checked: state.kind === kind });
    input.addEventListener("change", () => {
      state.kind = kind;
      if (kind !== "matrix") state.properties = state.properties.filter((p) => !SQUARE.has(p));
      if (kind === "vector") state.shape = [state.shape[0] ?? "n"];
      if (kind === "matrix") state.shape = [state.shape[0] ?? "m", state.shape[1] ?? "n"];
      apply();
    });
    field.append(element("label", {}, input, " ", say(kind)));
  }
  return field;
}

function properties(state, apply) {
  const field = element("fieldset", {}, element("legend", {}, say("names.properties")));
  for (const property of PROPERTIES) {
    if (SQUARE.has(property) && state.kind !== "matrix") continue;
    const input = element("input", { type: "checkbox", value: property, checked: state.properties.includes(property) });
    input.addEventListener("change", () => {
      state.properties = state.properties.filter((p) => p !== property);
      if (input.checked) state.properties.push(property);
      apply();
    });
    field.append(element("label", {}, input, " ", say(property)));
  }
  return field;
}

function sizes(state, apply) {
  if (state.kind === "scalar") return null;
  const field = element("fieldset", {}, element("legend", {}, say("names.size")));
  const labels = state.kind === "vector" ? ["names.size"] : ["names.rows", "names.columns"];
  labels.forEach((label, i) => {
    const input = element("input", { type: "text", value: state.shape[i] ?? "", "aria-label": say(label), maxLength: 12 });
    input.addEventListener("change", () => {
      state.shape[i] = input.value.trim() || "n";
      apply();
    });
    field.append(input, " ");
  });
  return field;
}
