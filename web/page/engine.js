// The engine: Python in a worker of this page, or the local server that sent it. Both take the same questions.

class Remote {
  constructor() { this.kind = "server"; }

  async ready() {}

  async ask(question) {
    const reply = await fetch("ask", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(question),
    });
    return reply.json();
  }

  cancel() {}
}

class Local {
  constructor(progress) {
    this.kind = "worker";
    this.progress = progress;
    this.start();
  }

  start() {
    this.waiting = new Map();
    this.count = 0;
    this.worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    this.started = new Promise((resolve, reject) => {
      this.worker.onerror = (e) => reject(new Error(e.message || "the worker did not start"));
      this.worker.onmessage = ({ data }) => {
        if (data.progress !== undefined) this.progress(data.progress);
        else if (data.ready) resolve();
        else if (data.failed) reject(new Error(data.failed));
        else {
          this.waiting.get(data.id)?.(JSON.parse(data.answer));
          this.waiting.delete(data.id);
        }
      };
    });
  }

  ready() { return this.started; }

  async ask(question) {
    await this.started;
    const id = ++this.count;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.worker.postMessage({ id, question: JSON.stringify(question) });
    });
  }

  // A question that takes too long is stopped with its worker; the next one has a new worker.
  cancel() {
    this.worker.terminate();
    for (const resolve of this.waiting.values()) resolve({ ok: false, error: { message: "stopped", kind: "Stopped" } });
    this.start();
  }
}

export async function connect(progress) {
  try {
    const reply = await fetch("engine.json", { cache: "no-store" });
    if (reply.ok && (await reply.json()).engine === "server") return new Remote();
  } catch { /* a static host */ }
  return new Local(progress);
}
