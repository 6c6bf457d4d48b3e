// Jumps by keyboard. Whatever has aria-keyshortcuts="Alt+X" is pressed by it; Alt+, and Alt+. go to the stage's section before and
// after this one; Ctrl+Enter sends the form that one is typing in.
(() => {
  "use strict";
  function neighbour(step) {
    const links = [...document.querySelectorAll(".rail .section-nav a")];
    const here = links.findIndex((link) => link.hasAttribute("aria-current"));
    return here < 0 ? null : links[here + step];
  }
  function wanted(event) {
    if (event.code === "Comma") return neighbour(-1);
    if (event.code === "Period") return neighbour(1);
    const letter = event.code.startsWith("Key") ? event.code.slice(3) : "";
    return letter && document.querySelector(`[aria-keyshortcuts="Alt+${letter}"]`);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest?.("form[data-guard]");
      const button = form?.querySelector("button.btn-primary:not([type='button'])");
      if (button) { event.preventDefault(); form.requestSubmit(button); }
      return;
    }
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = wanted(event);
    if (target) { event.preventDefault(); target.click(); }
  });
})();
