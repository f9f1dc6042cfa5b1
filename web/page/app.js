// The page: what is asked, and what is shown of the answer.

import { chips, closeMenus, opened, reopen } from "./chips.js";
import { connect } from "./engine.js";
import { boxes, copies, element, formula, graph, shapeText, steps } from "./view.js";
import { language, say, speak } from "./words.js";

const at = (id) => document.getElementById(id);
const FIRST = { text: "||Xw - y||^2", wrt: "w" };
const TARGETS = ["numpy", "array-api", "jax", "torch", "julia", "matlab", "c"];

const state = { text: "", wrt: "", kind: "derivative", layout: "both", where: {}, tab: "steps", style: "differential", target: "numpy" };
let engine;
let asked = 0;
let shown = null;

// --- asking -------------------------------------------------------------------------------------------------

function question(want) {
  return { want, text: state.text, wrt: state.wrt, kind: state.kind, where: state.where, style: state.style, target: state.target };
}

async function refresh({ remember = true } = {}) {
  const mine = ++asked;
  if (!state.text.trim()) return clear();
  const read = await engine.ask(question("reading"));
  if (mine !== asked) return;
  showReading(read);
  document.body.classList.toggle("stale", !read.ok);
  if (!read.ok) return closeMenus();
  const names = read.names.map((n) => n.name);
  if (!names.includes(state.wrt) && !state.wrt.includes(",")) state.wrt = guess(read.names);
  showNames(read.names);
  if (!state.wrt) return at("answer").replaceChildren(say("choose"));
  const slow = setTimeout(() => mine === asked && showWaiting(), 400);
  const answer = await engine.ask(question("derivative"));
  clearTimeout(slow);
  if (mine !== asked) return;
  shown = answer.ok ? answer : null;
  showAnswer(answer);
  if (answer.ok && remember) remembered();
  await showPanel(mine);
}

// Of a new text the variable is the last vector or matrix that is not plainly data; one click changes it.
function guess(names) {
  const order = ["x", "w", "X", "beta", "theta", "W", "U", "z", "t"];
  return order.find((n) => names.some((m) => m.name === n)) ?? names[0]?.name ?? "";
}

function clear() {
  for (const id of ["problem", "understood", "remarks", "names", "answer", "panel"]) at(id).replaceChildren();
  at("mark").replaceChildren();
}

// --- showing ------------------------------------------------------------------------------------------------

function showReading(read) {
  at("problem").replaceChildren();
  at("mark").replaceChildren();
  if (!read.ok) return showProblem(read.error);
  at("understood").replaceChildren(formula(read.formula.latex));
  showRemarks(read.remarks);
}

function showRemarks(remarks) {
  at("remarks").replaceChildren(...remarks.map((r) => element("li", {}, r)));
}

function showProblem(error) {
  const place = error.span && error.text === state.text ? error.span : null;
  at("problem").replaceChildren(error.kind === "Stopped" ? say("stopped") : error.message);
  for (const text of suggestions(error, place)) {
    at("problem").append(" ", element("button", { type: "button", onclick: () => setText(text), "aria-label": `${say("problem.try")} ${text}` }, text));
  }
  if (!place) return at("mark").replaceChildren(state.text);
  const [from, to] = [place[0], Math.max(place[1], place[0] + 1)];
  const bad = element("mark", {}, state.text.slice(from, to) || " ");
  at("mark").replaceChildren(state.text.slice(0, from), bad, state.text.slice(to));
}

// What a message offers to write at the place in question, put into the text.
function suggestions(error, place) {
  if (!place) return [];
  const here = state.text.slice(...place);
  const said = error.message.match(/(?:write|did you mean) ([^:;?]+?)(?:, or declare.*|\?|;.*)?$/)?.[1];
  if (!said) return [];
  return said.split(/ or |, /).map((s) => s.trim()).filter((s) => s && s !== here && !/[…]|\bfor\b|\bthe\b|\ba\b /.test(s))
    .map((s) => state.text.slice(0, place[0]) + s + state.text.slice(place[1]));
}

function showNames(names) {
  const focused = document.activeElement?.closest?.(".name")?.dataset.name;
  const menu = opened(at("names"));
  at("names").replaceChildren(...chips(names, state.wrt, {
    by: (name) => change({ wrt: name }),
    declare: (name, type) => change({ where: { ...state.where, [name]: type } }),
    forget: (name) => {
      const { [name]: _, ...where } = state.where;
      change({ where });
    },
  }));
  if (menu) reopen(at("names"), menu);
  else if (focused) at("names").querySelector(`[data-name="${CSS.escape(focused)}"] .type`)?.focus();
}

function showWaiting() {
  const stop = element("button", { type: "button", onclick: () => engine.cancel() }, say("stop"));
  at("answer").replaceChildren(element("p", {}, say("wait"), " ", stop));
}

