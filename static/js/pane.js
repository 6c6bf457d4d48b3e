// The book's page beside the form: opened by its button, loaded again when something was saved, and both ways between a
// printed word and the field it was written in. The page in the frame has no script; all listening is done from here.
// Blocks carry data-source="section/row" and data-field="field" (masterplan.origins).
(() => {
  "use strict";
  const pane = document.querySelector(".book-pane");
  if (!pane) return;
  const { book, sourceUrl, section, deed } = pane.dataset;
  const alone = "alone" in pane.dataset;
  const frame = pane.querySelector("iframe");
  const wide = matchMedia("(min-width: 75rem)");
  const KEPT = "pratinjau-terbuka";
  const PAUSE = 500;
  let keep = null;  // where the page stood before it is loaded again
  let aim = null;  // what is looked for once the page is there
  let late = null;
  let stale = false;
  let first = true;  // the page as it is opened stands where this section begins

  // --- what is where ---------------------------------------------------------------------------------------------
  const page = () => frame.contentDocument;
  const ofRow = pane.dataset.row ? `${section}/${pane.dataset.row}` : "";
  const blocks = (source) => [...(page()?.querySelectorAll(`[data-source="${CSS.escape(source)}"]`) || [])];
  function blockOf(source, field) {
    for (const block of blocks(source)) {
      if (!field || block.dataset.field === field) return block;
      const inside = block.querySelector(`[data-field="${CSS.escape(field)}"]`);
      if (inside) return inside;
    }
    return null;
  }
  function originAt(node) {
    const block = node.closest("[data-source]");
    if (!block) return null;
    const inside = node.closest("[data-field]");
    const field = inside && block.contains(inside) ? inside.dataset.field : "";
    const [at, row] = block.dataset.source.split("/");
    return { section: at, row, field, text: `${at}/${row}${field ? `/${field}` : ""}` };
  }

  // --- open, close, load ---------------------------------------------------------------------------------------------
  const shown = () => alone || (!pane.hidden && wide.matches);
  function remember(open) { try { sessionStorage.setItem(KEPT, open ? "1" : ""); } catch { /* not remembered */ } }
  function load(query = "") {
    pane.setAttribute("aria-busy", "true");
    frame.src = book + query;
  }
  function open(origin = "") {
    pane.hidden = false;
    document.documentElement.classList.add("has-book-pane");
    document.querySelector("[data-preview-open]")?.setAttribute("aria-expanded", "true");
    remember(true);
    const from = origin || ofRow;
    if (from) aim = parse(from);
    if (!frame.src || origin) load(from ? `?asal=${encodeURIComponent(from)}` : "");
    else if (stale) again();
  }
  function close() {
    pane.hidden = true;
    document.documentElement.classList.remove("has-book-pane");
    remember(false);
    marks();
    const button = document.querySelector("[data-preview-open]");
    button?.setAttribute("aria-expanded", "false");
    button?.focus();
  }
  function again() {
    if (!shown() || document.hidden) { stale = true; return; }
    stale = false;
    const view = frame.contentWindow;
    keep = { x: view.scrollX, y: view.scrollY };
    pane.setAttribute("aria-busy", "true");
    view.location.replace(view.location.href);
  }
  const soon = () => { clearTimeout(late); late = setTimeout(again, PAUSE); };
  document.addEventListener("tulisan:answered", (event) => { if (event.detail.answer.saved?.length || event.detail.answer.is_new) soon(); });
  document.addEventListener("rows-changed", soon);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && stale) soon(); });

  frame.addEventListener("load", () => {
    pane.removeAttribute("aria-busy");
    if (!page() || page().location.href === "about:blank") return;
    page().addEventListener("click", chosen);
    page().addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.matches?.("[data-source]")) chosen(event); });
    page().addEventListener("keydown", (event) => { if (event.key === "Escape" && !alone) { event.preventDefault(); close(); } });
    if (keep) frame.contentWindow.scrollTo(keep.x, keep.y);
    else if (aim) show(aim);
    else if (first) roll(page().querySelector(`[data-source^="${CSS.escape(section)}/"]`), 0.3);
    first = false;
    keep = aim = null;
    marks();
  });

  // --- from the book to the field ----------------------------------------------------------------------------------------
  function chosen(event) {
    if (event.target.closest("a, summary, button") || page().getSelection()?.toString()) return;
    const origin = originAt(event.target);
    if (!origin || !deed) return;
    event.preventDefault();
    if (deed === "komentar") return comment(origin);
    if (!alone && here(origin)) return;
    location.assign(`${sourceUrl}?asal=${encodeURIComponent(origin.text)}`);
  }
  function here({ section: at, row, field }) {
    if (at !== section) return false;
    if (!row && field) return focus(document.getElementById(`tanya-${field}`));
    if (!row) { document.querySelector("main")?.focus(); return true; }
    const form = document.querySelector(`form[data-row="${CSS.escape(row)}"]`);
    if (form) return focus(holderOf(form, field) || form);
    const line = document.getElementById(`baris-${row}`);
    const link = line?.querySelector("a[hx-get]");
    if (!link) return false;
    const opened = (swap) => {
      const made = swap.target.querySelector?.(`form[data-row="${CSS.escape(row)}"]`) || document.querySelector(`form[data-row="${CSS.escape(row)}"]`);
      if (!made) return;
      document.removeEventListener("htmx:afterSettle", opened);
      focus(holderOf(made, field) || made);
    };
    document.addEventListener("htmx:afterSettle", opened);
    link.click();
    return true;
  }
  const holderOf = (form, field) => field && document.getElementById(`div_id_${form.dataset.prefix}${field}`);
  function focus(holder) {
    if (!holder) return false;
    const control = holder.querySelector("[contenteditable='true']") || holder.querySelector(".ts-control input, input:not([type=hidden]), textarea, select, a, button");
    holder.scrollIntoView({ block: "center" });
    (control || holder).focus({ preventScroll: true });
    aimed(holder);
    return true;
  }
  function aimed(holder) {
    document.querySelectorAll(".is-aimed").forEach((each) => each.classList.remove("is-aimed"));
    holder.classList.add("is-aimed");
    setTimeout(() => holder.classList.remove("is-aimed"), 2500);
  }
  // a reviewer's click: the comment box of the page, about this very field
  async function comment(origin) {
    const url = `${sourceUrl}?komentar=1&asal=${encodeURIComponent(origin.text)}`;
    const box = document.getElementById("komentar");
    if (alone || !box) return location.assign(url);
    await window.htmx.ajax("GET", `${url}&panel=1`, { target: box, swap: "outerHTML" });
    const text = document.getElementById("komentar-teks");
    if (!text) return;
    text.scrollIntoView({ block: "center" });
    text.focus({ preventScroll: true });
    aimed(text.closest(".field"));
  }

  // --- from the field to the book ------------------------------------------------------------------------------------------
  const parse = (text) => { const [at, row = "", field = ""] = text.split("/"); return { source: `${at}/${row}`, field }; };
  function show({ source, field }) {
    const block = blockOf(source, field) || blockOf(source, "");
    if (!block) return false;
    page().querySelectorAll(".is-found").forEach((each) => each.classList.remove("is-found"));
    block.classList.add("is-found");
    roll(block, 0.45);
    return true;
  }
  // within the frame only: scrollIntoView would move the page around it too. share: how far down it comes to stand
  function roll(block, share) {
    if (!block) return;
    const view = frame.contentWindow;
    const box = block.getBoundingClientRect();
    const tall = box.height > view.innerHeight * (1 - share);
    view.scrollTo(view.scrollX, view.scrollY + box.top - view.innerHeight * (tall ? 0.3 : share));
  }
  // the links beside fields and rows are there while the pane is
  function marks() {
    document.querySelectorAll(".see-in-book").forEach((each) => each.remove());
    if (!shown() || alone) return;
    for (const holder of document.querySelectorAll(".question[id^='tanya-']")) mark(holder, holder.querySelector("label"), `${section}//${holder.id.slice(6)}`);
    for (const form of document.querySelectorAll("form[data-row]:not([data-new])")) {
      const at = document.getElementById(`baris-${form.dataset.row}`)?.dataset.section || section;
      for (const holder of form.querySelectorAll(`[id^="div_id_${form.dataset.prefix}"]`)) {
        const field = holder.id.slice(`div_id_${form.dataset.prefix}`.length);
        if (blockOf(`${at}/${form.dataset.row}`, field)) mark(holder, holder.querySelector("label"), `${at}/${form.dataset.row}/${field}`);
      }
    }
    for (const line of document.querySelectorAll("tr[data-section][id^='baris-']")) mark(line, line.querySelector(".row-actions"), `${line.dataset.section}/${line.id.slice(6)}`);
  }
  function mark(holder, place, origin) {
    if (!place) return;
    const name = (holder.querySelector("label, .row-title a")?.textContent || "").replace("*", "").trim();
    const button = Object.assign(document.createElement("button"), { type: "button", className: "see-in-book", textContent: "lihat di buku" });
    button.setAttribute("aria-label", `Lihat di buku: ${name}`);
    button.addEventListener("click", () => { const at = parse(origin); if (!show(at)) { aim = at; load(`?asal=${encodeURIComponent(origin)}`); } });
    if (place.tagName === "LABEL") place.after(button); else place.append(button);
  }
  document.addEventListener("htmx:afterSettle", () => setTimeout(marks, 0));

  // --- beginning -----------------------------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-preview-close]")) return close();
    const button = event.target.closest("[data-preview-open]");
    if (!button || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (pane.hidden) open(); else close();
  });
  // from the book on another page: #isian-<field> of the row's form, #tanya-<key> of a question
  function arrive() {
    const [, field] = location.hash.match(/^#isian-([a-z_0-9]+)$/) || [];
    const form = field && document.querySelector("main form[data-row]");
    if (form) return focus(holderOf(form, field));
    if (location.hash.startsWith("#tanya-")) focus(document.getElementById(location.hash.slice(1)));
  }
  document.addEventListener("prose-editor:ready", ({ detail }) => { if (location.hash && detail.textarea.closest(".question")?.id === location.hash.slice(1)) arrive(); });
  addEventListener("load", () => {
    let was = "";
    try { was = sessionStorage.getItem(KEPT); } catch { /* not remembered */ }
    if (!alone && was && wide.matches) open();
    arrive();
  });
  wide.addEventListener("change", marks);
})();
