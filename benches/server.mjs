// Programs that are measured: started on 127.0.0.1 on a port of their own, stopped by their process id.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import http from "node:http";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** A port nobody listens on at the moment. */
async function freePort() {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

/** The environment without settings of the person who runs this, and with those given. */
export function settings(wanted) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("CE_") && name !== "DATABASE_URL");
  return { ...Object.fromEntries(kept), ...wanted };
}

/** Requests that were cut off or answered with something else than a page: none may be. */
export const failures = [];

/** One request, on a connection of its own unless an agent keeps some; the body as it came over the wire. */
export function ask(url, { method = "GET", headers = {}, body, agent = false } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, agent }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) }));
      answer.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

export class Server {
  /** Starts `command` with `env` and waits for an answer at `path`; `core` is the one core it may use. */
  static async start({ command, env, log, path = "/sign-in", core, patience = 30_000 }) {
    const server = new Server();
    server.port = await freePort();
    server.url = `http://127.0.0.1:${server.port}`;
    server.log = log;
    const out = openSync(log, "a");
    const pinned = core === undefined ? command : ["taskset", "-c", String(core), ...command];
    const began = performance.now();
    const child = spawn(pinned[0], pinned.slice(1), {
      env: settings({ ...env, CE_LISTEN: `127.0.0.1:${server.port}` }),
      stdio: ["ignore", out, out],
    });
    closeSync(out);
    server.child = child;
    let failure = "";
    child.on("error", (error) => { failure = error.message; });
    for (;;) {
      const answered = await ask(server.url + path).then((answer) => answer.status < 500, () => false);
      server.startMillis = performance.now() - began;
      if (answered) return server;
      if (failure !== "" || child.exitCode !== null || server.startMillis > patience) break;
      await pause(1);
    }
    await server.stop();
    throw new Error(`${command.join(" ")} does not answer: ${failure}\n${readFileSync(log, "utf8").slice(-2000)}`);
  }

  /** What it takes of the machine's memory, in MB of a million bytes. */
  memory() {
    const status = readFileSync(`/proc/${this.child.pid}/status`, "utf8");
    return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) * 1024) / 1e6;
  }

  /** How long the server itself worked on the requests of a route, in ms, in the order of its log. */
  times(route, method = "GET") {
    const lines = readFileSync(this.log, "utf8").split("\n");
    const entries = lines.filter((line) => line.startsWith("{") && line.includes('"micros"')).map((line) => JSON.parse(line));
    return entries.filter((entry) => entry.route === route && entry.method === method).map((entry) => entry.micros / 1000);
  }

  async stop() {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 25_000);
    await ended;
    clearTimeout(late);
  }
}

/** Signs in and gives the cookie. */
export async function signIn(server, email, password) {
  const answer = await ask(`${server.url}/sign-in`, {
    method: "POST",
    headers: { origin: server.url, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ email, password }).toString(),
  });
  const cookie = (answer.headers["set-cookie"] ?? []).map((line) => line.split(";")[0]).find((line) => line.includes("sid="));
  if (cookie === undefined) throw new Error(`${email} cannot sign in: status ${answer.status}`);
  return cookie;
}

/** Asks for a page whose text is needed; tried again when it is cut off, which is kept among the failures. */
export async function page(server, path, cookie) {
  for (let tries = 1; ; tries += 1) {
    try {
      return (await ask(server.url + path, { headers: { cookie } })).body.toString();
    } catch (error) {
      failures.push(`${path}: ${error.message}`);
      if (tries === 5) throw error;
    }
  }
}

/** Asks for `paths` in turn over `connections` for so long or so often; gives how many were answered a second. */
export async function load(server, paths, { cookie, connections = 8, seconds = 3, most = Infinity }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const headers = { cookie };
  const began = performance.now();
  const until = began + seconds * 1000;
  let sent = 0;
  let done = 0;
  const worker = async () => {
    while (sent < most && performance.now() < until) {
      const path = paths[sent % paths.length];
      sent += 1;
      try {
        const answer = await ask(server.url + path, { headers, agent });
        if (answer.status !== 200) throw new Error(`status ${answer.status}`);
        done += 1;
      } catch (error) {
        failures.push(`${path}: ${error.message}`);
        // A server that is gone fails everything from here on.
        if (failures.length > 1000) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
  return { done, rate: (done * 1000) / (performance.now() - began) };
}

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export const median = (values) => quantile(values, 0.5);
