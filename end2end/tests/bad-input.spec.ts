// Bad input gets a clear message, and nothing that was typed is lost.

import { alive, expect, type Page, scripted, signIn, test } from "../support/test.ts";
import {
  CLASS, type Claim, DIRECT, ENCOR, GOOD, chooseType, expectKept, expectProblem, expectTaken, field, fillIn, itemRows,
  openForm, pickItem, submit, submitButton,
} from "../support/claim.ts";
import { CERTIFICATE, DISGUISED, EMPTY, ENCRYPTED, TOO_LARGE } from "../support/files.ts";

const SVPN = "Implementing Secure Solutions with Virtual Private Networks (SVPN) 1.1";

const BY_MAIL: Claim = {
  item: SVPN, type: DIRECT, provider: "Cisco Digital Learning", start: "02-Nov-2026", completion: "20-Nov-2026",
};

interface Bad {
  what: string;
  claim: Claim;
  label: string;
  words: string;
}

const BAD: Bad[] = [
  {
    what: "a malformed date",
    claim: { ...GOOD, start: "next Tuesday" },
    label: "Start date",
    words: "Start date must be a date like 27-Mar-2026",
  },
  {
    what: "a date that can be read in two ways",
    claim: { ...GOOD, completion: "11/12/2026" },
    label: "Completion date",
    words: "Completion date must be a date like 27-Mar-2026",
  },
  {
    what: "a day that is in no calendar",
    claim: { ...GOOD, completion: "31-Feb-2026" },
    label: "Completion date",
    words: "Completion date must be a real date: there is no such day in the calendar",
  },
  {
    what: "no date at all",
    claim: { ...GOOD, start: "" },
    label: "Start date",
    words: "Enter the start date",
  },
  {
    what: "a completion before the start",
    claim: { ...GOOD, completion: "08-Nov-2026" },
    label: "Completion date",
    words: "Completion date must be the same as or after the start date",
  },
  {
    what: "a completion tomorrow",
    claim: { ...GOOD, completion: "24-Nov-2026" },
    label: "Completion date",
    words: "Completion date must be today or earlier: claim a training once you have finished it",
  },
  {
    what: "a completion 366 days ago",
    claim: { ...GOOD, start: "17-Nov-2025", completion: "22-Nov-2025" },
    label: "Completion date",
    words: "Completion date is too long ago: the last day to claim it was 22-Nov-2026",
  },
  {
    what: "an item that was retired before the completion date",
    claim: {
      item: "Implementing Cisco SD-WAN Solutions (SDWAN300) 1.0", provider: "Example Learning, Lisbon",
      start: "06-Jul-2026", completion: "10-Jul-2026",
    },
    label: "Completion date",
    words: "Completion date must be from 06-Jan-2020 to 30-Jun-2026: this was offered only then. Choose another version or provider if yours differs",
  },
  {
    what: "a certificate ID that is none",
    claim: { ...GOOD, certificateId: "1234" },
    label: "Certificate ID",
    words: "Certificate ID must begin with CDLL- and have only letters, digits and hyphens after it. Leave it empty if your certificate has none",
  },
  {
    what: "a certificate ID that was used already",
    claim: { ...GOOD, certificateId: "CDLL-DEMO-0003" },
    label: "Certificate ID",
    words: "Certificate ID has been used for another claim: check it against your certificate",
  },
  {
    what: "a certificate ID that is on record for somebody else",
    claim: { ...GOOD, certificateId: "CDLL-DEMO-0002" },
    label: "Certificate ID",
    words: "Certificate ID is on record for another e-mail address: check it against your certificate, or leave it empty and send the certificate",
  },
  {
    what: "an item that was claimed in this cycle",
    claim: {
      item: "Working with REST APIs", start: "02-Nov-2026", completion: "06-Nov-2026",
    },
    label: "Item name and version",
    words: "You have claimed this item and version in this recertification cycle: it counts once",
  },
  {
    what: "a certificate that is missing",
    claim: BY_MAIL,
    label: "Certificate of completion",
    words: "Choose the certificate of completion",
  },
];

for (const { what, claim, label, words } of BAD) {
  test(`${what} is refused with what to do, and what was typed stays`, { tag: "@noscript" }, async ({ page, complaints }) => {
    if (!scripted()) complaints.expect(422, /\/claims\/new$/);
    await signIn(page, "candidate@example.com", "/claims/new");
    await alive(page);
    await fillIn(page, claim);
    await submit(page);
    await expectProblem(page, label, words);
    await expectKept(page, claim);
  });
}

