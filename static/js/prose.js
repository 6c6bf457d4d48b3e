// The rich text editor in the words of the interface: its dialogs, its buttons, and the question as the name of its field.
(() => {
  "use strict";
  const WORDS = {
    "Cancel": "Batal", "Columns": "Kolom", "Decimal numbers": "Angka", "Edit Link": "Ubah tautan", "Insert": "Sisipkan",
    "Include header row": "Dengan baris judul", "Insert Table": "Sisipkan tabel", "List properties": "Bentuk daftar",
    "List type": "Jenis daftar", "Lowercase Roman numerals": "Romawi kecil", "Lowercase letters": "Huruf kecil",
    "Open in new window": "Buka di jendela baru", "Rows": "Baris", "Start at": "Mulai dari", "Table Properties": "Bentuk tabel",
    "Title": "Judul", "Toggle fullscreen": "Layar penuh", "URL": "Alamat tautan", "Update": "Simpan",
    "Uppercase Roman numerals": "Romawi besar", "Uppercase letters": "Huruf besar",
    "bold": "Tebal", "italic": "Miring", "unordered list": "Daftar bertanda", "ordered list": "Daftar bernomor",
    "blockquote": "Kutipan", "insert link": "Sisipkan tautan", "remove link": "Hapus tautan", "Insert table": "Sisipkan tabel",
    "Merge cells": "Gabungkan sel", "Split cell": "Pisahkan sel", "paragraph": "Paragraf", "undo": "Urungkan", "redo": "Ulangi",
    "Add column": "Tambah kolom", "Delete column": "Hapus kolom", "Add row": "Tambah baris", "Delete row": "Hapus baris",
    "Delete table": "Hapus tabel", "Toggle header row": "Baris judul", "Toggle header cell": "Sel judul",
  };
  window.gettext ||= (words) => WORDS[words] || words;

  document.addEventListener("prose-editor:ready", (event) => {
    const { editor, textarea } = event.detail;
    const label = document.querySelector(`label[for="${CSS.escape(textarea.id)}"]`);
    const help = document.getElementById(`${textarea.id}_helptext`);
    if (label) {
      label.id ||= `${textarea.id}_label`;
      const attributes = { "aria-labelledby": label.id, "aria-multiline": "true", role: "textbox" };
      if (help) attributes["aria-describedby"] = help.id;
      editor.setOptions({ editorProps: { ...editor.options.editorProps, attributes } });
      label.addEventListener("click", () => editor.commands.focus());
    }
    for (const button of textarea.closest(".prose-editor").querySelectorAll("[title]")) {
      const title = WORDS[button.title] || button.title;
      button.title = title;
      button.setAttribute("aria-label", title);
    }
  });
})();
