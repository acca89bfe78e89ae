// A page of 500 Envoys, of which 50 refuse an edit.
import assert from "node:assert/strict";
import test from "node:test";
import { accessible, launch, open, seen, unfold } from "./browser.mjs";
import { Fleet } from "./fleet.mjs";
import { Stack } from "./stack.mjs";

test("500 Envoys stay readable", async (t) => {
  const stack = await Stack.start(t);
  const fleet = new Fleet();
  t.after(() => fleet.close());
  const page = await open(await launch(t), stack.url);
  await fleet.connect(stack.xds, 500, "user-agents");
  await seen(page, "Live on 500 of 500 Envoys");
  fleet.refuses = true;
  const start = Date.now();
  await stack.save(stack.config().replace("[hello, world]", "[hello, mars]"));
  await seen(page, "Not live: runs on 450 of 500 Envoys");
  await seen(page, "450 Envoys run what is served");
  t.diagnostic(`seen ${Date.now() - start} ms after the save`);
  await page.locator(".reasons li", { hasText: "50 Envoys not live" }).waitFor();
  await page.getByText("30 Envoys more with a problem").click();
  const lines = page.locator("#fleet ~ ul.lines > li, [data-key=rest] > ul > li");
  assert.equal(await lines.count(), 50);
  const text = await lines.first().innerText();
  assert.match(text, /^not live\s+edge-007.*livefilter\.yaml:10:.*NACKed TypedExtensionConfig: Unable to create Wasm plugin/s);
  const shape = await page.evaluate(() => ({
    nodes: document.querySelectorAll("*").length,
    heights: [...document.querySelectorAll("#fleet ~ ul.lines > li, [data-key=rest] > ul > li")].map((li) => li.getBoundingClientRect().height),
  }));
  t.diagnostic(`${shape.nodes} elements`);
  assert.ok(shape.nodes < 10_000, `${shape.nodes} elements`);
  assert.ok(Math.max(...shape.heights) < 40, "an Envoy is a line");
  await accessible(page, "500 Envoys");
  await unfold(page);
  const morph = Date.now();
  await stack.save(stack.config().replace("[hello, world]", "[hello, venus]"));
  await page.locator("#edits + ul > li:first-child", { hasText: "config 3" }).waitFor();
  t.diagnostic(`unfolded, seen ${Date.now() - morph} ms after the save`);
  assert.deepEqual(page.complaints, []);
});