function showAnswer(answer) {
  at("answer-title").textContent = say(`answer.${state.kind === "derivative" ? "title" : state.kind}`);
  if (!answer.ok) {
    at("answer").replaceChildren();
    at("panel").replaceChildren();
    return showProblem(answer.error);
  }
  showRemarks(answer.remarks);
  if (answer.differential) return at("answer").replaceChildren(card(say("answer.differential"), answer.differential, null));
  const layouts = state.kind === "hessian" ? ["numerator"] : ["numerator", "denominator"].filter((l) => state.layout === "both" || state.layout === l);
  at("answer").replaceChildren(...layouts.map((layout) => {
    const title = state.kind === "hessian" ? say("answer.hessian") : say(`answer.${layout}`);
    return card(title, answer.layouts[layout], answer);
  }));
  if (answer.assumptions.length) at("answer").append(element("p", { class: "assuming" }, say("answer.assuming", answer.assumptions.join(", "))));
}

function card(title, form, answer) {
  const node = element("article", { class: "card" }, element("h3", {}, answer ? `${title}, ${say("answer.by", answer.wrt.join(", "))}` : title));
  const body = element("div", { class: "formula", tabIndex: 0, role: "group", "aria-label": title }, formula(form.latex));
  node.append(body);
  if (answer) node.append(boxes(answer.shape, answer.variable, form.shape));
  node.append(copies(form, copy));
  return node;
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    at("copied").textContent = say("copy.done", what);
  } catch {
    at("copied").textContent = say("copy.failed");
  }
  setTimeout(() => { at("copied").textContent = ""; }, 4000);
}

// --- the panel under the tabs ---------------------------------------------------------------------------------

async function showPanel(mine) {
  for (const tab of at("tabs").children) {
    const on = tab.dataset.tab === state.tab;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
  }
  at("panel").setAttribute("aria-labelledby", `tab-${state.tab}`);
  if (!shown || state.kind === "differential") return at("panel").replaceChildren();
  const answer = await engine.ask(question(state.tab));
  if (mine !== asked) return;
  const body = answer.ok ? PANELS[state.tab](answer) : [element("p", {}, answer.error.message)];
  at("panel").replaceChildren(...body);
}

const PANELS = {
  steps: (a) => [choice("steps.style", ["differential", "chain"], state.style, (s) => `steps.${s}`, (style) => change({ style })), steps(a.lines)],
  code: (a) => [choice("code.target", TARGETS, state.target, null, (target) => change({ target })), element("pre", { tabIndex: 0 }, element("code", {}, a.code)),
    element("button", { type: "button", onclick: () => copy(a.code, say("tabs.code")) }, say("copy.code"))],
  forms: (a) => forms(a.forms),
  check: (a) => [element("pre", { tabIndex: 0 }, a.report)],
  graph: (a) => [graph(a.nodes, a.edges)],
};

function choice(label, values, value, key, pick) {
  const field = element("fieldset", {}, element("legend", {}, say(label)));
  for (const v of values) {
    const input = element("input", { type: "radio", name: label, value: v, checked: v === value, onchange: () => pick(v) });
    field.append(element("label", {}, input, " ", key ? say(key(v)) : v, " "));
  }
  return field;
}

function forms(found) {
  return ["entries", "vec"].filter((k) => found[k]).map((k) => {
    const body = found[k].refused ? element("p", {}, say("forms.refused", found[k].refused)) : formula(found[k].latex);
    const node = element("article", { class: "card" }, element("h3", {}, say(`forms.${k}`)), element("div", { class: "formula" }, body));
    if (!found[k].refused) node.append(copies(found[k], copy));
    return node;
  });
}

// --- link, history, gallery -----------------------------------------------------------------------------------

function link() {
  const { text, wrt, kind, where, layout } = state;
  const kept = { text, wrt, ...(kind !== "derivative" && { kind }), ...(layout !== "both" && { layout }), ...(Object.keys(where).length && { where }) };
  return `#${encodeURIComponent(JSON.stringify(kept))}`;
}

function fromLink() {
  try {
    const kept = JSON.parse(decodeURIComponent(location.hash.slice(1)));
    return typeof kept.text === "string" ? kept : null;
  } catch { return null; }
}

const past = () => { try { return JSON.parse(localStorage.getItem("matcalc.history") ?? "[]"); } catch { return []; } };

function remembered() {
  history.replaceState(null, "", link());
  const entry = { text: state.text, wrt: state.wrt, kind: state.kind, where: state.where };
  const same = (e) => e.text === entry.text && e.wrt === entry.wrt && e.kind === entry.kind;
  try {
    localStorage.setItem("matcalc.history", JSON.stringify([entry, ...past().filter((e) => !same(e))].slice(0, 50)));
  } catch { /* no storage: no history */ }
}

