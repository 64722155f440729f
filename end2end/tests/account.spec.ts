// What goes by mail: a new password, a new account, a second address.

import { alive, expect, signIn, test } from "../support/test.ts";
import { field } from "../support/claim.ts";
import { linkIn, newestMail } from "../support/mail.ts";
import { PASSWORD } from "../support/server.ts";

const NEW = "four calm lanterns at sea";

test("a forgotten password is replaced through a link in a mail, which works once", { tag: ["@phone", "@noscript"] }, async ({ page, portal, complaints }) => {
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Forgot your password?" })).toBeVisible();
  await field(page, "Email address").fill("expert@example.com");
  await page.getByRole("button", { name: "Send the link", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Look into your mail" })).toBeVisible();
  const link = linkIn(await newestMail(portal.dataDir, "expert@example.com", /password/i));
  await page.goto(link);
  await field(page, "Password").fill(NEW);
  await page.getByRole("button", { name: "Change password", exact: true }).click();
  await expect(page.getByText("Your password is changed. Sign in with the new one.")).toBeVisible();
  await field(page, "Email address").fill("expert@example.com");
  await field(page, "Password").fill(NEW);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
  complaints.expect(404, /\/reset\//);
  expect((await page.goto(link))?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1, name: "This link cannot be used" })).toBeVisible();
});

test("asking for a new password tells nobody whether there is an account", { tag: "@noscript" }, async ({ page }) => {
  await page.goto("/reset");
  await field(page, "Email address").fill("nobody@example.com");
  await page.getByRole("button", { name: "Send the link", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Look into your mail" })).toBeVisible();
});

test("a password that is too short or too common is refused with what to do", { tag: "@noscript" }, async ({ page, portal, complaints }) => {
  complaints.expect(422, /\/reset\//);
  await page.goto("/reset");
  await field(page, "Email address").fill("expert@example.com");
  await page.getByRole("button", { name: "Send the link", exact: true }).click();
  await expect(page).toHaveURL(/done=sent/);
  await page.goto(linkIn(await newestMail(portal.dataDir, "expert@example.com", /password/i)));
  for (const bad of ["short", "password1234"]) {
    await field(page, "Password").fill(bad);
    await page.getByRole("button", { name: "Change password", exact: true }).click();
    await expect(page.getByRole("alert", { name: "There is a problem" })).toBeVisible();
    await expect(field(page, "Password")).toHaveAttribute("aria-invalid", "true");
    await expect(field(page, "Password")).toHaveValue("");
  }
});

test("a second address becomes an account of the same profile through a mailed proof", { tag: ["@phone", "@noscript"] }, async ({ page, portal }) => {
  await signIn(page, "candidate@example.com", "/account");
  await alive(page);
  await field(page, "Address to add").fill("candidate.work@example.com");
  await field(page, "Your password").fill(PASSWORD);
  await page.getByRole("button", { name: "Send the link", exact: true }).click();
  await expect(page).toHaveURL(/done=sent/);
  await page.goto(linkIn(await newestMail(portal.dataDir, "candidate.work@example.com", /./)));
  await expect(page.getByRole("main")).toContainText("CSCO10020030");
  await field(page, "Password").fill(NEW);
  await page.getByRole("main").locator("form button").click();
  await expect(page.getByRole("main")).toContainText("candidate.work@example.com");
});

test("one's own password is changed, and the other device is signed out", { tag: "@noscript" }, async ({ page, otherPage }) => {
  await signIn(otherPage, "expert@example.com");
  await signIn(page, "expert@example.com", "/account");
  await alive(page);
  await field(page, "Current password").fill(PASSWORD);
  await field(page, "New password").fill(NEW);
  await page.getByRole("button", { name: "Change password", exact: true }).click();
  await expect(page).toHaveURL(/\/account\?done=password/);
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
  await otherPage.goto("/");
  await expect(otherPage).toHaveURL(/\/sign-in/);
});
