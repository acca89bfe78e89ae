// What a person sees who keeps the page open: make test-page.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { accessible, headline, launch, open, seen, unfold, withShares } from "./browser.mjs";
import { eventually, Stack } from "./stack.mjs";

const other = `  - name: second
    headers: [{name: User-Agent, values: [goodbye]}]`;

test("an edit is seen, and the reader stays where he is", async (t) => {
  const stack = await Stack.start(t);
  await stack.startEnvoy("edge-1");
  const browser = await launch(t);
  const page = await open(browser, stack.url, { viewport: { width: 1100, height: 300 } });
  await seen(page, "Live on 1 of 1 Envoy");
  assert.equal(await page.title(), "livefilter: Live on 1 of 1 Envoy");
  const announced = await page.evaluate(() => document.querySelector("h1").closest("[aria-live]")?.getAttribute("aria-live"));
  assert.equal(announced, "polite");

  await page.locator("summary", { hasText: "runs what is served" }).focus();
  await page.keyboard.press("Enter");
  await seen(page, "edge-1");
  await page.evaluate(() => {
    globalThis.same = document.querySelector("h1"); // a page that is loaded again has another
    document.querySelector("#filters").scrollIntoView();
  });
  const inSight = () => document.querySelector("#filters").getBoundingClientRect().top; // whatever has come above it
  const before = await page.evaluate(inSight);
  const start = Date.now();
  await stack.save(stack.config(other));
  await page.locator("h3", { hasText: "second" }).waitFor();
  t.diagnostic(`seen ${Date.now() - start} ms after the save`);
  assert.equal(await page.locator("h3", { hasText: "tidy" }).count(), 0);
  await page.locator("#edits + ul > li:first-child", { hasText: "live after" }).waitFor();
  const after = await page.evaluate(() => ({
    same: globalThis.same === document.querySelector("h1"), open: document.querySelector("[data-key=good]").open,
    focus: document.activeElement.tagName,
  }));
  assert.deepEqual(after, { same: true, open: true, focus: "SUMMARY" });
  assert.ok(Math.abs(await page.evaluate(inSight) - before) < 2, "what was in sight has moved");
  assert.deepEqual(page.complaints, []);
});

test("a broken file is seen, with its line", async (t) => {
  const stack = await Stack.start(t);
  await stack.startEnvoy("edge-1");
  const page = await open(await launch(t), stack.url);
  await seen(page, "Live on 1 of 1 Envoy");
  const good = stack.config();
  await stack.save(good.replace("values: [hello, world]", "values: []"));
  await seen(page, "Not live: the file is refused");
  const line = 1 + good.split("\n").findIndex((l) => l.includes("[hello, world]"));
  await page.locator("pre", { hasText: `livefilter.yaml:${line}:` }).first().waitFor();
  await page.locator("link[rel=icon][href='fails.svg']").waitFor({ state: "attached" });
  await unfold(page);
  await accessible(page, "a broken file");
  await stack.save(good);
  await seen(page, "Live on 1 of 1 Envoy");
  assert.equal(await page.locator("section pre.fails").count(), await page.locator("#edits + ul pre.fails").count(), "the error is history");
  assert.deepEqual(page.complaints, []);
});

test("an Envoy that is cut off is seen", async (t) => {
  const stack = await Stack.start(t);
  await stack.startEnvoy("edge-1");
  const page = await open(await launch(t), stack.url);
  await stack.startEnvoy("edge-2");
  await seen(page, "Live on 2 of 2 Envoys");
  await stack.stop(stack.envoys.get("edge-2"));
  await seen(page, "1 Envoy left");
  await seen(page, "Live on 1 of 1 Envoy");
  await stack.save(stack.config(other));
  await seen(page, "Not live: runs on 1 of 2 Envoys");
  await page.locator("li", { hasText: "edge-2" }).getByText("may run something else").first().waitFor();
  await unfold(page);
  await accessible(page, "an Envoy that left");
  assert.deepEqual(page.complaints, []);
});

test("figures, shares and what is out are seen", async (t) => {
  const stack = await Stack.start(t);
  await stack.startEnvoy("edge-1");
  const page = await open(await launch(t), stack.url);
  await seen(page, "Live on 1 of 1 Envoy");
  await withShares(page, stack);
  await stack.send(3, "/503");
  await page.locator("dl .fails", { hasText: "with 5xx" }).waitFor();
  assert.equal(await page.getByText(/old-1|new-1|new-2/).count(), 0, "no values");
  await unfold(page);
  await accessible(page, "figures");
  assert.deepEqual(page.complaints, []);
});

test("a server that is gone is noticed, and one that comes back", async (t) => {
  const stack = await Stack.start(t, ["--state-dir", "state"]);
  await stack.startEnvoy("edge-1");
  const page = await open(await launch(t), stack.url);
  await seen(page, "Live on 1 of 1 Envoy");
  await stack.save(stack.config().replace("weight: 3", "weight: 2"));
  await page.locator("#edits + ul > li:first-child", { hasText: /live after.*config 2/ }).waitFor();
  await stack.stop(stack.server);
  await seen(page, "No word from the server since");
  await accessible(page, "no server");
  await stack.startServer();
  await page.locator("#lost").waitFor({ state: "hidden" });
  await stack.save(stack.config(other));
  await page.locator("h3", { hasText: "second" }).waitFor();
  for (const config of ["config 1", "config 2", "config 3"]) await seen(page, config); // also what was before the restart
});

test("it is a plain page without scripts, and works with keys alone", async (t) => {
  const stack = await Stack.start(t);
  await stack.startEnvoy("edge-1");
  await eventually("it is live", async () => (await stack.status()).live);
  const browser = await launch(t);
  const plain = await open(browser, stack.url, { javaScriptEnabled: false });
  assert.equal(await headline(plain), "Live on 1 of 1 Envoy");
  await stack.save(stack.config(other));
  await eventually("it is live", async () => (await stack.status()).live);
  await plain.getByRole("link", { name: "load it again" }).click();
  await plain.locator("h3", { hasText: "second" }).waitFor();
  assert.deepEqual(plain.complaints, []);

  const page = await open(browser, stack.url);
  const reached = new Set();
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement.textContent.trim().split("\n")[0]));
  }
  for (const what of ["1 Envoy runs what is served", "Who answered when", "status", "metrics"]) {
    assert.ok(reached.has(what), `${what} is not among ${[...reached]}`);
  }
});

test("it follows with a password, where one is asked for", async (t) => {
  const token = "a-token-of-the-test-1234";
  const dir = await mkdtemp(path.join(tmpdir(), "livefilter-page-token-"));
  t.after(() => rm(dir, { recursive: true }));
  await writeFile(`${dir}/token`, token, { mode: 0o600 });
  const stack = await Stack.start(t, ["--admin-token-file", `${dir}/token`]);
  // What comes through a proxy is not from this machine.
  const away = { extraHTTPHeaders: { "X-Forwarded-For": "192.0.2.1" } };
  const browser = await launch(t);
  for (const asked of ["", "fragment", "stream", "page.js"]) {
    assert.equal((await fetch(stack.url + asked, { headers: away.extraHTTPHeaders })).status, 401, asked);
  }
  const page = await open(browser, stack.url, { ...away, httpCredentials: { username: "me", password: token } });
  assert.equal(await headline(page), "Not live: no Envoy is connected");
  await stack.startEnvoy("edge-1");
  await seen(page, "Live on 1 of 1 Envoy");
});