test("365 days after completion a training can still be claimed", async ({ page }) => {
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, { ...GOOD, start: "17-Nov-2025", completion: "23-Nov-2025" });
  await submit(page);
  await expectTaken(page, ENCOR, "Pending");
});

test("what is put right after it was refused is taken", { tag: ["@phone", "@noscript"] }, async ({ page, complaints }) => {
  if (!scripted()) complaints.expect(422, /\/claims\/new$/);
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, { ...GOOD, completion: "31-Nov-2026" });
  await submit(page);
  await expectProblem(page, "Completion date", "Completion date must be a real date: there is no such day in the calendar");
  await fillIn(page, { completion: "2026-11-13" });
  await submit(page);
  await expectTaken(page, ENCOR, "Pending");
});

test("several mistakes are all named at once, in the order of the form", { tag: "@noscript" }, async ({ page, complaints }) => {
  if (!scripted()) complaints.expect(422, /\/claims\/new$/);
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, { ...GOOD, start: "soon", completion: "24-Nov-2026", certificateId: "X" });
  await submit(page);
  await expect(page.getByRole("alert", { name: "There is a problem" }).getByRole("link")).toHaveText([
    /^Start date must be a date/, /^Completion date must be today or earlier/, /^Certificate ID must begin with CDLL-/,
  ]);
});

test("an empty form says what belongs into it", { tag: ["@phone", "@noscript"] }, async ({ page, complaints }) => {
  if (!scripted()) complaints.expect(422, /\/claims\/new$/);
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await submit(page);
  await expectProblem(page, "Item name and version", "Enter an item name or acronym, and choose the item and version");
});

test("a type that the version does not have is refused", { tag: "@noscript" }, async ({ page, complaints }) => {
  if (!scripted()) complaints.expect(422, /\/claims\/new/);
  await signIn(page, "candidate@example.com", "/claims/new?item=encor%401.2&type=bootcamp");
  await alive(page);
  await expect(field(page, "Item name and version")).toHaveValue(ENCOR);
  await fillIn(page, { start: "09-Nov-2026", completion: "13-Nov-2026" });
  await submit(page);
  await expect(page.getByRole("alert", { name: "There is a problem" })).toContainText(/Choose (the item type|another item type: this version does not come as this one)/);
  await expectKept(page, { item: ENCOR, start: "09-Nov-2026", completion: "13-Nov-2026" });
});

test("a provider that does not offer the type is refused", { tag: "@noscript" }, async ({ page, complaints }) => {
  if (!scripted()) complaints.expect(422, /\/claims\/new/);
  await signIn(page, "candidate@example.com", "/claims/new?item=encor%401.2&type=instructor-led&provider=cisco-devnet");
  await alive(page);
  await expect(field(page, "Item name and version")).toHaveValue(ENCOR);
  await fillIn(page, { start: "09-Nov-2026", completion: "13-Nov-2026" });
  await submit(page);
  await expect(page.getByRole("alert", { name: "There is a problem" })).toContainText(/Choose (the item provider|another item provider: this one does not offer this version as this type)/);
  await expectKept(page, { item: ENCOR, start: "09-Nov-2026", completion: "13-Nov-2026" });
});

test.describe("a certificate", () => {
  const files = [
    { what: "of the wrong kind with the right name", file: DISGUISED, status: 422, words: "The selected file must be a PDF, PNG, JPEG or WebP, whatever its name says" },
    { what: "that is empty", file: EMPTY, status: 422, words: "The selected file is empty" },
    { what: "that is protected with a password", file: ENCRYPTED, status: 422, words: "The selected file is password protected: save it without a password" },
    { what: "of 10 MB and one byte", file: TOO_LARGE, status: 413, words: "The selected file must be 10 MB or smaller" },
  ];
  for (const { what, file, status, words } of files) {
    test(`${what} is refused, and what was typed stays`, { tag: "@noscript" }, async ({ page, complaints }) => {
      complaints.expect(status, /\/(files\/evidence|claims\/new)$/);
      await signIn(page, "candidate@example.com", "/claims/new");
      await alive(page);
      await fillIn(page, { ...BY_MAIL, file });
      if (scripted()) {
        // It was sent as soon as it was chosen: the answer stands beside the field.
        await expect(page.locator("#certificate-error")).toContainText(words);
        await expect(page.getByRole("list", { name: "Chosen files" })).toBeHidden();
      } else {
        await submit(page);
        await expectProblem(page, "Certificate of completion", words);
      }
      await expectKept(page, BY_MAIL);
      await fillIn(page, { file: CERTIFICATE });
      if (scripted()) await expect(page.getByRole("list", { name: "Chosen files" })).toContainText("certificate.pdf");
      await submit(page);
      await expectTaken(page, SVPN, "Pending");
    });
  }
});

