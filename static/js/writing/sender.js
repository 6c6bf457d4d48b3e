// Sends the journal: one message at a time, in order, the very same message again until it is answered. Asks the person
// to sign in again in place where the session is over. What comes back is handed to the page (units.js) as an event.
(() => {
  "use strict";
  const T = window.Tulisan;
  if (!T || !T.person) return;
  const PAUSE = 500;
  const RESTS = [1, 2, 4, 8, 15, 30, 60];
  const PATIENCE = 25_000;
  const MOST = 60;  // rows that leave together
  const PROFILE = "/akun/profil/";  // a page with a token in it, or the sign-in page that it leads to
  let timer = null;
  let busy = false;
  let failures = 0;
  let flying = [];  // the rows whose message is on its way
  let resting = 0;
  T.trouble = "";  // why nothing goes out at the moment, as words; empty when all is well

  T.token = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || "";
  T.refreshTokens = () => {
    document.querySelectorAll("input[name='csrfmiddlewaretoken']").forEach((box) => { box.value = T.token(); });
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": T.token() }));
  };
  T.soon = (wait = PAUSE) => { clearTimeout(timer); timer = setTimeout(pump, wait); };
  // while a form is being sent with its button the queue rests: two messages about one text must not cross
  T.pause = (milliseconds) => { resting = Date.now() + milliseconds; };
  T.resume = () => { resting = 0; T.soon(0); };
  T.landed = async (row, patience) => {
    const until = Date.now() + patience;
    while (flying.includes(row) && Date.now() < until) await new Promise((go) => setTimeout(go, 50));
  };
  T.isFlying = (row) => flying.includes(row);
  T.sendNow = () => { failures = 0; T.all().forEach((entry) => { entry.held = {}; }); T.soon(0); };

  const sendable = (entry) => entry.sending || Object.keys(entry.waiting).some((name) => !entry.held[name]);

  async function pump() {
    if (busy) return;
    await T.ready;
    if (resting > Date.now()) return T.soon(resting - Date.now());
    const entry = T.all().filter(sendable).sort((a, b) => (b.sending ? 1 : 0) - (a.sending ? 1 : 0) || a.at - b.at)[0];
    if (!entry || busy) return;
    busy = true;
    const group = mates(entry);
    flying = group.map((one) => one.row);
    try {
      prepare(group);
      group.forEach((one) => T.tell("sending", one));
      const answer = await post(group);
      if (answer) { group.forEach((one) => settle(one, answer.rows ? answer.rows[one.row] : answer)); failures = 0; T.trouble = ""; }
    } finally {
      busy = false;
      flying = [];
    }
    T.told();
    if (T.all().some(sendable) && !T.trouble) T.soon(0);
  }
  // those that leave with it: what went out together before does so again, otherwise all that waits for the same address
  function mates(entry) {
    if (!entry.together) return [entry];
    const { client, seq } = entry.sending || {};
    const same = (one) => (entry.sending ? one.sending && one.sending.client === client && one.sending.seq === seq : !one.sending && sendable(one));
    return T.all().filter((one) => one.together && one.url === entry.url && same(one) && T.of(one.row)[0] === one).slice(0, MOST);
  }
  function prepare(group) {
    if (group[0].sending) return;
    const seq = T.nextSeq();
    for (const entry of group) {
      const fields = Object.fromEntries(Object.entries(entry.waiting).filter(([name]) => !entry.held[name]));
      Object.keys(fields).forEach((name) => delete entry.waiting[name]);
      entry.sending = { client: T.client, seq, fields };
      T.keep(entry);
    }
  }

  // --- one message ------------------------------------------------------------------------------------------------
  async function post(group) {
    const { client, seq } = group[0].sending;
    const rows = group.map((entry) => ({ row: entry.row, new: entry.isNew, parent: entry.parent || "", fields: entry.sending.fields }));
    const body = JSON.stringify({ person: T.person, client, seq, ...(group[0].together ? { rows } : rows[0]) });
    let response;
    try {
      response = await fetch(group[0].url, {
        method: "POST", body, redirect: "manual", credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE),
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": T.token() },
      });
    } catch {
      return rest(navigator.onLine ? "server tidak terjangkau" : "sambungan terputus");
    }
    return heard(response);
  }
  async function heard(response) {
    if (response.type === "opaqueredirect") return askWhoItIs();
    const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json().catch(() => null) : null;
    if (answer && answer.code === "csrf") return renewToken();
    if (answer && answer.code === "person") return askWhoItIs(answer.refused);
    if (answer && (answer.refused || answer.row || answer.rows)) return answer;
    if (response.status === 413 || response.status === 400) return { refused: "Isian ini terlalu besar untuk dikirim. Pendekkan teksnya.", code: "large" };
    if (response.status === 403) return { refused: "Peran Anda tidak mengubah baris ini.", code: "role" };
    if (response.status === 404) return { refused: "Halaman isian ini tidak ditemukan lagi.", code: "gone" };
    return rest("server sedang terganggu", Number(response.headers.get("Retry-After")) || 0);
  }
  function rest(reason, least = 0) {
    const wait = Math.max(least, RESTS[Math.min(failures, RESTS.length - 1)]);
    failures += 1;
    T.trouble = reason;
    T.soon(wait * 1000 * (0.8 + 0.4 * Math.random()));
    return null;
  }
  async function renewToken() {
    try { await fetch(PROFILE, { credentials: "same-origin" }); } catch { /* tried again below */ }
    T.refreshTokens();
    return rest("tanda pengaman diperbarui");
  }
  function askWhoItIs(reason) {
    T.trouble = reason || "sesi Anda berakhir; masuk lagi untuk mengirim";
    T.askSignIn(reason);
    return null;
  }
  T.signedInAgain = () => { T.trouble = ""; T.refreshTokens(); T.sendNow(); };

  // --- what became of it ----------------------------------------------------------------------------------------------
  function settle(entry, answer) {
    const sent = entry.sending.fields;
    entry.sending = null;
    for (const [name, edit] of Object.entries(sent)) {
      if ((answer.saved || []).includes(name)) continue;
      // not stored: whatever was typed since still began from the old base
      const typed = entry.waiting[name];
      entry.waiting[name] = { base: edit.base, mine: typed ? typed.mine : edit.mine };
      entry.held[name] = answer.refused || (answer.conflicts && answer.conflicts[name] ? "conflict" : "error");
      if (typed && entry.held[name] !== "conflict") delete entry.held[name];
    }
    if (answer.row && !answer.is_new) entry.isNew = false;
    if (answer.title) entry.label = answer.title;
    T.tell("answered", entry, { sent, answer });
    T.tidy(entry);
  }

  T.tell = (what, entry, more = {}) => document.dispatchEvent(new CustomEvent(`tulisan:${what}`, { detail: { entry, ...more } }));
  T.told = () => document.dispatchEvent(new CustomEvent("tulisan:state"));

  addEventListener("online", () => T.sendNow());
  document.addEventListener("visibilitychange", () => { if (!document.hidden && T.trouble) { failures = 0; T.soon(0); } });
  T.ready.then(() => T.soon(0));
})();
