// The guide's way through the portal, from signing in to the claim under My Item(s): steps 1 to 6.

import { readFile } from "node:fs/promises";
import { alive, expect, scripted, signIn, test } from "../support/test.ts";
import { CERTIFICATE } from "../support/files.ts";
import { CLASS, DIRECT, ENCOR, chooseType, expectTaken, field, fillIn, itemRows, openForm, submit } from "../support/claim.ts";
import { PASSWORD } from "../support/server.ts";

const ONES = "@phone @noscript @postgres";

const CERTIFICATION_HEADS = [
  "Certification", "Certification Level", "Last Extension", "Expiration Date", "Days to Expire", "Cert Status",
];
const ITEM_HEADS = ["Item Name", "Status", "Item Type", "Credits", "Start Date", "Completion Date", "Expiration Date"];

test("a candidate signs in, finds ENCOR in the catalog, claims it, and sees it under My Item(s)", { tag: ONES.split(" ") }, async ({ page }) => {
  await test.step("signs in and accepts the terms", async () => {
    await page.goto("/");
    await expect(page).toHaveURL(/\/sign-in/);
    await field(page, "Email address").fill("candidate@example.com");
    await field(page, "Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page).toHaveURL(/\/terms/);
    await page.getByRole("button", { name: "Accept terms and conditions", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
  });

  await test.step("sees both tables of the dashboard", async () => {
    const certifications = page.getByRole("table", { name: "Certification", exact: true });
    await expect(certifications.getByRole("columnheader")).toHaveText(CERTIFICATION_HEADS);
    await expect(certifications.getByRole("row", { name: /CCNP Enterprise/ })).toContainText("203");
    const items = page.getByRole("table", { name: "My Item(s)", exact: true });
    await expect(items.getByRole("columnheader")).toHaveText(ITEM_HEADS);
  });

  await test.step("searches the catalog for ENCOR and opens the item", async () => {
    await page.goto("/catalog");
    await alive(page);
    await field(page, "Item name").fill("ENCOR");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await expect(page).toHaveURL(/[?&]q=ENCOR/);
    await page.getByRole("table", { name: "Catalog items" }).getByRole("link", { name: /\(ENCOR\)/ }).first().click();
    await expect(page).toHaveURL(/\/catalog\/encor$/);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("(ENCOR)");
    await expect(page.getByRole("table", { name: "Versions" })).toContainText("1.2");
  });

  await test.step("claims version 1.2 as a class: the form begins with both", async () => {
    await page.getByRole("link", { name: "Choose your version to claim", exact: true }).click();
    const version = page.getByRole("table", { name: "Versions" }).getByRole("row").filter({ hasText: "1.2" }).filter({ hasText: CLASS });
    await version.getByRole("link").click();
    await expect(page).toHaveURL(/\/claims\/new\?/);
    await expect(page.getByRole("heading", { level: 1, name: "New claim" })).toBeVisible();
    await expect(field(page, "Item name and version")).toHaveValue(ENCOR);
    await expect(page.getByRole("group", { name: "Item type" }).getByRole("radio", { name: CLASS })).toBeChecked();
  });

  await test.step("says from whom, and when", async () => {
    await alive(page);
    await fillIn(page, { provider: "Example Learning, Lisbon", start: "09-Nov-2026", completion: "13-Nov-2026" });
    await expect(page.locator(".chosen")).toContainText("(ENCOR) version 1.2");
    if (scripted()) {
      await expect(page.getByRole("complementary", { name: "About this claim" })).toContainText("64 credits");
      await expect(page.getByRole("complementary", { name: "About this claim" })).toContainText("13-Nov-2029");
    }
    await submit(page);
  });

  await test.step("sees the claim waiting for its decision", async () => {
    await expectTaken(page, ENCOR, "Pending");
    await expect(page.getByText("Claim sent. Example Learning, Lisbon now compares it with its record, usually within 7 days.")).toBeVisible();
    for (const fact of ["Example Learning, Lisbon", CLASS, "09-Nov-2026", "13-Nov-2026", "64 credits"]) {
      await expect(page.locator("dl.facts")).toContainText(fact);
    }
  });

  await test.step("finds it under My Item(s) by name and status", async () => {
    await page.goto("/");
    await alive(page);
    await field(page, "Item name").fill("encor");
    await field(page, "Status").selectOption("Pending");
    await page.getByRole("button", { name: "Apply", exact: true }).click();
    await expect(page).toHaveURL(/q=encor/);
    await expect(page).toHaveURL(/status=pending/);
    await expect(itemRows(page, "(ENCOR) 1.2")).toHaveCount(1);
    const row = itemRows(page, "(ENCOR) 1.2");
    await expect(row).toContainText("Pending");
    await expect(row).toContainText("64");
    await expect(row).toContainText("09-Nov-2026");
  });

  await test.step("signs out", async () => {
    await page.locator("details.menu > summary").click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await expect(page).toHaveURL(/\/sign-in/);
    await expect(page.getByText("You are signed out.")).toBeVisible();
    await page.goto("/");
    await expect(page).toHaveURL(/\/sign-in/);
  });
});

test("typing encor and pressing Enter takes the first match, the version that is offered now", { tag: "@phone" }, async ({ page }) => {
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  const item = page.getByRole("combobox", { name: "Item name and version", exact: true });
  await item.pressSequentially("encor");
  const first = page.getByRole("option").first();
  await expect(first).toHaveAttribute("aria-selected", "true");
  await expect(first).toContainText("ENCOR");
  await item.press("Enter");
  await expect(item).toHaveValue(/\(ENCOR\) 1\.\d$/);
  await expect(item).toBeFocused();
  await chooseType(page, CLASS);
});

test("what comes as one type, from one provider, is chosen by itself", { tag: "@noscript" }, async ({ page }) => {
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, { item: "Containers for Network Engineers" });
  await expect(page.getByRole("group", { name: "Item type" }).getByRole("radio")).toBeChecked();
  await expect(field(page, "Item provider")).toHaveValue("Cisco DevNet");
});

test("a claim of Cisco Direct Delivery carries its certificate, which only its sender can fetch", { tag: ["@phone", "@noscript"] }, async ({ page, otherPage, complaints }) => {
  const item = "Implementing Secure Solutions with Virtual Private Networks (SVPN) 1.1";
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, { item, type: DIRECT, provider: "Cisco Digital Learning", start: "02-Nov-2026", completion: "20-Nov-2026", file: CERTIFICATE });
  if (scripted()) await expect(page.getByRole("list", { name: "Chosen files" })).toContainText("certificate.pdf");
  await submit(page);
  await expectTaken(page, item, "Pending");

  const link = page.getByRole("link", { name: "certificate.pdf" });
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  expect(download.suggestedFilename()).toBe("certificate.pdf");
  expect(await readFile(await download.path())).toEqual(await readFile(CERTIFICATE));

  const claim = new URL(page.url()).pathname;
  const file = (await link.getAttribute("href")) ?? "";
  await signIn(otherPage, "expert@example.com");
  complaints.expect(404, /\/(claims|files)\//);
  expect((await otherPage.goto(claim))?.status()).toBe(404);
  await expect(otherPage.getByRole("heading", { level: 1, name: "Page not found" })).toBeVisible();
  expect((await otherPage.goto(`${claim}/edit`))?.status()).toBe(404);
  expect((await otherPage.request.get(file)).status()).toBe(404);
});

test("pages for phones are as wide as the phone", { tag: "@phone" }, async ({ page }) => {
  await openForm(page, "/sign-in");
  const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(width).toBeLessThanOrEqual(0);
});
