// Who is here: every ten seconds an open section tells where somebody works and hears who else is there, and which of the
// rows it shows are newer by now. What is newer is loaded when the person asks, and never into a field that is being written.
(() => {
  "use strict";
  const T = window.Tulisan;
  const box = document.querySelector("[data-here]");
  if (!T || !T.person || !box) return;
  const BEAT = 10_000;
  const STILL_WRITING = 30_000;
  const { here: url, section } = box.dataset;
  const people = box.querySelector("[data-people]");
  const news = box.querySelector("[data-news]");
  let typed = { at: 0, row: "" };
  let newer = [];
  let gone = [];
  let timer = null;
  let over = false;

  const mine = (form) => form && form.dataset.autosave.split("?")[0] === url.replace(/hadir\/$/, "simpan/");
  const keyOf = (control) => control.form.dataset.row || control.closest(".question")?.id.replace("tanya-", "") || "";
  document.addEventListener("input", (event) => {
    if (mine(event.target.form)) typed = { at: Date.now(), row: keyOf(event.target) };
  });
  const listed = () => [...document.querySelectorAll(`tr[data-version][data-section="${section}"]`)];
  const idOf = (line) => line.id.replace("baris-", "");

  function shown() {
    const found = Object.fromEntries(listed().map((line) => [idOf(line), Number(line.dataset.version)]));
    for (const { row, version, form } of T.shown()) if (mine(form)) found[row] = version;
    return found;
  }
  function place() {
    const editing = Date.now() - typed.at < STILL_WRITING;
    const open = document.querySelector("form[data-autosave][data-row]");
    return { row: editing ? typed.row : mine(open) ? open.dataset.row : "", editing };
  }

  async function ping(more = {}) {
    const body = JSON.stringify({ client: T.client, shown: shown(), ...place(), ...more });
    const response = await fetch(url, {
      method: "POST", body, redirect: "manual", credentials: "same-origin", keepalive: Boolean(more.leaves),
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": T.token() },
    });
    if (response.status === 403 || response.status === 404) over = true;
    return response.ok && response.type !== "opaqueredirect" ? response.json() : null;
  }
  async function beat() {
    clearTimeout(timer);
    await T.ready;
    if (over) return;
    if (!document.hidden) try { tell(await ping()); } catch { tell(null); }
    timer = setTimeout(beat, BEAT * (0.9 + 0.2 * Math.random()));
  }

  // --- what was heard -----------------------------------------------------------------------------------------------
  function tell(answer) {
    document.querySelectorAll(".row-editing").forEach((mark) => mark.remove());
    if (!answer) { people.replaceChildren(); return refresh(); }
    people.replaceChildren(...answer.people.map(person));
    newer = answer.newer;
    gone = answer.gone.filter((key) => !document.getElementById(`baris-${key}`)?.classList.contains("is-gone"));
    refresh(answer.by);
  }
  function person(one) {
    const item = document.createElement("li");
    const line = one.row && document.getElementById(`baris-${one.row}`);
    const unit = one.row && T.shown().find((each) => each.row === one.row);
    const label = line?.querySelector(".row-title a")?.textContent || unit?.label || "";
    item.textContent = !one.editing ? one.name : label ? `${one.name} sedang mengedit “${label}”` : `${one.name} sedang mengedit`;
    if (one.editing) mark(line?.querySelector(".row-title"), one.name);
    return item;
  }
  function mark(cell, name) {
    if (!cell) return;
    const known = cell.querySelector(".row-editing");
    if (known) known.textContent += `, ${name}`;
    else cell.append(Object.assign(document.createElement("span"), { className: "row-editing", textContent: `sedang diedit oleh ${name}` }));
  }
  function refresh(by = []) {
    const count = newer.length + gone.length;
    const words = count ? sentence(by) : "";
    if (news.querySelector("[data-words]").textContent !== words) news.querySelector("[data-words]").textContent = words;
    news.hidden = !count;
    box.hidden = !count && !people.children.length;
    people.parentElement.hidden = !people.children.length;
  }
  function sentence(by) {
    const who = by.length ? by.join(", ") : "Orang lain";
    const one = newer.length === 1 && T.shown().some(({ row }) => row === newer[0]);
    if (one && !gone.length) return `${who} menyimpan versi yang lebih baru dari isian ini.`;
    const parts = [newer.length && `${who} mengubah ${newer.length} isian yang Anda lihat`, gone.length && `${gone.length} baris sudah dihapus`];
    return `${parts.filter(Boolean).join("; ")}.`;
  }

  // --- loading what is newer --------------------------------------------------------------------------------------------
  news.querySelector("button").addEventListener("click", async () => {
    const open = T.shown().filter(({ row, form }) => mine(form) && newer.includes(row)).map(({ row }) => row);
    for (const key of gone) leaveBehind(document.getElementById(`baris-${key}`));
    for (const line of listed().filter((each) => newer.includes(idOf(each)))) again(line);
    try {
      const answer = open.length ? await ping({ wanted: open }) : { fresh: {} };
      if (!answer) return;
      for (const [row, fresh] of Object.entries(answer.fresh)) T.refresh(row, fresh);
    } catch { return; }  // the offer stays until the net is back
    [newer, gone] = [[], []];
    refresh();
    document.querySelector("[data-announce]").textContent = "Versi terbaru dimuat. Yang sedang Anda tulis tidak diubah.";
  });
  function again(line) {
    const link = line.querySelector("a[href]");
    if (link) window.htmx.ajax("GET", `${link.getAttribute("href")}?baca=1`, { target: line, swap: "outerHTML" });
  }
  function leaveBehind(line) {
    if (!line) return;
    line.classList.add("is-gone");
    line.querySelectorAll("a").forEach((link) => link.replaceWith(...link.childNodes));
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden) beat(); });
  addEventListener("pagehide", () => { if (!over && navigator.onLine) ping({ leaves: true }).catch(() => {}); });
  setTimeout(beat, 800);
})();