test("a certificate that was sent is kept while something else is put right", { tag: "@noscript" }, async ({ page, complaints }) => {
  if (!scripted()) complaints.expect(422, /\/claims\/new$/);
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, { ...BY_MAIL, completion: "24-Nov-2026", file: CERTIFICATE });
  if (scripted()) await expect(page.getByRole("list", { name: "Chosen files" })).toContainText("certificate.pdf");
  await submit(page);
  await expect(page.getByRole("alert", { name: "There is a problem" })).toContainText("Completion date must be today or earlier");
  await expect(page.getByRole("list", { name: "Chosen files" })).toContainText("certificate.pdf");
  await fillIn(page, { completion: "20-Nov-2026" });
  await submit(page);
  await expectTaken(page, SVPN, "Pending");
  await expect(page.getByRole("link", { name: "certificate.pdf" })).toBeVisible();
});

test.describe("the same claim twice", () => {
  const TWICE = "You have claimed this item and version in this recertification cycle: it counts once";

  test("from two tabs counts once, and the second tab says so", { tag: "@noscript" }, async ({ page, context, complaints }) => {
    if (!scripted()) complaints.expect(422, /\/claims\/new$/);
    await signIn(page, "candidate@example.com");
    const second = await context.newPage();
    for (const tab of [page, second]) {
      await openForm(tab);
      await fillIn(tab, GOOD);
    }
    await submit(page);
    await expectTaken(page, ENCOR, "Pending");
    await submit(second);
    await expectProblem(second, "Item name and version", TWICE);
    await page.goto("/?q=encor&status=pending");
    await expect(itemRows(page, "(ENCOR) 1.2")).toHaveCount(1);
  });

  test("with a double click is one claim", { tag: ["@noscript", "@postgres"] }, async ({ page }) => {
    await signIn(page, "candidate@example.com", "/claims/new");
    await alive(page);
    await fillIn(page, GOOD);
    await submitButton(page).dblclick();
    await expectTaken(page, ENCOR, "Pending");
    await page.goto("/?q=encor&status=pending");
    await expect(itemRows(page, "(ENCOR) 1.2")).toHaveCount(1);
  });

  test("by going back and submitting again is one claim", { tag: "@noscript" }, async ({ page, complaints }) => {
    if (!scripted()) complaints.expect(422, /\/claims\/new$/);
    complaints.allow(/net::ERR_CACHE_MISS: POST .*\/claims\/new$/);
    await signIn(page, "candidate@example.com");
    await openForm(page);
    await fillIn(page, GOOD);
    await submit(page);
    await expectTaken(page, ENCOR, "Pending");
    // What was sent is not kept in the browser: the form one comes back to is a new one.
    await page.goBack().catch(() => page.reload());
    await openForm(page);
    await fillIn(page, GOOD);
    await submit(page);
    await expectProblem(page, "Item name and version", TWICE);
    await page.goto("/?q=encor&status=pending");
    await expect(itemRows(page, "(ENCOR) 1.2")).toHaveCount(1);
  });

  test("from the person's second account counts once", { tag: "@postgres" }, async ({ page, otherPage }) => {
    await signIn(page, "candidate@example.com", "/claims/new");
    await alive(page);
    await fillIn(page, GOOD);
    await submit(page);
    await expectTaken(page, ENCOR, "Pending");
    await signIn(otherPage, "candidate.home@example.com", "/claims/new");
    await alive(otherPage);
    await fillIn(otherPage, GOOD);
    await submit(otherPage);
    await expectProblem(otherPage, "Item name and version", TWICE);
    await otherPage.goto("/");
    await expect(itemRows(otherPage, "(ENCOR) 1.2")).toHaveCount(0);
  });
});

