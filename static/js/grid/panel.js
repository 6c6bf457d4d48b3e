// Around the grid: what the active cell is about, what is left to mend, the buttons, the choice of columns.
(() => {
  "use strict";
  const K = window.Kisi;
  const T = window.Tulisan;
  const $ = (selector) => document.querySelector(selector);
  const about = $("[data-about]");
  const said = $("[data-told]");
  const sum = $("[data-sum]");

  K.say = (words, warn = false) => {
    said.textContent = words;
    said.classList.toggle("is-warning", warn);
  };
  const line = (words, name = "") => Object.assign(document.createElement("p"), { textContent: words, className: name });
  K.tell = () => {
    const row = K.rows[K.active.row];
    const column = K.columns[K.shown[K.active.col]];
    if (!row || !column) return;
    const both = row.conflicts[column.name];
    const parts = [line(`${column.title} · baris ${K.active.row + 1}`, "about-where")];
    if (row.errors[column.name]) parts.push(line(row.errors[column.name], "about-wrong"));
    else if (row.refused) parts.push(line(`Belum tersimpan: ${row.refused}`, "about-wrong"));
    else if (both) parts.push(...sides(row, column, both));
    else if (row.lacking.length) parts.push(line(`Baris baru ini belum tersimpan: lengkapi ${row.lacking.join(", ")}.`));
    else if (column.help) parts.push(line(column.help, "soft"));
    const same = about.textContent === parts.map((part) => part.textContent).join("");
    if (!same) about.replaceChildren(...parts);
  };
  function sides(row, column, both) {
    const which = K.at[column.name];
    const deeds = document.createElement("p");
    deeds.className = "about-deeds";
    const add = (side, words) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-secondary", textContent: words });
      button.addEventListener("click", () => { K.decide(row, which, side); K.go(K.active.row, K.active.col); });
      deeds.append(button);
    };
    if (both.proposed !== undefined) add("proposed", "Pakai gabungan");
    add("mine", "Pakai tulisan saya");
    add("theirs", "Pakai yang tersimpan");
    const found = [line("Orang lain mengubah sel ini juga. Pilih salah satu; keduanya masih ada.", "about-wrong"), line(`Yang tersimpan: ${row.base[which] || "(kosong)"}`), line(`Tulisan Anda: ${row.text[which] || "(kosong)"}`)];
    if (both.proposed !== undefined) found.push(line(`Usulan gabungan: ${both.proposed}`));
    return [...found, deeds];
  }

  // --- what is left to mend --------------------------------------------------------------------------------------------
  const trouble = (row) => [...Object.keys(row.errors), ...Object.keys(row.conflicts)];
  K.count = () => {
    const wrong = K.rows.reduce((all, row) => all + trouble(row).length, 0);
    const lacking = K.rows.filter((row) => row.lacking.length && !trouble(row).length).length;
    const waiting = K.leaving() + T.all().filter((entry) => entry.url === K.data.saveUrl && (entry.sending || Object.keys(entry.waiting).some((name) => !entry.held[name]))).length;
    const words = [];
    if (wrong) words.push(`${wrong} sel perlu diperbaiki`);
    if (lacking) words.push(`${lacking} baris baru belum lengkap`);
    if (waiting) words.push(T.trouble ? `belum tersimpan: ${T.trouble}` : "menyimpan…");
    const text = words.join(" · ") || (K.mayWrite ? "Semua tersimpan" : "Hanya dapat dibaca");
    if (sum.textContent !== text) sum.textContent = text;
    sum.dataset.state = wrong ? "wrong" : waiting ? "waiting" : "saved";
    $("[data-deed='next']").hidden = !wrong;
  };
  K.next = () => {
    for (let n = 1; n <= K.rows.length; n += 1) {
      const place = (K.active.row + n) % K.rows.length;
      const names = trouble(K.rows[place]);
      const here = K.shown.findIndex((which) => names.includes(K.columns[which].name));
      if (here >= 0) return K.go(place, here);
      if (names.length) { show(names.map((name) => K.columns[K.at[name]]?.key).filter(Boolean)); return K.next(); }
    }
    return null;
  };
  function show(keys) {
    K.choose(new Set([...K.shown.map((which) => K.columns[which].key), ...keys]));
    K.drawHead();
    K.redraw();
  }
  K.comment = () => {
    const row = K.rows[K.active.row];
    const column = K.columns[K.shown[K.active.col]];
    if (!K.data.commentUrl || !row || !column) return null;
    if (row.isNew) return K.say("Baris ini belum tersimpan, jadi belum dapat dikomentari.", true);
    return location.assign(`${K.data.commentUrl}&baris=${encodeURIComponent(row.id)}&isian=${encodeURIComponent(column.name)}`);
  };
  const DEEDS = { comment: () => K.comment(), undo: () => K.undo(), redo: () => K.redo(), fill: () => K.fillDown(), next: () => K.next(), columns: () => $("#pilih-kolom").showModal() };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-deed]");
    if (button && DEEDS[button.dataset.deed]) DEEDS[button.dataset.deed]();
  });

  // --- the choice of columns ---------------------------------------------------------------------------------------------
  const dialog = $("#pilih-kolom");
  async function remember(keys) {
    const answer = await fetch(K.data.columnsUrl, {
      method: "POST", credentials: "same-origin", body: JSON.stringify({ shown: keys }),
      headers: { "Content-Type": "application/json", "X-CSRFToken": T.token() },
    }).catch(() => null);
    if (!answer || !answer.ok) K.say("Pilihan kolom berlaku di halaman ini saja; belum dapat disimpan.", true);
    return Boolean(answer && answer.ok);
  }
  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const usual = event.submitter && event.submitter.value === "usual";
    const keys = usual ? null : [...dialog.querySelectorAll("input:checked")].map((input) => input.value);
    dialog.close();
    const known = new Set(K.columns.map((column) => column.key));
    const kept = await remember(keys);
    if (kept && (usual || keys.some((key) => !known.has(key)))) { await T.ready; location.reload(); return; }
    if (keys) { K.choose(new Set(keys)); K.drawHead(); K.redraw(); K.go(0, 0); }
  });

  K.drawHead();
  K.draw();
  performance.mark("kisi");  // benchmarks.grid: the first rows stand there
  K.count();
  K.tell();
  K.begin();
})();
