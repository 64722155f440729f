// The dashboard's tables: what is shown is in the address, so that it can be sent, reloaded, and gone back to.

import { alive, expect, type Page, scripted, signIn, test } from "../support/test.ts";
import { field, itemRows } from "../support/claim.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const ITEMS = ["Item Name", "Status", "Item Type", "Credits", "Start Date", "Completion Date", "Expiration Date"];
const CERTIFICATIONS = [
  "Certification", "Certification Level", "Last Extension", "Expiration Date", "Days to Expire", "Cert Status",
];

const table = (page: Page, caption: string) => page.getByRole("table", { name: caption, exact: true });

async function column(page: Page, caption: string, place: number): Promise<string[]> {
  const cells = table(page, caption).locator(`tbody tr > :nth-child(${place + 1})`);
  return (await cells.allInnerTexts()).map((text) => text.split("\n")[0]?.trim() ?? "");
}

/** A day as something that sorts; everything else as it is. */
function sortable(text: string): string | number {
  const day = /^(\d\d)-(\w{3})-(\d{4})$/.exec(text);
  if (day !== null) return Date.UTC(Number(day[3]), MONTHS.indexOf(day[2] ?? ""), Number(day[1]));
  return /^[\d,]+$/.test(text) ? Number(text.replaceAll(",", "")) : text.toLowerCase();
}

const inOrder = (values: (string | number)[], descending: boolean) =>
  values.every((value, place) => place === 0 || (descending ? values[place - 1]! >= value : values[place - 1]! <= value));

for (const [caption, heads] of [["My Item(s)", ITEMS], ["Certification", CERTIFICATIONS]] as const) {
  test(`${caption} is sorted by each of its columns, both ways, and says so`, { tag: "@noscript" }, async ({ page }) => {
    await signIn(page, "candidate@example.com");
    await alive(page);
    for (const [place, head] of heads.entries()) {
      const press = () => table(page, caption).getByRole("columnheader", { name: head, exact: true }).getByRole("button").click();
      const header = table(page, caption).getByRole("columnheader", { name: head, exact: true });
      const before = await header.getAttribute("aria-sort");
      const seen: string[] = [];
      for (let presses = 0; presses < 2; presses += 1) {
        const last = await header.getAttribute("aria-sort");
        await press();
        await expect(header).not.toHaveAttribute("aria-sort", last ?? "none");
        await expect(header).toHaveAttribute("aria-sort", /^(ascending|descending)$/);
        await expect(table(page, caption).locator("[aria-sort]")).toHaveCount(1);
        const order = (await header.getAttribute("aria-sort")) ?? "";
        seen.push(order);
        // Days to Expire puts what has ended last; statuses and levels go by their own order.
        if (["Days to Expire", "Certification Level"].includes(head)) continue;
        const values = (await column(page, caption, place)).filter((value) => value !== "").map(sortable);
        expect(inOrder(values, order === "descending"), `${head} ${order}: ${values.join(" | ")}`).toBe(true);
      }
      expect(new Set(seen).size, `${head} (${before ?? "unsorted"} at first) toggles`).toBe(2);
      expect(page.url()).toMatch(/[?&](sort|certs)=/);
    }
  });
}

test("filters, order and page are in the address, survive a reload, and the back button leads back", { tag: ["@phone", "@noscript"] }, async ({ page }) => {
  await signIn(page, "candidate@example.com");
  await alive(page);
  await field(page, "Status").selectOption("Denied");
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await expect(page).toHaveURL(/status=denied/);
  await expect(table(page, "My Item(s)").locator("tbody tr").first()).toContainText("Denied");
  await expect(itemRows(page, "Pending")).toHaveCount(0);
  const denied = await table(page, "My Item(s)").locator("tbody tr").count();
  await alive(page);
  await field(page, "Item name").fill("activity");
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await expect(page).toHaveURL(/q=activity/);
  await expect(page).toHaveURL(/status=denied/);
  await expect(itemRows(page, "Activity 15 Nov")).toHaveCount(1);
  await page.reload();
  await alive(page);
  await expect(field(page, "Item name")).toHaveValue("activity");
  await expect(field(page, "Status")).toHaveValue("denied");
  await expect(itemRows(page, "Activity 15 Nov")).toHaveCount(1);
  await page.goBack();
  await expect(page).not.toHaveURL(/q=activity/);
  await expect(table(page, "My Item(s)").locator("tbody tr")).toHaveCount(denied);
  await expect(field(page, "Item name")).toHaveValue("");
  await expect(field(page, "Status")).toHaveValue("denied");
});

test("claims are shown in pages, each with an address of its own", { tag: "@noscript" }, async ({ page }) => {
  await signIn(page, "candidate@example.com");
  await alive(page);
  const pager = page.getByRole("navigation", { name: "Pages of My Item(s)" });
  await expect(pager).toContainText(/^1–10 of 1\d/);
  const first = await column(page, "My Item(s)", 0);
  expect(first).toHaveLength(10);
  await pager.getByRole("link", { name: "Page 2", exact: true }).click();
  await expect(page).toHaveURL(/page=2/);
  await expect(pager).toContainText(/^11–1\d of 1\d/);
  await expect(pager.getByRole("link", { name: "Page 2", exact: true })).toHaveAttribute("aria-current", "page");
  await page.goBack();
  await expect(pager).toContainText(/^1–10 of 1\d/);
  expect(await column(page, "My Item(s)", 0)).toEqual(first);
});

