// The catalog: the same results with a script and without, all in the address.

import { alive, expect, scripted, test } from "../support/test.ts";
import { field } from "../support/claim.ts";

const rows = (page: import("@playwright/test").Page) => page.getByRole("table", { name: "Catalog items" }).locator("tbody tr");

test("searching by name or acronym finds the same with and without a script", { tag: ["@phone", "@noscript"] }, async ({ page, request }) => {
  for (const words of ["encor", "enterprise advanced routing", "REST apis"]) {
    await page.goto("/catalog");
    await alive(page);
    await field(page, "Item name").fill(words);
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`[?&]q=${encodeURIComponent(words).replaceAll("%20", "(%20|\\+)")}`));
    await expect(page.locator("#found")).not.toHaveText(/^254 items$/);
    const found = (await rows(page).getByRole("rowheader").allInnerTexts()).map((text) => text.split("\n")[0]);
    expect(found.length).toBeGreaterThan(0);
    const html = await (await request.get(`/catalog?q=${encodeURIComponent(words)}`)).text();
    const served = [...html.matchAll(/<th scope="row"><a href="[^"]*">(.*?)<\/a>/g)].map((match) => match[1]?.replaceAll("&amp;", "&").replaceAll(/<!--.*?-->/g, ""));
    expect(found).toEqual(served);
  }
});

test("with a script the list follows what is typed", async ({ page }) => {
  await page.goto("/catalog");
  await alive(page);
  await field(page, "Item name").pressSequentially("ENARSI");
  await expect(page).toHaveURL(/[?&]q=ENARSI/);
  await expect(rows(page).first()).toContainText("(ENARSI)");
  await expect(field(page, "Item name")).toBeFocused();
});

test("filters narrow the list, are in the address, and the back button takes them back", { tag: "@noscript" }, async ({ page }) => {
  await page.goto("/catalog");
  await alive(page);
  const all = await page.locator("#found").innerText();
  // Where there is room for a column the filters stand open.
  const folded = page.getByText("Filters", { exact: true });
  if (await folded.isVisible()) await folded.click();
  await page.getByRole("checkbox", { name: /^Cisco Direct Delivery/ }).check();
  if (!scripted()) await page.getByRole("button", { name: "Apply filters", exact: true }).click();
  await expect(page).toHaveURL(/type=direct-delivery/);
  await expect(page.locator("#found")).not.toHaveText(all);
  await page.reload();
  await alive(page);
  await expect(page.getByRole("checkbox", { name: /^Cisco Direct Delivery/ })).toBeChecked();
  await expect(page.locator("#found")).not.toHaveText(all);
});

test("each column sorts both ways", { tag: "@noscript" }, async ({ page }) => {
  await page.goto("/catalog");
  await alive(page);
  const heads = page.getByRole("table", { name: "Catalog items" }).getByRole("columnheader");
  for (const name of await heads.filter({ has: page.getByRole("button") }).allInnerTexts()) {
    const head = heads.filter({ hasText: name.trim() });
    const seen: (string | null)[] = [];
    for (let presses = 0; presses < 2; presses += 1) {
      const last = await head.getAttribute("aria-sort");
      await head.getByRole("button").click();
      await expect(head).not.toHaveAttribute("aria-sort", last ?? "none");
      await expect(head).toHaveAttribute("aria-sort", /ascending|descending/);
      seen.push(await head.getAttribute("aria-sort"));
    }
    expect(new Set(seen).size, name).toBe(2);
  }
});

test("an item's page leads to a claim of the version one chooses there", { tag: ["@phone", "@noscript"] }, async ({ page }) => {
  await page.goto("/catalog/encor");
  await page.getByRole("table", { name: "Versions" }).getByRole("row").filter({ hasText: "1.2" }).first().getByRole("link").click();
  await expect(page).toHaveURL(/\/sign-in\?next=/);
});

test("providers are found by city, country and what they offer", { tag: ["@phone", "@noscript"] }, async ({ page }) => {
  await page.goto("/providers");
  await alive(page);
  await field(page, "Name or city").fill("Lisbon");
  await page.getByRole("main").getByRole("button", { name: "Search", exact: true }).click();
  await expect(page).toHaveURL(/q=Lisbon/);
  await expect(page.getByRole("table", { name: "Authorized providers" })).toContainText("Example Learning, Lisbon");
});

test("following links inside the portal loads no new document", async ({ page }) => {
  await page.goto("/catalog");
  await alive(page);
  const documents: string[] = [];
  page.on("request", (one) => { if (one.isNavigationRequest()) documents.push(one.url()); });
  await rows(page).first().getByRole("rowheader").getByRole("link").click();
  await expect(page).toHaveURL(/\/catalog\/[^?]+$/);
  await expect(page.getByRole("table", { name: "Versions" })).toBeVisible();
  await page.goBack();
  await expect(rows(page).first()).toBeVisible();
  expect(documents).toEqual([]);
});
