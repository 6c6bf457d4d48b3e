// The journal: what was typed and not yet acknowledged by the server, kept in this browser until it is. One entry a row
// and tab. A tab holds a lock under its name while it lives; what a closed tab left behind is taken over by the next page,
// which then holds that tab's lock too, so that nobody else takes it over.
// Entry: {id, row, url, isNew, parent, label, page, at, waiting: {field: {base, mine}}, sending: {client, seq, fields} | null}
// together: rows with the same url leave as one message (the grid).
// Memory only, never storage: `held`, the reasons why a field is not sent again by itself.
window.Tulisan = (() => {
  "use strict";
  const WEEK = 7 * 24 * 3600 * 1000;
  const SILENT = 90 * 1000;  // without locks: a tab that has not been heard of for so long is taken for closed
  const SMALL = 50_000;  // characters written at every keystroke; longer ones five times a second
  const person = document.body.dataset.person || "";
  const head = `tulisan:${person}:`;
  const entries = new Map();  // row → entries, newest first; all but the newest are leftovers of closed tabs
  const listeners = new Set();
  let client = "";
  let works = true;
  let late = null;

  const keyOf = (entry) => `${head}${client}:${entry.id}`;
  const keys = () => Object.keys(localStorage);
  const told = () => listeners.forEach((listener) => listener());

  function store(entry) {
    try {
      const { held, personal, ...kept } = entry;
      if (isEmpty(kept)) localStorage.removeItem(keyOf(entry));
      else localStorage.setItem(keyOf(entry), JSON.stringify(kept));
      works = true;
    } catch {
      works = false;  // full, or forbidden: the page then asks before it is left
    }
  }
  function isEmpty(entry) {
    return !entry.sending && Object.keys(entry.waiting).length === 0;
  }

  // --- changing ---------------------------------------------------------------------------------------------------
  function all() {
    return [...entries.values()].flat();
  }
  function entryOf(unit) {
    const newest = (entries.get(unit.row) || [])[0];
    if (newest) return newest;
    const { row, url, isNew, parent, label, page, personal, together } = unit;
    const fresh = { id: randomId(), row, url, isNew, parent, label, page, personal, together, at: Date.now(), waiting: {}, sending: null, held: {} };
    entries.set(row, [fresh]);
    return fresh;
  }
  function keep(entry) {
    entry.at = Date.now();
    const size = Object.values(entry.waiting).reduce((sum, edit) => sum + String(edit.mine).length, 0);
    if (size < SMALL) storeWhole(entry);
    else if (!late) late = setTimeout(() => { late = null; all().forEach(storeWhole); }, 200);
    told();
  }
  // what is personal is sent like the rest, but waits in memory only
  function storeWhole(entry) {
    const waiting = without(entry.waiting, entry.personal);
    const sending = entry.sending && { ...entry.sending, fields: without(entry.sending.fields, entry.personal) };
    store({ ...entry, waiting, sending: sending && Object.keys(sending.fields).length ? sending : null });
  }
  function without(fields, names) {
    return Object.fromEntries(Object.entries(fields).filter(([name]) => !(names || []).includes(name)));
  }
  function drop(entry) {
    const rest = (entries.get(entry.row) || []).filter((other) => other !== entry);
    if (rest.length) entries.set(entry.row, rest);
    else entries.delete(entry.row);
    try { localStorage.removeItem(keyOf(entry)); } catch { /* nothing was kept */ }
    told();
  }
  function tidy(entry) {
    if (isEmpty(entry)) drop(entry);
    else keep(entry);
  }

  // --- reading what is left ---------------------------------------------------------------------------------------
  function parsed(key) {
    try {
      const entry = JSON.parse(localStorage.getItem(key));
      return entry && entry.row && entry.waiting ? { ...entry, held: {} } : null;
    } catch { return null; }
  }
  function prune() {
    for (const key of keys().filter((one) => one.startsWith("tulisan:"))) {
      const entry = parsed(key);
      if (!entry || Date.now() - entry.at > WEEK) localStorage.removeItem(key);
    }
  }
  async function isLeft(name, entry) {
    return navigator.locks ? hold(name) : Date.now() - entry.at > SILENT;
  }
  async function adopt() {
    const mine = new Map();  // tab → whether what it left is ours
    for (const key of keys().filter((one) => one.startsWith(head))) {
      const name = key.slice(head.length).split(":")[0];
      const entry = parsed(key);
      if (!mine.has(name)) mine.set(name, name === client || (entry && (await isLeft(name, entry))));
      if (!entry || !mine.get(name) || all().some((known) => known.id === entry.id)) continue;
      entries.set(entry.row, [...(entries.get(entry.row) || []), entry].sort((a, b) => b.at - a.at));
      storeWhole(entry);
      if (name !== client) localStorage.removeItem(key);
    }
    told();
  }

  // --- the tab's own name -------------------------------------------------------------------------------------------
  function hold(name) {  // resolves to whether the lock is ours; it is then held until the page goes
    return new Promise((resolve) => {
      if (!navigator.locks) return resolve(false);
      navigator.locks.request(`tulisan-${name}`, { ifAvailable: true }, (lock) => {
        resolve(Boolean(lock));
        return lock ? new Promise(() => {}) : undefined;
      });
    });
  }
  async function begin() {
    let before = null;
    try { before = sessionStorage.getItem("tulisan-tab"); prune(); } catch { works = false; }
    client = before && (await hold(before)) ? before : randomId();
    if (client !== before) await hold(client);  // a duplicated tab starts with the other one's name
    try { sessionStorage.setItem("tulisan-tab", client); } catch { works = false; }
    if (works) await adopt();
  }
  function randomId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }
  function nextSeq() {
    let seq = 1;
    try { seq = Number(sessionStorage.getItem("tulisan-urut") || 0) + 1; sessionStorage.setItem("tulisan-urut", seq); } catch { seq = (nextSeq.last || 0) + 1; }
    nextSeq.last = seq;
    return seq;
  }

  function erase() {
    entries.clear();
    try { keys().filter((key) => key.startsWith(head)).forEach((key) => localStorage.removeItem(key)); } catch { /* nothing was kept */ }
    told();
  }
  function count() {
    return all().reduce((sum, entry) => sum + new Set([...Object.keys(entry.waiting), ...Object.keys((entry.sending || { fields: {} }).fields)]).size, 0);
  }

  addEventListener("pagehide", () => all().forEach(storeWhole));
  document.addEventListener("visibilitychange", () => document.hidden && all().forEach(storeWhole));
  setInterval(() => { if (!navigator.locks) all().forEach((entry) => { entry.at = Date.now(); storeWhole(entry); }); }, 20_000);

  const ready = person ? begin() : new Promise(() => {});
  return {
    person, ready, entryOf, keep, drop, tidy, all, erase, count, nextSeq, adopt,
    of: (row) => entries.get(row) || [],
    onChange: (listener) => listeners.add(listener),
    get client() { return client; },
    get works() { return works; },
  };
})();