test("a filter that leaves nothing says so and leads back", { tag: "@noscript" }, async ({ page }) => {
  await signIn(page, "candidate@example.com", "/?q=zzzzzz");
  await alive(page);
  await expect(page.getByRole("heading", { name: "No claim matches" })).toBeVisible();
  await page.getByRole("link", { name: "Show all claims" }).click();
  await expect(table(page, "My Item(s)")).toBeVisible();
});

test("a denied claim says why and what to do, on the page and not in a hover", { tag: ["@phone", "@noscript"] }, async ({ page }) => {
  await signIn(page, "candidate@example.com", "/?status=denied&q=SDWAN300");
  await alive(page);
  await expect(itemRows(page, "SDWAN300")).toContainText("Denied");
  await itemRows(page, "SDWAN300").getByRole("rowheader").getByRole("link").first().click();
  await expect(page.getByText("Our record says 14-Nov-2022 to 18-Nov-2022.")).toBeVisible();
  await expect(page.getByText("What to do:")).toBeVisible();
  // Four years later it is too late.
  await expect(page.getByRole("main")).toContainText("it could be claimed until 11-Nov-2023");
  await expect(page.getByRole("link", { name: "Correct and resubmit" })).toHaveCount(0);
});

test("a denied claim is corrected with what was wrong in sight", { tag: ["@phone", "@noscript"] }, async ({ page }) => {
  await signIn(page, "candidate@example.com", "/?status=denied&q=Network+Security");
  await alive(page);
  await itemRows(page, "Network Security in Practice").getByRole("rowheader").getByRole("link").first().click();
  await page.getByRole("link", { name: "Correct and resubmit" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Correct and resubmit" })).toBeVisible();
  await expect(page.getByText("Our record says it was finished a day later.")).toBeVisible();
  await expect(field(page, "Item name and version")).toHaveValue("Network Security in Practice");
  await expect(page.getByText("Nothing is changed yet")).toBeVisible();
  await alive(page);
  await field(page, "Completion date").fill("09-Oct-2026");
  if (scripted()) await expect(page.getByText("Nothing is changed yet")).toHaveCount(0);
  await page.getByRole("button", { name: "Submit claim", exact: true }).click();
  await expect(page.getByText("Claim sent.")).toBeVisible();
  await page.getByRole("link", { name: "The claim that was denied" }).click();
  await expect(page.getByText("You have sent a corrected claim in its place")).toBeVisible();
});

test("a pending claim can be changed, and then taken back", { tag: ["@phone", "@noscript"] }, async ({ page }) => {
  await signIn(page, "candidate@example.com", "/?q=ACIPRG");
  await alive(page);
  await itemRows(page, "ACIPRG").getByRole("rowheader").getByRole("link").first().click();
  await page.getByRole("link", { name: "Change this claim" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Change your claim" })).toBeVisible();
  await alive(page);
  await field(page, "Completion date").fill("14-Nov-2026");
  await page.getByRole("button", { name: "Submit claim", exact: true }).click();
  await expect(page.getByText("Your claim is changed.")).toBeVisible();
  await expect(page.locator("dl.facts")).toContainText("14-Nov-2026");
  await alive(page);
  await page.getByText("Withdraw this claim").click();
  await page.getByRole("button", { name: "Withdraw claim", exact: true }).click();
  await expect(page.getByText("Your claim is withdrawn.")).toBeVisible();
  await expect(page.locator(".page-head")).toContainText("Withdrawn");
  await expect(page.getByRole("link", { name: "Change this claim" })).toHaveCount(0);
});

test("on a phone every cell of a table says what it is", { tag: "@phone" }, async ({ page }, info) => {
  test.skip(info.project.name !== "phone", "cards are for phones");
  await signIn(page, "candidate@example.com");
  const cell = itemRows(page, "ACIPRG").locator("[data-label='Completion Date']");
  await expect(cell).toBeVisible();
  expect(await cell.evaluate((element) => getComputedStyle(element, "::before").content)).toContain("Completion Date");
});

test("sorting, filtering and paging stay at the table", { tag: ["@phone", "@noscript"] }, async ({ page }) => {
  await signIn(page, "candidate@example.com");
  const items = page.locator("#items");
  const expectAtTheTable = async () => {
    await alive(page);
    await expect(async () => {
      const top = await items.evaluate((section) => section.getBoundingClientRect().top);
      const below = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight - scrollY);
      const half = await page.evaluate(() => innerHeight / 2);
      // In the upper half of the screen, or as near to it as the page is long.
      expect((top > -60 && top < half) || below < 2, `${top} from the top, ${below} left to scroll`).toBe(true);
    }).toPass({ timeout: 5_000 });
  };
  await table(page, "My Item(s)").getByRole("button", { name: "Completion Date" }).click();
  await expect(page).toHaveURL(/sort=completion-date.*#items$/);
  await expectAtTheTable();
  await field(page, "Status").selectOption("Denied");
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await expect(page).toHaveURL(/status=denied.*#items$/);
  await expectAtTheTable();
  await page.getByRole("link", { name: "Clear", exact: true }).click();
  await expect(page).toHaveURL(/\/#items$/);
  await expectAtTheTable();
  await page.getByRole("link", { name: "Page 2", exact: true }).click();
  await expect(page).toHaveURL(/page=2#items$/);
  await expectAtTheTable();
});
