// Every page there is, for what holds on all of them.

import type { Page } from "@playwright/test";
import { linkIn, newestMail } from "./mail.ts";
import type { Server } from "./server.ts";
import { alive, expect, scripted, signIn } from "./test.ts";
import { fillIn, submit } from "./claim.ts";

export interface Sight {
  /** Names its screenshots. */
  name: string;
  /** Leads to it from wherever the page is. */
  open: (page: Page) => Promise<void>;
}

const at = (name: string, address: string): Sight => ({
  name,
  open: async (page) => {
    await page.goto(address);
    await alive(page);
  },
});

/** What everybody sees. */
export const PUBLIC: Sight[] = [
  at("sign-in", "/sign-in"),
  {
    name: "sign-in-refused",
    open: async (page) => {
      await page.goto("/sign-in");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(page.getByRole("alert", { name: "There is a problem" })).toBeVisible();
    },
  },
  at("join", "/join"),
  at("reset", "/reset"),
  at("reset-sent", "/reset?done=sent"),
  at("terms", "/terms"),
  at("catalog", "/catalog"),
  at("catalog-searched", "/catalog?q=encor"),
  at("catalog-filtered", "/catalog?type=direct-delivery&technology=Security"),
  at("catalog-nothing", "/catalog?q=zzzzzz"),
  at("catalog-item", "/catalog/encor"),
  at("catalog-item-ended", "/catalog/sdwan300"),
  at("providers", "/providers"),
  at("providers-searched", "/providers?q=Lisbon&item=encor%401.2&type=instructor-led"),
  at("providers-nothing", "/providers?q=zzzzzz"),
  at("recertify", "/recertify"),
  at("verify", "/verify"),
  at("verify-nothing", "/verify/7KQ2-9XMB-4T8W-ZC3N-H5PD"),
  {
    name: "verify-refused",
    open: async (page) => {
      await page.goto("/verify");
      await page.getByRole("button", { name: "Verify", exact: true }).click();
      await expect(page.getByRole("alert", { name: "There is a problem" })).toBeVisible();
    },
  },
  at("page-not-found", "/nowhere"),
  at("link-spent", "/reset/this-link-was-never-made"),
];

/** What is shown to whom something stands in the way of. */
export const GATE: Sight[] = [at("access-uncertified", "/access"), at("account-uncertified", "/account")];

