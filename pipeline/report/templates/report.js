"use strict";
// Shows the items that the filters let through. The filters' state is the part of the address after the #, so that every
// number of the page is a plain link. Items lie in compressed blocks, which unfold when one of their items is shown.
const STEP = 25;
const ENDING = 5; // letters of the longest ending that is taken off a word
const texts = JSON.parse(document.getElementById("sanat").textContent);
const form = document.getElementById("rajaus");
const list = document.getElementById("luettelo");
const output = form.querySelector("output");
const more = document.getElementById("lisaa");
const only = document.createElement("p");
const blocks = new Map();
let index, vocabulary, unfolding, found = [], shown = 0, extra = {}, turn = 0;

async function unpack(id) {
  const text = atob(document.getElementById(id).textContent);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

function block(number) {
  if (!blocks.has(number)) blocks.set(number, unpack(`lohko-${number}`));
  return blocks.get(number);
}

const name = (value) => texts.names[value] ?? value;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
const plain = (word) => word.toLowerCase().replaceAll("-", "");
const counted = (number) =>
  `${number.toLocaleString(texts.lang)} ${number === 1 ? texts.item_one : texts.item_many}`;

function day(iso) {
  if (!iso) return "";
  const [year, month, date] = iso.split("-").map(Number);
  if (texts.lang === "fi") return `${date}.${month}.${year}`;
  return new Date(Date.UTC(year, month - 1, date)).toLocaleDateString("en-GB", {
    day: "numeric", month: "short", year: "numeric", timeZone: "UTC",
  });
}

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

// The filters as they stand, empty ones left out.
function state() {
  const entries = [...new FormData(form), ...Object.entries(extra)];
  return Object.fromEntries(entries.map(([key, value]) => [key, value.trim()]).filter(([, value]) => value));
}

// Each criterion votes for its rows; a row that has every vote is found.
async function rows(wanted) {
  const votes = new Uint8Array(index.rows);
  let needed = 0;
  const vote = (steps) => {
    let row = 0;
    for (const step of steps) votes[(row += step)] += 1;
  };
  for (const field of ["theme", "type", "side"]) {
    if (!wanted[field]) continue;
    needed += 1;
    vote(index.lists[field][wanted[field]] ?? []);
  }
  const ofDocument = ([id, , date, body, party]) =>
    (!wanted.document || id === wanted.document) &&
    (!wanted.body || body === wanted.body) &&
    (!wanted.party || party === wanted.party) &&
    (!wanted.from || (date && date.slice(0, 4) >= wanted.from)) &&
    (!wanted.to || (date && date.slice(0, 4) <= wanted.to));
  needed += 1;
  for (const about of index.documents) {
    const [first, count] = about.slice(5);
    if (ofDocument(about)) for (let row = first; row < first + count; row += 1) votes[row] += 1;
  }
  if (wanted.item) {
    needed += 1;
    const row = index.ids.indexOf(wanted.item);
    if (row >= 0) votes[row] += 1;
  }
  const barred = new Set();
  if (wanted.words) vocabulary = await (unfolding ??= unpack("sanasto"));
  for (const word of (wanted.words ?? "").split(/\s+/)) {
    const not = word.startsWith("-");
    const term = plain(word.replace(/[^\p{L}\p{N}-]/gu, ""));
    if (!term) continue;
    const hits = new Set();
    for (const lemma of lemmas(term)) {
      let row = 0;
      for (const step of vocabulary.rows[lemma]) hits.add((row += step));
    }
    if (not) hits.forEach((row) => barred.add(row));
    else {
      needed += 1;
      hits.forEach((row) => { votes[row] += 1; });
    }
  }
  const result = [];
  for (let row = 0; row < votes.length; row += 1) if (votes[row] === needed && !barred.has(row)) result.push(row);
  return result;
}

// Base forms that answer a word: as it stands in the store; while it is not yet whole, those of the words that begin so;
// in a form that the store lacks, those of the words that share all but its ending.
function lemmas(term) {
  if (Object.hasOwn(vocabulary.terms, term)) return vocabulary.terms[term];
  for (let length = term.length; length >= Math.min(term.length, Math.max(5, term.length - ENDING)); length -= 1) {
    const stem = term.slice(0, length);
    const most = length < term.length ? term.length + 1 : Infinity;
    const begun = Object.keys(vocabulary.terms).filter((known) => known.startsWith(stem) && known.length <= most);
    if (begun.length) return new Set(begun.flatMap((known) => vocabulary.terms[known]));
  }
  return [];
}

function documentOf(row) {
  let low = 0, high = index.documents.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (index.documents[middle][5] <= row) low = middle;
    else high = middle - 1;
  }
  return index.documents[low];
}

const itemAt = async (row) => (await block(Math.floor(row / index.block)))[row % index.block];

