// Everything works without a mouse; and the comboboxes keep the contract of the ARIA Authoring Practices
// (combobox, list autocomplete with automatic selection).

import { alive, expect, type Page, signIn, test } from "../support/test.ts";
import { CLASS, ENCOR, expectTaken, field, submitButton } from "../support/claim.ts";
import { PASSWORD } from "../support/server.ts";

const combobox = (page: Page) => page.getByRole("combobox", { name: "Item name and version", exact: true });
const listbox = (page: Page) => page.getByRole("listbox", { name: "Items", exact: true });

/** Presses Tab until an element has the focus, and fails when it never does. */
async function tabTo(page: Page, target: ReturnType<Page["locator"]>, most = 40): Promise<void> {
  for (let presses = 0; presses < most; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${target}`);
}

/** Labels of what Tab leads to from here. */
async function tabOrder(page: Page, presses: number): Promise<string[]> {
  const order: string[] = [];
  for (let press = 0; press < presses; press += 1) {
    await page.keyboard.press("Tab");
    order.push(await page.evaluate(() => {
      const element = document.activeElement as HTMLElement & { labels?: NodeListOf<HTMLLabelElement> };
      const label = element.getAttribute("aria-label") ?? element.labels?.[0]?.querySelector("span")?.textContent
        ?? element.labels?.[0]?.textContent ?? element.textContent ?? "";
      return label.trim().replace(/\s+/g, " ");
    }));
  }
  return order;
}

/** The element with the focus can be seen: on the screen, and with a ring around it. */
async function expectFocusSeen(page: Page): Promise<void> {
  // The browser scrolls to what has the focus with its next frame.
  await expect(async () => {
    const seen = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const box = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      const around = getComputedStyle(element.closest(".search, .choice, .combo") ?? element);
      const ring = (of: CSSStyleDeclaration) => (of.outlineStyle !== "none" && parseFloat(of.outlineWidth) >= 2) || of.boxShadow !== "none";
      return { onScreen: box.bottom > 0 && box.top < innerHeight && box.width > 0, ring: ring(style) || ring(around), what: element.outerHTML.slice(0, 120) };
    });
    expect(seen).toMatchObject({ onScreen: true, ring: true });
  }).toPass({ timeout: 3_000 });
}

test("the whole way from signing in to the claim needs no mouse", async ({ page }) => {
  await page.goto("/sign-in");
  await alive(page);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to main content" })).toBeFocused();
  await expectFocusSeen(page);
  await tabTo(page, field(page, "Email address"));
  await expectFocusSeen(page);
  await page.keyboard.type("candidate@example.com");
  await page.keyboard.press("Tab");
  await expect(field(page, "Password")).toBeFocused();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");

  await expect(page).toHaveURL(/\/terms/);
  await alive(page);
  await tabTo(page, page.getByRole("button", { name: "Accept terms and conditions", exact: true }));
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
  await alive(page);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.locator("#main")).toBeFocused();
  await tabTo(page, page.getByRole("main").getByRole("link", { name: "New claim", exact: true }));
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { level: 1, name: "New claim" })).toBeVisible();
  await alive(page);
  await tabTo(page, combobox(page));
  await page.keyboard.type("encor 1.2");
  await expect(listbox(page)).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(combobox(page)).toHaveValue(ENCOR);
  await page.keyboard.press("Tab");
  const types = page.getByRole("group", { name: "Item type", exact: true });
  await expect(types.getByRole("radio").first()).toBeFocused();
  await expectFocusSeen(page);
  await page.keyboard.press("Space");
  await expect(types.getByRole("radio", { name: CLASS })).toBeChecked();
  await page.keyboard.press("Tab");
  await expect(field(page, "Item provider")).toBeFocused();
  await page.keyboard.type("Lisbon");
  await expect(page.getByRole("listbox", { name: "Providers", exact: true })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(field(page, "Item provider")).toHaveValue("Example Learning, Lisbon");
  await tabTo(page, field(page, "Start date"), 2);
  await page.keyboard.type("09-Nov-2026");
  await tabTo(page, field(page, "Completion date"), 3);
  await page.keyboard.type("13-Nov-2026");
  await tabTo(page, field(page, "Certificate ID"), 3);
  await tabTo(page, submitButton(page), 2);
  await expectFocusSeen(page);
  await page.keyboard.press("Enter");
  await expectTaken(page, ENCOR, "Pending");
});

test("Tab goes through the claim form in the order it is read", async ({ page }) => {
  await signIn(page, "candidate@example.com", "/claims/new?item=encor%401.2&type=instructor-led");
  await alive(page);
  await combobox(page).focus();
  expect(await tabOrder(page, 8)).toEqual([
    CLASS, "Item provider", "Start date", "Calendar for the first day", "Completion date", "Calendar for the last day",
    "Certificate ID", "Submit claim",
  ]);
});

test.describe("the combobox of items", () => {
  test.beforeEach(async ({ page }) => {
    await signIn(page, "candidate@example.com", "/claims/new");
    await alive(page);
    await combobox(page).focus();
  });

  test("is a combobox with list autocomplete, closed at first", async ({ page }) => {
    const input = combobox(page);
    await expect(input).toHaveAttribute("role", "combobox");
    await expect(input).toHaveAttribute("aria-autocomplete", "list");
    await expect(input).toHaveAttribute("aria-expanded", "false");
    await expect(input).not.toHaveAttribute("aria-controls");
    await expect(input).not.toHaveAttribute("aria-activedescendant");
    await expect(page.getByRole("listbox")).toHaveCount(0);
  });

  test("lists what matches, best first, and selects the first by itself", async ({ page }) => {
    const input = combobox(page);
    await page.keyboard.type("encor");
    await expect(input).toHaveAttribute("aria-expanded", "true");
    const list = listbox(page);
    await expect(list).toBeVisible();
    await expect(input).toHaveAttribute("aria-controls", (await list.getAttribute("id")) ?? "");
    const options = list.getByRole("option");
    await expect(options.first()).toHaveAttribute("aria-selected", "true");
    await expect(list.locator("[aria-selected=true]")).toHaveCount(1);
    await expect(input).toHaveAttribute("aria-activedescendant", (await options.first().getAttribute("id")) ?? "");
    await expect(options.first().locator("mark").first()).toHaveText(/encor/i);
    for (const option of await options.all()) {
      if (/\(ENCOR\)/.test(await option.innerText())) await expect(option.locator("strong")).toHaveText(/^1\.\d$/);
    }
    await expect(input).toBeFocused();
  });

  test("moves with Down and Up, from the first to the second and round the ends", async ({ page }) => {
    const input = combobox(page);
    await page.keyboard.type("encor");
    const options = listbox(page).getByRole("option");
    await expect(options.nth(1)).toBeVisible();
    const count = await options.count();
    const id = async (place: number) => (await options.nth(place).getAttribute("id")) ?? "";
    await page.keyboard.press("ArrowDown");
    await expect(options.nth(1)).toHaveAttribute("aria-selected", "true");
    await expect(input).toHaveAttribute("aria-activedescendant", await id(1));
    await page.keyboard.press("ArrowUp");
    await expect(input).toHaveAttribute("aria-activedescendant", await id(0));
    await page.keyboard.press("ArrowUp");
    await expect(input).toHaveAttribute("aria-activedescendant", await id(count - 1));
    await expect(options.nth(count - 1)).toBeInViewport();
    await page.keyboard.press("ArrowDown");
    await expect(input).toHaveAttribute("aria-activedescendant", await id(0));
    await expect(input).toBeFocused();
    await expect(input).toHaveValue("encor");
  });

  test("takes the selected option with Enter, and does not send the form while the list is open", async ({ page }) => {
    const input = combobox(page);
    await page.keyboard.type("encor 1.2");
    await expect(listbox(page)).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(input).toHaveValue(ENCOR);
    await expect(input).toHaveAttribute("aria-expanded", "false");
    await expect(input).toBeFocused();
    await expect(page.getByRole("alert")).toHaveCount(0);
    await expect(page).toHaveURL(/\/claims\/new$/);
    // Now that it is closed, Enter sends the form as in any field.
    await page.keyboard.press("Enter");
    await expect(page.getByRole("alert", { name: "There is a problem" })).toBeVisible();
  });

  test("closes with Escape and brings back what was chosen before", async ({ page }) => {
    const input = combobox(page);
    await page.keyboard.type("encor 1.2");
    await expect(listbox(page)).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(input).toHaveValue(ENCOR);
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("ensld");
    await expect(listbox(page)).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("listbox")).toHaveCount(0);
    await expect(input).toHaveValue(ENCOR);
    await expect(input).toHaveAttribute("aria-expanded", "false");
    await expect(page.getByRole("group", { name: "Item type", exact: true }).getByRole("radio")).toHaveCount(2);
  });

  test("opens with Alt+Down and leaves the text alone", async ({ page }) => {
    const input = combobox(page);
    await page.keyboard.type("encor");
    await expect(listbox(page)).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("listbox")).toHaveCount(0);
    await page.keyboard.press("Alt+ArrowDown");
    await expect(listbox(page)).toBeVisible();
    await expect(input).toHaveValue("encor");
    await expect(input).toBeFocused();
  });

  test("takes what was moved to when Tab leaves it, and goes on to the next field", async ({ page }) => {
    const input = combobox(page);
    await page.keyboard.type("encor 1");
    const second = listbox(page).getByRole("option").nth(1);
    await expect(second).toBeVisible();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    await expect(page.getByRole("listbox")).toHaveCount(0);
    await expect(input).toHaveValue(/\(ENCOR\) 1\.\d$/);
    await expect(input).not.toBeFocused();
  });

  test("does not take an ambiguous first match when Tab leaves it", async ({ page }) => {
    await page.keyboard.type("cisco");
    await expect(listbox(page)).toBeVisible();
    await page.keyboard.press("Tab");
    await expect(page.getByRole("listbox")).toHaveCount(0);
    await expect(combobox(page)).toHaveValue("cisco");
  });

  test("edits its text with Left, Right, Home and End while the list is open", async ({ page }) => {
    const input = combobox(page);
    await page.keyboard.type("ncor");
    await page.keyboard.press("Home");
    await page.keyboard.type("e");
    await expect(input).toHaveValue("encor");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowLeft");
    expect(await input.evaluate((element: HTMLInputElement) => element.selectionStart)).toBe(1);
    await page.keyboard.press("End");
    expect(await input.evaluate((element: HTMLInputElement) => element.selectionStart)).toBe(5);
  });

  test("says how many there are, and says so when there are none", async ({ page }) => {
    const status = page.locator(".field", { has: combobox(page) }).getByRole("status");
    await page.keyboard.type("encor 1.2");
    await expect(status).toHaveText(/^\d+ (of [\d,]+ )?results?\./);
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("zzzzzz");
    await expect(status).toHaveText(/^No results/);
    await expect(combobox(page)).toHaveAttribute("aria-expanded", "false");
    await expect(page.getByRole("listbox")).toHaveCount(0);
  });

  test("takes what is clicked without losing the focus", async ({ page }) => {
    await page.keyboard.type("encor");
    await listbox(page).getByRole("option").filter({ hasText: "1.2" }).first().click();
    await expect(combobox(page)).toHaveValue(ENCOR);
    await expect(combobox(page)).toBeFocused();
  });

  test("does not list or take anything while an input method composes", async ({ page }) => {
    const input = combobox(page);
    await input.evaluate((element: HTMLInputElement) => {
      element.dispatchEvent(new CompositionEvent("compositionstart"));
      element.value = "encor";
      element.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true, data: "encor" }));
    });
    await expect(input).toHaveAttribute("aria-expanded", "false");
    await input.evaluate((element) => element.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: "encor" })));
    await expect(input).toHaveAttribute("aria-expanded", "true");
    await input.evaluate((element) => element.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, isComposing: true })));
    await expect(input).toHaveValue("encor");
  });
});

test("a press on the provider's field shows who there is, and typing over a choice takes its place", async ({ page }) => {
  await signIn(page, "candidate@example.com", "/claims/new?item=encor%401.2&type=instructor-led");
  await alive(page);
  const provider = page.getByRole("combobox", { name: "Item provider", exact: true });
  await provider.click();
  await expect(page.getByRole("listbox", { name: "Providers", exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("listbox")).toHaveCount(0);
  await combobox(page).click();
  await expect.poll(() => combobox(page).evaluate((input: HTMLInputElement) => (input.selectionEnd ?? 0) - (input.selectionStart ?? 0))).toBe(ENCOR.length);
  await page.keyboard.type("ensld");
  await expect(combobox(page)).toHaveValue("ensld");
});

test("changing the type neither moves the focus nor sends anything", async ({ page }) => {
  await signIn(page, "candidate@example.com", "/claims/new?item=encor%401.2");
  await alive(page);
  const types = page.getByRole("group", { name: "Item type", exact: true }).getByRole("radio");
  await types.first().focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  await expect(types.nth(1)).toBeChecked();
  await expect(types.nth(1)).toBeFocused();
  await expect(page).toHaveURL(/\/claims\/new\?/);
});

test("the account menu opens and closes from the keyboard", async ({ page }) => {
  await signIn(page, "candidate@example.com");
  await alive(page);
  const summary = page.locator("details.menu > summary");
  await summary.focus();
  await page.keyboard.press("Enter");
  const account = page.getByRole("link", { name: "Account", exact: true });
  await expect(account).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(account).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Sign out", exact: true })).toBeFocused();
});
