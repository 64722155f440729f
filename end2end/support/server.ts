// The real program, started on a port of its own and stopped by its process id.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";

/** The password of every demonstration account in these tests. */
export const PASSWORD = "seven quiet herons at dawn";

/** "Today" is 23-Nov-2026: the instant every server of these tests starts at. */
export const CLOCK = "2026-11-23T20:00:00Z";

const BINARY = process.env.CE_BINARY
  ?? fileURLToPath(new URL("../../target/release/ce-portal", import.meta.url));

/** A port nobody listens on at the moment. */
async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

export class Server {
  private process: ChildProcess | undefined;
  /** Everything the program has said, for who looks into a failed test. */
  log = "";

  private constructor(
    readonly port: number,
    readonly dataDir: string,
    readonly databaseUrl: string,
    readonly clock: string,
  ) {}

  /** Starts the program on a data folder; an empty database becomes a demonstration. */
  static async start(dataDir: string, databaseUrl = `sqlite://${dataDir}/ce.db`, clock = CLOCK): Promise<Server> {
    const server = new Server(await freePort(), dataDir, databaseUrl, clock);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    if (this.process?.pid === undefined) throw new Error("the server does not run");
    return this.process.pid;
  }

  /** Starts it again, at the same address with the same data. */
  async start(): Promise<void> {
    const settings = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith("CE_") && !name.startsWith("DATABASE_URL")),
    );
    // A write beyond a limit on file sizes shall be an error, not the end: it stands for a disk that is full.
    const child = spawn("sh", [
      "-c", "trap '' XFSZ; exec \"$@\"", "sh",
      BINARY, "serve", "--demo", "--listen", `127.0.0.1:${this.port}`,
      "--data-dir", this.dataDir, "--database-url", this.databaseUrl,
    ], {
      env: { ...settings, CE_DEMO_PASSWORD: PASSWORD, CE_CLOCK: this.clock, CE_PUBLIC_URL: this.url },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = child;
    const listen = (chunk: Buffer) => { this.log += chunk.toString(); };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    let failure = "";
    child.on("error", (error) => { failure = error.message; });
    for (let tries = 0; tries < 2400; tries += 1) {
      if (failure !== "" || child.exitCode !== null || child.signalCode !== null) break;
      const ready = await fetch(`${this.url}/readyz`).then((answer) => answer.ok, () => false);
      if (ready) return;
      await pause(50);
    }
    await this.stop();
    throw new Error(`${BINARY} does not get ready. ${failure}\n${this.log}`);
  }

  /** As if the disk had no room left: every write of the program fails until it has again. */
  fillDisk(full: boolean): void {
    execFileSync("prlimit", ["--pid", String(this.pid), full ? "--fsize=0:" : "--fsize=unlimited:"]);
  }

  /** Tells it to stop and waits until it has. */
  async stop(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 25_000);
    await ended;
    clearTimeout(late);
  }
}