test("a certificate ID that another person used is refused", async ({ page, otherPage }) => {
  const item = "Understanding Cisco Data Center Foundations (DCFNDU) 1.1";
  const claim = { item, type: DIRECT, provider: "Cisco Digital Learning", start: "02-Nov-2026", completion: "17-Nov-2026", certificateId: "CDLL-DEMO-0004", file: CERTIFICATE };
  await signIn(otherPage, "expert@example.com", "/claims/new");
  await alive(otherPage);
  await fillIn(otherPage, claim);
  await expect(otherPage.getByRole("list", { name: "Chosen files" })).toContainText("certificate.pdf");
  await submit(otherPage);
  await expectTaken(otherPage, item, "Earned");
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, { ...GOOD, certificateId: "CDLL-DEMO-0004" });
  await submit(page);
  await expectProblem(page, "Certificate ID", "Certificate ID has been used for another claim: check it against your certificate");
});

test("somebody else's claim cannot be seen, changed or withdrawn by its address", async ({ page, otherPage, complaints }) => {
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, GOOD);
  await submit(page);
  await expectTaken(page, ENCOR, "Pending");
  const claim = new URL(page.url()).pathname;

  complaints.expect(404, /\/claims\//);
  await signIn(otherPage, "expert@example.com");
  for (const address of [claim, `${claim}/edit`, `/claims/new?corrects=${claim.slice("/claims/".length)}`]) {
    const answer = await otherPage.goto(address);
    expect(answer?.status(), address).toBe(404);
    await expect(otherPage.getByRole("heading", { level: 1, name: "Page not found" })).toBeVisible();
  }
  const withdrawn = await otherPage.evaluate(async (address) => (await fetch(`${address}/withdraw`, { method: "POST" })).status, claim);
  expect(withdrawn).toBe(404);
  await page.reload();
  await expect(page.locator(".page-head")).toContainText("Pending");
});

test("a session that ended while somebody typed loses nothing", { tag: ["@phone", "@noscript"] }, async ({ page, context, complaints }) => {
  complaints.expect(401, /\/(api\/claims\/send|claims\/new)$/);
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, GOOD);
  await context.clearCookies();
  await submit(page);
  await expect(page.getByText("Your session has ended.")).toBeVisible();
  await expectKept(page, GOOD);

  const [tab] = await Promise.all([
    context.waitForEvent("page"),
    page.getByRole("link", { name: "Sign in in a new tab" }).click(),
  ]);
  await signIn(tab, "candidate@example.com");
  await page.bringToFront();
  await submit(page);
  await expectTaken(page, ENCOR, "Pending");
});

test("a server that is restarted while a claim is sent loses nothing", async ({ page, portal, complaints }) => {
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, GOOD);
  complaints.expectNoConnection(true);
  await portal.stop();
  await submit(page);
  await expect(page.getByRole("alert", { name: "There is a problem" })).toContainText("The portal cannot be reached. Check your connection and try again: what you typed is kept");
  await expectKept(page, GOOD);
  await portal.start();
  complaints.expectNoConnection(false);
  await submit(page);
  await expectTaken(page, ENCOR, "Pending");
  await page.goto("/?q=encor&status=pending");
  await expect(itemRows(page, "(ENCOR) 1.2")).toHaveCount(1);
});

test("a disk that is full answers 503, keeps the form, and takes the claim once there is room", { tag: "@noscript" }, async ({ page, portal, complaints }) => {
  complaints.expect(503, /\/(api\/claims\/send|claims\/new)$/);
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, GOOD);
  portal.fillDisk(true);
  await submit(page);
  await expect(page.getByRole("alert", { name: "There is a problem" })).toContainText("The portal cannot save anything right now. Nothing is lost: try again in a few minutes");
  await expectKept(page, GOOD);
  portal.fillDisk(false);
  await submit(page);
  await expectTaken(page, ENCOR, "Pending");
});

test("a disk that is full is not ready but alive, until there is room", async ({ portal, request }) => {
  portal.fillDisk(true);
  await expect.poll(async () => (await request.get("/readyz")).status()).toBe(503);
  expect((await request.get("/livez")).status()).toBe(200);
  portal.fillDisk(false);
  await expect.poll(async () => (await request.get("/readyz")).status()).toBe(200);
});

test("reading goes on while nothing can be written", async ({ page, portal }) => {
  await signIn(page, "candidate@example.com");
  portal.fillDisk(true);
  await page.goto("/catalog");
  await expect(page.getByRole("table", { name: "Catalog items" })).toBeVisible();
  await page.goto("/");
  await expect(page.getByRole("table", { name: "My Item(s)", exact: true })).toBeVisible();
  portal.fillDisk(false);
});

