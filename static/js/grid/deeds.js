// What changes cells: typing, clearing, filling down, copying and pasting blocks; and taking such a deed back.
(() => {
  "use strict";
  const K = window.Kisi;
  const MOST = 5000;  // cells in one deed
  const done = [];
  const undone = [];

  // edits: [{row, which, text}]; one deed, which undo takes back whole
  K.apply = (edits) => {
    const changed = edits.filter(({ row, which, text }) => !K.columns[which].fixed && row.text[which] !== text).map((edit) => ({ ...edit, before: edit.row.text[edit.which] }));
    if (!changed.length) { K.draw(); return 0; }
    const made = [...new Set(changed.map((edit) => edit.row))].filter((row) => row.isNew && K.isEmpty(row));
    done.push({ changed, made });
    undone.length = 0;
    write(changed, "text");
    return changed.length;
  };
  function write(changed, side) {
    for (const edit of changed) edit.row.text[edit.which] = edit[side];
    K.journal(changed);
    K.spare();
    K.draw();
    K.tell();
    buttons();
  }
  K.undo = () => {
    const deed = done.pop();
    if (!deed) return K.say("Tidak ada yang dapat diurungkan.");
    deed.places = deed.made.map((row) => K.rows.indexOf(row));
    deed.made.forEach(K.removeRow);
    undone.push(deed);
    write([...deed.changed].reverse().filter((edit) => !deed.made.includes(edit.row)), "before");
    K.say(`Diurungkan: ${count(deed)}.`);
  };
  K.redo = () => {
    const deed = undone.pop();
    if (!deed) return K.say("Tidak ada yang dapat diulangi.");
    const place = Math.max(0, K.rows.length - (K.rows.length && K.isEmpty(K.rows[K.rows.length - 1]) ? 1 : 0));
    deed.made.forEach((row, n) => { K.renew(row); K.putBack(row, place + n); });
    done.push(deed);
    write(deed.changed, "text");
    K.say(`Diulangi: ${count(deed)}.`);
  };
  const count = (deed) => `${deed.changed.length} sel`;
  function buttons() {
    document.querySelectorAll("[data-deed='undo']").forEach((button) => { button.disabled = !done.length; });
    document.querySelectorAll("[data-deed='redo']").forEach((button) => { button.disabled = !undone.length; });
  }

  // --- clearing and filling ---------------------------------------------------------------------------------------------
  function each(area, deed) {
    const edits = [];
    for (let r = area.top; r <= area.bottom; r += 1) for (let c = area.left; c <= area.right; c += 1) {
      const text = deed(r, c);
      if (text !== undefined && K.rows[r]) edits.push({ row: K.rows[r], which: K.shown[c], text });
    }
    return edits;
  }
  K.clear = () => { if (K.mayWrite) K.apply(each(K.area(), () => "")); };
  // the block's rows up to `seed` are repeated below it; by default its first row; one cell takes the one above
  K.fillDown = (seed = null) => {
    if (!K.mayWrite) return;
    const area = K.area();
    if (area.top === area.bottom && area.top > 0) { area.top -= 1; }
    const last = seed === null ? area.top : seed;
    const height = last - area.top + 1;
    const edits = each(area, (r, c) => (r <= last ? undefined : K.rows[area.top + ((r - area.top) % height)].text[K.shown[c]]));
    K.say(`${K.apply(edits)} sel diisi.`);
  };

  // --- the clipboard ------------------------------------------------------------------------------------------------------
  const quoted = (text) => (/[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  function block() {
    const area = K.area();
    const out = [];
    for (let r = area.top; r <= area.bottom; r += 1) out.push(K.shown.slice(area.left, area.right + 1).map((which) => quoted(K.rows[r]?.text[which] ?? "")).join("\t"));
    return out.join("\n");
  }
  // tabs between cells, newlines between rows; a cell with either stands in double quotes, as spreadsheets write it
  K.parse = (text) => {
    const rows = [[]];
    let cell = "";
    let inside = false;
    let fresh = true;
    const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    for (let n = 0; n < plain.length; n += 1) {
      const letter = plain[n];
      if (inside) {
        if (letter === '"' && plain[n + 1] === '"') { cell += '"'; n += 1; }
        else if (letter === '"') inside = false;
        else cell += letter;
      } else if (letter === '"' && fresh && closes(plain, n)) { inside = true; fresh = false; }
      else if (letter === "\t" || letter === "\n") {
        rows[rows.length - 1].push(cell);
        if (letter === "\n") rows.push([]);
        cell = "";
        fresh = true;
      } else { cell += letter; fresh = false; }
    }
    rows[rows.length - 1].push(cell);
    return rows;
  };
  // whether a quote that opens a cell is closed before a tab, a newline or the end; otherwise it is only a letter
  function closes(text, from) {
    for (let n = from + 1; n < text.length; n += 1) {
      if (text[n] !== '"') continue;
      if (text[n + 1] === '"') { n += 1; continue; }
      return n + 1 === text.length || text[n + 1] === "\t" || text[n + 1] === "\n";
    }
    return false;
  }
  K.paste = (text) => {
    const found = K.parse(text);
    const area = K.area();
    const wide = Math.max(...found.map((row) => row.length));
    if (found.length * wide > MOST) return K.say(`Paling banyak ${MOST.toLocaleString("id-ID")} sel sekali tempel. Tempel sebagian demi sebagian.`, true);
    const single = found.length === 1 && wide === 1;
    const height = single ? area.bottom - area.top + 1 : found.length;
    const width = single ? area.right - area.left + 1 : wide;
    const fits = Math.min(width, K.shown.length - area.left);
    K.rowAt(area.top + height - 1);
    const target = { top: area.top, bottom: area.top + height - 1, left: area.left, right: area.left + fits - 1 };
    const edits = each(target, (r, c) => (single ? found[0][0] : found[r - area.top][c - area.left] ?? "").trim());
    const written = K.apply(edits);
    K.anchor = { row: Math.min(target.bottom, K.rows.length - 1), col: target.right };
    K.active = { row: target.top, col: target.left };
    K.draw();
    const over = width - fits;
    K.say(`${written} sel ditempel, sedang disimpan.${over > 0 ? ` ${over} kolom di kanan tidak muat.` : ""}`, over > 0);
    return written;
  };
  const here = () => !K.editing && K.wrap.contains(document.activeElement);
  document.addEventListener("copy", (event) => {
    if (!here()) return;
    event.clipboardData.setData("text/plain", block());
    event.preventDefault();
    K.say("Disalin.");
  });
  document.addEventListener("cut", (event) => {
    if (!here() || !K.mayWrite) return;
    event.clipboardData.setData("text/plain", block());
    event.preventDefault();
    K.clear();
  });
  document.addEventListener("paste", (event) => {
    if (!here() || !K.mayWrite) return;
    event.preventDefault();
    K.paste(event.clipboardData.getData("text/plain"));
  });
  buttons();
})();
