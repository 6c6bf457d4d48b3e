// "3 perubahan menunggu" in the top bar with its list; signing in again in place; nothing left behind at sign-out.
(() => {
  "use strict";
  const T = window.Tulisan;
  if (!T || !T.person) return;
  const $ = (selector, within = document) => within.querySelector(selector);
  const LATE = 4000;  // younger changes are simply on their way
  const badge = $("[data-waiting]");
  const list = $("#menunggu");
  const signIn = $("#masuk-lagi");
  let before = 0;

  // --- the badge and its list ---------------------------------------------------------------------------------------
  const names = (entry) => [...new Set([...Object.keys(entry.waiting), ...Object.keys((entry.sending || { fields: {} }).fields)])];
  const reason = (entry) => {
    const held = Object.values(entry.held);
    if (held.includes("conflict")) return "orang lain mengubah bagian yang sama; buka untuk memilih";
    if (held.some((why) => why !== "error")) return held.find((why) => why !== "error");
    if (held.length) return "ada isian yang perlu diperbaiki";
    return T.trouble || "sedang dikirim";
  };
  const late = (entry) => T.trouble || Object.keys(entry.held).length || Date.now() - entry.at > LATE;

  function show() {
    const entries = T.all().filter(late);
    const count = entries.reduce((sum, entry) => sum + names(entry).length, 0);
    if (badge) {  // pages that stand alone, such as signing out, have no bar
      badge.hidden = count === 0;
      $("[data-count]", badge).textContent = `${count} perubahan menunggu`;
    }
    if (count && !before) $("[data-announce]").textContent = `${count} perubahan belum tersimpan. ${T.trouble}`;
    if (!count && before) $("[data-announce]").textContent = "Semua perubahan sudah tersimpan.";
    before = count;
    if (list.open) fill(entries);
    for (const form of document.querySelectorAll("form[action$='/keluar/']")) warn(form);
  }
  function fill(entries) {
    const rows = entries.map((entry) => {
      const row = $("#menunggu-baris").content.firstElementChild.cloneNode(true);
      const link = $("a", row);
      link.textContent = entry.label || "Baris baru";
      link.href = entry.page;
      $("[data-what]", row).textContent = `${names(entry).length} isian, ${reason(entry)}`;
      $("[data-text]", row).textContent = Object.values({ ...(entry.sending || { fields: {} }).fields, ...entry.waiting }).map((edit) => words(edit.mine)).filter(Boolean).join("\n\n");
      $("[data-drop]", row).addEventListener("click", () => { T.drop(entry); show(); });
      return row;
    });
    $("[data-list]", list).replaceChildren(...rows);
    $("[data-none]", list).hidden = rows.length > 0;
  }
  function words(value) {
    if (typeof value !== "string") return "";
    return value.startsWith("<") ? new DOMParser().parseFromString(value, "text/html").body.innerText : value;
  }
  badge?.addEventListener("click", () => { fill(T.all().filter(late)); list.showModal(); });
  $("[data-send]", list).addEventListener("click", () => T.sendNow());
  T.onChange(show);
  document.addEventListener("tulisan:state", show);
  setInterval(show, 2000);

  // --- signing in again in place --------------------------------------------------------------------------------------
  T.askSignIn = (why) => {
    $("[data-why]", signIn).textContent = why ? `${why} Masuk sebagai diri Anda untuk mengirim tulisan ini.` : "Tulisan Anda masih ada. Masuk lagi untuk menyimpannya; halaman ini tidak berubah.";
    show();
    if (!signIn.open && !document.querySelector("dialog[open]")) signIn.showModal();
  };
  signIn.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const said = $("[data-said]", form);
    said.textContent = "";
    const button = $("button[type='submit']", form);
    button.disabled = true;
    try {
      if (!T.token()) await fetch(form.action, { credentials: "same-origin" });
      const response = await fetch(form.action, {
        method: "POST", credentials: "same-origin", body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": T.token() },
      });
      if (response.ok) {
        form.reset();
        signIn.close();
        T.signedInAgain();
      } else said.textContent = response.status === 400 ? "Surel atau kata sandi tidak cocok. Periksa lagi." : response.status === 429 ? "Terlalu banyak percobaan. Tunggu 15 menit, lalu coba lagi; tulisan Anda tetap tersimpan di peramban ini." : "Belum dapat masuk. Coba lagi sebentar.";
    } catch {
      said.textContent = "Sambungan terputus. Tulisan Anda tetap tersimpan di peramban ini; coba lagi setelah tersambung.";
    } finally {
      button.disabled = false;
    }
  });

  // --- signing out ------------------------------------------------------------------------------------------------------
  function warn(form) {
    const count = T.count();
    if (!count) { delete form.dataset.confirm; return; }
    form.dataset.confirm = `${count} perubahan belum terkirim ke server. Bila Anda keluar sekarang, perubahan itu dihapus dari peramban ini.`;
    form.dataset.confirmTitle = "Keluar tanpa mengirim?";
    form.dataset.confirmAction = "Keluar dan hapus";
  }
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.action.endsWith("/keluar/")) T.erase();
  });
})();
