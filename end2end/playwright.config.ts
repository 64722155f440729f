import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

// The system's own browser: nothing is downloaded. CHROMIUM names another one.
const chromium = process.env.CHROMIUM
  ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

const desktop = { viewport: { width: 1280, height: 900 } };
const phone = {
  viewport: { width: 360, height: 740 },
  isMobile: true,
  hasTouch: true,
  deviceScaleFactor: 2,
  userAgent: devices["Pixel 7"].userAgent,
};

export default defineConfig({
  testDir: "tests",
  outputDir: "results/tests",
  globalSetup: "./support/template.ts",
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [
    ["list"],
    ["html", { outputFolder: "report", open: "never" }],
    ["json", { outputFile: "results/report.json" }],
  ],
  use: {
    browserName: "chromium",
    launchOptions: {
      executablePath: chromium,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
    locale: "en-GB",
    timezoneId: "America/Los_Angeles",
    actionTimeout: 15_000,
    navigationTimeout: 20_000,
    screenshot: "only-on-failure",
    trace: "off",
  },
  // A test says with its tag where it runs besides the desktop: @phone, @noscript, @postgres. @only-… means nowhere else.
  projects: [
    { name: "desktop", use: desktop, grepInvert: /@only-/ },
    { name: "phone", use: phone, grep: /@phone/ },
    { name: "desktop-noscript", use: { ...desktop, javaScriptEnabled: false }, grep: /@noscript|@only-noscript/ },
    { name: "postgres", use: desktop, grep: /@postgres/ },
  ],
});
