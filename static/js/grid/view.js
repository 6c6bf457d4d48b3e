// Draws the rows and columns in sight into a real table (role grid): of 400 rows some 30 stand in the page at a time, of 40
// columns some 15, with a gap in place of the others. The header row and the first column stay where they are by CSS alone.
// Sizes are set through the CSSOM, which the page's policy allows.
(() => {
  "use strict";
  const K = window.Kisi;
  const HEIGHT = 36;
  const MORE = 8;  // rows beyond those in sight
  const ASIDE = 400;  // pixels of columns beyond those in sight
  const wrap = document.querySelector("[data-grid]");
  const table = wrap.querySelector("table");
  const head = table.tHead.rows[0];
  const body = table.tBodies[0];
  const lines = new Map();  // place → <tr>
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

  // --- which columns stand in the rows: the first, and those from `span.from` to `span.to` (not in it) -----------------
  let span = { from: 1, to: 1 };
  function reach(beyond) {
    const left = wrap.scrollLeft + K.width(K.shown[0]) - beyond;
    const right = wrap.scrollLeft + wrap.clientWidth + beyond;
    let [x, from, to] = [0, K.shown.length, 1];
    K.shown.forEach((which, n) => {
      const end = x + K.width(which);
      if (n && end > left && x < right) { from = Math.min(from, n); to = n + 1; }
      x = end;
    });
    return { from: Math.min(from, to), to };
  }
  // makes the rows anew where a column in sight is not in them
  function widen() {
    const inSight = reach(0);
    if (K.editing || (inSight.from >= span.from && inSight.to <= span.to)) return;
    span = reach(ASIDE);
    clear();
  }
  const standing = () => [0, ...Array.from({ length: span.to - span.from }, (_, n) => span.from + n)];
  const orderOf = (col) => (col === 0 ? 0 : col < span.from || col >= span.to ? -1 : col - span.from + (span.from > 1 ? 2 : 1));
  function gap(columns) {
    const cell = document.createElement("td");
    cell.colSpan = columns;
    cell.setAttribute("aria-hidden", "true");
    cell.dataset.gap = columns;
    return cell;
  }

  // a row as the columns in sight make it; each further one is a copy
  let mould = null;
  function cast() {
    const tr = document.createElement("tr");
    tr.setAttribute("role", "row");
    const cells = standing().map(castCell);
    if (span.from > 1) cells.splice(1, 0, gap(span.from - 1));
    if (span.to < K.shown.length) cells.push(gap(K.shown.length - span.to));
    tr.append(...cells);
    return tr;
  }
  function castCell(n) {
    const column = K.columns[K.shown[n]];
    const cell = document.createElement(n ? "td" : "th");
    if (!n) cell.scope = "row";
    cell.setAttribute("role", n ? "gridcell" : "rowheader");
    cell.setAttribute("aria-colindex", n + 1);
    cell.setAttribute("aria-selected", "false");
    cell.tabIndex = -1;
    if (K.isNumber(column)) cell.classList.add("num");
    if (column.fixed) cell.classList.add("is-fixed");
    if (column.fixed || !K.mayWrite) cell.setAttribute("aria-readonly", "true");
    return cell;
  }
  function line(place) {
    mould = mould || cast();
    const tr = mould.cloneNode(true);
    tr.setAttribute("aria-rowindex", place + 2);
    lines.set(place, tr);
    return tr;
  }

  // --- how a cell looks, as bits: a cell is touched only where they, or its text, are others than it shows ------------
  const [WRONG, BOTH, WAITING, CHOSEN, CORNER, ACTIVE, NAMELESS] = [1, 2, 4, 8, 16, 32, 64];
  const looks = new WeakMap();  // cell → bits; a fresh one shows none
  function paint(place, area, columns) {
    const tr = lines.get(place);
    const row = K.rows[place];
    if (!tr || !row) return;
    const state = row.state || (K.isEmpty(row) ? "blank" : row.isNew ? "new" : "");
    if (tr.dataset.state !== state) tr.dataset.state = state;
    const entry = K.pending(row);
    const inside = place >= area.top && place <= area.bottom;
    for (const n of columns) {
      const cell = tr.children[orderOf(n)];
      const text = row.text[K.shown[n]];
      if (!K.editing || K.editing.cell !== cell) fill(cell, text);
      const look = lookOf(row, K.columns[K.shown[n]].name, entry) | (n || text ? 0 : NAMELESS)
        | (inside && n >= area.left && n <= area.right ? CHOSEN : 0)
        | (inside && place === area.bottom && n === area.right && K.mayWrite ? CORNER : 0)
        | (place === K.active.row && n === K.active.col ? ACTIVE : 0);
      if (look !== (looks.get(cell) || 0)) dress(cell, look, n);
    }
  }
  function fill(cell, text) {
    const node = cell.firstChild;
    if (!node) { if (text) cell.textContent = text; }
    else if (node.nodeValue !== text) { if (node.nodeType === Node.TEXT_NODE) node.nodeValue = text; else cell.textContent = text; }
  }
  function lookOf(row, name, entry) {
    const wrong = name in row.errors;
    return (wrong ? WRONG : 0) | (name in row.conflicts ? BOTH : 0) | (!wrong && entry && entry[name] ? WAITING : 0);
  }
  function dress(cell, look, n) {
    looks.set(cell, look);
    for (const [bit, name] of [[WRONG, "is-wrong"], [BOTH, "is-both"], [WAITING, "is-waiting"], [ACTIVE, "is-active"], [CORNER, "is-corner"]]) cell.classList.toggle(name, Boolean(look & bit));
    if (look & (WRONG | BOTH)) cell.setAttribute("aria-invalid", "true"); else cell.removeAttribute("aria-invalid");
    cell.setAttribute("aria-selected", String(Boolean(look & CHOSEN)));
    cell.tabIndex = look & ACTIVE ? 0 : -1;
    if (!n) cell.setAttribute("role", look & NAMELESS ? "gridcell" : "rowheader");  // a header has words
  }

  K.draw = () => {
    const total = K.rows.length;
    for (const corner of [K.active, K.anchor]) corner.row = Math.max(0, Math.min(corner.row, total - 1));  // rows may have gone
    const from = Math.max(0, Math.floor(wrap.scrollTop / HEIGHT) - MORE);
    const to = Math.min(total - 1, Math.ceil((wrap.scrollTop + wrap.clientHeight) / HEIGHT) + MORE);
    const focused = body.contains(document.activeElement);
    widen();  // before rows go: once they are gone, whatever asks for a size makes the browser scroll up
    for (const [place, tr] of lines) if (place < from || place > to) { tr.remove(); lines.delete(place); }
    const [area, columns] = [K.area(), standing()];
    let next = null;  // the line below
    for (let place = to; place >= from; place -= 1) {
      if (!lines.has(place)) body.insertBefore(line(place), next);
      next = lines.get(place);
      paint(place, area, columns);
    }
    put(table.style, "marginTop", `${from * HEIGHT}px`);
    put(table.style, "marginBottom", `${Math.max(0, total - 1 - to) * HEIGHT}px`);
    if (table.getAttribute("aria-rowcount") !== String(total + 1)) table.setAttribute("aria-rowcount", total + 1);
    put(wrap, "tabIndex", K.cell(K.active.row, K.active.col) ? -1 : 0);
    if (focused && !body.contains(document.activeElement)) holdFocus();
  };
  // the keys go on working where the active cell was scrolled out of the page
  function holdFocus() {
    K.parking = true;
    (K.cell(K.active.row, K.active.col) || wrap).focus({ preventScroll: true });
    K.parking = false;
  }
  const put = (place, name, value) => { if (place[name] !== value) place[name] = value; };  // writing costs a layout, reading does not
  function clear() {
    mould = null;
    lines.forEach((tr) => tr.remove());
    lines.clear();
  }
  K.redraw = () => { span = reach(ASIDE); clear(); K.draw(); };
  let asked = false;
  K.soonDraw = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; K.draw(); });
  };
  // who scrolls away has done with the cell; the event of a scroll that brought the cell into sight comes after its first letter
  K.standsAt = () => `${wrap.scrollLeft} ${wrap.scrollTop}`;
  wrap.addEventListener("scroll", () => { if (K.editing && K.editing.at !== K.standsAt()) K.stopEditing(true); K.soonDraw(); }, { passive: true });
  addEventListener("resize", () => { K.drawHead(); K.soonDraw(); });

  K.cell = (row, col) => lines.get(row)?.children[orderOf(col)];
  K.placeOf = (element) => {
    const cell = element?.closest?.("[data-grid] tbody [aria-colindex]");
    return cell ? { row: Number(cell.parentElement.getAttribute("aria-rowindex")) - 2, col: Number(cell.getAttribute("aria-colindex")) - 1 } : null;
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
