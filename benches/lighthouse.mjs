// Lighthouse, with the preset of a slow phone: how good a page is as Google's tool counts it.

import { existsSync } from "node:fs";
import { median } from "./server.mjs";

export const BUDGETS = { performance: 95, accessibility: 100, best_practices: 100 };
export const LARGEST_PAINT = 1_300;

/** What the report has of each page. */
export const namesOf = (page) => [
  ...Object.entries(BUDGETS).map(([name, least]) => [`lighthouse_${page}_${name}`, "", { least }]),
  [`lighthouse_${page}_largest_paint`, "ms", { most: LARGEST_PAINT }],
];

/** Looks at pages, `[name, address, cookie]`, some rounds each; a number is the median of the rounds. */
export async function lighthouse(report, pages, rounds) {
  const { default: run } = await import("lighthouse");
  const { launch } = await import("chrome-launcher");
  const chromePath = process.env.CHROMIUM
    ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
  for (const [name, address, cookie] of pages) {
    const found = { performance: [], accessibility: [], best_practices: [], largest: [] };
    const lacking = new Set();
    try {
      for (let round = 0; round < rounds; round += 1) {
        // A browser of its own each time: nothing is kept from the page before.
        const chrome = await launch({
          chromePath, chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        });
        try {
          const { lhr } = await run(address, {
            port: chrome.port,
            output: "json",
            logLevel: "silent",
            onlyCategories: ["performance", "accessibility", "best-practices"],
            ...(cookie === undefined ? {} : { extraHeaders: { Cookie: cookie } }),
          });
          if (lhr.runtimeError !== undefined) throw new Error(lhr.runtimeError.message);
          if (new URL(lhr.finalDisplayedUrl).pathname !== new URL(address).pathname) {
            throw new Error(`it led to ${new URL(lhr.finalDisplayedUrl).pathname}`);
          }
          found.performance.push(lhr.categories.performance.score * 100);
          found.accessibility.push(lhr.categories.accessibility.score * 100);
          found.best_practices.push(lhr.categories["best-practices"].score * 100);
          found.largest.push(lhr.audits["largest-contentful-paint"].numericValue);
          for (const category of ["accessibility", "best-practices"]) {
            for (const { id, weight } of lhr.categories[category].auditRefs) {
              const { score } = lhr.audits[id];
              if (weight > 0 && score !== null && score < 1) lacking.add(id);
            }
          }
        } finally {
          await chrome.kill();
        }
      }
      for (const [part, least] of Object.entries(BUDGETS)) {
        const note = part === "performance" ? `rounds: ${found.performance.map((n) => n.toFixed(0)).join(", ")}` : [...lacking].join(", ");
        report.add(`lighthouse_${name}_${part}`, median(found[part]), "", { least, note });
      }
      report.add(`lighthouse_${name}_largest_paint`, median(found.largest), "ms", {
        most: LARGEST_PAINT, note: `rounds: ${found.largest.map((n) => n.toFixed(0)).join(", ")}`,
      });
    } catch (error) {
      // One page that cannot be looked at keeps no other from being looked at.
      const note = `not measured: ${String(error.message ?? error).split("\n")[0]}`;
      for (const [entry, unit, budget] of namesOf(name)) report.add(entry, null, unit, { ...budget, note });
    }
  }
}
