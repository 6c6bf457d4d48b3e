// Typing in a cell: an input in its place, a larger box for prose, a list of names where the cell has one.
(() => {
  "use strict";
  const K = window.Kisi;
  K.editing = null;
  let lists = 0;

  function box(column, where) {
    const field = document.createElement(column.long ? "textarea" : "input");
    field.className = "cell-editor";
    field.setAttribute("aria-label", `${column.title}, baris ${where.row + 1}`);
    field.autocomplete = "off";
    if (column.kind === "rupiah" || column.kind === "number") field.inputMode = "text";
    if (column.kind === "year" || column.kind === "whole") field.inputMode = "numeric";
    if (column.options) field.setAttribute("list", offered(column));
    return field;
  }
  function offered(column) {
    if (!column.list) {
      lists += 1;
      column.list = `pilihan-${lists}`;
      const list = Object.assign(document.createElement("datalist"), { id: column.list });
      list.append(...column.options.map((words) => Object.assign(document.createElement("option"), { value: words })));
      document.body.append(list);
    }
    return column.list;
  }

  // `first`: the letter that began it; it takes the place of what stood there
  K.edit = (first = null) => {
    const where = { ...K.active };
    const which = K.shown[where.col];
    const column = K.columns[which];
    if (!K.mayWrite || column.fixed) { K.say("Kolom ini hanya dapat dibaca."); return false; }
    const row = K.rowAt(where.row);
    K.go(where.row, where.col, { focus: false });
    const cell = K.cell(where.row, where.col);
    const field = box(column, where);
    field.value = first === null ? row.text[which] : first;
    cell.classList.add("is-editing");
    cell.replaceChildren(field);
    K.editing = { field, row, which, where, cell, at: K.standsAt() };
    field.focus({ preventScroll: true });
    field.setSelectionRange?.(field.value.length, field.value.length);
    return true;
  };
  K.stopEditing = (keep, focus = true) => {
    if (!K.editing) return;
    const { field, row, which, cell, where } = K.editing;
    K.editing = null;
    cell.classList.remove("is-editing");
    cell.replaceChildren();
    if (keep && field.value !== row.text[which]) K.apply([{ row, which, text: field.value }]);
    else K.draw();
    if (focus) K.cell(where.row, where.col)?.focus({ preventScroll: true });
  };

  K.wrap.addEventListener("keydown", (event) => {
    if (!K.editing) return;
    const { where, field } = K.editing;
    if (event.key === "Escape") K.stopEditing(false);
    else if (event.key === "Enter" && event.altKey && field.tagName === "TEXTAREA") field.setRangeText("\n", field.selectionStart, field.selectionEnd, "end");
    else if (event.key === "Enter") { K.stopEditing(true, false); K.go(where.row + (event.shiftKey ? -1 : 1), where.col); }
    else if (event.key === "Tab") { K.stopEditing(true, false); K.go(where.row, where.col + (event.shiftKey ? -1 : 1)); }
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  K.wrap.addEventListener("focusout", (event) => {
    if (K.editing && event.target === K.editing.field && document.hasFocus()) K.stopEditing(true, false);
  });
})();
