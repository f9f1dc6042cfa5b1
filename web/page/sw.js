// Keeps the page for use without a network: all files of one build, under the name of that build.

const STAMP = "BUILD";
const NAME = `matcalc-${STAMP}`;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const manifest = await (await fetch("manifest.json", { cache: "no-store" })).json();
    const cache = await caches.open(NAME);
    await cache.addAll([...manifest.files, "./"]);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("matcalc-") && name !== NAME) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith((async () => {
    const cache = await caches.open(NAME);
    const found = await cache.match(event.request, { ignoreSearch: true });
    if (found) return found;
    try {
      return await fetch(event.request);
    } catch {
      return new Response("", { status: 504 });
    }
  })());
});
