// What whoever runs it needs to know, and what every answer carries.

import { expect, signIn, test } from "../support/test.ts";

test("it says that it lives and that it is ready", { tag: "@postgres" }, async ({ request }) => {
  for (const address of ["/livez", "/readyz"]) {
    const answer = await request.get(address);
    expect(answer.status(), address).toBe(200);
    expect(await answer.text()).toBe("ok\n");
  }
});

test("every page carries the headers that protect it", async ({ page }) => {
  await signIn(page, "candidate@example.com");
  for (const address of ["/", "/claims/new", "/catalog", "/catalog/encor", "/providers", "/account", "/terms", "/access"]) {
    const answer = await page.goto(address);
    const headers = answer?.headers() ?? {};
    const policy = headers["content-security-policy"] ?? "";
    expect(policy, address).toContain("default-src 'none'");
    expect(policy, address).toMatch(/script-src 'self' [^;]*'nonce-[^']{16,}'/);
    expect(policy, address).not.toMatch(/'unsafe-(inline|eval)'/);
    for (const part of ["form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "object-src 'none'"]) {
      expect(policy, address).toContain(part);
    }
    expect(headers, address).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "strict-transport-security": "max-age=63072000; includeSubDomains",
      "x-content-type-options": "nosniff",
      "referrer-policy": expect.stringMatching(/^(same-origin|strict-origin|strict-origin-when-cross-origin|no-referrer)$/),
      "cross-origin-opener-policy": "same-origin",
      "permissions-policy": expect.stringContaining("camera=()"),
    });
    expect(headers["x-request-id"], address).toMatch(/\S{8,}/);
    expect(headers["server"] ?? "", address).toBe("");
  }
});

test("personal pages are never stored, hashed files for a year", async ({ page, request }) => {
  await signIn(page, "candidate@example.com");
  const answer = await page.goto("/");
  expect(answer?.headers()["cache-control"]).toBe("no-store");
  const style = await page.locator("link[rel=stylesheet]").getAttribute("href");
  expect((await request.get(style ?? "")).headers()["cache-control"]).toMatch(/max-age=31536000.*immutable|immutable.*max-age=31536000/);
});

test("each page has a nonce of its own", async ({ request }) => {
  const nonce = async () => /'nonce-([^']+)'/.exec((await request.get("/sign-in")).headers()["content-security-policy"] ?? "")?.[1];
  expect(await nonce()).not.toBe(await nonce());
});

test("the session's cookie is bound to this host, and no script can read it", async ({ page, context }) => {
  await signIn(page, "candidate@example.com");
  const cookies = await context.cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({ name: "__Host-sid", httpOnly: true, secure: true, sameSite: "Lax", path: "/" });
  expect(await page.evaluate(() => document.cookie)).toBe("");
});

test("after signing out the back button shows nothing personal", { tag: "@noscript" }, async ({ page }) => {
  await signIn(page, "candidate@example.com");
  await page.locator("details.menu > summary").click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page.getByText("You are signed out.")).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByText("CCNP")).toHaveCount(0);
});

test("signing in leads to the page that was asked for, and only within this site", async ({ page }) => {
  await signIn(page, "expert@example.com", "/claims/new?item=encor%401.2");
  await expect(page).toHaveURL(/\/claims\/new\?item=encor%401\.2$/);
  await page.context().clearCookies();
  await page.goto("/sign-in?next=https://elsewhere.example/");
  await signInHere(page);
  await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
});

async function signInHere(page: import("@playwright/test").Page): Promise<void> {
  const { PASSWORD } = await import("../support/server.ts");
  await page.getByLabel("Email address", { exact: true }).fill("expert@example.com");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

test("somebody without a certification is told why and what to do", { tag: ["@phone", "@noscript"] }, async ({ page }) => {
  await signIn(page, "uncertified@example.com");
  await expect(page).toHaveURL(/\/access$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("certifications are not here yet");
  await page.getByRole("link", { name: "See the catalog" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Catalog" })).toBeVisible();
});