test("signing in with a wrong password keeps the address and never says which of the two was wrong", { tag: ["@phone", "@noscript"] }, async ({ page, complaints }) => {
  complaints.expect(422, /\/sign-in$/);
  complaints.expect(401, /\/sign-in$/);
  await page.goto("/sign-in");
  const said: string[] = [];
  for (const email of ["candidate@example.com", "nobody@example.com"]) {
    await field(page, "Email address").fill(email);
    await field(page, "Password").fill("not the password at all");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    const summary = page.getByRole("alert", { name: "There is a problem" });
    await expect(summary).toBeVisible();
    await expect(page).toHaveTitle(/^Error: /);
    await expect(field(page, "Email address")).toHaveValue(email);
    await expect(field(page, "Password")).toHaveValue("");
    said.push(await summary.innerText());
  }
  expect(said[0]).toBe(said[1]);
});

test("an address that leads nowhere says so with the frame around it", { tag: "@noscript" }, async ({ page, complaints }) => {
  complaints.expect(404, /nowhere|encor-9|not-a-claim/);
  await signIn(page, "candidate@example.com");
  for (const address of ["/nowhere", "/catalog/encor-9", "/claims/not-a-claim"]) {
    const answer = await page.goto(address);
    expect(answer?.status(), address).toBe(404);
    await expect(page.getByRole("heading", { level: 1, name: "Page not found" })).toBeVisible();
    await expect(page.getByRole("banner")).toBeVisible();
  }
});

test("a type is let go when another version does not have it, and the provider with it", async ({ page }) => {
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await pickItem(page, ENCOR);
  await chooseType(page, DIRECT);
  await fillIn(page, { provider: "Cisco Digital Learning" });
  await pickItem(page, "Designing Cisco Enterprise Networks (ENSLD) 2.0");
  await expect(page.getByRole("group", { name: "Item type" }).getByRole("radio", { name: CLASS })).toBeChecked();
  await expect(field(page, "Item provider")).toHaveValue("");
});

test.describe("while the form is filled in", () => {
  const checks = (page: Page) => page.getByRole("complementary", { name: "About this claim" });

  test("a date that is none is said at its field once it was left, and no more once it is one", { tag: "@phone" }, async ({ page }) => {
    await signIn(page, "candidate@example.com", "/claims/new");
    await alive(page);
    const words = "Completion date must be a real date: there is no such day in the calendar";
    const completion = field(page, "Completion date");
    await completion.fill("31-Feb-2026");
    await expect(page.locator("#completion-error")).toHaveCount(0);
    await completion.press("Tab");
    await expect(page.locator("#completion-error")).toContainText(words);
    await expect(completion).toHaveAttribute("aria-invalid", "true");
    await expect(checks(page)).toContainText(words);
    await expect(page.getByRole("alert")).toHaveCount(0);
    await completion.fill("13-Nov-2026");
    await expect(page.locator("#completion-error")).toHaveCount(0);
    await expect(checks(page)).toContainText("In time: the last day to claim it is 13-Nov-2027");
    await field(page, "Start date").fill("29-Feb-2025");
    await field(page, "Start date").press("Tab");
    await expect(checks(page)).toContainText("Start date must be a real date");
  });

  test("what is checked stands before the button, also on a phone", { tag: "@phone" }, async ({ page }) => {
    await signIn(page, "candidate@example.com", "/claims/new");
    await alive(page);
    await fillIn(page, GOOD);
    const order = await submitButton(page).evaluate((button) => {
      const aside = document.querySelector("aside[aria-label='About this claim']");
      return aside !== null && (aside.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
    });
    expect(order).toBe(true);
  });

  test("a claim that was sent in another tab meanwhile is not called new, and can be looked at", async ({ page, context }) => {
    await signIn(page, "candidate@example.com");
    const second = await context.newPage();
    for (const tab of [page, second]) {
      await openForm(tab);
      await fillIn(tab, GOOD);
    }
    await submit(page);
    await expectTaken(page, ENCOR, "Pending");
    const claim = new URL(page.url()).pathname;
    await submit(second);
    await expect(second.getByRole("alert", { name: "There is a problem" })).toBeVisible();
    await expect(checks(second)).not.toContainText("Not claimed in this cycle");
    await expect(second.getByRole("link", { name: "See the claim you sent" })).toHaveAttribute("href", claim);
  });
});