function listed(entries, dialog) {
  return element("ul", { class: "items" }, ...entries.map((e) => element("li", {}, element("button", { type: "button", onclick: () => {
    dialog.close();
    open(e);
  } }, e[language()] ? element("span", {}, e[language()]) : null, element("code", {}, `${e.text}   ∂${e.wrt}`)))));
}

let topics = [];

function showGallery() {
  const wanted = at("gallery-search").value.toLowerCase();
  const found = topics.map(({ topic, items }) => [topic, items.filter((e) => `${e.en} ${e.zh} ${e.text} ${topic.en} ${topic.zh}`.toLowerCase().includes(wanted))]);
  const parts = found.filter(([, items]) => items.length).flatMap(([topic, items]) => [element("h3", {}, topic[language()]), listed(items, at("gallery"))]);
  at("gallery-list").replaceChildren(...(parts.length ? parts : [say("gallery.none")]));
}

function showHistory() {
  const entries = past();
  at("history-list").replaceChildren(entries.length ? listed(entries, at("history")) : say("history.none"));
}

// --- changes --------------------------------------------------------------------------------------------------

function change(part, how) {
  Object.assign(state, part);
  return refresh(how);
}

function setText(text) {
  at("text").value = text;
  at("mark").textContent = text;
  return change({ text });
}

function open(e) {
  Object.assign(state, { text: e.text, wrt: e.wrt, kind: e.kind ?? "derivative", where: e.where ?? {}, layout: e.layout ?? state.layout });
  for (const input of document.querySelectorAll("[name=kind], [name=layout]")) input.checked = state[input.name] === input.value;
  return setText(e.text);
}

function wire() {
  let timer;
  at("text").addEventListener("input", () => {
    at("mark").textContent = at("text").value;
    clearTimeout(timer);
    timer = setTimeout(() => change({ text: at("text").value, where: kept(at("text").value) }), 120);
  });
  at("kind").addEventListener("change", (e) => change({ kind: e.target.value }));
  at("layout").addEventListener("change", (e) => { state.layout = e.target.value; if (shown) { showAnswer(shown); remembered(); } });
  at("tabs").addEventListener("click", (e) => { if (e.target.dataset.tab) { state.tab = e.target.dataset.tab; showPanel(asked); } });
  at("tabs").addEventListener("keydown", arrows);
  at("gallery-open").addEventListener("click", () => { showGallery(); at("gallery").showModal(); });
  at("gallery-search").addEventListener("input", showGallery);
  at("history-open").addEventListener("click", () => { showHistory(); at("history").showModal(); });
  at("link-copy").addEventListener("click", () => copy(new URL(link(), location.href).href, say("nav.link")));
  at("language").addEventListener("click", () => { speak(language() === "zh" ? "en" : "zh"); keep("language", language()); refresh({ remember: false }); });
  at("theme").addEventListener("click", () => {
    const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme = dark ? "light" : "dark";
    keep("theme", document.documentElement.dataset.theme);
  });
  document.addEventListener("click", (e) => { if (e.target.isConnected && !e.target.closest(".name")) closeMenus(); });
  addEventListener("hashchange", () => { const e = fromLink(); if (e) open(e); });
}

// Types of names that are gone from the text are forgotten.
const kept = (text) => Object.fromEntries(Object.entries(state.where).filter(([name]) => text.includes(name)));

function arrows(e) {
  const tabs = [...at("tabs").children];
  const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
  if (!step) return;
  const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
  next.focus();
  next.click();
}

const keep = (key, value) => { try { localStorage.setItem(`matcalc.${key}`, value); } catch { /* not kept */ } };
const keptValue = (key) => { try { return localStorage.getItem(`matcalc.${key}`); } catch { return null; } };

async function start() {
  const theme = keptValue("theme");
  if (theme) document.documentElement.dataset.theme = theme;
  speak(keptValue("language") ?? (navigator.language.startsWith("zh") ? "zh" : "en"));
  wire();
  const first = fromLink() ?? FIRST;
  at("text").value = first.text;
  at("mark").textContent = first.text;
  topics = await (await fetch("gallery.json")).json();
  engine = await connect((part) => { at("progress").value = part; });
  if (engine.kind === "server") document.querySelector("footer p").dataset.text = "footer.server";
  try {
    await engine.ready();
  } catch (error) {
    at("loading").textContent = say("failed", error.message);
    return;
  }
  at("loading").hidden = true;
  await open({ ...first, text: at("text").value || first.text });
  document.documentElement.dataset.ready = "yes";
  if (engine.kind === "worker" && "serviceWorker" in navigator && location.protocol.startsWith("http")) navigator.serviceWorker.register("sw.js");
}

start();
