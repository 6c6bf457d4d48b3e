/* Paints the previews of covers in the colour that is being typed, and marks the chosen design. */
(() => {
  "use strict";
  const previews = document.querySelector("[data-covers]");
  const colour = document.querySelector("[data-cover-colour]");
  if (!previews || !colour) return;
  const figures = [...previews.querySelectorAll("figure")];
  const choices = [...document.querySelectorAll("input[name=cover]")];
  const paint = () => {
    const typed = colour.value.trim();
    const shown = typed === "" ? "#0b4f5a" : typed;
    if (/^#[0-9a-f]{6}$/i.test(shown)) figures.forEach((figure) => figure.querySelector("svg").setAttribute("color", shown));
    choices.forEach((choice, place) => figures[place]?.toggleAttribute("data-chosen", choice.checked));
  };
  colour.addEventListener("input", paint);
  choices.forEach((choice) => choice.addEventListener("change", paint));
  figures.forEach((figure, place) => figure.addEventListener("click", () => choices[place]?.click()));
  paint();
})();
