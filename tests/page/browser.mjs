// A real Chromium, and what every page in it must not do.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { eventually } from "./stack.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function launch(t) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: process.getuid() === 0 ? ["--no-sandbox"] : [],
  });
  t.after(() => browser.close());
  return browser;
}

// open shows the page. complaints are the browser's: errors of the script, what the policy forbade, what is missing.
export async function open(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 }, locale: "en-GB", timezoneId: "UTC", ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && page.complaints.push(message.text()));
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("response", (response) => response.status() >= 400 && page.complaints.push(`${response.status()} ${response.url()}`));
  await page.goto(url);
  return page;
}

export const headline = (page) => page.locator("h1").innerText();

// seen waits until the page shows a text, without being loaded again.
export const seen = (page, text) => page.getByText(text).first().waitFor({ timeout: 60_000 });

// withShares sends requests until the page shows the worn out key as out, and shares of the others.
export async function withShares(page, stack) {
  const row = (name) => page.locator("tr", { hasText: name });
  await eventually("the worn out key is out, and the others have shares", async () => {
    await stack.send(20);
    return (await row("team-a").getByText("until").count()) && (await row("team-c").getByText("%").count());
  });
}

// accessible asks axe, with all that is folded and unfolded, and looks that nothing has to be scrolled sideways.
export async function accessible(page, what) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1100, 380]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
      assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`), [], `${what}, ${colorScheme}, ${width} px`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${what} is ${wide} px wide in ${width}`);
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize({ width: 1100, height: 800 });
}

export const unfold = (page, open = true) => page.evaluate((open) => document.querySelectorAll("details").forEach((d) => (d.open = open)), open);
