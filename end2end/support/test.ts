// What every test begins with: a server of its own, and a browser that may not complain about anything.

import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, expect, type Page, test as base } from "@playwright/test";
import { Postgres } from "./postgres.ts";
import { PASSWORD, Server } from "./server.ts";
import { TEMPLATE } from "./template.ts";

export { expect } from "@playwright/test";
export type { Locator, Page } from "@playwright/test";

/** Everything a browser complained about. Empty at the end of a test, but for what the test said it expects. */
export class Complaints {
  constructor(private readonly scripted: boolean) {}

  private readonly found: string[] = [];
  private readonly expected: { status: number; address: RegExp }[] = [];
  private readonly allowed: RegExp[] = [];
  private offline = false;

  watch(context: BrowserContext): void {
    context.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      // A browser without scripts loads the program's links early all the same, and then wonders what for.
      if (!this.scripted && /was preloaded using link preload but not used/.test(message.text())) return;
      const status = Number(/Failed to load resource: the server responded with a status of (\d+)/.exec(message.text())?.[1]);
      const address = message.location().url;
      if (this.expected.some((one) => one.status === status && one.address.test(address))) return;
      if (this.offline && /Failed to load resource: net::ERR_/.test(message.text())) return;
      this.found.push(`console ${message.type()}: ${message.text()} (${address})`);
    });
    context.on("weberror", (error) => this.found.push(`uncaught: ${error.error().stack ?? error.error().message}`));
    context.on("response", (response) => {
      if (response.status() < 500) return;
      if (this.expected.some((one) => one.status === response.status() && one.address.test(response.url()))) return;
      this.found.push(`${response.status()} from ${response.request().method()} ${response.url()}`);
    });
    context.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText ?? "";
      // What was under way when somebody went on to another page.
      if (reason === "net::ERR_ABORTED" || this.offline) return;
      if (!this.scripted && reason === "csp" && request.url().endsWith(".js")) return;
      this.found.push(`${reason}: ${request.method()} ${request.url()}`);
    });
  }

  /** This answer belongs to the test; nothing else that goes wrong does. */
  expect(status: number, address: RegExp): void {
    this.expected.push({ status, address });
  }

  /** From now on the server is gone. */
  expectNoConnection(yes: boolean): void {
    this.offline = yes;
  }

  /** These words belong to the test. */
  allow(words: RegExp): void {
    this.allowed.push(words);
  }

  list(): string[] {
    return [...new Set(this.found)].filter((one) => !this.allowed.some((words) => words.test(one)));
  }
}

interface Fixtures {
  /** The server of this test. */
  portal: Server;
  complaints: Complaints;
  /** A second person's browser, or the same person's other device. */
  otherPage: Page;
}

interface WorkerFixtures {
  postgres: Postgres | undefined;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  postgres: [async ({}, use, info) => {
    if (info.project.name !== "postgres") return use(undefined);
    const postgres = await Postgres.start();
    await use(postgres);
    await postgres.stop();
  }, { scope: "worker" }],

  portal: async ({ postgres }, use, info) => {
    const folder = await mkdtemp(join(tmpdir(), "ce-portal-e2e-"));
    const database = postgres?.create();
    const template = process.env[TEMPLATE];
    if (database === undefined && template !== undefined) await cp(template, folder, { recursive: true });
    const server = await Server.start(folder, database);
    await use(server);
    await server.stop();
    if (info.status !== info.expectedStatus) {
      const file = info.outputPath("server.log");
      await writeFile(file, server.log);
      await info.attach("server log", { path: file, contentType: "text/plain" });
    }
    expect(server.log, "nothing in the program may panic").not.toContain("panicked");
    if (database !== undefined) postgres?.remove(database);
    await rm(folder, { recursive: true, force: true });
  },

  baseURL: async ({ portal }, use) => use(portal.url),

  complaints: [async ({}, use) => {
    const complaints = new Complaints(scripted());
    await use(complaints);
    expect(complaints.list(), "the browser complained").toEqual([]);
  }, { auto: true }],

  context: async ({ context, complaints }, use) => {
    complaints.watch(context);
    await use(context);
  },

  otherPage: async ({ browser, contextOptions, complaints, portal }, use) => {
    const context = await browser.newContext({ ...contextOptions, baseURL: portal.url });
    complaints.watch(context);
    await use(await context.newPage());
    await context.close();
  },
});

/** Signs in as a person does, and accepts the terms where they are asked for. */
export async function signIn(page: Page, email: string, next = "/"): Promise<void> {
  await page.goto(next === "/" ? "/sign-in" : next);
  await page.getByLabel("Email address", { exact: true }).fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).not.toHaveURL(/\/sign-in/);
  if (new URL(page.url()).pathname === "/terms") {
    await page.getByRole("button", { name: "Accept terms and conditions", exact: true }).click();
    await expect(page).not.toHaveURL(/\/terms/);
  }
}

/** Whether this project's pages run scripts. */
export function scripted(): boolean {
  return test.info().project.use.javaScriptEnabled !== false;
}

/** Waits until the page has come alive: the program was loaded and has taken the page over. */
export async function alive(page: Page): Promise<void> {
  if (!scripted()) return;
  await page.waitForLoadState("networkidle");
}
