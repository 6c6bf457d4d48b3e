// The grid's rows and columns as texts. A row: {id, version, isNew, base: [texts as stored], text: [texts as shown],
// errors: {column: words}, conflicts: {column: {proposed}}, lacking, refused, state}. Columns are known by their place in `columns`.
window.Kisi = (() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data-kisi").textContent);
  const columns = data.columns;
  const at = Object.fromEntries(columns.map((column, place) => [column.name, place]));
  const rows = [];
  const byId = new Map();
  const K = { data, columns, at, rows, byId, mayWrite: data.mayWrite };

  const blank = () => columns.map(() => "");
  K.uuid = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };
  function row(id, version, texts, isNew) {
    return { id, version, isNew, base: texts, text: [...texts], errors: {}, conflicts: {}, lacking: [], refused: "", state: "" };
  }
  K.stored = ([id, version, texts]) => {
    if (byId.has(id)) return;
    const fresh = row(id, version, texts, false);
    const end = rows.findIndex((one) => one.isNew);  // new rows stay at the end
    rows.splice(end < 0 ? rows.length : end, 0, fresh);
    byId.set(id, fresh);
  };
  K.fresh = (id = K.uuid()) => {
    const one = row(id, 0, blank(), true);
    rows.push(one);
    byId.set(id, one);
    return one;
  };
  // the row at this place; new ones are made up to it
  K.rowAt = (place) => {
    while (K.mayWrite && rows.length <= place) K.fresh();
    return rows[place];
  };
  K.isEmpty = (one) => one.isNew && one.text.every((text) => text === "");
  // one empty row waits at the end, so that there is always somewhere to type
  K.spare = () => {
    if (K.mayWrite && (rows.length === 0 || !K.isEmpty(rows[rows.length - 1]))) K.fresh();
  };
  K.takeOut = (one) => {
    const place = rows.indexOf(one);
    if (place >= 0) rows.splice(place, 1);
    byId.delete(one.id);
    return place;
  };
  K.putBack = (one, place) => {
    rows.splice(Math.min(place, rows.length), 0, one);
    byId.set(one.id, one);
  };
  K.title = (one) => one.text[0] || one.text.find(Boolean) || "Baris baru";

  // --- columns in sight ---------------------------------------------------------------------------------------------
  K.shown = [];
  K.choose = (keys) => {
    columns.forEach((column, place) => { column.on = place === 0 || keys.has(column.key); });
    K.shown = columns.map((_, place) => place).filter((place) => columns[place].on);
  };
  K.choose(new Set(columns.filter((column) => column.on).map((column) => column.key)));

  const WIDE = { rupiah: 150, year: 92, whole: 92, number: 110, date: 120, yes: 84, choice: 190, link: 200, links: 220, text: 190, moment: 150 };
  K.width = (place) => {
    const column = columns[place];
    if (place === 0) return column.long ? Math.min(260, innerWidth * 0.45) : column.name === "code" ? 112 : Math.min(220, innerWidth * 0.4);
    return column.long ? 260 : WIDE[column.kind] || 170;
  };
  K.isNumber = (column) => ["rupiah", "whole", "number"].includes(column.kind);

  data.rows.forEach(K.stored);
  K.spare();
  return K;
})();
