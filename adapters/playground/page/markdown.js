// Markdown to elements. Every character of the source ends up in a text node or is markup of ours; links go to the web only.

import { h } from "./dom.js";
import { codeBlock } from "./code.js";

// A hostile text must not freeze the page: no pattern here tries an unbounded stretch more than once.
const FENCE = /^\s{0,3}(```+|~~~+)\s{0,9}([\w+#.-]{0,30})[^`]*$/;
const HEADING = /^\s{0,3}(#{1,6})\s+(\S.*)$/;
const ITEM = /^(\s*)([-*+•]|\d{1,9}[.)])\s+(.*)$/;
const QUOTE = /^\s{0,3}>\s?(.*)$/;
const RULE = /^\s{0,3}([-*_])(\s*\1){2,}\s*$/;
const TABLE_RULE = /^\|?( ?:?-{2,99}:? ?\|){1,30}( ?:?-{2,99}:? ?)?$/;

// One pass over a line; the first alternative that fits wins.
const INLINE = new RegExp(
  [
    String.raw`\\([\\\`*_{}[\]()#+\-.!~>|@])`, // 1 an escaped character
    "(?<!`)(`{1,3})(?!`)(.{1,2000}?)(?<!`)\\2(?!`)", // 2, 3 code
    String.raw`\[([^\[\]\n]{1,500})\]\((https?:\/\/[^\s()<>"]{1,2000}(?:\([^\s()<>"]{0,200}\)[^\s()<>"]{0,200}){0,5}|mailto:[^\s()<>"]{1,300})\)`, // 4, 5 a link
    String.raw`<(https?:\/\/[^\s<>]{1,2000})>`, // 6 a bare link in angles
    String.raw`(https?:\/\/[^\s<>"'\`|]{0,2000}[^\s<>"'\`|.,;:!?)\]}*_~])`, // 7 a bare link
    String.raw`\*\*(?=\S)([\s\S]{0,1000}?\S)\*\*`, // 8 strong
    String.raw`(?<![\w*])\*(?=[^\s*])([^*\n]{0,1000}?[^\s*])\*(?![\w*])`, // 9 emphasis
    String.raw`(?<![\w_])_(?=[^\s_])([^_\n]{0,1000}?[^\s_])_(?![\w_])`, // 10 emphasis
    String.raw`~~(?=\S)([\s\S]{0,1000}?\S)~~`, // 11 struck out
    String.raw`(?<![\w@])@(?=[A-Za-z])`, // perhaps a mention
  ].join("|"),
  "g",
);

const DEPTH = 6;

let names = [];

/** Who can be mentioned: full names, whose mentions stand out. */
export function mentionable(people) {
  names = [...people].sort((a, b) => b.length - a.length);
}

/** Block elements for a markdown text. */
export function markdown(source) {
  const lines = String(source ?? "").replace(/\r\n?/g, "\n").split("\n");
  return blocks(lines, 0);
}

/** One line of markdown, without blocks. */
export function inlineMarkdown(source) {
  return inline(String(source ?? ""), 0);
}

function blocks(lines, depth) {
  const out = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    const found = depth < DEPTH ? readBlock(lines, at, depth) : null;
    if (found) {
      out.push(found.node);
      at = found.next;
    } else if (!line.trim()) {
      at += 1;
    } else {
      const from = at;
      while (at < lines.length && lines[at].trim() && (at === from || !startsBlock(lines, at, depth))) at += 1;
      out.push(h("p", null, inline(lines.slice(from, at).join("\n"), 0)));
    }
  }
  return out;
}

function startsBlock(lines, at, depth) {
  const line = lines[at];
  return depth < DEPTH && (FENCE.test(line) || HEADING.test(line) || ITEM.test(line) || QUOTE.test(line) || RULE.test(line) || startsTable(lines, at));
}

function startsTable(lines, at) {
  return lines[at].includes("|") && TABLE_RULE.test((lines[at + 1] ?? "").trim());
}

function readBlock(lines, at, depth) {
  const line = lines[at];
  if (FENCE.test(line)) return readFence(lines, at);
  const heading = HEADING.exec(line);
  if (heading) {
    const level = Math.min(6, heading[1].length + 2);
    return { node: h(`h${level}`, { class: "md-heading" }, inline(withoutClosing(heading[2]), 0)), next: at + 1 };
  }
  if (RULE.test(line)) return { node: h("hr"), next: at + 1 };
  if (ITEM.test(line)) return readList(lines, at, depth);
  if (QUOTE.test(line)) return readQuote(lines, at, depth);
  if (startsTable(lines, at)) return readTable(lines, at);
  return null;
}

/** A heading may end in the signs it began with. */
function withoutClosing(title) {
  let end = title.trimEnd();
  while (end.endsWith("#")) end = end.slice(0, -1);
  return end.trimEnd() || title;
}

