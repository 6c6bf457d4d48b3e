// Without a net: registers the service worker, tells it who is signed in and what to keep, and says when the page is offline.
(() => {
  "use strict";
  const T = window.Tulisan;
  const bar = document.querySelector("[data-offline]");
  if (!T || !T.person) return;
  const AGAIN = 4 * 3600 * 1000;  // the forms of the open stage are fetched anew after so long
  const workers = navigator.serviceWorker;
  let kept = 0;  // when the page that is shown was kept; 0 when it comes from the server

  function show() {
    if (!bar) return;
    const away = !navigator.onLine || Boolean(kept) || ["server tidak terjangkau", "sambungan terputus"].includes(T.trouble);
    bar.hidden = !away;
    bar.querySelector("[data-kept]").textContent = kept ? ` Halaman ini disimpan ${new Date(kept).toLocaleString("id-ID", { dateStyle: "long", timeStyle: "short" })}.` : "";
  }
  const back = () => { kept = 0; show(); };  // the page is as old as it was, but the net is there again
  addEventListener("online", back);
  document.addEventListener("tulisan:answered", back);
  addEventListener("offline", show);
  document.addEventListener("tulisan:state", show);
  show();

  if (!workers) return;  // plain http on a network: the journal works, pages need the server
  const assets = () => performance.getEntriesByType("resource").map(({ name }) => new URL(name)).filter((url) => url.origin === location.origin && url.pathname.startsWith("/static/")).map((url) => url.pathname);
  async function forms() {
    const list = document.body.dataset.offlineForms;
    const mark = `tulisan-luring:${T.person}`;
    let at = 0;
    try { at = Number(JSON.parse(localStorage.getItem(mark) || "{}")[list] || 0); } catch { /* asked anew */ }
    if (!list || Date.now() - at < AGAIN) return [];
    const response = await fetch(list, { credentials: "same-origin", redirect: "error", headers: { Accept: "application/json" } });
    if (!response.ok) return [];
    try { localStorage.setItem(mark, JSON.stringify({ [list]: Date.now() })); } catch { /* asked anew next time */ }
    return (await response.json()).pages;
  }
  async function begin() {
    await workers.register("/sw.js");
    const { active } = await workers.ready;
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => { kept = data.kept; show(); };
    active.postMessage({ ask: true }, [channel.port2]);
    if (!navigator.onLine) return;
    active.postMessage({ person: T.person, assets: assets(), keep: [{ url: location.href.split("#")[0] }] });
    setTimeout(async () => {
      try { active.postMessage({ person: T.person, keep: await forms() }); } catch { /* there will be another time */ }
    }, 3000);
  }
  if (bar) addEventListener("load", () => begin().catch(() => {}));
})();
