// What was typed into the claim form is not lost until the claim is taken.

import { alive, expect, signIn, test } from "../support/test.ts";
import { CLASS, DIRECT, ENCOR, GOOD, expectKept, expectTaken, field, fillIn, itemRows, openForm, submit } from "../support/claim.ts";
import { CERTIFICATE } from "../support/files.ts";

const TYPED = { ...GOOD, certificateId: "CDLL-1234" };

test("a half-filled form survives a reload", { tag: "@phone" }, async ({ page }) => {
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, TYPED);
  await page.reload();
  await expectKept(page, TYPED);
  await alive(page);
  await submit(page);
  await expectTaken(page, ENCOR, "Pending");
});

test("a half-filled form survives signing out and in again", async ({ page }) => {
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, TYPED);
  await page.locator("details.menu > summary").click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page.getByText("You are signed out.")).toBeVisible();
  await signIn(page, "candidate@example.com", "/claims/new");
  await expectKept(page, TYPED);
});

test("a half-filled form survives looking something up in the catalog", async ({ page }) => {
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, TYPED);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Catalog", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Catalog" })).toBeVisible();
  await page.goBack();
  await expectKept(page, TYPED);
});

test("what somebody typed is not shown to another account on the same device", async ({ page }) => {
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, TYPED);
  await page.locator("details.menu > summary").click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page.getByText("You are signed out.")).toBeVisible();
  await signIn(page, "candidate.home@example.com", "/claims/new");
  await alive(page);
  await expect(field(page, "Item name and version")).toHaveValue("");
  await expect(field(page, "Certificate ID")).toHaveValue("");
});

test("after the claim is taken the form begins empty", async ({ page }) => {
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, GOOD);
  await submit(page);
  await expectTaken(page, ENCOR, "Pending");
  await openForm(page);
  for (const label of ["Item name and version", "Start date", "Completion date", "Certificate ID"]) {
    await expect(field(page, label)).toHaveValue("");
  }
});

test("without a script what was sent with Continue is there on the next visit", { tag: "@only-noscript" }, async ({ page }) => {
  await signIn(page, "candidate@example.com", "/claims/new");
  await fillIn(page, { item: ENCOR, type: DIRECT, provider: "Cisco Digital Learning", start: "02-Nov-2026", completion: "20-Nov-2026", file: CERTIFICATE });
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await expect(page.getByRole("list", { name: "Chosen files" })).toContainText("certificate.pdf");
  await page.goto("/");
  await page.goto("/claims/new");
  await expectKept(page, { item: ENCOR, type: DIRECT, provider: "Cisco Digital Learning", start: "02-Nov-2026", completion: "20-Nov-2026" });
  await expect(page.getByRole("list", { name: "Chosen files" })).toContainText("certificate.pdf");
});

test("what was typed before the page came alive is not lost", async ({ page }) => {
  await signIn(page, "candidate@example.com");
  // The program arrives late, as on a slow network.
  let release = () => {};
  const arrived = new Promise<void>((resolve) => { release = resolve; });
  await page.route(/\.wasm$/, async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto("/claims/new", { waitUntil: "commit" });
  await field(page, "Item name and version").fill("encor 1.2");
  await field(page, "Start date").fill("09-Nov-2026");
  await field(page, "Certificate ID").fill("CDLL-1234");
  release();
  await alive(page);
  await expect(field(page, "Start date")).toHaveValue("09-Nov-2026");
  await expect(field(page, "Item name and version")).toHaveValue("encor 1.2");
  await expect(field(page, "Certificate ID")).toHaveValue("CDLL-1234");
});

test("a half-filled form says since when it is there, and can be started over", { tag: "@phone" }, async ({ page }) => {
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await expect(page.getByText("You began this on")).toHaveCount(0);
  await fillIn(page, TYPED);
  await page.reload();
  await expect(page.getByText("You began this on 23-Nov-2026")).toBeVisible();
  await page.getByRole("button", { name: "Start over", exact: true }).click();
  await expect(field(page, "Item name and version")).toHaveValue("");
  await expect(field(page, "Certificate ID")).toHaveValue("");
  await page.reload();
  await alive(page);
  await expect(field(page, "Start date")).toHaveValue("");
});

test("a claim begun from the catalog does not take the place of a half-filled one", async ({ page }) => {
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, TYPED);
  await openForm(page, "/claims/new?item=ensld%402.0&type=instructor-led");
  await expect(field(page, "Item name and version")).toHaveValue(/\(ENSLD\) 2\.0$/);
  await expect(field(page, "Start date")).toHaveValue("");
  await expect(page.getByText("You have another claim half filled in")).toContainText(ENCOR);
  // It has a draft of its own.
  await fillIn(page, { start: "02-Nov-2026" });
  await page.reload();
  await expect(field(page, "Start date")).toHaveValue("02-Nov-2026");
  await page.getByRole("link", { name: "Continue that one", exact: true }).click();
  await expectKept(page, TYPED);
});

test("the address names the item, and what was typed besides is kept", async ({ page }) => {
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, { start: "09-Nov-2026", completion: "13-Nov-2026", certificateId: "CDLL-1234" });
  await openForm(page, "/claims/new?item=encor%401.2&type=instructor-led");
  await expectKept(page, { item: ENCOR, type: CLASS, start: "09-Nov-2026", completion: "13-Nov-2026", certificateId: "CDLL-1234" });
});

test("a certificate that was sent is still there after a reload", { tag: "@phone" }, async ({ page }) => {
  const claim = {
    item: "Implementing Secure Solutions with Virtual Private Networks (SVPN) 1.1", type: DIRECT,
    provider: "Cisco Digital Learning", start: "02-Nov-2026", completion: "20-Nov-2026",
  };
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, { ...claim, file: CERTIFICATE });
  await expect(page.getByRole("list", { name: "Chosen files" })).toContainText("certificate.pdf");
  await page.reload();
  await expectKept(page, claim);
  await expect(page.getByRole("list", { name: "Chosen files" })).toContainText("certificate.pdf");
  await submit(page);
  await expectTaken(page, claim.item, "Pending");
  await expect(page.getByRole("link", { name: "certificate.pdf" })).toBeVisible();
});

for (const [what, search, link] of [
  ["changed", "ACIPRG", "Change this claim"], ["corrected", "Network Security in Practice", "Correct and resubmit"],
] as const) {
  test(`a claim that is being ${what} survives a reload, and a new claim knows nothing of it`, async ({ page }) => {
    await signIn(page, "candidate@example.com", `/?q=${encodeURIComponent(search)}`);
    await alive(page);
    await itemRows(page, search).getByRole("rowheader").getByRole("link").first().click();
    await page.getByRole("link", { name: link }).click();
    await expect(field(page, "Completion date")).not.toHaveValue("");
    await alive(page);
    await fillIn(page, { completion: "20-Nov-2026" });
    await page.reload();
    await expect(page.getByText("You began this on")).toBeVisible();
    await expect(field(page, "Completion date")).toHaveValue("20-Nov-2026");
    await openForm(page);
    await expect(field(page, "Completion date")).toHaveValue("");
  });
}