/** What a candidate sees. */
export const CANDIDATE: Sight[] = [
  at("dashboard", "/"),
  at("dashboard-filtered", "/?q=activity&status=denied&sort=-completion-date"),
  at("dashboard-nothing", "/?q=zzzzzz"),
  at("tracking", "/tracking"),
  {
    name: "tracking-information",
    open: async (page) => {
      await page.goto("/tracking");
      await alive(page);
      await openAll(page);
    },
  },
  at("tracking-detail", "/tracking/CCNP-ENT"),
  {
    name: "tracking-detail-information",
    open: async (page) => {
      await page.goto("/tracking/CCNP-ENT");
      await alive(page);
      await openAll(page);
    },
  },
  at("tracking-history", "/tracking/CCNP-ENT?view=history"),
  at("tracking-ended", "/tracking/CCIE-RS"),
  at("expert-none", "/expert"),
  at("recertify-own", "/recertify"),
  at("planner", "/planner"),
  at("planner-plan", "/planner?what=encor%401.2/instructor-led&day=30-Apr-2027&what=exam:core&day=31-Feb-2027"),
  at("access", "/access"),
  at("account", "/account"),
  at("calendar", "/account/calendar"),
  {
    name: "calendar-made",
    open: async (page) => {
      await page.goto("/account/calendar");
      await alive(page);
      await page.getByRole("button", { name: "Make an address" }).click();
      await expect(page.getByLabel("Address for your calendar")).toBeVisible();
      await alive(page);
    },
  },
  at("sharing-none", "/account/sharing"),
  {
    name: "sharing-problems",
    open: async (page) => {
      await page.goto("/account/sharing");
      await alive(page);
      await page.getByRole("button", { name: "Make link", exact: true }).click();
      await expect(page.getByRole("alert", { name: "There is a problem" })).toBeVisible();
    },
  },
  {
    name: "sharing-made",
    open: async (page) => {
      await page.goto("/account/sharing");
      await alive(page);
      await page.getByRole("checkbox", { name: /^Whatever is active/ }).check();
      await page.getByRole("checkbox", { name: /^How each was renewed/ }).check();
      await page.getByRole("checkbox", { name: /^How many credits/ }).check();
      await page.getByRole("button", { name: "Make link", exact: true }).click();
      await expect(page.getByRole("status").filter({ hasText: "Your link is ready" })).toBeVisible();
      await alive(page);
    },
  },
  {
    name: "verified",
    open: async (page) => {
      await page.goto("/account/sharing");
      const address = await page.getByRole("link", { name: /\/verify\// }).first().innerText();
      await page.goto(new URL(address).pathname);
      await expect(page.getByRole("heading", { level: 1, name: "This code is genuine" })).toBeVisible();
      await alive(page);
    },
  },
  {
    name: "sharing-revoked",
    open: async (page) => {
      await page.goto("/account/sharing");
      await alive(page);
      await page.getByRole("button", { name: /^Revoke/ }).first().click();
      await expect(page.getByText("The link is revoked.")).toBeVisible();
      await page.getByText(/links? that do(es)? not work any more/).first().click();
      await alive(page);
    },
  },
  at("claim-new", "/claims/new"),
  at("claim-new-chosen", "/claims/new?item=encor%401.2&type=direct-delivery"),
  {
    name: "claim-new-problems",
    open: async (page) => {
      await page.goto("/claims/new?item=encor%401.2&type=direct-delivery&provider=cisco-digital-learning");
      await alive(page);
      await fillIn(page, { start: "soon", completion: "31-Feb-2026", certificateId: "1" });
      await submit(page);
      await expect(page.getByRole("alert", { name: "There is a problem" })).toBeVisible();
    },
  },
  {
    name: "claim-new-list",
    open: async (page) => {
      await page.goto("/claims/new");
      await alive(page);
      if (!scripted()) return;
      await page.getByRole("combobox", { name: "Item name and version", exact: true }).fill("cisco");
      await expect(page.getByRole("option").first()).toBeVisible();
    },
  },
  ...claims("pending", "earned", "denied", "withdrawn"),
  {
    name: "claim-edit",
    open: async (page) => {
      await openClaim(page, "pending");
      await page.getByRole("link", { name: "Change this claim" }).click();
      await expect(page.getByRole("heading", { level: 1, name: "Change your claim" })).toBeVisible();
      await alive(page);
    },
  },
  {
    name: "claim-correct",
    open: async (page) => {
      await page.goto("/?status=denied");
      await page.getByRole("link", { name: "Correct and resubmit" }).first().click();
      await expect(page.getByRole("heading", { level: 1, name: "Correct and resubmit" })).toBeVisible();
      await alive(page);
    },
  },
];

/** Opens every information button. */
async function openAll(page: Page): Promise<void> {
  for (const button of await page.locator("details.info > summary").all()) await button.click();
  await expect(page.locator("details.info:not([open])")).toHaveCount(0);
}

async function openClaim(page: Page, status: string): Promise<void> {
  await page.goto(`/?status=${status}`);
  await alive(page);
  await page.getByRole("table", { name: "My Item(s)", exact: true }).getByRole("rowheader").first().getByRole("link").first().click();
  await expect(page).toHaveURL(/\/claims\//);
  await expect(page.getByRole("heading", { level: 2, name: "What happened" })).toBeVisible();
  await alive(page);
}

function claims(...statuses: string[]): Sight[] {
  return statuses.map((status) => ({ name: `claim-${status}`, open: (page) => openClaim(page, status) }));
}

/** What is reached through a mail. */
export function byMail(portal: Server): Sight[] {
  return [
    {
      name: "reset-password",
      open: async (page) => {
        await page.goto("/reset");
        await page.getByLabel("Email address", { exact: true }).fill("expert@example.com");
        await page.getByRole("button", { name: "Send the link", exact: true }).click();
        await expect(page).toHaveURL(/done=sent/);
        await page.goto(linkIn(await newestMail(portal.dataDir, "expert@example.com", /password/i)));
        await alive(page);
      },
    },
    {
      name: "join-password",
      open: async (page) => {
        await page.goto("/join");
        await page.getByLabel("Email address", { exact: true }).fill("new.person@example.com");
        await page.getByRole("main").locator("form button").first().click();
        await expect(page).toHaveURL(/done=sent/);
        await page.goto(linkIn(await newestMail(portal.dataDir, "new.person@example.com", /./)));
        await alive(page);
      },
    },
  ];
}

/** Goes to every page there is, signed in where it has to be; `look` looks at each. */
export async function everyPage(page: Page, portal: Server, look: (name: string) => Promise<void>): Promise<void> {
  const visit = async (sights: Sight[]) => {
    for (const sight of sights) {
      await sight.open(page);
      await look(sight.name);
    }
  };
  await visit(PUBLIC);
  await visit(byMail(portal));
  await page.goto("/sign-in");
  await signIn(page, "uncertified@example.com", "/access");
  await visit(GATE);
  await page.context().clearCookies();
  await page.goto("/sign-in");
  await page.getByLabel("Email address", { exact: true }).fill("candidate@example.com");
  await page.getByLabel("Password", { exact: true }).fill((await import("./server.ts")).PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/terms/);
  await alive(page);
  await look("terms-to-accept");
  await page.getByRole("button", { name: "Accept terms and conditions", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
  await visit(CANDIDATE);
}
