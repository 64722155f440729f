// Showing what one holds: the certificate and the transcript as documents, and links that strangers open.

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { alive, expect, type Page, signIn, test } from "../support/test.ts";
import { field } from "../support/claim.ts";

const run = promisify(execFile);

/** A document that a signed-in person fetches: checked, and its text. */
async function fetched(page: Page, address: string): Promise<{ text: string; name: string }> {
  const answer = await page.request.get(address);
  expect(answer.status()).toBe(200);
  expect(answer.headers()["content-type"]).toBe("application/pdf");
  expect(answer.headers()["cache-control"]).toBe("no-store");
  const folder = await mkdtemp(join(tmpdir(), "ce-portal-pdf-"));
  try {
    const file = join(folder, "document.pdf");
    await writeFile(file, await answer.body());
    await run("qpdf", ["--check", file]);
    const { stdout } = await run("pdftotext", ["-layout", file, "-"]);
    return { text: stdout, name: answer.headers()["content-disposition"] ?? "" };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeLink(page: Page, note: string, certifications: RegExp[], more: RegExp[]): Promise<string> {
  await page.goto("/account/sharing");
  await alive(page);
  await field(page, "For whom").fill(note);
  for (const name of certifications) await page.getByRole("checkbox", { name }).check();
  const others = page.getByRole("group", { name: "What else it shows" }).getByRole("checkbox");
  for (const box of await others.all()) await box.uncheck();
  for (const name of more) await page.getByRole("checkbox", { name }).check();
  await page.getByRole("radio", { name: /^1 year/ }).check();
  await page.getByRole("button", { name: "Make link", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: "Your link is ready" })).toBeVisible();
  const card = page.getByRole("listitem").filter({ has: page.getByRole("heading", { level: 3, name: note }) });
  return new URL(await card.getByRole("link", { name: /\/verify\// }).innerText()).pathname;
}

test("a link shows a stranger what was chosen and nothing else, until it is revoked", { tag: ["@phone", "@noscript", "@postgres"] }, async ({ page, otherPage, complaints }) => {
  complaints.expect(404, /\/verify\//);
  await signIn(page, "candidate@example.com", "/account");
  await page.getByRole("link", { name: "Your links" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Sharing" })).toBeVisible();
  const link = await makeLink(page, "Example Corp", [/^CCNP Enterprise,/], []);
  expect(link).toMatch(/^\/verify\/([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$/);

  const answer = await otherPage.goto(link);
  expect(answer?.headers()["x-robots-tag"]).toBe("noindex, nofollow");
  await expect(otherPage.getByRole("heading", { level: 1, name: "This code is genuine" })).toBeVisible();
  await expect(otherPage.getByRole("main")).toContainText(/CCNP Enterprise is held by ([^ ]\. )+and is valid\./);
  await expect(otherPage.getByRole("table", { name: "Certifications" }).getByRole("row")).toHaveCount(2);
  const html = await otherPage.content();
  for (const hidden of ["CCNA", "CCDP", "2027", "CSCO", "Example Corp", "candidate@example.com"]) expect(html).not.toContain(hidden);

  await page.reload();
  await alive(page);
  const card = page.getByRole("listitem").filter({ has: page.getByRole("heading", { level: 3, name: "Example Corp" }) });
  await expect(card).toContainText("1 time, last on 23-Nov-2026");
  await card.getByRole("button", { name: "Revoke: Example Corp" }).click();
  await expect(page.getByText("The link is revoked.")).toBeVisible();
  expect((await otherPage.goto(link))?.status()).toBe(404);
  await expect(otherPage.getByRole("heading", { level: 1, name: "This code leads to nothing" })).toBeVisible();
});

test("a code is typed from paper, in small letters and with spaces", { tag: ["@phone", "@noscript"] }, async ({ page, otherPage, complaints }) => {
  complaints.expect(422, /\/verify$/);
  await signIn(page, "candidate@example.com");
  const link = await makeLink(page, "Paper", [/^Whatever is active/], [/^Your full name/, /^When each was earned/]);
  await otherPage.goto("/verify");
  await alive(otherPage);
  await field(otherPage, "Verification code").fill("7KQ2");
  await otherPage.getByRole("button", { name: "Verify", exact: true }).click();
  await expect(otherPage.getByRole("alert", { name: "There is a problem" })).toContainText("This is no code");
  await expect(field(otherPage, "Verification code")).toHaveValue("7KQ2");
  await field(otherPage, "Verification code").fill(link.replace("/verify/", "").toLowerCase().replaceAll("-", " "));
  await otherPage.getByRole("button", { name: "Verify", exact: true }).click();
  await expect(otherPage).toHaveURL(new RegExp(`${link}$`));
  const held = otherPage.getByRole("table", { name: "Certifications" });
  await expect(held.getByRole("row").filter({ hasText: "CCNP Enterprise" })).toContainText("14-Jun-2027");
  await expect(held).not.toContainText("CCIE");
});

test("a link that shows nothing is not made, and what was typed is kept", { tag: ["@phone", "@noscript"] }, async ({ page, complaints }) => {
  complaints.expect(422, /\/account\/sharing$/);
  await signIn(page, "candidate@example.com", "/account/sharing");
  await alive(page);
  await field(page, "For whom").fill("Nobody in particular");
  await page.getByRole("checkbox", { name: /^How each was renewed/ }).check();
  await page.getByRole("radio", { name: /^No end/ }).check();
  await page.getByRole("button", { name: "Make link", exact: true }).click();
  await expect(page).toHaveTitle(/^Error: /);
  await page.getByRole("alert", { name: "There is a problem" }).getByRole("link", { name: /at least one certification/ }).click();
  await expect(page.getByRole("checkbox", { name: /^Whatever is active/ })).toBeFocused();
  await expect(field(page, "For whom")).toHaveValue("Nobody in particular");
  await expect(page.getByRole("checkbox", { name: /^How each was renewed/ })).toBeChecked();
  await expect(page.getByRole("radio", { name: /^No end/ })).toBeChecked();
});

test("a certificate is downloaded, and its code leads to what is true of it", { tag: ["@phone", "@noscript", "@postgres"] }, async ({ page, otherPage }) => {
  await signIn(page, "candidate@example.com", "/tracking/CCNP-ENT");
  await alive(page);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download certificate (PDF)" }).click();
  expect((await download).suggestedFilename()).toMatch(/^certificate-ccnp-ent-.*\.pdf$/);
  const { text } = await fetched(page, "/tracking/CCNP-ENT/certificate.pdf");
  for (const words of ["CERTIFICATE", "CCNP Enterprise", "CSCO10020030", "14-Jun-2027", "23-Nov-2026"]) expect(text).toContain(words);
  const code = /([0-9A-Z]{4}-){4}[0-9A-Z]{4}/.exec(text)?.[0] ?? "no code";
  await otherPage.goto(`/verify/${code}`);
  await expect(otherPage.getByRole("main")).toContainText(/CCNP Enterprise is held by .* and is valid until 14-Jun-2027\./);
  await page.goto("/account/sharing");
  await expect(page.getByRole("heading", { level: 3, name: "Certificate of CCNP Enterprise" })).toBeVisible();
});

test("a transcript says everything that is on record", { tag: ["@noscript"] }, async ({ page }) => {
  await signIn(page, "expert@example.com", "/tracking");
  await expect(page.getByRole("link", { name: "Download transcript (PDF)" })).toHaveAttribute("href", "/tracking/transcript.pdf");
  const { text, name } = await fetched(page, "/tracking/transcript.pdf");
  expect(name).toBe("attachment; filename=\"transcript-csco10020031-2026-11-23.pdf\"");
  for (const words of ["Transcript", "CSCO10020031", "Held", "Renewals", "Credits", "DevNet Associate", "Page 1 of"]) expect(text).toContain(words);
});
