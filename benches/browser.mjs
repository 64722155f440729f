// What only a browser can tell: all the bytes of a first visit, and how fast a list follows what is typed.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as pause } from "node:timers/promises";
import { quantile } from "./server.mjs";

/** Chromium without a window. The system's own, as in the browser tests, whose packages are used. */
export async function open(modules) {
  const { chromium } = createRequire(`${modules}/package.json`)("@playwright/test");
  const executablePath = process.env.CHROMIUM
    ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
  return chromium.launch({
    executablePath,
    // Without the beat of a display: else every change waits up to 16 ms for the next frame, whatever it costs.
    args: ["--no-sandbox", "--disable-gpu", "--disable-frame-rate-limit", "--disable-gpu-vsync"],
  });
}

export async function signIn(context, url, email, password) {
  const page = await context.newPage();
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password").fill(password);
  await Promise.all([
    page.waitForURL((address) => !address.pathname.startsWith("/sign-in")),
    page.getByRole("button", { name: "Sign in" }).click(),
  ]);
  await page.close();
}

/** Every byte that comes over the wire, headers included, when a page is opened with an empty cache. */
export async function firstLoad(context, address) {
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  await wire.send("Network.enable");
  await wire.send("Network.clearBrowserCache");
  const kinds = new Map();
  const bytes = {};
  const plain = [];
  let cached = 0;
  let last = performance.now();
  const inside = new Set();
  wire.on("Network.requestWillBeSent", ({ requestId, request }) => {
    // Pictures in the browser's own controls have an address, but come from nowhere.
    if (request.url.startsWith("data:")) inside.add(requestId);
  });
  wire.on("Network.requestServedFromCache", ({ requestId }) => { if (!inside.has(requestId)) cached += 1; });
  wire.on("Network.responseReceived", ({ requestId, response, type }) => {
    if (inside.has(requestId)) return;
    const path = new URL(response.url).pathname;
    kinds.set(requestId, path.endsWith(".wasm") ? "wasm" : type.toLowerCase());
    const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]));
    if (headers["content-encoding"] !== "br" && response.status === 200) plain.push(path);
  });
  wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId) ?? "other";
    bytes[kind] = (bytes[kind] ?? 0) + encodedDataLength;
    last = performance.now();
  });
  const answer = await page.goto(address, { waitUntil: "load" });
  const limit = performance.now() + 15_000;
  while (performance.now() - last < 1_000 && performance.now() < limit) await pause(50);
  await page.close();
  if (answer.status() !== 200) throw new Error(`${new URL(address).pathname} answers ${answer.status()}`);
  const total = Object.values(bytes).reduce((sum, part) => sum + part, 0);
  const parts = Object.entries(bytes).sort((a, b) => b[1] - a[1]).map(([kind, size]) => `${kind} ${(size / 1000).toFixed(1)}`);
  const asides = [
    ...(plain.length > 0 ? [`not brotli: ${plain.join(", ")}`] : []),
    ...(cached > 0 ? [`${cached} from a cache`] : []),
  ];
  return { total, note: [parts.join(", "), ...asides].join("; ") };
}

// Acronyms and numbers, where nearly every key changes the list, and words, where many do not.
const TYPED = [
  "sc1a2", "routing 15", "sc7d1", "wireless 42", "sc26f", "cloud 77", "sc99", "hunting 19", "scb3", "ipv6 4", "sc5e8",
  "telemetry 83", "sc1f0", "zero trust 2", "sc4c4", "workshop 61", "sc88a", "multicast 3",
];

