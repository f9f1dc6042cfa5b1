// Python (Pyodide) with matcalc and Lark. Nothing is fetched from elsewhere, and nothing after the start.

const here = new URL(".", import.meta.url);
let loaded = 0;

// Every download of the start counts for the bar: those of Pyodide, too.
const plainFetch = globalThis.fetch;

async function counted(manifest, ...args) {
  const reply = await plainFetch(...args);
  const name = String(args[0]?.url ?? args[0]).replace(here.href, "");
  const size = manifest.runtime[name];
  if (!reply.ok || !size || !reply.body) return reply;
  const body = reply.body.pipeThrough(new TransformStream({
    transform(chunk, control) {
      loaded += chunk.length;
      postMessage({ progress: Math.min(0.85, (0.85 * loaded) / manifest.bytes) });
      control.enqueue(chunk);
    },
  }));
  return new Response(body, { status: reply.status, headers: reply.headers });
}

async function begin() {
  const manifest = await (await plainFetch(new URL("manifest.json", here))).json();
  globalThis.fetch = (...args) => counted(manifest, ...args);
  const archive = fetch(new URL("engine.tar.gz", here)).then((reply) => reply.arrayBuffer());
  const { loadPyodide } = await import(new URL("pyodide/pyodide.mjs", here));
  const python = await loadPyodide({ indexURL: new URL("pyodide/", here).href, checkAPIVersion: false });
  globalThis.fetch = plainFetch;
  postMessage({ progress: 0.9 });
  python.unpackArchive(await archive, "gztar", { extractDir: "/" });
  python.runPython(`
import os, sys
sys.path.insert(0, "/engine/packages")
os.environ["XDG_CACHE_HOME"] = "/engine/tables"
from matcalc.front.page import respond
`);
  return python.globals.get("respond");
}

const started = begin();
started.then(() => postMessage({ ready: true }), (error) => postMessage({ failed: String(error) }));

onmessage = async ({ data }) => {
  const respond = await started;
  let answer;
  try {
    answer = respond(data.question);
  } catch (error) {
    const lines = String(error).trim().split("\n");
    answer = JSON.stringify({ ok: false, error: { kind: "Internal", message: lines.at(-1) } });
  }
  postMessage({ id: data.id, answer });
};
