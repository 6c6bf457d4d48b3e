// Runs before the first paint: the remembered theme, or the system's, without a flash.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try { return localStorage.getItem("tema"); } catch { return null; }
  };
  const apply = () => { root.dataset.bsTheme = chosen() || (dark.matches ? "dark" : "light"); };
  root.classList.add("js");
  apply();
  dark.addEventListener("change", apply);
  addEventListener("tema", apply);
})();