// The text cut where evidence starts and ends. Offsets count code points, as Array.from does.
function marked(text, reasons) {
  const points = Array.from(text);
  const marks = reasons.filter((reason) => reason.length === 7).map(([axis, , , , , start, end]) => [axis, start, end]);
  const cuts = [...new Set([0, points.length, ...marks.flatMap(([, start, end]) => [start, end])])].sort((a, b) => a - b);
  return cuts.slice(1).map((end, number) => {
    const start = cuts[number];
    const axes = new Set(marks.filter(([, from, to]) => from <= start && end <= to).map(([axis]) => axis));
    const piece = points.slice(start, end).join("");
    return axes.size ? make("mark", { className: [...axes].sort().join(" ") }, piece) : piece;
  });
}

function shownItem(row, [text, page, heading, part, speaker, reasons]) {
  const [id, title, date] = documentOf(row);
  const place = [
    `${date ? `, ${day(date)}` : ""} · ${fill(texts.page, { page })}`,
    heading, part && name(part), speaker && fill(texts.speaker, { speaker }),
  ].filter(Boolean).join(" · ");
  const why = reasons.map((reason) => {
    const [axis, label, percent, method, rule, start, end] = reason;
    const evidence = reason.length === 7 ? Array.from(text).slice(start, end).join("") : start;
    return make("li", {},
      make("b", {}, name(label)), ": ", make("q", {}, evidence), reason.length === 7 ? "" : ` ${texts.elsewhere}`,
      ` · ${name(method)} `, make("code", {}, rule), ` · ${fill(texts.certainty, { percent })}`);
  });
  const item = make("li", {},
    make("p", { className: "text" }, ...marked(text, reasons)),
    make("p", { className: "place" }, make("a", { href: `#asiakirja-${id}` }, title), place),
    make("details", { className: "why" },
      make("summary", {}, reasons.map(([, label]) => name(label)).join(", ") || texts.no_labels),
      make("ul", {}, ...why, make("li", {}, `${texts.item_id} `, make("code", {}, index.ids[row])))));
  item.dataset.item = index.ids[row];
  return item;
}

async function showMore(count = STEP) {
  const now = turn;
  const next = found.slice(shown, shown + count);
  const items = await Promise.all(next.map(itemAt));
  if (now !== turn) return;
  list.append(...items.map((item, number) => shownItem(next[number], item)));
  shown += next.length;
  more.hidden = shown >= found.length;
  const part = shown < found.length ? `, ${fill(texts.shown, { shown })}` : "";
  output.textContent = found.length ? counted(found.length) + part : texts.nothing;
}

async function filter() {
  const now = (turn += 1);
  const wanted = state();
  const result = await rows(wanted);
  if (now !== turn) return;
  found = result;
  shown = 0;
  const source = wanted.document && index.documents.find(([id]) => id === wanted.document);
  only.textContent = source ? `${texts.only_document} ${source[1]}` : wanted.item ? texts.only_item : "";
  only.hidden = !only.textContent;
  list.replaceChildren();
  await showMore();
  form.dataset.ready = found.length;
}

// Sets the filters from the address. An address without = is a place on the page and leaves them as they are.
async function follow(move) {
  const hash = location.hash.slice(1);
  if (!hash.includes("=")) return hash === "" && move ? filter() : undefined;
  const wanted = new URLSearchParams(hash);
  form.reset();
  extra = {};
  for (const [key, value] of wanted) {
    const input = form.elements.namedItem(key);
    if (input) input.value = value;
    if (input?.value !== value) extra[key] = value; // a field without a control, or a value that the store lacks
  }
  await filter();
  if (!move) return;
  const heading = document.getElementById("kohdat");
  heading.scrollIntoView();
  heading.focus({ preventScroll: true });
}

function remember() {
  const address = new URLSearchParams(state()).toString();
  history.replaceState(null, "", address ? `#${address}` : location.pathname + location.search);
  return filter();
}

// Finnish Excel expects a byte order mark and semicolons, and takes a text that begins so for a formula.
async function csv() {
  const cell = (value) => {
    const text = String(value ?? "");
    return `"${(/^\s*[=+\-@＝＋－＠]/u.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  };
  const lines = [texts.csv_columns];
  for (const row of found) {
    const [text, page, heading, , speaker, reasons] = await itemAt(row);
    const [, title, date, body, party] = documentOf(row);
    const labels = (axis) => reasons.filter((reason) => reason[0] === axis).map((reason) => name(reason[1])).join(", ");
    const cells = [index.ids[row], date, title, body, party, page, heading, speaker, labels("theme"), labels("type"), text];
    lines.push(cells.map(cell).join(";"));
  }
  const url = URL.createObjectURL(new Blob([`\ufeff${lines.join("\r\n")}\r\n`], { type: "text/csv;charset=utf-8" }));
  make("a", { href: url, download: texts.csv_name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

async function start() {
  index = await unpack("hakemisto");
  document.getElementById("vanha-selain").hidden = true;
  form.prepend(only);
  form.hidden = false;
  form.addEventListener("input", remember);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    if (!event.isTrusted) return;
    extra = {};
    setTimeout(remember);
  });
  more.addEventListener("click", () => showMore());
  document.getElementById("csv").addEventListener("click", csv);
  addEventListener("hashchange", () => follow(true));
  if (location.hash.includes("=")) await follow(true);
  else await filter();
  setTimeout(() => { unfolding ??= unpack("sanasto"); }, 500);
}
if (typeof DecompressionStream !== "undefined") start();
