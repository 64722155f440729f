// Every page, as it looks to everybody: axe finds nothing, nothing is wider than the screen, and its HTML is valid.
// A picture of each page is kept in results/screens.

import AxeBuilder from "@axe-core/playwright";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { HtmlValidate } from "html-validate";
import { everyPage } from "../support/pages.ts";
import { expect, type Page, scripted, test } from "../support/test.ts";

const SCREENS = join(import.meta.dirname, "..", "results", "screens");
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(WCAG)
    .options({ rules: { "target-size": { enabled: true } } })
    .analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary?.replaceAll("\n", " ")}`));
}

/** By how many pixels the page is wider than the window. */
const tooWide = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** By how many pixels a table, or the row of buttons that sort it, has to be scrolled sideways to be seen whole. */
const hiddenSideways = (page: Page) =>
  page.evaluate(() => Math.max(0, ...[...document.querySelectorAll(".table-region, .table thead")]
    .filter((box) => getComputedStyle(box).position !== "absolute")
    .map((box) => box.scrollWidth - box.clientWidth)));

function expectRefusals(complaints: { expect: (status: number, address: RegExp) => void }): void {
  complaints.expect(404, /\/(nowhere|reset\/this-link|verify\/7KQ2)/);
  complaints.expect(422, /\/(sign-in|claims\/new|verify|account\/sharing)/);
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing on any page, ${colorScheme}`, { tag: "@phone" }, async ({ page, portal, complaints }, info) => {
    test.setTimeout(300_000);
    expectRefusals(complaints);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const folder = join(SCREENS, `${info.project.name}-${colorScheme}`);
    await mkdir(folder, { recursive: true });
    const found: Record<string, string[]> = {};
    await everyPage(page, portal, async (name) => {
      await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
      const wrong = await findings(page);
      if (wrong.length > 0) found[name] = wrong;
    });
    expect(found).toEqual({});
  });
}

for (const width of [320, 360]) {
  test(`no page has to be scrolled sideways at ${width} pixels`, async ({ page, portal, complaints }) => {
    test.setTimeout(180_000);
    expectRefusals(complaints);
    await page.setViewportSize({ width, height: 740 });
    const wide: Record<string, number> = {};
    await everyPage(page, portal, async (name) => {
      const by = await tooWide(page);
      if (by > 0) wide[name] = by;
    });
    expect(wide).toEqual({});
  });
}

test("text of double the size fits on a phone", { tag: "@only-phone @phone" }, async ({ page, portal, complaints }) => {
  test.setTimeout(180_000);
  expectRefusals(complaints);
  const wide: Record<string, number> = {};
  await everyPage(page, portal, async (name) => {
    await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
    const by = Math.max(await tooWide(page), await hiddenSideways(page));
    if (by > 0) wide[name] = by;
  });
  expect(wide).toEqual({});
});

test("the HTML of every page is valid as the server sends it", { tag: "@only-noscript" }, async ({ page, portal, complaints }) => {
  test.setTimeout(180_000);
  expectRefusals(complaints);
  const validator = new HtmlValidate({
    extends: ["html-validate:recommended", "html-validate:document"],
    rules: {
      // How the markup is written is the renderer's business; that it means something is ours.
      "attribute-boolean-style": "off",
      "attribute-empty-style": "off",
      "doctype-style": "off",
      "no-trailing-whitespace": "off",
      "void-style": "off",
      "long-title": "off",
      // A table that scrolls sideways is a region people must reach with the keyboard (WCAG 2.1.1).
      "prefer-native-element": ["error", { exclude: ["region", "alert", "status"] }],
      // One long form has more than one way to send it.
      "no-implicit-button-type": "off",
      "require-sri": "off",
      // A list without bullets says that it is one: some screen readers take its absence for the end of the list.
      "no-redundant-role": "off",
      // Boxes of one question share its name, and so do the buttons that sort; a choice repeats what was chosen before.
      "form-dup-name": "off",
      // The summary of what is wrong comes before the heading, so that it is read first.
      "heading-level": ["error", { minInitialRank: "h2" }],
    },
  });
  const wrong: Record<string, string[]> = {};
  expect(scripted()).toBe(false);
  // As it was sent: a document that was parsed already has lost its mistakes.
  let sent: Promise<string> = Promise.resolve("");
  page.on("response", (response) => {
    const document = response.request().isNavigationRequest() && !(response.status() >= 300 && response.status() < 400);
    if (document) sent = response.text();
  });
  await everyPage(page, portal, async (name) => {
    // The renderer's empty comments have a test of their own below; here they would hide everything after them.
    const report = await validator.validateString((await sent).replaceAll("<!>", "<!---->"));
    const errors = report.results.flatMap((result) => result.messages).filter((message) => message.severity === 2);
    if (errors.length > 0) {
      wrong[name] = errors.map((error) => `${error.ruleId} ${error.line}:${error.column} ${error.message}`);
    }
  });
  expect(wrong).toEqual({});
});

test("no page holds a comment that is none", { tag: "@only-noscript" }, async ({ request }) => {
  for (const address of ["/sign-in", "/catalog", "/catalog/encor", "/providers", "/terms"]) {
    const html = await (await request.get(address)).text();
    expect(html.split("<!>").length - 1, `"<!>" is a parse error in HTML, on ${address}`).toBe(0);
  }
});
