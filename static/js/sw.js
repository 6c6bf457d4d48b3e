// The service worker: pages of the region that this person has seen, and the forms of the open stage, open without a net.
// VERSION (of everything static) and PERSON_HEADER are put in front of this file by smartcity.views.service_worker.
// One person's pages at a time: a page says who is signed in, each answer of the server says whose it is, and nothing is kept
// or handed out where the two differ. All of it goes at sign-out, with a new version, and after seven days.
/* global VERSION, PERSON_HEADER */
"use strict";
const PAGES = `halaman-${VERSION}`;
const ASSETS = `statis-${VERSION}`;
const OWNER = "/__milik";  // an entry of PAGES that is no page: whose they are
const FALLBACK = "/luring/";
const KEPT_AT = "X-Disimpan";
const WEEK = 7 * 24 * 3600 * 1000;
const PATIENCE = 8000;  // a page that was seen before is shown after so long, though the server has not answered yet
const PAUSE = 300;
const SIGN_OUT = ["/akun/keluar/", "/tamu/selesai/"];
const FORGETS = ["/akun/masuk/"];  // signing in by hand: whoever it is, the pages of before are nobody's business
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const shownFromStore = new Map();  // client → when the page that it shows was kept

self.addEventListener("install", (event) => { event.waitUntil(prepare()); self.skipWaiting(); });
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", (event) => event.waitUntil(hear(event)));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method !== "GET") {
    if (SIGN_OUT.includes(url.pathname) || (request.mode === "navigate" && FORGETS.includes(url.pathname))) event.waitUntil(forget());
  } else if (url.pathname.startsWith("/static/")) event.respondWith(asset(request));
  else if (request.mode === "navigate" || request.headers.has("HX-Request")) event.respondWith(page(event));
});

