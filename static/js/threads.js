// Quoting: text marked in [data-passage-source] goes into the field [data-passage-target]. Without it the passage is typed or pasted.
(() => {
  "use strict";
  document.addEventListener("selectionchange", () => {
    const source = document.querySelector("[data-passage-source]");
    const target = document.querySelector("[data-passage-target]");
    const chosen = document.getSelection();
    if (!source || !target || !chosen || chosen.isCollapsed || !source.contains(chosen.anchorNode) || !source.contains(chosen.focusNode)) return;
    const words = chosen.toString().trim();
    if (words && words.length <= target.maxLength) target.value = words;
  });
})();