function readFence(lines, at) {
  const [, fence, language] = FENCE.exec(lines[at]);
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(fence)) end += 1;
  return { node: codeBlock(lines.slice(at + 1, end).join("\n"), language), next: end + 1 };
}

function readQuote(lines, at, depth) {
  const inner = [];
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end])) inner.push(QUOTE.exec(lines[end++])[1]);
  return { node: h("blockquote", null, blocks(inner, depth + 1)), next: end };
}

function readList(lines, at, depth) {
  const [, indent, marker] = ITEM.exec(lines[at]);
  const ordered = /\d/.test(marker);
  const list = h(ordered ? "ol" : "ul", ordered && Number.parseInt(marker, 10) !== 1 ? { start: Number.parseInt(marker, 10) } : null);
  let end = at;
  while (end < lines.length) {
    const item = ITEM.exec(lines[end]);
    if (!item || item[1].length > indent.length + 1 || item[1].length < indent.length || /\d/.test(item[2]) !== ordered) break;
    const inner = [item[3]];
    end += 1;
    const margin = indentOf(lines[end] ?? "");
    while (end < lines.length && belongsToItem(lines, end, indent.length)) {
      inner.push(lines[end].slice(Math.min(margin, indentOf(lines[end]))));
      end += 1;
    }
    while (inner.length && !inner.at(-1).trim()) inner.pop();
    list.append(h("li", null, tight(blocks(inner, depth + 1))));
    if (end < lines.length && !lines[end].trim() && ITEM.test(lines[end + 1] ?? "")) end += 1;
  }
  return { node: list, next: end };
}

function belongsToItem(lines, at, indent) {
  const line = lines[at];
  if (line.trim()) return indentOf(line) > indent + 1;
  const next = lines[at + 1] ?? "";
  return Boolean(next.trim()) && indentOf(next) > indent + 1;
}

function indentOf(line) {
  return line.length - line.trimStart().length;
}

/** A list item of one paragraph needs no paragraph. */
function tight(nodes) {
  if (nodes[0]?.tagName === "P") return [...nodes[0].childNodes, ...nodes.slice(1)];
  return nodes;
}

function readTable(lines, at) {
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
  const head = cells(lines[at]);
  const rows = [];
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|") && lines[end].trim()) rows.push(cells(lines[end++]));
  const table = h(
    "table",
    null,
    h("thead", null, h("tr", null, head.map((cell) => h("th", { scope: "col" }, inline(cell, 0))))),
    h("tbody", null, rows.map((row) => h("tr", null, head.map((_, i) => h("td", null, inline(row[i] ?? "", 0)))))),
  );
  return { node: h("div", { class: "table-scroll", tabindex: "0", role: "group", "aria-label": "Table" }, table), next: end };
}

function inline(text, depth) {
  const out = [];
  const put = (part) => putLines(out, part);
  let last = 0;
  for (const found of text.matchAll(INLINE)) {
    if (found.index < last) continue;
    put(text.slice(last, found.index));
    const name = found[0] === "@" ? nameAt(text, found.index + 1) : "";
    out.push(found[0] === "@" ? mention(name) : span(found, depth));
    last = found.index + found[0].length + name.length;
  }
  put(text.slice(last));
  return out;
}

function nameAt(text, at) {
  const name = names.find((each) => text.slice(at, at + each.length).toLowerCase() === each.toLowerCase() && !/\w/.test(text[at + each.length] ?? ""));
  return name ? text.slice(at, at + name.length) : "";
}

function mention(name) {
  return name ? h("span", { class: "mention" }, `@${name}`) : "@";
}

function putLines(out, text) {
  text.split("\n").forEach((line, i) => {
    if (i) out.push(h("br"));
    if (line) out.push(line);
  });
}

function span(found, depth) {
  const [, escaped, , code, label, url, angled, bare, strong, starred, lined, struck] = found;
  const inner = (text) => (depth < DEPTH ? inline(text, depth + 1) : [text]);
  if (escaped !== undefined) return escaped;
  if (code !== undefined) return h("code", null, code.length > 2 ? code.replace(/^ (.*) $/, "$1") : code);
  if (url !== undefined) return link(url, inner(label));
  if (angled !== undefined) return link(angled, [angled]);
  if (bare !== undefined) return link(bare, [bare]);
  if (strong !== undefined) return h("strong", null, inner(strong));
  if (starred !== undefined || lined !== undefined) return h("em", null, inner(starred ?? lined));
  return h("s", null, inner(struck));
}

function link(url, children) {
  const here = hereOf(url);
  if (here) return h("a", { href: here }, children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, children);
}

/** A link to a ticket or thread of this playground stays on this page, whatever name of this machine it has. */
function hereOf(url) {
  const { port, hash, pathname } = URL.canParse(url) ? new URL(url) : {};
  return port === location.port && pathname === "/" && /^#(ticket)?\//.test(hash ?? "") ? hash : "";
}