/** Types into the claim form's first field; gives for each key how long the list took to change and to be painted. */
export async function typeahead(context, url, keys) {
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(error.message));
  const file = page.waitForResponse((answer) => answer.url().includes("/data/catalog/") && answer.status() === 200);
  // Whoever fails first tells why.
  file.catch(() => {});
  await page.goto(`${url}/claims/new`, { waitUntil: "load" });
  // It is a combobox once the page is alive.
  const field = page.getByRole("combobox", { name: "Item name and version" });
  await field.click();
  await (await file).finished();
  await field.evaluate((input) => {
    const channel = new MessageChannel();
    const measured = { records: [], now: null };
    let framed = null;
    channel.port1.onmessage = () => {
      if (framed !== null) framed.painted = performance.now() - framed.at;
      framed = null;
    };
    window.addEventListener("input", (event) => {
      if (event.target !== input) return;
      const record = { at: performance.now(), changed: null, painted: null };
      measured.now = record;
      measured.records.push(record);
    }, { capture: true });
    // Called once the work of a change is done, before the frame that shows it.
    new MutationObserver(() => {
      const record = measured.now;
      if (record === null || record.painted !== null) return;
      const first = record.changed === null;
      record.changed = performance.now() - record.at;
      if (first) requestAnimationFrame(() => { framed = record; channel.port2.postMessage(null); });
    }).observe(input.closest(".field") ?? input.parentElement, { subtree: true, childList: true, characterData: true });
    window.measured = measured;
  });
  // The first search makes what all later ones use.
  await field.pressSequentially("warm");
  const changed = [];
  const painted = [];
  let still = 0;
  for (let place = 0; changed.length < keys && place < 60; place += 1) {
    await field.press("Control+a");
    await field.press("Backspace");
    await pause(60);
    for (const key of TYPED[place % TYPED.length]) {
      if (changed.length >= keys) break;
      await page.evaluate(() => { window.measured.now = null; });
      await page.keyboard.press(key === " " ? "Space" : key);
      const record = await page.evaluate(async () => {
        // However slow the machine: what a key sets off is done a few frames after it, so a list that has not begun to
        // change by then stays as it is. A slow change is never left out.
        const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
        for (let frames = 0; frames < 4; frames += 1) await frame();
        const until = performance.now() + 5_000;
        const record = window.measured.now;
        while (record !== null && record.changed !== null && record.painted === null && performance.now() < until) await frame();
        return record;
      });
      if (record === null || record.changed === null) {
        still += 1;
        continue;
      }
      if (record.painted === null) throw new Error("the changed list was not painted within 5 s");
      changed.push(record.changed);
      painted.push(record.painted);
    }
  }
  await page.close();
  if (changed.length === 0) throw new Error(`no key changed the list ${problems.join("; ")}`);
  return {
    changed: quantile(changed, 0.95),
    painted: quantile(painted, 0.95),
    note: `${changed.length} keys; median ${quantile(changed, 0.5).toFixed(1)} and ${quantile(painted, 0.5).toFixed(1)} ms; `
      + `${still} more keys left the list as it was`,
  };
}

/**
 * Moves the date of a page by `steps` steps; gives for each how long the page took to follow.
 *
 * The field is found as a person finds it: the first control labelled `Date` (or whatever `label` says) that can be seen. It
 * may be a date control, a slider, or a field that takes text such as 14-Feb-2027. Its value is changed as the browser
 * would, followed by `input` and `change`; from then on it is measured until the last change of the page's main part.
 * A step after which nothing changed is counted apart. So nothing here knows how the page is made.
 */
export async function dateSteps(context, address, steps, label = /^Date/) {
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(error.message));
  const answer = await page.goto(address, { waitUntil: "load" });
  if (answer.status() !== 200) throw new Error(`${new URL(address).pathname} answers ${answer.status()}`);
  const field = page.getByLabel(label).locator("visible=true").first();
  await field.waitFor({ timeout: 10_000 });
  const follow = (input, steps) => (async () => {
    const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const store = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    const first = Date.parse(input.type === "date" ? input.value : input.value.replaceAll("-", " ")) || Date.now();
    const lowest = Number(input.min || 0);
    const range = Math.max(1, Number(input.max || 100) - lowest);
    const value = (step) => {
      if (input.type === "range") return String(lowest + (step % range));
      // Ten days at a time, there and back over a little more than three years.
      const day = new Date(first + ((step * 10) % 1_200) * 86_400_000);
      const iso = day.toISOString().slice(0, 10);
      return input.type === "date" ? iso : `${iso.slice(8)}-${MONTHS[day.getUTCMonth()]}-${iso.slice(0, 4)}`;
    };
    let last = null;
    const watched = document.querySelector("main") ?? document.body;
    new MutationObserver(() => { last = performance.now(); })
      .observe(watched, { subtree: true, childList: true, characterData: true, attributes: true });
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    const times = [];
    let still = 0;
    // The first step makes what all later ones use.
    for (let step = 1; step <= steps + 1; step += 1) {
      last = null;
      const from = performance.now();
      store.call(input, value(step));
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
      for (let frames = 0; frames < 4; frames += 1) await frame();
      if (last === null) still += 1;
      else if (step > 1) times.push(last - from);
    }
    return { times, still };
  })();
  const { times, still } = await field.evaluate(follow, steps);
  await page.close();
  if (times.length === 0) throw new Error(`no step changed the page ${problems.join("; ")}`);
  return {
    p95: quantile(times, 0.95),
    note: `${times.length} steps; median ${quantile(times, 0.5).toFixed(1)} ms; after ${still} more nothing changed`,
  };
}
