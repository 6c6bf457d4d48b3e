// A sentence of the product's own: its default as the beginning of the region's wording.
(() => {
  "use strict";
  for (const button of document.querySelectorAll("button[data-use-default]")) {
    const field = document.getElementById(button.dataset.useDefault);
    const text = button.closest(".question").querySelector(".wording q").textContent;
    const show = () => { button.hidden = field.value.trim() !== ""; };
    button.addEventListener("click", () => {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
    field.addEventListener("input", show);
    show();
  }
})();
