// Tracking: what is held, what counts, what is missing; and the expert's tracker as the guide prints it.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PASSWORD, Server } from "../support/server.ts";
import { alive, expect, signIn, test } from "../support/test.ts";

test("a candidate goes from the dashboard to what keeps a certification, and to why", { tag: ["@phone", "@noscript", "@postgres"] }, async ({ page }) => {
  await signIn(page, "candidate@example.com");
  await alive(page);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Tracking" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Tracking" })).toBeVisible();
  await expect(page).toHaveURL(/\/tracking$/);
  const card = page.getByRole("listitem").filter({ has: page.getByRole("heading", { level: 2, name: "CCNP Enterprise" }) });
  await expect(card).toContainText("203 days");
  await expect(card).toContainText("14-Jun-2027");
  await expect(card.getByRole("img")).toHaveAccessibleName(/of 80 credits/);
  await card.getByRole("link", { name: "View more about CCNP Enterprise" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "CCNP Enterprise" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 2, name: "Any one of these renews it" })).toBeVisible();
  const lots = page.getByRole("table", { name: "Applied credits" });
  await expect(lots.getByRole("row").filter({ hasText: "Pending" }).first()).toContainText("(");
  const total = lots.locator("tfoot");
  await expect(total).toContainText("Counting now");
  // The drawing says in words what it shows, and a table stands below it.
  await expect(page.getByRole("img", { name: /CCNP Enterprise is valid until 14-Jun-2027/ })).toBeVisible();
  await page.getByText("The same as a table").click();
  const table = page.getByRole("table", { name: "The timeline as a table" });
  await expect(table).toContainText("14-Jun-2027");
  await expect(table).toContainText("if what is pending is earned");
  await expect(table).toContainText("training completed");
  await page.getByRole("link", { name: "History", exact: true }).click();
  await expect(page).toHaveURL(/view=history/);
  await expect(page.getByRole("heading", { name: "No renewal on record yet" })).toBeVisible();
});

test("an information button opens by a press, by Enter and while the keyboard is on it", { tag: ["@phone", "@noscript"] }, async ({ page, browserName }, info) => {
  await signIn(page, "candidate@example.com");
  await page.goto("/tracking");
  await alive(page);
  const card = page.getByRole("listitem").filter({ has: page.getByRole("heading", { level: 2, name: "CCNP Enterprise" }) });
  const button = card.locator("summary", { hasText: "How credits are applied" });
  const text = card.getByText("Credits are applied here because Professional is the highest level you hold that they can renew.");
  await expect(text).toBeHidden();
  if (info.project.name === "phone") await button.tap();
  else await button.click();
  await expect(text).toBeVisible();
  await expect(card.getByRole("listitem").first()).toContainText(/credits from .+, completed \d\d-[A-Z][a-z]{2}-\d{4}, usable until/);
  await button.click();
  await expect(text).toBeHidden();
  if (info.project.name === "phone" || browserName !== "chromium") return;
  await card.getByRole("link", { name: "CCNP Enterprise", exact: true }).focus();
  await page.keyboard.press("Tab");
  await expect(button).toBeFocused();
  await expect(text).toBeVisible();
  await page.keyboard.press("Tab");
  const after = card.getByRole("link", { name: "View more about CCNP Enterprise" });
  await expect(after).toBeFocused();
  await expect(text).toBeHidden();
  await page.keyboard.press("Shift+Tab");
  await expect(button).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(text, "what Enter opened stays open").toBeVisible();
});

test("the guide's expert sees exactly its six lines, its total and its dates", { tag: ["@phone", "@noscript"] }, async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), "ce-portal-e2e-guide-"));
  const server = await Server.start(folder, undefined, "2022-12-01T20:00:00Z");
  try {
    await page.goto(`${server.url}/sign-in?next=/expert`);
    await page.getByLabel("Email address", { exact: true }).fill("expert@example.com");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Expert tracker" })).toBeVisible();
    const ways = page.getByRole("region", { name: "Complete one of the following to recertify" });
    await expect(ways.getByRole("heading", { level: 3 })).toHaveText([
      "1 Expert level lab exam",
      "1 CCDE written exam",
      "1 Core exam",
      "2 Concentration exams",
      "1 Concentration exams & 32 CE credits",
      "72 CE credits",
    ]);
    await expect(page.getByText("Your CCIE status is Re-certified")).toBeVisible();
    await expect(page.getByText("Your next CCIE Recertification due by 29-Jan-2024")).toBeVisible();
    const exam = page.getByRole("table", { name: "Exams" }).locator("tbody tr");
    await expect(exam).toHaveCount(1);
    for (const text of ["29-Jan-2021", "Implementing Cisco Enterprise Advanced Routing and Services", "905", "Pass"]) {
      await expect(exam).toContainText(text);
    }
    const credits = page.getByRole("table", { name: "Accumulated credits" });
    await expect(credits.locator("tbody tr")).toHaveCount(1);
    for (const text of ["CE", "DevNet Associate Fundamentals", "23-Feb-2021", "48"]) {
      await expect(credits.locator("tbody tr")).toContainText(text);
    }
    await expect(credits.locator("tfoot")).toContainText("48");
    // The guide's two icons: above, what the cycle before used; below, what applies to this one.
    await page.locator("summary", { hasText: "Credits applied to the prior cycle" }).click();
    await expect(page.getByText(/Renewed on 29-Jan-2021|renewed by .+ on 29-Jan-2021/)).toBeVisible();
    await page.locator("summary", { hasText: "How they apply to the current cycle" }).click();
    await expect(page.getByText("48 credits from DevNet Associate Fundamentals", { exact: false }).first()).toBeVisible();
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

test("the ways to recertify are open to everybody, and say what is left to who holds the level", { tag: ["@noscript"] }, async ({ page }) => {
  await page.goto("/recertify");
  await alive(page);
  const paths = page.getByRole("table", { name: "Recertification paths" });
  const professional = paths.getByRole("row").filter({ has: page.getByRole("rowheader", { name: /^Professional/ }) });
  await expect(professional).toContainText("80 credits");
  await expect(professional).toContainText("40 credits and 1 concentration exam");
  await expect(professional).not.toContainText("to go");
  await signIn(page, "candidate@example.com");
  await page.goto("/recertify");
  await alive(page);
  await expect(professional).toContainText("You hold");
  await expect(professional).toContainText("to go");
});
