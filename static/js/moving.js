// Alt+arrow moves the row that one stands in: it presses the row's own button (templates/bimtek/_row_move.html). The focus stays
// with the row, or with the button that was pressed. A row can also be dragged by its handle, with a mouse or a finger; whether
// it may stand where it was dropped the server says, whose list then takes the place of this one.
(() => {
  "use strict";
  const WAYS = { ArrowUp: "naik", ArrowDown: "turun" };
  let focus = "";
  document.addEventListener("keydown", (event) => {
    const way = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey && WAYS[event.key];
    const row = way && event.target.closest?.("tr[id^='baris-']");
    if (!row || event.target.closest("input:not([type='checkbox']), textarea, select, [contenteditable]")) return;
    const button = row.querySelector(`.row-move button[value='${way}']`);
    if (!button) return;
    event.preventDefault();
    const here = event.target.closest(".row-move") ? "" : ".row-title a";
    focus = here && `#${CSS.escape(row.id)} ${here}`;
    button.click();
  });
  const lines = (body) => [...body.children].filter((line) => line.id.startsWith("baris-"));
  let before = [];  // the rows in their order, and what stood behind the dragged one
  let behind = null;
  let back = () => {};  // puts a dropped row where it was
  function begun({ item, from }) { before = lines(from); behind = item.nextElementSibling; }
  function dropped({ item, from }) {
    const onto = before[lines(from).indexOf(item)];
    if (onto === item) return;
    back = () => { from.insertBefore(item, behind); back = () => {}; };
    const form = item.querySelector(".row-move");
    form.elements.ke.value = onto.id.replace("baris-", "");
    form.elements.ke.disabled = false;
    form.requestSubmit();
    form.elements.ke.disabled = true;
  }
  const scan = () => document.querySelectorAll("tbody:has(.row-move)").forEach((body) => {
    body.querySelectorAll(".row-grip").forEach((grip) => { grip.hidden = false; });
    if (window.Sortable && !Sortable.get(body)) Sortable.create(body, { handle: ".row-grip", draggable: "tr[id^='baris-']", chosenClass: "is-dragged", onStart: begun, onEnd: dropped });
  });
  for (const failed of ["htmx:responseError", "htmx:sendError"]) document.addEventListener(failed, () => back());
  let seen = null;  // what was in sight: the new list stands before the old one for a moment, and the browser would follow the old one down
  document.addEventListener("htmx:beforeSwap", ({ detail: { requestConfig, shouldSwap, target } }) => {
    if (shouldSwap && requestConfig.elt.closest(".row-move")) seen = { id: target.id, left: target.scrollLeft, top: target.scrollTop, at: target.getBoundingClientRect().top };
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (!seen) return;
    const table = document.getElementById(seen.id);
    table?.scrollTo({ left: seen.left, top: seen.top, behavior: "instant" });
    if (table) scrollBy({ top: table.getBoundingClientRect().top - seen.at, behavior: "instant" });
    seen = null;
  });
  document.addEventListener("htmx:load", scan);
  scan();
  document.addEventListener("htmx:afterSettle", () => {
    if (focus) document.querySelector(focus)?.focus();
    focus = "";
  });
})();
