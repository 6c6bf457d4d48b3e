// Between the grid and the journal (static/js/writing): what is typed goes into it row by row, many rows leave as one
// message, and what the server answers comes back into the cells. What an earlier visit left unsent is shown again.
(() => {
  "use strict";
  const K = window.Kisi;
  const T = window.Tulisan;
  const leaving = new Map();  // rows on their way out, by id
  const unit = (row) => ({ row: row.id, url: K.data.saveUrl, isNew: row.isNew, label: K.title(row), page: K.data.page, together: true });

  K.pending = (row) => {
    const entry = T.of(row.id)[0];
    return entry && { ...(entry.sending || { fields: {} }).fields, ...entry.waiting };
  };
  K.journal = (changed) => T.ready.then(() => {
    changed.forEach(note);
    for (const row of new Set(changed.map((edit) => edit.row))) settleDown(row);
    T.soon();
    K.count();
    K.soonDraw();
  });
  K.leaving = () => leaving.size;
  function note({ row, which }) {
    const { name } = K.columns[which];
    const entry = T.entryOf(unit(row));
    const flying = entry.sending && entry.sending.fields[name];
    const base = flying ? flying.mine : entry.waiting[name] ? entry.waiting[name].base : row.base[which];
    if (row.text[which] === base) delete entry.waiting[name];
    else entry.waiting[name] = { base, mine: row.text[which] };
    if (row.isNew) entry.held = {};
    else delete entry.held[name];
    delete row.errors[name];
    delete row.conflicts[name];
    row.refused = "";
  }
  function settleDown(row) {
    const entry = T.of(row.id)[0];
    if (!entry) return;
    entry.label = K.title(row);
    if (K.isEmpty(row) && !entry.sending) T.drop(entry);
    else T.tidy(entry);
    judge(row);
  }
  function judge(row) {
    row.state = row.refused || Object.keys(row.errors).length ? "wrong" : Object.keys(row.conflicts).length ? "both" : row.lacking.length ? "lacking" : "";
  }

  // --- answers ----------------------------------------------------------------------------------------------------------
  document.addEventListener("tulisan:answered", ({ detail: { entry, sent, answer } }) => {
    const out = leaving.get(entry.row);
    if (out) return left(out, entry, answer);
    const row = K.byId.get(entry.row);
    if (!row) return;
    for (const name of Object.keys(sent)) { delete row.errors[name]; delete row.conflicts[name]; }
    row.isNew = answer.is_new ?? row.isNew;
    row.version = answer.version || row.version;
    row.refused = answer.refused || "";
    row.lacking = answer.lacking || [];
    take(row, entry, answer.cells || []);
    for (const [name, said] of Object.entries(answer.errors || {})) row.errors[name] = said.join(" ");
    for (const [name, both] of Object.entries(answer.conflicts || {})) row.conflicts[name] = both;
    judge(row);
    K.spare();
    K.soonDraw();
  });
  function take(row, entry, texts) {
    texts.forEach((text, which) => {
      row.base[which] = text;
      if (!entry.waiting[K.columns[which].name]) row.text[which] = text;
    });
  }
  document.addEventListener("tulisan:state", () => { K.count(); K.tell(); K.soonDraw(); });

  // the reader of both decides: `side` mine, theirs or proposed
  K.decide = (row, which, side) => {
    const { name } = K.columns[which];
    const entry = T.entryOf(unit(row));
    const text = side === "theirs" ? row.base[which] : side === "proposed" ? row.conflicts[name].proposed : row.text[which];
    delete entry.waiting[name];
    row.text[which] = text;
    K.journal([{ row, which }]);
    K.draw();
    K.tell();
  };

  // --- rows that were made here and are taken back ----------------------------------------------------------------------
  K.removeRow = async (row) => {
    K.takeOut(row);
    const out = { ...row };
    const entry = T.of(row.id)[0];
    if (out.isNew && !(entry && entry.sending)) { if (entry) T.drop(entry); return; }
    leaving.set(out.id, out);
    await T.landed(out.id, 60_000);
    const now = T.of(out.id)[0];
    if (out.isNew && !(now && now.sending)) { leaving.delete(out.id); if (now) T.drop(now); K.count(); return; }
    const last = T.entryOf(unit(out));
    last.waiting = { hapus: { base: String(out.version), mine: "hapus" } };
    last.held = {};
    T.tidy(last);
    T.soon(0);
  };
  function left(out, entry, answer) {
    out.isNew = answer.is_new ?? out.isNew;
    out.version = answer.version || out.version;
    if (answer.gone) { leaving.delete(out.id); T.drop(entry); K.count(); return; }
    if (!entry.waiting.hapus) return;  // its birth was answered; the taking back follows
    entry.waiting.hapus.base = String(out.version);
    if (!answer.refused) { entry.held = {}; return; }
    leaving.delete(out.id);
    delete entry.waiting.hapus;
    T.tidy(entry);
    out.refused = answer.refused;
    judge(out);
    K.putBack(out, K.rows.length);
    K.soonDraw();
  }
  K.renew = (row) => {
    row.id = K.uuid();
    Object.assign(row, { isNew: true, version: 0, base: K.columns.map(() => ""), text: K.columns.map(() => ""), errors: {}, conflicts: {}, lacking: [], refused: "", state: "" });
  };

  // --- the rest of the rows, and what was left unsent --------------------------------------------------------------------
  async function load() {
    let from = K.data.rows.length;
    while (from < K.data.count) {
      const answer = await fetch(`${K.data.rowsUrl}?dari=${from}`, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      const { rows } = await answer.json();
      if (!rows.length) break;
      const here = K.rows[K.active.row];
      rows.forEach(K.stored);
      from += rows.length;
      const place = K.rows.indexOf(here);
      if (place !== K.active.row) { K.active.row = K.anchor.row = place; }
      K.draw();
    }
  }
  function bringBack() {
    let count = 0;
    for (const entry of T.all().filter((one) => one.url === K.data.saveUrl)) {
      const fields = { ...(entry.sending || { fields: {} }).fields, ...entry.waiting };
      const known = K.byId.get(entry.row);
      if (fields.hapus) { if (known) { K.takeOut(known); leaving.set(known.id, known); } continue; }
      if (!known && !entry.isNew) continue;
      const row = known || K.fresh(entry.row);
      entry.held = {};
      for (const [name, edit] of Object.entries(fields)) if (name in K.at) { row.text[K.at[name]] = edit.mine; count += 1; }
    }
    if (count) K.say(`${count} sel yang belum terkirim dipulihkan.`);
    const spare = K.rows.findIndex(K.isEmpty);
    if (spare >= 0 && spare < K.rows.length - 1) K.rows.push(...K.rows.splice(spare, 1));
    K.spare();
    K.draw();
    if (K.mayWrite) T.soon(0);
  }
  K.begin = () => load().catch(() => K.say("Sebagian baris belum termuat. Muat ulang halaman ini setelah tersambung.", true)).then(() => T.ready).then(bringBack)
    .then(() => { K.wrap.dataset.ready = K.data.count; });
})();
