// Small manners of every page: sheets, menus, shortcuts, confirm dialogs, unsaved changes, toasts. No page depends on it to work.
(() => {
  "use strict";
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const typing = (element) => element.closest("input, textarea, select, [contenteditable='true']");

  // --- sheets: on a phone the rail and the panel slide in ------------------------------------------------------
  let opener = null;
  const backdrop = () => $(".sheet-backdrop");
  function closeSheets() {
    const open = $(".rail.is-open, .panel.is-open");
    if (!open) return false;
    open.classList.remove("is-open");
    backdrop().classList.remove("is-open");
    $$("[aria-controls][aria-expanded='true'].sheet-button").forEach((b) => b.setAttribute("aria-expanded", "false"));
    if (opener) opener.focus();
    opener = null;
    return true;
  }
  function openSheet(button) {
    closeSheets();
    const sheet = document.getElementById(button.getAttribute("aria-controls"));
    if (!sheet) return;
    opener = button;
    sheet.classList.add("is-open");
    backdrop().classList.add("is-open");
    button.setAttribute("aria-expanded", "true");
    const first = $("a, button, input, summary", sheet);
    if (first) setTimeout(() => sheet.classList.contains("is-open") && first.focus(), 20);
  }

  // --- toasts: {text, level} ------------------------------------------------------------------------------------
  function toast(text, level = "success") {
    const holder = $(".toasts");
    const shape = $("#toast-shape");
    if (!holder || !shape || !text) return;
    const note = shape.content.firstElementChild.cloneNode(true);
    note.dataset.level = level;
    $(".note-text", note).textContent = text;
    holder.append(note);
    if (level === "success" || level === "info") setTimeout(() => note.remove(), 8000);
  }
  document.addEventListener("pesan", (event) => toast(event.detail.text, event.detail.level));

  // --- confirm: data-confirm="Hapus program ini?" on a button, a form or an htmx element --------------------------
  function ask(element, go) {
    const dialog = $("#confirm");
    if (!dialog || !dialog.showModal) return confirm(element.dataset.confirm) && go();
    $("#confirm-text", dialog).textContent = element.dataset.confirm;
    $("#confirm-title", dialog).textContent = element.dataset.confirmTitle || "Anda yakin?";
    $("#confirm-yes", dialog).textContent = element.dataset.confirmAction || element.textContent.trim() || "Ya, lanjutkan";
    dialog.returnValue = "";
    dialog.addEventListener("close", () => dialog.returnValue === "yes" && go(), { once: true });
    dialog.showModal();
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const source = event.submitter && event.submitter.dataset.confirm ? event.submitter : form;
    const usesHtmx = form.matches("[hx-post], [hx-put], [hx-delete], [hx-patch]");
    if (!source.dataset.confirm || usesHtmx) return;
    if (form.dataset.confirmed) { delete form.dataset.confirmed; return; }
    event.preventDefault();
    ask(source, () => { form.dataset.confirmed = "1"; form.requestSubmit(event.submitter); });
  }, true);
  document.addEventListener("htmx:confirm", (event) => {
    const submitter = event.detail.triggeringEvent && event.detail.triggeringEvent.submitter;
    const source = submitter && submitter.dataset.confirm ? submitter : event.detail.elt;
    if (!source.dataset.confirm) return;
    event.preventDefault();
    ask(source, () => event.detail.issueRequest(true));
  });

  // --- long lists of boxes: <button type="button" data-choose-all="opds" hidden> ticks them all, or empties them -----
  for (const button of $$("button[data-choose-all]")) {
    const boxes = () => $$(`input[type="checkbox"][name="${button.dataset.chooseAll}"]`, button.closest("form"));
    const words = button.textContent;
    const show = () => { button.textContent = boxes().every((box) => box.checked) ? "Kosongkan pilihan" : words; };
    button.hidden = boxes().length < 2;
    button.addEventListener("click", () => {
      const tick = !boxes().every((box) => box.checked);
      for (const box of boxes()) box.checked = tick;
      boxes()[0].dispatchEvent(new Event("change", { bubbles: true }));
    });
    button.closest("form").addEventListener("change", show);
  }

  // --- unsaved changes: <form data-guard> -----------------------------------------------------------------------
  const dirty = new Set();
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      const form = event.target.closest && event.target.closest("form[data-guard]");
      if (form) dirty.add(form);
    });
  }
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && !event.target.matches("[hx-post], [data-hx-post]")) dirty.delete(event.target);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest && event.detail.elt.closest("form[data-guard]");
    if (form && event.detail.successful && event.detail.requestConfig.verb !== "get") dirty.delete(form);
  });
  addEventListener("beforeunload", (event) => {
    if ([...dirty].some((form) => form.isConnected && !("kept" in form.dataset))) event.preventDefault();  // kept: in the journal
  });

  // --- htmx failures: say it, keep the text ------------------------------------------------------------------------
  const FAILED = {
    0: "Belum tersimpan: sambungan terputus. Isian Anda masih ada di halaman ini; coba lagi setelah tersambung.",
    403: "Ditolak: sesi Anda mungkin berakhir atau peran Anda tidak membuka tindakan ini. Masuk lagi di tab lain, lalu ulangi di sini.",
    404: "Data ini tidak ditemukan; mungkin sudah dihapus. Muat ulang halaman untuk melihat keadaan terbaru.",
    413: "Isian terlalu besar untuk dikirim. Kurangi isi atau ukuran berkas, lalu simpan lagi.",
  };
  const failed = (event) => {
    if (event.detail.elt && event.detail.elt.matches("[hx-trigger^='every']")) return;  // it asks again by itself; nothing was typed
    const status = event.detail.xhr ? event.detail.xhr.status : 0;
    toast(FAILED[status] || "Belum tersimpan karena gangguan di server. Isian Anda masih ada di halaman ini; coba lagi sebentar.", "error");
  };
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:timeout", failed);
  document.addEventListener("htmx:afterSettle", (event) => focusSummary(event.detail.elt));

  function focusSummary(within) {
    const summary = within && within.querySelector && $(".error-summary", within);
    if (summary) summary.focus();
  }

  // --- clicks ---------------------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const sheetButton = event.target.closest(".sheet-button");
    if (sheetButton) return sheetButton.getAttribute("aria-expanded") === "true" ? closeSheets() : openSheet(sheetButton);
    if (event.target.closest(".sheet-close button, .sheet-backdrop")) return closeSheets();
    const close = event.target.closest(".note .close");
    if (close) return close.closest(".note").remove();
    const theme = event.target.closest("[data-theme-toggle]");
    if (theme) {
      try { localStorage.setItem("tema", document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark"); } catch { /* private window: lasts for this page */ }
      return dispatchEvent(new Event("tema"));
    }
    const opensDialog = event.target.closest("[data-dialog]");
    if (opensDialog) return document.getElementById(opensDialog.dataset.dialog)?.showModal();
    const closesDialog = event.target.closest("[data-dialog-close]");
    if (closesDialog) return closesDialog.closest("dialog").close();
    if (event.target.closest("[data-print]")) return print();
    const eye = event.target.closest("[data-show-password]");
    if (eye) return showPassword(eye);
    $$("details.menu[open]").filter((menu) => !menu.contains(event.target)).forEach((menu) => { menu.open = false; });
  });
  function showPassword(box) {
    $$("input[data-password]", box.closest("form")).forEach((input) => { input.type = box.checked ? "text" : "password"; });
  }

  // --- keys: / search, Esc closes ---------------------------------------------------------------------------------
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = $("details.menu[open]");
      if (menu) { menu.open = false; $("summary", menu).focus(); return; }
      closeSheets();
    } else if (event.key === "/" && !event.ctrlKey && !event.metaKey && !typing(event.target)) {
      const search = $("[data-search], input[type='search']");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    }
  });

  // rows of a list with the arrow keys: <tbody data-arrows>, the link of each row takes the focus
  document.addEventListener("keydown", (event) => {
    const body = event.target.closest && event.target.closest("[data-arrows]");
    if (!body || !["ArrowDown", "ArrowUp"].includes(event.key) || event.altKey || typing(event.target)) return;
    const links = $$("tr", body).map((row) => $("a, button", row)).filter(Boolean);
    const here = links.findIndex((link) => link.closest("tr").contains(event.target));
    const next = links[here + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) { event.preventDefault(); next.focus(); }
  });

  // --- one box that ticks all others: <input type="checkbox" data-tick-all="name"> --------------------------------
  document.addEventListener("change", (event) => {
    const all = event.target.closest && event.target.closest("[data-tick-all]");
    if (all) $$(`input[type="checkbox"][name="${all.dataset.tickAll}"]`).forEach((box) => { box.checked = all.checked; });
  });

  // --- searching selects: <select data-choose> becomes a tom-select where that library is loaded ----------------------
  function choosers(within) {
    if (!window.TomSelect || !within.querySelectorAll) return;
    $$("select[data-choose]", within).filter((select) => !select.tomselect).forEach((select) => new TomSelect(withName(select), {
      plugins: select.multiple ? { remove_button: { title: "Hapus" } } : {},
      maxOptions: 600,
      refreshThrottle: 0, // the list is here already: Enter takes what was typed, not what stood first before it
      render: { no_results: () => Object.assign(document.createElement("div"), { className: "no-results", textContent: "Tidak ditemukan." }) },
    }));
  }
  // tom-select takes the label for its own box; the select behind it keeps a name for those who still meet it
  function withName(select) {
    if (select.labels && select.labels[0]) select.setAttribute("aria-label", select.labels[0].textContent.replace("*", "").trim());
    return select;
  }
  document.addEventListener("DOMContentLoaded", () => {
    choosers(document);
    focusSummary(document);
    const here = $(".topnav [aria-current]");  // on a phone the links scroll: the current one is in sight
    if (here) here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2;
  });
  document.addEventListener("htmx:load", (event) => choosers(event.detail.elt));
})();
