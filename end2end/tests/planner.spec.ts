// The planner: what is enough, when, and what an early day costs; with and without a script.

import { alive, expect, type Page, scripted, signIn, test } from "../support/test.ts";

const answer = (page: Page) => page.getByRole("region", { name: "What the plan comes to" });
const day = (page: Page) => page.getByRole("textbox", { name: /^Finish on/ });

async function open(page: Page, address = "/planner"): Promise<void> {
  await page.goto(address);
  await alive(page);
  await expect(page.getByRole("heading", { level: 1, name: "Planner" })).toBeVisible();
}

test("a candidate takes a good plan over, moves its day, and keeps it", { tag: ["@phone", "@noscript", "@postgres"] }, async ({ page }) => {
  await signIn(page, "candidate@example.com");
  await alive(page);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Planner" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Planner" })).toBeVisible();
  await expect(page.getByText(/credits are enough for CCNP Enterprise/)).toBeVisible();
  await alive(page);
  const latest = page.getByRole("listitem").filter({ hasText: "Latest that still works" });
  await latest.getByRole("link", { name: /^Plan it/ }).click();
  await expect(answer(page)).toContainText("CCNP Enterprise: valid until 14-Jun-2030");
  await expect(answer(page)).toContainText("No day is given up.");
  await alive(page);

  await day(page).fill("30-Apr-2027");
  if (!scripted()) await page.getByRole("button", { name: "Show what it comes to" }).click();
  await expect(answer(page)).toContainText("CCNP Enterprise: valid until 30-Apr-2030");
  await expect(answer(page)).toContainText("You give up 45 days");
  await expect(page.getByText("to gain 45 days.")).toBeVisible();
  const table = page.getByRole("table", { name: "Valid until" });
  await expect(table.getByRole("row").filter({ hasText: "CCNP Enterprise" })).toContainText("45 days");
  await page.getByRole("link", { name: "Move it to 14-Jun-2027" }).click();
  await expect(answer(page)).toContainText("14-Jun-2030");

  await page.getByLabel("Name of the plan").fill("Spring");
  await page.getByRole("button", { name: "Save this plan" }).click();
  await expect(page.getByText("The plan is saved.")).toBeVisible();
  await alive(page);
  const saved = page.getByRole("table", { name: "Saved plans" });
  await expect(saved.getByRole("row").filter({ hasText: "Spring" })).toContainText("14-Jun-2027");
  await saved.getByRole("button", { name: "Delete the plan Spring" }).click();
  await expect(page.getByText("The plan is deleted.")).toBeVisible();
  await expect(page.getByRole("table", { name: "Saved plans" })).toHaveCount(0);
});

test("a training is found by its acronym, an exam by its kind, and either can be taken out", { tag: ["@phone", "@noscript"] }, async ({ page }) => {
  await signIn(page, "candidate@example.com", "/planner");
  await open(page);
  const steps = page.getByRole("region", { name: "What you plan" }).getByRole("heading", { level: 3 });
  if (scripted()) {
    const find = page.getByRole("combobox", { name: "Item name and version", exact: true });
    await find.fill("enarsi");
    await expect(page.getByRole("listbox", { name: "Items" }).getByRole("option").first()).toContainText("ENARSI");
    await find.press("Enter");
  } else {
    await page.getByLabel("Item name and version", { exact: true }).fill("enarsi");
    await page.getByRole("button", { name: "Add", exact: true }).click();
  }
  await expect(steps).toHaveText(/ENARSI/);
  await expect(day(page)).toHaveValue("14-Jun-2027");
  await alive(page);
  await page.getByLabel("Exam", { exact: true }).selectOption({ label: "Core exam" });
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(steps).toHaveCount(2);
  await expect(steps.last()).toHaveText("Core exam");
  await alive(page);
  await page.getByRole("button", { name: /^Remove .*ENARSI/ }).click();
  await expect(steps).toHaveText(["Core exam"]);
});

test("Enter in a field shows what the plan comes to, and takes nothing away", { tag: ["@noscript"] }, async ({ page }) => {
  await signIn(page, "candidate@example.com", "/planner");
  await open(page, "/planner?what=credits:80&day=30-Apr-2027");
  await day(page).fill("14-Jun-2027");
  await day(page).press("Enter");
  await expect(answer(page)).toContainText("CCNP Enterprise: valid until 14-Jun-2030");
  await page.getByLabel("Name of the plan").fill("Spring");
  await page.getByLabel("Name of the plan").press("Enter");
  await expect(answer(page)).toContainText("CCNP Enterprise: valid until 14-Jun-2030");
  await expect(page.getByRole("region", { name: "What you plan" }).getByRole("heading", { level: 3 })).toHaveCount(1);
});

test("while a day moves, nothing is asked of the server, and the address keeps the plan", { tag: "@phone" }, async ({ page }) => {
  await signIn(page, "candidate@example.com", "/planner");
  await open(page, "/planner?what=credits:80&day=30-Apr-2027");
  await expect(answer(page)).toContainText("30-Apr-2030");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const slider = page.getByRole("slider", { name: /^Move the date/ });
  await slider.focus();
  await slider.press("ArrowRight");
  await expect(day(page)).toHaveValue("01-May-2027");
  await expect(slider).toHaveAttribute("aria-valuetext", "01-May-2027");
  await expect(answer(page)).toContainText("01-May-2030");
  await slider.press("End");
  await expect(answer(page)).toContainText("14-Jun-2030");
  await expect(page).toHaveURL(/day=14-Jun-2027/);
  expect(asked.filter((path) => path.startsWith("/api/"))).toEqual([]);
  await page.reload();
  await alive(page);
  await expect(answer(page)).toContainText("14-Jun-2030");
});

test("a day that cannot be is said at its field when it is left, and nothing typed is lost", { tag: ["@noscript"] }, async ({ page, complaints }) => {
  complaints.expect(422, /\/planner/);
  await signIn(page, "candidate@example.com", "/planner");
  await open(page, "/planner?what=credits:80&day=30-Apr-2027");
  await day(page).fill("31-Feb-2027");
  await page.getByLabel("Name of the plan").fill("Spring");
  await page.getByRole("button", { name: "Save this plan" }).click();
  await expect(page.getByRole("alert", { name: "There is a problem" })).toContainText("There is no such day");
  await expect(page).toHaveTitle(/^Error: Planner/);
  await alive(page);
  await expect(day(page)).toHaveValue("31-Feb-2027");
  await expect(page.getByLabel("Name of the plan")).toHaveValue("Spring");
  await day(page).fill("1 June 2027");
  await page.getByRole("button", { name: "Save this plan" }).click();
  await expect(page.getByText("The plan is saved.")).toBeVisible();
});

test("the claim form says what the claim would do, and what an early renewal gives up", { tag: ["@phone", "@noscript"] }, async ({ page }) => {
  await signIn(page, "candidate@example.com", "/planner");
  await page.goto("/claims/new?item=encor%401.2&type=instructor-led&provider=example-learning-lisbon");
  await alive(page);
  await page.getByLabel("Completion date", { exact: true }).fill("20-Nov-2026");
  if (!scripted()) await page.getByRole("button", { name: "Continue" }).click();
  const panel = page.getByRole("status").filter({ has: page.getByRole("heading", { name: "What it will do" }) });
  await expect(panel).toContainText(/Renews .*CCNP Enterprise.* until 20-Nov-2029\./);
  await expect(panel).toContainText("left after that.");
  await expect(panel).toContainText("before CCNP Enterprise would have ended");
  await expect(panel).toContainText("The planner shows which day is best.");
});
