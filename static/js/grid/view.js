// Draws the rows in sight into a real table (role grid): of 400 rows some 30 stand in the page at a time. The header row and
// the first column stay where they are by CSS alone. Sizes are set through the CSSOM, which the page's policy allows.
(() => {
  "use strict";
  const K = window.Kisi;
  const HEIGHT = 36;
  const MORE = 8;  // rows beyond those in sight
  const wrap = document.querySelector("[data-grid]");
  const table = wrap.querySelector("table");
  const head = table.tHead.rows[0];
  const body = table.tBodies[0];
  const lines = new Map();  // place → <tr>
  let first = 0;
  let last = -1;
  K.wrap = wrap;
  K.HEIGHT = HEIGHT;

  K.drawHead = () => {
    const group = document.createElement("colgroup");
    let width = 0;
    head.replaceChildren(...K.shown.map((place, n) => {
      const column = K.columns[place];
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.setAttribute("role", "columnheader");
      cell.setAttribute("aria-colindex", n + 1);
      cell.textContent = column.title;
      if (column.required) cell.append(Object.assign(document.createElement("span"), { className: "must", textContent: " *", title: "Wajib diisi" }));
      if (K.isNumber(column)) cell.classList.add("num");
      const col = document.createElement("col");
      col.style.width = `${K.width(place)}px`;
      width += K.width(place);
      group.append(col);
      return cell;
    }));
    table.querySelector("colgroup")?.remove();
    table.prepend(group);
    table.style.width = `${width}px`;
    table.setAttribute("aria-colcount", K.shown.length);
  };

  function line(place) {
    const tr = document.createElement("tr");
    tr.setAttribute("role", "row");
    tr.setAttribute("aria-rowindex", place + 2);
    K.shown.forEach((which, n) => {
      const column = K.columns[which];
      const cell = document.createElement(n ? "td" : "th");
      if (!n) cell.scope = "row";
      cell.setAttribute("role", n ? "gridcell" : "rowheader");
      cell.setAttribute("aria-colindex", n + 1);
      cell.tabIndex = -1;
      if (K.isNumber(column)) cell.classList.add("num");
      if (column.fixed) cell.classList.add("is-fixed");
      if (column.fixed || !K.mayWrite) cell.setAttribute("aria-readonly", "true");
      tr.append(cell);
    });
    lines.set(place, tr);
    return tr;
  }
  function paint(place) {
    const tr = lines.get(place);
    const row = K.rows[place];
    if (!tr || !row) return;
    tr.dataset.state = row.state || (K.isEmpty(row) ? "blank" : row.isNew ? "new" : "");
    const area = K.area();
    const entry = K.pending(row);
    K.shown.forEach((which, n) => {
      const cell = tr.cells[n];
      const name = K.columns[which].name;
      if (!cell.classList.contains("is-editing") && cell.firstChild?.nodeValue !== row.text[which]) cell.textContent = row.text[which];
      if (!n) cell.setAttribute("role", row.text[which] ? "rowheader" : "gridcell");  // a header has words
      const wrong = Boolean(row.errors[name]);
      cell.classList.toggle("is-wrong", wrong);
      cell.classList.toggle("is-both", Boolean(row.conflicts[name]));
      cell.classList.toggle("is-waiting", Boolean(entry && entry[name] && !wrong));
      wrong || row.conflicts[name] ? cell.setAttribute("aria-invalid", "true") : cell.removeAttribute("aria-invalid");
      const chosen = place >= area.top && place <= area.bottom && n >= area.left && n <= area.right;
      cell.setAttribute("aria-selected", String(chosen));
      const active = place === K.active.row && n === K.active.col;
      cell.classList.toggle("is-active", active);
      cell.classList.toggle("is-corner", chosen && K.mayWrite && place === area.bottom && n === area.right);
      cell.tabIndex = active ? 0 : -1;
    });
  }

  K.draw = () => {
    const total = K.rows.length;
    for (const corner of [K.active, K.anchor]) corner.row = Math.max(0, Math.min(corner.row, total - 1));  // rows may have gone
    const from = Math.max(0, Math.floor(wrap.scrollTop / HEIGHT) - MORE);
    const to = Math.min(total - 1, Math.ceil((wrap.scrollTop + wrap.clientHeight) / HEIGHT) + MORE);
    for (const [place, tr] of lines) if (place < from || place > to) { tr.remove(); lines.delete(place); }
    for (let place = from; place <= to; place += 1) {
      if (!lines.has(place)) {
        const next = [...lines.keys()].filter((other) => other > place).sort((a, b) => a - b)[0];
        body.insertBefore(line(place), next === undefined ? null : lines.get(next));
      }
      paint(place);
    }
    first = from;
    last = to;
    table.style.marginTop = `${from * HEIGHT}px`;
    table.style.marginBottom = `${Math.max(0, total - 1 - to) * HEIGHT}px`;
    table.setAttribute("aria-rowcount", total + 1);
    wrap.tabIndex = lines.has(K.active.row) ? -1 : 0;
  };
  K.redraw = () => { lines.forEach((tr) => tr.remove()); lines.clear(); K.draw(); };
  let asked = false;
  K.soonDraw = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; K.draw(); });
  };
  wrap.addEventListener("scroll", () => { K.stopEditing?.(true, false); K.soonDraw(); }, { passive: true });
  addEventListener("resize", () => { K.drawHead(); K.soonDraw(); });

  K.cell = (row, col) => lines.get(row)?.cells[col];
  K.placeOf = (element) => {
    const cell = element?.closest?.("[data-grid] tbody td, [data-grid] tbody th");
    return cell ? { row: Number(cell.parentElement.getAttribute("aria-rowindex")) - 2, col: cell.cellIndex } : null;
  };
  // scrolls so that this cell is in sight beside the frozen row and column
  K.reveal = (row, col) => {
    const top = row * HEIGHT;
    const room = wrap.clientHeight - head.offsetHeight;
    if (top < wrap.scrollTop) wrap.scrollTop = top;
    else if (top + HEIGHT > wrap.scrollTop + room) wrap.scrollTop = top + HEIGHT - room;
    if (col > 0) {
      const left = K.shown.slice(0, col).reduce((sum, place) => sum + K.width(place), 0);
      const frozen = K.width(K.shown[0]);
      if (left - frozen < wrap.scrollLeft) wrap.scrollLeft = left - frozen;
      else if (left + K.width(K.shown[col]) > wrap.scrollLeft + wrap.clientWidth) wrap.scrollLeft = left + K.width(K.shown[col]) - wrap.clientWidth;
    } else wrap.scrollLeft = 0;
    K.draw();
  };
})();
