"use strict";
// Narrows the items down. Without this script every number still leads to its items and every group still unfolds.
const form = document.getElementById("rajaus");
const groups = [...document.querySelectorAll("details.group")].map((element) => ({
  element,
  count: element.querySelector(":scope > summary .soft"),
  items: [...element.querySelectorAll(":scope > ol > li")].map((item) => ({
    element: item,
    text: item.textContent.toLowerCase(),
  })),
}));

function filter() {
  const { theme, type, document: source, text } = Object.fromEntries(new FormData(form));
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Set();
  for (const group of groups) {
    const wanted =
      (!theme || group.element.dataset.theme === theme) && (!type || group.element.dataset.type === type);
    let shown = 0;
    for (const item of group.items) {
      const hit =
        wanted &&
        (!source || item.element.dataset.document === source) &&
        words.every((word) => item.text.includes(word));
      item.element.hidden = !hit;
      if (hit) {
        shown += 1;
        found.add(item.element.dataset.item);
      }
    }
    group.count.textContent = shown < group.items.length ? `${shown} / ${group.items.length}` : shown;
    group.element.hidden = shown === 0;
    group.element.open = shown > 0 && Boolean(theme || type || source || words.length);
  }
  for (const section of document.querySelectorAll("section.theme")) {
    section.hidden = !section.querySelector("details.group:not([hidden])");
  }
  form.querySelector("output").textContent = found.size === 1 ? "1 kohta" : `${found.size} kohtaa`;
}

function reveal(id) {
  const target = document.getElementById(id);
  if (!target) return;
  if (target.closest("[hidden]")) {
    form.reset();
    filter();
  }
  const group = target.closest("details.group");
  if (group) group.open = true;
  target.scrollIntoView();
}

form.hidden = false;
filter();
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(filter));

// A number of the table, or its bar in the chart, sets the filter to what it counts.
document.addEventListener("click", (event) => {
  const bar = event.target.closest(".chart a")?.getAttribute("href");
  const link = bar ? document.querySelector(`.matrix a[href="${bar}"]`) : event.target.closest("a[data-theme]");
  if (!link) return;
  event.preventDefault();
  form.reset();
  form.elements.theme.value = link.dataset.theme;
  form.elements.type.value = link.dataset.type;
  filter();
  history.pushState(null, "", link.hash);
  form.scrollIntoView();
  form.elements.theme.focus({ preventScroll: true });
});
addEventListener("hashchange", () => reveal(decodeURIComponent(location.hash.slice(1))));
if (location.hash) reveal(decodeURIComponent(location.hash.slice(1)));

// On paper everything is unfolded.
addEventListener("beforeprint", () => {
  for (const group of groups) group.element.open = true;
});
