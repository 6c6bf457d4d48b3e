// How many words an answer has beside how many are recommended (.word-count, its data-words out of the framework file).
(() => {
  "use strict";
  const count = (text) => (text.match(/[\p{L}\p{N}]\S*/gu) || []).length;
  function show(mark, text) {
    const [found, wanted] = [count(text), Number(mark.dataset.words)];
    mark.hidden = false;
    mark.textContent = `${found.toLocaleString("id-ID")} dari kira-kira ${wanted.toLocaleString("id-ID")} kata`;
  }
  const markOf = (element) => element.closest(".question")?.querySelector(".word-count");
  const words = (html) => new DOMParser().parseFromString(html, "text/html").body.innerText || "";
  document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
    const mark = markOf(textarea);
    if (!mark) return;
    const say = () => show(mark, editor.getText({ blockSeparator: "\n" }));
    editor.on("update", say);
    say();
  });
  document.addEventListener("input", (event) => {
    const mark = event.target.matches("textarea, input") && markOf(event.target);
    if (mark && !event.target.closest(".prose-editor")) show(mark, event.target.value);
  });
  for (const mark of document.querySelectorAll(".word-count")) {
    const field = mark.closest(".question").querySelector("textarea");
    if (field) show(mark, field.value.startsWith("<") ? words(field.value.replaceAll("</p>", "</p> ")) : field.value);
  }
})();
