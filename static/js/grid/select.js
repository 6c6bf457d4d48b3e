// Where one stands in the grid: the active cell, the chosen block, and the keys and the pointer that move them.
(() => {
  "use strict";
  const K = window.Kisi;
  K.active = { row: 0, col: 0 };
  K.anchor = { row: 0, col: 0 };  // the other corner of the block
  let leaving = false;  // after Esc the Tab key leaves the grid

  K.area = () => ({
    top: Math.min(K.active.row, K.anchor.row), bottom: Math.max(K.active.row, K.anchor.row),
    left: Math.min(K.active.col, K.anchor.col), right: Math.max(K.active.col, K.anchor.col),
  });
  K.go = (row, col, { extend = false, focus = true } = {}) => {
    const next = { row: Math.max(0, Math.min(row, K.rows.length - 1)), col: Math.max(0, Math.min(col, K.shown.length - 1)) };
    if (extend) K.anchor = { ...K.anchor };
    K.active = next;
    if (!extend) K.anchor = { ...next };
    K.reveal(next.row, next.col);
    if (focus) K.cell(next.row, next.col)?.focus({ preventScroll: true });
    K.tell();
  };
  // the far end of what is filled, as in spreadsheets
  function edge(row, col, down, right) {
    const text = (r, c) => K.rows[r]?.text[K.shown[c]] ?? "";
    const inside = (r, c) => r >= 0 && c >= 0 && r < K.rows.length && c < K.shown.length;
    let [r, c] = [row + down, col + right];
    if (!inside(r, c)) return [row, col];
    const filled = text(row, col) !== "" && text(r, c) !== "";
    while (inside(r + down, c + right) && (filled ? text(r + down, c + right) !== "" : text(r, c) === "")) [r, c] = [r + down, c + right];
    return [r, c];
  }
  const MOVES = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
  const page = () => Math.max(1, Math.floor(K.wrap.clientHeight / K.HEIGHT) - 2);

  function move(event) {
    const { row, col } = K.active;
    const far = event.ctrlKey || event.metaKey;
    const extend = event.shiftKey;
    if (MOVES[event.key]) {
      const [down, right] = MOVES[event.key];
      K.go(...(far ? edge(row, col, down, right) : [row + down, col + right]), { extend });
    } else if (event.key === "Home") K.go(far ? 0 : row, 0, { extend });
    else if (event.key === "End") K.go(far ? K.rows.length - 1 : row, K.shown.length - 1, { extend });
    else if (event.key === "PageDown") K.go(row + page(), col, { extend });
    else if (event.key === "PageUp") K.go(row - page(), col, { extend });
    else return false;
    return true;
  }
  function tab(event) {
    const forward = !event.shiftKey;
    const { row, col } = K.active;
    const end = forward ? row === K.rows.length - 1 && col === K.shown.length - 1 : row === 0 && col === 0;
    if (leaving || end) return false;
    if (forward) col === K.shown.length - 1 ? K.go(row + 1, 0) : K.go(row, col + 1);
    else col === 0 ? K.go(row - 1, K.shown.length - 1) : K.go(row, col - 1);
    return true;
  }
  const DEEDS = { d: () => K.fillDown(), z: (event) => (event.shiftKey ? K.redo() : K.undo()), y: () => K.redo(), a: () => K.chooseAll() };
  K.chooseAll = () => { K.anchor = { row: 0, col: 0 }; K.active = { row: K.rows.length - 1, col: K.shown.length - 1 }; K.draw(); K.tell(); };

  K.wrap.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || K.editing) return;
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (command && !event.altKey && DEEDS[key]) { DEEDS[key](event); event.preventDefault(); return; }
    if (event.key === "Tab") { if (tab(event)) event.preventDefault(); leaving = false; return; }
    leaving = event.key === "Escape";
    if (leaving) { K.anchor = { ...K.active }; K.draw(); K.say("Tekan Tab untuk keluar dari tabel."); return; }
    if (move(event)) event.preventDefault();
    else if (event.key === "F2" && event.shiftKey) { K.comment(); event.preventDefault(); }
    else if (event.key === "Enter" || event.key === "F2") { K.edit(); event.preventDefault(); }
    else if (event.key === "Delete" || event.key === "Backspace") { K.clear(); event.preventDefault(); }
    else if (event.key.length === 1 && !command && !event.altKey && K.edit(event.key)) event.preventDefault();
  });

  // --- pointer -------------------------------------------------------------------------------------------------------
  let dragging = "";
  let fillTo = null;
  K.wrap.addEventListener("pointerdown", (event) => {
    const here = K.placeOf(event.target);
    if (!here || event.button !== 0 || event.target.closest(".cell-editor")) return;
    if (onHandle(event)) { dragging = "fill"; fillTo = null; event.preventDefault(); return; }
    K.stopEditing?.(true, false);
    const again = here.row === K.active.row && here.col === K.active.col && !event.shiftKey;
    if (again && event.pointerType !== "mouse") { K.edit(); event.preventDefault(); return; }
    dragging = event.pointerType === "mouse" ? "choose" : "";
    K.go(here.row, here.col, { extend: event.shiftKey });
    event.preventDefault();
  });
  function onHandle(event) {  // the small square in the block's corner
    const cell = event.target.closest(".is-corner");
    if (!cell) return false;
    const box = cell.getBoundingClientRect();
    const reach = event.pointerType === "mouse" ? 9 : 18;
    return box.right - event.clientX < reach && box.bottom - event.clientY < reach;
  }
  document.addEventListener("pointermove", (event) => {
    if (!dragging || !(event.buttons & 1)) return;
    const here = K.placeOf(document.elementFromPoint(event.clientX, event.clientY));
    if (!here) return;
    if (dragging === "choose" && (here.row !== K.active.row || here.col !== K.active.col)) K.go(here.row, here.col, { extend: true });
    if (dragging === "fill" && here.row > K.area().bottom) { fillTo = here.row; K.wrap.querySelectorAll(".will-fill").forEach((cell) => cell.classList.remove("will-fill")); mark(); }
  });
  function mark() {
    const area = K.area();
    for (let row = area.bottom + 1; row <= fillTo; row += 1) for (let col = area.left; col <= area.right; col += 1) K.cell(row, col)?.classList.add("will-fill");
  }
  document.addEventListener("pointerup", () => {
    if (dragging === "fill" && fillTo !== null) {
      const area = K.area();
      K.anchor = { row: area.top, col: area.left };
      K.active = { row: fillTo, col: area.right };
      K.fillDown(area.bottom);
    }
    K.wrap.querySelectorAll(".will-fill").forEach((cell) => cell.classList.remove("will-fill"));
    dragging = "";
    fillTo = null;
  });
  K.wrap.addEventListener("dblclick", (event) => { if (K.placeOf(event.target)) K.edit(); });
  K.wrap.addEventListener("focusin", (event) => {
    if (event.target === K.wrap && !K.parking) K.go(K.active.row, K.active.col);
  });
})();
