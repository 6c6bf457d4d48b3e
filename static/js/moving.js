// Alt+arrow moves the row that one stands in: it presses the row's own button (templates/bimtek/_row_move.html). The focus stays
// with the row, or with the button that was pressed.
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
  document.addEventListener("htmx:afterSettle", () => {
    if (focus) document.querySelector(focus)?.focus();
    focus = "";
  });
})();
