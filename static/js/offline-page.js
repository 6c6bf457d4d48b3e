// The page that stands in for one that was never opened here: links to those that were.
(() => {
  "use strict";
  document.querySelector("[data-again]").addEventListener("click", () => location.reload());
  addEventListener("online", () => location.reload());
  const place = document.querySelector("[data-kept-pages]");
  async function list() {
    for (const name of (await caches.keys()).filter((one) => one.startsWith("halaman-"))) {
      const store = await caches.open(name);
      for (const request of await store.keys()) {
        const url = new URL(request.url);
        if (!url.pathname.startsWith("/daerah/") || url.searchParams.has("__potongan") || url.pathname.endsWith("/baru/")) continue;
        const page = new DOMParser().parseFromString(await (await store.match(request)).text(), "text/html");
        const item = document.createElement("li");
        item.append(Object.assign(document.createElement("a"), { href: url.pathname + url.search, textContent: page.title.replace(" – Masterplan Smart City", "") }));
        place.querySelector("ul").append(item);
      }
    }
    place.hidden = !place.querySelector("li");
  }
  if (window.caches) list().catch(() => {});
})();
