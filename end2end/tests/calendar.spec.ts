// The calendar feed: made, read by somebody else's library, revoked.

import ICAL from "ical.js";
import { alive, expect, signIn, test } from "../support/test.ts";

/** A calendar's events, as the library reads them. */
function events(text: string): { uid: string; day: string; title: string; allDay: boolean; link: string }[] {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      day: event.startDate.toString(),
      title: event.summary,
      allDay: event.startDate.isDate && event.duration.toSeconds() === 24 * 60 * 60,
      link: String(component.getFirstPropertyValue("url")),
    };
  });
}

test("a candidate makes an address, a calendar program reads it, and it ends when it is revoked", { tag: ["@phone", "@noscript", "@postgres"] }, async ({ page, playwright, portal, complaints }) => {
  await signIn(page, "candidate@example.com");
  await page.goto("/tracking");
  await alive(page);
  await page.getByRole("link", { name: "Put these dates into your calendar" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Calendar" })).toBeVisible();
  await expect(page.getByRole("table", { name: "Your addresses" })).toHaveCount(0);
  await page.getByRole("button", { name: "Make an address" }).click();
  const field = page.getByLabel("Address for your calendar");
  await expect(field).toBeVisible();
  await alive(page);
  const address = await field.inputValue();
  expect(new URL(address).pathname).toMatch(/^\/calendar\/[\w-]{43}\.ics$/);
  await expect(page.getByRole("link", { name: "Open in your calendar" })).toHaveAttribute("href", address.replace(/^https?:/, "webcal:"));

  // A program of its own: no cookie, no browser.
  const program = await playwright.request.newContext({ baseURL: portal.url });
  const path = new URL(address).pathname;
  const answer = await program.get(path);
  expect(answer.status()).toBe(200);
  expect(answer.headers()["content-type"]).toBe("text/calendar; charset=utf-8");
  const read = events(await answer.text());
  expect(read.length).toBeGreaterThan(1);
  expect(new Set(read.map((event) => event.uid)).size).toBe(read.length);
  for (const event of read) {
    expect(event.allDay, event.title).toBe(true);
    expect(new URL(event.link).pathname).toMatch(/^\/(tracking|claims)/);
  }
  expect(read.find((event) => event.title === "CCNP Enterprise expires")?.day).toBe("2027-06-14");
  const unchanged = await program.get(path, { headers: { "If-None-Match": answer.headers()["etag"] ?? "" } });
  expect(unchanged.status()).toBe(304);

  // Whoever comes back finds when it was read, and not the address.
  await page.goto("/account/calendar");
  await alive(page);
  await expect(page.getByLabel("Address for your calendar")).toHaveCount(0);
  const row = page.getByRole("table", { name: "Your addresses" }).locator("tbody tr");
  await expect(row).toHaveCount(1);
  await expect(row).not.toContainText("not yet");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download once (.ics)" }).click();
  expect((await download).suggestedFilename()).toBe("ce-portal.ics");

  await row.getByRole("button", { name: /^Revoke the address made on/ }).click();
  await expect(page).toHaveURL(/done=revoked/);
  await expect(page.getByText("The address is revoked.")).toBeVisible();
  complaints.expect(404, /\/calendar\//);
  expect((await program.get(path)).status()).toBe(404);
  await program.dispose();
});
