// The parts of the page that show something: formulas, boxes, steps, graphs. No state, no questions.


import { say } from "./words.js";

export function element(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (key === "dataset") Object.assign(node.dataset, value);
    else if (key.startsWith("aria-") || key === "role" || key === "class") node.setAttribute(key, value);
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node[key] = value;
  }
  node.append(...children.filter((c) => c !== null && c !== undefined));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

function drawn(tag, props = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(props)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// Commands of ours that KaTeX knows by another name.
const forKatex = (latex) => latex.replaceAll("\\mkern2mu", "\\,").replaceAll("\\oslash", "\\oslash ");

export function formula(latex, display = true) {
  const node = element(display ? "div" : "span", { class: "math" });
  try {
    globalThis.katex.render(forKatex(latex), node, { displayMode: display, throwOnError: true, strict: "ignore", output: "htmlAndMathml", trust: false });
  } catch {
    node.textContent = latex;
  }
  return node;
}

export const shapeText = (shape) => (shape.length ? `(${shape.join(", ")})` : say("answer.scalar"));

// --- boxes: value, variable and derivative as rectangles with their sizes ------------------------------------

function extent(axis, scale) {
  return axis === "1" || axis === undefined ? 12 : scale[axis];
}

export function boxes(value, variable, result) {
  const sizes = [...new Set([...value, ...variable, ...result])].filter((a) => a !== "1");
  const scale = Object.fromEntries(sizes.map((s, i) => [s, 34 + ((i * 17) % 40)]));
  const parts = [["value", value], ["variable", variable], ["result", result]];
  const picture = drawn("svg", { class: "boxes", role: "img", "aria-label": say("answer.boxes", shapeText(value), shapeText(variable), shapeText(result)) });
  let x = 4;
  let tall = 0;
  for (const [kind, shape] of parts) {
    const rows = shape.length ? extent(shape[0], scale) : 12;
    const columns = shape.length > 1 ? extent(shape[1], scale) : 12;
    const name = `${say(`box.${kind}`)} ${shapeText(shape)}`;
    const wide = Math.max(columns, [...name].reduce((sum, c) => sum + (c > "\u2e80" ? 12 : 6.6), 0));
    const layers = shape.length > 2 ? Math.min(3, shape.length) : 1;
    for (let k = layers - 1; k >= 0; k--) {
      picture.append(drawn("rect", { class: kind, x: x + 5 * k, y: 4 + 5 * (layers - 1 - k), width: columns, height: rows, rx: 2 }));
    }
    const label = drawn("text", { x, y: rows + 5 * layers + 16 });
    label.textContent = name;
    picture.append(label);
    x += wide + 24;
    tall = Math.max(tall, rows + 5 * layers + 24);
  }
  picture.setAttribute("viewBox", `0 0 ${Math.ceil(x)} ${Math.ceil(tall)}`);
  picture.setAttribute("width", Math.ceil(x));
  picture.setAttribute("height", Math.ceil(tall));
  return picture;
}

// --- copies -------------------------------------------------------------------------------------------------

export function svgOf(mathml) {
  const body = mathml.replace("<math", '<math xmlns="http://www.w3.org/1998/Math/MathML"');
  const probe = element("div", { innerHTML: mathml });
  probe.style.cssText = "position:absolute;visibility:hidden;font-size:24px;width:max-content";
  document.body.append(probe);
  const { width, height } = probe.getBoundingClientRect();
  probe.remove();
  const size = `width="${Math.ceil(width) + 16}" height="${Math.ceil(height) + 16}"`;
  return `<svg xmlns="${SVG}" ${size}><foreignObject x="8" y="8" width="100%" height="100%">`
    + `<div xmlns="http://www.w3.org/1999/xhtml" style="font-size:24px">${body}</div></foreignObject></svg>`;
}

export function copies(forms, copy) {
  const kinds = ["latex", "unicode", "text", "typst", "mathml"].filter((k) => forms[k]);
  const row = element("div", { class: "copies", role: "group" });
  for (const kind of kinds) {
    const button = { type: "button", "aria-label": say("copy.as", say(`copy.${kind}`)), onclick: () => copy(forms[kind], say(`copy.${kind}`)) };
    row.append(element("button", { ...button, dataset: { copy: kind } }, say(`copy.${kind}`)));
  }
  if (forms.mathml) {
    row.append(element("button", { type: "button", "aria-label": say("copy.as", say("copy.svg")), dataset: { copy: "svg" }, onclick: () => copy(svgOf(forms.mathml), say("copy.svg")) }, say("copy.svg")));
  }
  return row;
}

// --- steps --------------------------------------------------------------------------------------------------

export function steps(lines) {
  const list = element("div", { class: "steps" });
  for (const line of lines) {
    const fold = element("details", { class: "step" });
    const left = element("span", { class: "left" }, formula(line.left || "{}", false));
    const rule = [line.shapes, line.rule].filter(Boolean).join("   ");
    fold.append(element("summary", { "aria-label": `${line.unicode.trim()} ${rule}`.trim() }, left, formula(`{} = ${line.right}`, false), element("span", { class: "rule" }, rule)));
    fold.append(element("p", {}, line.citation ? say("steps.source", line.citation) : say("steps.norule")));
    list.append(fold);
  }
  return list;
}

// --- the computation graph -----------------------------------------------------------------------------------

export function graph(nodes, edges) {
  const level = nodes.map(() => 0);
  for (const [from, to] of edges) level[to] = Math.max(level[to], level[from] + 1);
  const users = nodes.map((_, i) => edges.filter(([from]) => from === i).map(([, to]) => level[to]));
  nodes.forEach((n, i) => { if (n.leaf && users[i].length) level[i] = Math.min(...users[i]) - 1; });
  const rows = [];
  nodes.forEach((_, i) => { (rows[level[i]] ??= []).push(i); });
  const wide = nodes.map((n) => Math.max(40, n.label.length * 8 + 16));
  const place = [];
  const total = Math.max(...rows.filter(Boolean).map((row) => row.reduce((sum, i) => sum + wide[i] + 24, 0)), 60);
  rows.forEach((row, l) => {
    let x = (total - row.reduce((sum, i) => sum + wide[i] + 24, 0)) / 2 + 12;
    for (const i of row) {
      place[i] = { x, y: 10 + (rows.length - 1 - l) * 64 };
      x += wide[i] + 24;
    }
  });
  const high = rows.length * 64;
  const picture = drawn("svg", { class: "graph", width: total, height: high, viewBox: `0 0 ${total} ${high}`, role: "img", "aria-label": say("graph.title") });
  picture.append(drawn("defs", {}, drawn("marker", { id: "tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, drawn("path", { d: "M0 0L8 4L0 8z" }))));
  for (const [from, to] of edges) {
    const a = place[from];
    const b = place[to];
    const d = `M${a.x + wide[from] / 2} ${a.y}L${b.x + wide[to] / 2} ${b.y + 32}`;
    picture.append(drawn("path", { d, "marker-end": "url(#tip)" }));
  }
  nodes.forEach((n, i) => {
    const kind = n.leaf ? "leaf" : n.result ? "result" : "inner";
    picture.append(drawn("rect", { class: kind, x: place[i].x, y: place[i].y, width: wide[i], height: 30, rx: n.leaf ? 15 : 4 }));
    const label = drawn("text", { x: place[i].x + wide[i] / 2, y: place[i].y + 20, "text-anchor": "middle" });
    label.textContent = n.letter ? `${n.letter} = ${n.label}` : n.label;
    label.setAttribute("textLength", Math.min(wide[i] - 10, label.textContent.length * 7.4));
    picture.append(label);
  });
  return picture;
}
