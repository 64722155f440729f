// The claim form, filled in as a person does: with a script through its lists, without one a step at a time.

import { type Page, expect } from "@playwright/test";
import { alive, scripted } from "./test.ts";

export interface Claim {
  item?: string;
  type?: string;
  provider?: string;
  start?: string;
  completion?: string;
  certificateId?: string;
  file?: string | { name: string; mimeType: string; buffer: Buffer };
}

export const ENCOR = "Implementing and Operating Cisco Enterprise Network Core Technologies (ENCOR) 1.2";
export const CLASS = "Instructor Led Training";
export const DIRECT = "Cisco Direct Delivery";

/** A claim that nothing is wrong with, on 23-Nov-2026, for the demonstration's candidate. */
export const GOOD = {
  item: ENCOR,
  type: CLASS,
  provider: "Example Learning, Lisbon",
  start: "09-Nov-2026",
  completion: "13-Nov-2026",
} as const satisfies Claim;

export const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
export const submitButton = (page: Page) => page.getByRole("button", { name: "Submit claim", exact: true });

/** Opens an empty form, ready to be typed into. */
export async function openForm(page: Page, address = "/claims/new"): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await alive(page);
}

/** Fills in what is given and sends nothing. What is left out stays as it is. */
export async function fillIn(page: Page, claim: Claim): Promise<void> {
  if (claim.item !== undefined) await (scripted() ? pickItem(page, claim.item) : continueWithItem(page, claim.item));
  if (claim.type !== undefined) await chooseType(page, claim.type);
  if (claim.provider !== undefined) {
    await (scripted() ? pickProvider(page, claim.provider) : continueWithProvider(page, claim.provider));
  }
  if (claim.start !== undefined) await field(page, "Start date").fill(claim.start);
  if (claim.completion !== undefined) await field(page, "Completion date").fill(claim.completion);
  if (claim.certificateId !== undefined) await field(page, "Certificate ID").fill(claim.certificateId);
  if (claim.file !== undefined) await field(page, "Certificate of completion").setInputFiles(claim.file);
}

export async function submit(page: Page): Promise<void> {
  await submitButton(page).click();
}

/** Types into a combobox and takes the first option with Enter. */
async function pick(page: Page, label: string, text: string): Promise<void> {
  const input = page.getByRole("combobox", { name: label, exact: true });
  await input.fill(text);
  await expect(input).toHaveAttribute("aria-expanded", "true");
  await expect(page.getByRole("option").first()).toBeVisible();
  await input.press("Enter");
  await expect(input).toHaveAttribute("aria-expanded", "false");
}

export async function pickItem(page: Page, text: string): Promise<void> {
  await pick(page, "Item name and version", text);
}

export async function pickProvider(page: Page, text: string): Promise<void> {
  await pick(page, "Item provider", text);
  await expect(field(page, "Item provider")).toHaveValue(text);
}

export async function chooseType(page: Page, name: string): Promise<void> {
  const type = page.getByRole("group", { name: "Item type", exact: true }).getByRole("radio", { name });
  await type.check();
  await expect(type).toBeChecked();
}

const goOn = (page: Page) => page.getByRole("button", { name: "Continue", exact: true }).click();

async function continueWithItem(page: Page, text: string): Promise<void> {
  await field(page, "Item name and version").fill(text);
  await goOn(page);
  const which = page.getByRole("group", { name: "Which item and version do you mean?", exact: true });
  if (await which.isVisible()) {
    await which.getByRole("radio", { name: text, exact: true }).check();
    await goOn(page);
  }
  await expect(field(page, "Item name and version")).toHaveValue(text);
}

async function continueWithProvider(page: Page, text: string): Promise<void> {
  // The providers of a type are known once the type was sent.
  await goOn(page);
  if ((await field(page, "Item provider").inputValue()) === text) return;
  await field(page, "Item provider").fill(text);
  await goOn(page);
  await expect(field(page, "Item provider")).toHaveValue(text);
}

/** The page says what is wrong: in its title, in a summary that has the focus, and beside the field. */
export async function expectProblem(page: Page, label: string, words: string): Promise<void> {
  const summary = page.getByRole("alert", { name: "There is a problem" });
  await expect(summary).toBeVisible();
  await expect(summary).toBeFocused();
  await expect(page).toHaveTitle(/^Error: /);
  const link = summary.getByRole("link", { name: words, exact: true });
  await expect(link).toBeVisible();
  const target = await link.getAttribute("href");
  const control = page.locator(`[id="${target?.slice(1)}"]`);
  await expect(page.locator(`[id="${target?.slice(1)}-error"]`)).toContainText(words);
  if (label === "Item type") {
    await expect(control).toHaveAttribute("type", "radio");
  } else {
    await expect(field(page, label)).toHaveAttribute("id", target?.slice(1) ?? "");
    await expect(control).toHaveAttribute("aria-invalid", "true");
    await expect(control).toHaveAccessibleDescription(new RegExp(escape(words)));
  }
  if (scripted()) {
    await link.click();
    await expect(control).toBeFocused();
  }
}

function escape(words: string): string {
  return words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** What was typed is still there. */
export async function expectKept(page: Page, claim: Claim): Promise<void> {
  if (claim.item !== undefined) await expect(field(page, "Item name and version")).toHaveValue(claim.item);
  if (claim.type !== undefined) {
    await expect(page.getByRole("group", { name: "Item type" }).getByRole("radio", { name: claim.type })).toBeChecked();
  }
  if (claim.provider !== undefined) await expect(field(page, "Item provider")).toHaveValue(claim.provider);
  if (claim.start !== undefined) await expect(field(page, "Start date")).toHaveValue(claim.start);
  if (claim.completion !== undefined) await expect(field(page, "Completion date")).toHaveValue(claim.completion);
  if (claim.certificateId !== undefined) await expect(field(page, "Certificate ID")).toHaveValue(claim.certificateId);
}

/** The claim was taken: its own page is shown, in this status. */
export async function expectTaken(page: Page, item: string, status: "Pending" | "Earned"): Promise<void> {
  await expect(page).toHaveURL(/\/claims\/[0-9a-f-]{36}\?done=(sent|changed)$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(item);
  await expect(page.locator(".page-head")).toContainText(status);
}

/** Rows of My Item(s) with a text in their name. */
export function itemRows(page: Page, text: string) {
  return page.getByRole("table", { name: "My Item(s)", exact: true }).getByRole("row").filter({ hasText: text });
}