async function prepare() {
  const answer = await fetch(FALLBACK, { cache: "reload", credentials: "omit" });
  const text = await answer.clone().text();
  const assets = await caches.open(ASSETS);
  await assets.put(FALLBACK, answer);
  await Promise.all([...text.matchAll(/(?:href|src)="(\/static\/[^"#]+)"/g)].map(([, path]) => assets.add(path).catch(() => {})));
}
async function takeOver() {
  for (const name of await caches.keys()) if (name !== PAGES && name !== ASSETS) await caches.delete(name);
  await self.clients.claim();
}

// --- whose ------------------------------------------------------------------------------------------------------------
async function owner() {
  const found = await caches.match(OWNER, { cacheName: PAGES });
  return found ? found.text() : "";
}
// one at a time, so that a page of the person before that was on its way never comes between the owner's name and the store
const alone = (deed) => navigator.locks.request(PAGES, deed);
const forget = () => alone(() => caches.delete(PAGES));
const belongTo = (person) => alone(async () => {
  if ((await owner()) === person) return;
  await caches.delete(PAGES);
  if (person) await (await caches.open(PAGES)).put(OWNER, new Response(person));
});
async function hear(event) {
  const { person, keep = [], assets = [], ask } = event.data || {};
  await self.clients.claim();  // a page that was loading while the worker began is nobody's otherwise
  if (ask) return event.ports[0].postMessage({ kept: shownFromStore.get(event.source.id) || 0 });
  await belongTo(person || "");
  if (!person) return;
  await sweep();
  const store = await caches.open(ASSETS);
  for (const path of assets) if (!(await store.match(path))) await store.add(path).catch(() => {});
  for (const { url, part } of keep) await ahead(person, url, part);
}
// fetched before it is asked for, one after the other, so that the server has other things to do as well
async function ahead(person, url, part) {
  if ((await owner()) !== person) return;
  const request = new Request(url, { credentials: "same-origin", headers: part ? { "HX-Request": "true" } : {} });
  try { await keep(request, await fetch(request)); } catch { /* there will be another time */ }
  await new Promise((go) => setTimeout(go, PAUSE));
}
async function sweep() {
  const store = await caches.open(PAGES);
  for (const request of await store.keys()) {
    const kept = await store.match(request);
    if (kept.headers.has(KEPT_AT) && isOld(kept)) await store.delete(request);
  }
}
const isOld = (kept) => Date.now() - Number(kept.headers.get(KEPT_AT)) > WEEK;

// --- pages ----------------------------------------------------------------------------------------------------------------
const keyOf = (request) => {
  const url = new URL(request.url);
  url.hash = "";
  if (request.headers.has("HX-Request")) url.searchParams.set("__potongan", "1");
  return url.href;
};
async function keep(request, answer) {
  const whose = answer.headers.get(PERSON_HEADER);
  const isPage = answer.ok && (answer.headers.get("Content-Type") || "").startsWith("text/html");
  if (!whose || !isPage || (answer.headers.get("Cache-Control") || "").includes("no-store")) return;
  const headers = new Headers(answer.headers);
  headers.set(KEPT_AT, String(Date.now()));
  const body = await answer.blob();
  await alone(async () => {
    if (whose !== (await owner())) return;  // signed out, or somebody else, while this was on its way
    await (await caches.open(PAGES)).put(keyOf(request), new Response(body, { headers }));
  });
}
async function kept(request) {
  const store = await caches.open(PAGES);
  const found = await store.match(keyOf(request));
  if (found && !isOld(found)) return isNewForm(request) ? renewed(found, request) : found;
  const plain = new URL(request.url);
  if (!isNewForm(request) || !plain.searchParams.has("baris")) return null;
  plain.searchParams.delete("baris");
  const blank = await store.match(keyOf(new Request(plain, { headers: request.headers })));
  return blank && !isOld(blank) ? renewed(blank, request) : null;
}
const isNewForm = (request) => new URL(request.url).pathname.endsWith("/baru/");
// a kept form for a new row stands for many rows: each time it gets a row of its own, or the one that the address names
async function renewed(found, request) {
  const text = await found.text();
  const [, old] = text.match(/name="baris" value="([0-9a-f-]{36})"/) || [];
  const wanted = new URL(request.url).searchParams.get("baris");
  const id = /^[0-9a-f-]{36}$/.test(wanted || "") ? wanted : crypto.randomUUID();
  const body = old ? text.replaceAll(old, id).replaceAll(`r${old.slice(0, 8)}-`, `r${id.slice(0, 8)}-`) : text;
  return new Response(body, { headers: found.headers });
}
async function page(event) {
  const { request } = event;
  const asked = fetch(request.clone());
  event.waitUntil(asked.then((answer) => keep(request, answer.clone())).catch(() => {}));
  const late = new Promise((go) => setTimeout(go, PATIENCE));
  try {
    const answer = await Promise.race([asked, late.then(async () => (await kept(request)) ? null : asked)]);
    if (answer && ![502, 503, 504].includes(answer.status)) return answer;
    return (await old(event)) || answer;
  } catch {
    return (await old(event)) || nothing(request);
  }
}
async function old(event) {
  const found = await kept(event.request);
  if (found && event.resultingClientId) shownFromStore.set(event.resultingClientId, Number(found.headers.get(KEPT_AT)));
  return found;
}
async function nothing(request) {
  if (request.mode !== "navigate") return Response.error();
  return (await caches.match(FALLBACK, { cacheName: ASSETS })) || Response.error();
}

// --- what belongs to everybody ------------------------------------------------------------------------------------------------
async function asset(request) {
  const store = await caches.open(ASSETS);
  const known = await store.match(request);
  if (known && HASHED.test(new URL(request.url).pathname)) return known;
  try {
    const answer = await fetch(request);
    if (answer.ok && answer.status === 200) await store.put(request, answer.clone());
    return answer;
  } catch (gone) {
    if (known) return known;
    throw gone;
  }
}
