// A claim whose certificate ID is on record and agrees with it is earned the moment it is sent.

import { alive, expect, scripted, signIn, test } from "../support/test.ts";
import { type Claim, DIRECT, expectKept, expectProblem, expectTaken, fillIn, itemRows, submit } from "../support/claim.ts";
import { CERTIFICATE } from "../support/files.ts";

const SVPN = "Implementing Secure Solutions with Virtual Private Networks (SVPN) 1.1";

const ON_RECORD: Claim = {
  item: SVPN, type: DIRECT, provider: "Cisco Digital Learning", start: "02-Nov-2026", completion: "13-Nov-2026",
  certificateId: "CDLL-DEMO-0001",
};

test("a known, matching certificate ID earns the credits at once", { tag: ["@phone", "@noscript", "@postgres"] }, async ({ page }) => {
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, { ...ON_RECORD, file: CERTIFICATE });
  if (scripted()) await expect(page.getByRole("list", { name: "Chosen files" })).toContainText("certificate.pdf");
  await submit(page);
  await expectTaken(page, SVPN, "Earned");
  await expect(page.getByText("Your claim is earned already: the certificate ID matches the record. 40 credits are yours.")).toBeVisible();
  await expect(page.locator(".page-head")).toContainText("They can be used until 13-Nov-2029.");
  await page.goto("/?q=SVPN");
  await expect(itemRows(page, "(SVPN) 1.1")).toContainText("Earned");
  await expect(itemRows(page, "(SVPN) 1.1")).toContainText("13-Nov-2029");
});

test("one that disagrees says what differs, and is earned once that is put right", { tag: "@noscript" }, async ({ page, complaints }) => {
  if (!scripted()) complaints.expect(422, /\/claims\/new$/);
  const claim = { ...ON_RECORD, completion: "12-Nov-2026" };
  await signIn(page, "candidate@example.com", "/claims/new");
  await alive(page);
  await fillIn(page, { ...claim, file: CERTIFICATE });
  if (scripted()) await expect(page.getByRole("list", { name: "Chosen files" })).toContainText("certificate.pdf");
  await submit(page);
  await expectProblem(page, "Completion date", "The record of this certificate ID says 13-Nov-2026: enter that completion date");
  await expectKept(page, claim);
  await fillIn(page, { completion: "13-Nov-2026" });
  await submit(page);
  await expectTaken(page, SVPN, "Earned");
});
