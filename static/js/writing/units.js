// What can be typed on this page: one unit a row's form, one a question. Puts edits into the journal, takes answers out of
// it, says beside each field how things stand, and brings back what an earlier visit left unsent.
(() => {
  "use strict";
  const T = window.Tulisan;
  if (!T || !T.person) return;
  const editors = new WeakMap();  // textarea → prose editor
  const wanted = new WeakMap();  // textarea → text put in before its editor was there
  const units = new Map();
  const plain = (text) => String(text).replace(/\r\n/g, "\n");
  const equal = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  document.addEventListener("prose-editor:ready", (event) => {
    const { editor, textarea } = event.detail;
    editors.set(textarea, editor);
    if (wanted.has(textarea)) fill(editor, wanted.get(textarea));
  });
  function fill(editor, html) {
    const at = editor.isFocused ? editor.state.selection.from : null;
    const old = editor.state.doc.content;
    editor.commands.setContent(html, { emitUpdate: false });
    const fresh = editor.state.doc.content;
    const start = old.findDiffStart(fresh);
    const end = old.findDiffEnd(fresh);
    if (at !== null) editor.commands.setTextSelection(Math.min(start === null ? at : beside(at, start, end.a, end.b), fresh.size));
  }
  // where the caret goes when [start, oldEnd) became [start, newEnd): it stays with the words it stood among
  const beside = (at, start, oldEnd, newEnd) => (at >= oldEnd ? at + newEnd - oldEnd : at <= start ? at : Math.max(newEnd, start));
  function caret(at, old, fresh) {
    let start = 0;
    while (start < old.length && old[start] === fresh[start]) start += 1;
    let tail = 0;
    while (tail < Math.min(old.length, fresh.length) - start && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail += 1;
    return beside(at, start, old.length - tail, fresh.length - tail);
  }

  // --- controls -----------------------------------------------------------------------------------------------------
  function read(control) {
    if (control.type === "checkbox") return control.checked;
    if (control.multiple) return [...control.selectedOptions].map((option) => option.value).sort();
    return plain(control.value);
  }
  function write(control, value) {
    if (control.type === "checkbox") control.checked = value;
    else if (control.tomselect) control.tomselect.setValue(value, true);
    else if (control.multiple) [...control.options].forEach((option) => { option.selected = value.includes(option.value); });
    else {
      const here = control === document.activeElement && control.selectionStart != null;
      const at = here ? caret(control.selectionStart, plain(control.value), plain(value)) : null;
      control.value = value;
      if (at !== null) try { control.setSelectionRange(at, at); } catch { /* a number or date has no caret */ }
      if (editors.has(control)) fill(editors.get(control), value);
      else wanted.set(control, value);
    }
  }
  const holder = (control) => control.closest("[id^='div_id_'], .field") || control.parentElement;

  // --- units ----------------------------------------------------------------------------------------------------------
  function scan(within) {
    const forms = within.matches?.("form[data-autosave]") ? [within] : [...within.querySelectorAll("form[data-autosave]")];
    forms.filter((form) => !form.dataset.scanned).forEach((form) => { form.dataset.scanned = "1"; unitsOf(form).forEach(register); });
  }
  function unitsOf(form) {
    const { autosave: url, row, parent, prefix = "", label, page } = form.dataset;
    const base = JSON.parse(form.elements[`${prefix}base`].value);
    const controls = Object.fromEntries(Object.keys(base).map((name) => [name, form.elements[prefix + name]]).filter(([, control]) => control && !control.disabled));
    const personal = Object.keys(controls).filter((name) => "personal" in controls[name].dataset);
    const shared = { form, url, parent, page, typed: "typed" in form.dataset };
    if (row) return [{ ...shared, row, label, isNew: "new" in form.dataset, base, controls, personal }];
    return Object.entries(controls).map(([name, control]) => ({
      ...shared, row: name.slice(2), label: control.labels?.[0]?.textContent.replace("*", "").trim() || label, isNew: false,
      base: { text: base[name] }, controls: { text: control }, personal: [], page: `${page}#tanya-${name.slice(2)}`,
    }));
  }
  function register(unit) {
    units.set(unit.row, unit);
    for (const [name, control] of Object.entries(unit.controls)) unit.base[name] = Array.isArray(unit.base[name]) ? unit.base[name] : typeof unit.base[name] === "string" ? plain(unit.base[name]) : unit.base[name];
    T.ready.then(() => (unit.typed ? takeShown(unit) : bringBack(unit)));
    guard(unit.form);
  }
  // the server handed the typed text back with an error: what stands in the fields is newest
  function takeShown(unit) {
    T.of(unit.row).slice(0, 1).forEach(T.drop);
    const asked = new Set([...unit.form.querySelectorAll("[data-conflict]")].map((panel) => panel.dataset.conflict));
    for (const [name, control] of Object.entries(unit.controls)) {
      if (!equal(read(control), unit.base[name])) edited(unit, name, asked.has(name) || asked.has(`a-${unit.row}`));
    }
  }
  function bringBack(unit) {
    const entry = T.of(unit.row)[0];
    if (!entry) return;
    entry.held = {};
    const fields = { ...(entry.sending || { fields: {} }).fields, ...entry.waiting };
    let count = 0;
    for (const [name, edit] of Object.entries(fields)) {
      const control = unit.controls[name];
      if (!control) continue;
      if (!equal(read(control), edit.mine)) { write(control, edit.mine); count += 1; }
      unit.base[name] = edit.base;
      state(control, "waiting", "Belum tersimpan: menunggu dikirim");
    }
    if (count) unit.form.dispatchEvent(new CustomEvent("pesan", { bubbles: true, detail: { level: "info", text: `Tulisan Anda yang belum terkirim dipulihkan: ${entry.label}.` } }));
    T.soon(0);
  }

  // --- what others saved meanwhile (presence.js) -----------------------------------------------------------------------
  const versionBox = (unit) => unit.form.elements[`${unit.form.dataset.prefix || ""}version`] || unit.form.elements[`v-${unit.row}`];
  T.shown = () => [...units.values()].filter((unit) => unit.form.isConnected && !unit.isNew && versionBox(unit)).map((unit) => (
    { row: unit.row, label: unit.label, form: unit.form, version: Number(versionBox(unit).value) || 0 }
  ));
  // puts the newer text into the fields that nobody is writing in; the others merge when they are saved
  T.refresh = (row, fresh) => {
    const unit = units.get(row);
    if (!unit || !unit.form.isConnected) return;
    for (const [name, control] of Object.entries(unit.controls)) {
      const value = typeof fresh.values[name] === "string" ? plain(fresh.values[name]) : fresh.values[name];
      const busy = holder(control).contains(document.activeElement) || !equal(read(control), unit.base[name]);
      if (value === undefined || busy || T.of(row).some((entry) => entry.waiting[name] || entry.sending?.fields[name]) || equal(value, unit.base[name])) continue;
      write(control, value);
      unit.base[name] = read(control);
      state(control, "saved", "Diperbarui: tulisan orang lain");
    }
    versionBox(unit).value = fresh.version;
  };

  // --- typing -----------------------------------------------------------------------------------------------------------
  for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => {
    const form = event.target.form;
    if (!form || !("autosave" in form.dataset)) return;
    guard(form);
    const found = [...units.values()].find((unit) => unit.form === form && Object.values(unit.controls).includes(event.target));
    if (found) edited(found, Object.entries(found.controls).find(([, control]) => control === event.target)[0]);
  });
  function edited(unit, name, hold = false) {
    if (!T.client) return T.ready.then(() => edited(unit, name, hold));
    const entry = T.entryOf(unit);
    const names = entry.isNew ? Object.keys(unit.controls) : [name];
    for (const one of names) note(entry, unit, one);
    if (hold) entry.held[name] = "conflict";
    else if (entry.isNew) entry.held = {};
    else delete entry.held[name];  // in a conflict too: the proposal must hold what was typed since
    T.tidy(entry);
    if (entry.waiting[name]) state(unit.controls[name], "waiting", T.trouble ? `Belum tersimpan: ${T.trouble}` : "");
    T.soon();
  }
  function note(entry, unit, name) {
    const mine = read(unit.controls[name]);
    const flying = entry.sending && entry.sending.fields[name];
    const base = flying ? flying.mine : entry.waiting[name] ? entry.waiting[name].base : unit.base[name];
    if (equal(mine, base) && !entry.isNew) delete entry.waiting[name];
    else entry.waiting[name] = { base, mine };
  }
  // leaving asks only where the journal cannot keep what was typed: a chosen file, a full browser
  function guard(form) {
    const files = [...form.elements].some((control) => control.type === "file" && control.files.length);
    if (files || !T.works) delete form.dataset.kept;
    else form.dataset.kept = "";
  }

  // --- answers ------------------------------------------------------------------------------------------------------------
  document.addEventListener("tulisan:sending", (event) => {
    const { entry } = event.detail;
    each(entry, Object.keys(entry.sending.fields), (control) => state(control, "sending", "Menyimpan…"));
  });
  document.addEventListener("tulisan:answered", (event) => {
    const { entry, sent, answer } = event.detail;
    const unit = units.get(entry.row);
    if (!unit || !unit.form.isConnected) return;
    for (const name of answer.saved || []) saved(unit, entry, name, sent[name], answer);
    for (const name of Object.keys(sent)) if (!(answer.saved || []).includes(name)) refused(unit, entry, name, answer);
    for (const [name, said] of Object.entries(answer.notes || {})) if (unit.controls[name]) remark(unit.controls[name], said.join(" "), false);
    if (answer.row && !answer.is_new) unit.isNew = false;
    const version = versionBox(unit);
    if (version && answer.version) version.value = answer.version;
  });
  function saved(unit, entry, name, edit, answer) {
    const control = unit.controls[name];
    if (!control) return;
    unit.base[name] = edit.mine;
    holder(control).querySelectorAll(".conflict").forEach((panel) => panel.remove());
    if (name in answer.show && !entry.waiting[name]) { write(control, answer.show[name]); unit.base[name] = answer.show[name]; }
    remark(control, "", true);
    if (!entry.waiting[name]) state(control, "saved", name in answer.show ? `Tersimpan ${answer.at}, digabung dengan tulisan orang lain` : `Tersimpan ${answer.at}`);
  }
  function refused(unit, entry, name, answer) {
    const control = unit.controls[name];
    if (!control) return;
    const said = (answer.errors || {})[name];
    if (answer.conflicts && answer.conflicts[name]) return showBoth(unit, name, answer.conflicts[name].html);
    if (said) remark(control, said.join(" "), true);
    const reason = answer.refused || (said ? said.join(" ") : answer.lacking && answer.lacking.length ? `lengkapi ${answer.lacking.join(", ")}` : "ada yang perlu diperbaiki");
    state(control, "waiting", said ? "Belum tersimpan" : `Belum tersimpan: ${reason}`);
  }
  document.addEventListener("tulisan:state", () => {
    if (!T.trouble) return;
    for (const entry of T.all()) each(entry, [...Object.keys(entry.waiting), ...Object.keys((entry.sending || { fields: {} }).fields)], (control, name) => {
      if (!entry.held[name]) state(control, "waiting", `Belum tersimpan: ${T.trouble}`);
    });
  });
  function each(entry, names, deed) {
    const unit = units.get(entry.row);
    if (unit && unit.form.isConnected) names.filter((name) => unit.controls[name]).forEach((name) => deed(unit.controls[name], name));
  }

  // --- beside the field -----------------------------------------------------------------------------------------------------
  function state(control, what, words) {
    const place = holder(control);
    let mark = place.querySelector(":scope > .save-state");
    if (!mark) { mark = Object.assign(document.createElement("span"), { className: "save-state" }); place.append(mark); }
    mark.dataset.state = what;
    mark.textContent = words;
  }
  function remark(control, words, isError) {
    const place = holder(control);
    const kind = isError ? "invalid-feedback" : "save-note";
    place.querySelectorAll(`.${kind}`).forEach((old) => old.remove());
    if (isError) {
      control.classList.toggle("is-invalid", Boolean(words));
      control.toggleAttribute("aria-invalid", Boolean(words));
      if (!words) place.querySelectorAll(".save-note").forEach((old) => old.remove());
    }
    if (words) place.append(Object.assign(document.createElement("span"), { className: kind, textContent: words, role: "status" }));
  }

  // --- two texts ----------------------------------------------------------------------------------------------------------------
  function showBoth(unit, name, html) {
    const place = holder(unit.controls[name]);
    place.querySelectorAll(".conflict").forEach((old) => old.remove());
    place.insertAdjacentHTML("beforeend", html);
    state(unit.controls[name], "waiting", "Belum tersimpan: pilih tulisan di atas");
    place.querySelector(".conflict").scrollIntoView({ block: "nearest" });  // the caret stays where somebody is typing
    document.querySelector("[data-announce]").textContent = `${unit.label}: orang lain mengubah bagian yang sama. Pilih tulisan di bawah isiannya.`;
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    if (!button) return;
    const panel = button.closest(".conflict");
    const form = panel.closest("form") || document.querySelector("form[data-autosave]");
    const sides = JSON.parse(panel.querySelector("[data-sides]").value);
    const name = panel.dataset.conflict;
    const here = [...units.values()].filter((unit) => unit.form === form);
    const beside = (unit) => Object.values(unit.controls).some((control) => holder(control).contains(panel));
    const unit = here.find(beside) || here.find((one) => one.controls[name]);
    if (!unit) return;
    if (decide(unit, unit.controls[name] ? name : "text", sides, button.dataset.take)) panel.remove();
  });
  function decide(unit, name, sides, side) {
    const control = unit.controls[name];
    const entry = T.entryOf(unit);
    const now = read(control);  // the server hands a page back with the proposal in the field; otherwise the writer's words stand there
    if (side === "proposed" && !equal(now, sides.mine) && !equal(now, sides.proposed)) {
      edited(unit, name);  // the proposal is older than the words in the field: a fresh one comes
      return false;
    }
    const value = side !== "mine" ? sides[side] : equal(now, sides.proposed) ? sides.mine : now;
    if (!equal(now, value)) write(control, value);
    unit.base[name] = sides.theirs;
    delete entry.waiting[name];
    delete entry.held[name];
    edited(unit, name);
    if (!entry.waiting[name]) state(control, "saved", "Tersimpan");
    control.focus();
    return true;
  }

  // --- what was written before (bimtek/_earlier.html) ------------------------------------------------------------------------------
  // nothing typed is dropped: prose goes below what stands there, any other field is filled only where it is empty
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-begin]");
    if (!button) return;
    const unit = units.get(button.dataset.begin);
    const values = JSON.parse(button.parentElement.querySelector("textarea").value);
    const done = unit ? Object.keys(values).filter((name) => unit.controls[name] && begin(unit, name, values[name])) : [];
    button.parentElement.querySelector("[role=status]").textContent = done.length ? "Sudah dimasukkan ke isian." : "Isian sudah terisi, jadi tidak diubah.";
  });
  function begin(unit, name, value) {
    const control = unit.controls[name];
    const now = read(control);
    const isProse = control.tagName === "TEXTAREA";
    if (equal(now, plain(value)) || (now && !isProse)) return false;
    const isEmpty = !now || !new DOMParser().parseFromString(now, "text/html").body.textContent.trim();
    write(control, isEmpty ? plain(value) : `${now}${editors.has(control) ? "" : "\n\n"}${plain(value)}`);
    edited(unit, name);
    return true;
  }

  // the hidden base of the form: what its button's message begins from
  function syncBase(form) {
    const here = [...units.values()].filter((unit) => unit.form === form);
    const whole = {};
    for (const unit of here) for (const name of Object.keys(unit.base)) whole[form.dataset.row ? name : `a-${unit.row}`] = unit.base[name];
    form.elements[`${form.dataset.prefix || ""}base`].value = JSON.stringify(whole);
  }

  // --- the button -----------------------------------------------------------------------------------------------------------------
  const PATIENCE = 5000;
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!("autosave" in form.dataset)) return;
    const rows = [...units.values()].filter((unit) => unit.form === form).map((unit) => unit.row);
    const flying = rows.find(T.isFlying);
    T.pause(3 * PATIENCE);
    if (!flying || "waited" in form.dataset) { delete form.dataset.waited; return syncBase(form); }
    event.preventDefault();
    event.stopImmediatePropagation();
    await T.landed(flying, PATIENCE);
    form.dataset.waited = "";
    form.requestSubmit(event.submitter);
  }, true);
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.requestConfig.elt?.closest?.("form[data-autosave]");  // detail.elt is a parent once it is swapped out
    if (form && event.detail.requestConfig.verb === "post") T.resume();
    if (!form || !event.detail.successful || event.detail.requestConfig.verb !== "post") return;
    [...units.values()].filter((unit) => unit.form === form).forEach((unit) => T.of(unit.row).slice(0, 1).forEach(T.drop));
  });
  document.addEventListener("htmx:load", (event) => scan(event.detail.elt));
  scan(document);
})();
