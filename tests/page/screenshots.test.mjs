// The pictures in the documents: make test-page SCREENSHOTS=docs/images.
import path from "node:path";
import test from "node:test";
import { launch, open, seen, withShares } from "./browser.mjs";
import { Fleet } from "./fleet.mjs";
import { Stack } from "./stack.mjs";

const folder = process.env.SCREENSHOTS;

test("pictures", { skip: !folder && "NOT TESTED: SCREENSHOTS names no folder" }, async (t) => {
  const stack = await Stack.start(t);
  await stack.startEnvoy("edge-1");
  const page = await open(await launch(t), stack.url, { viewport: { width: 900, height: 700 } });
  await seen(page, "Live on 1 of 1 Envoy");
  await stack.save(stack.config().replace("weight: 3", "weight: 2"));
  await page.locator("li", { hasText: "config 2" }).getByText("live after").waitFor();
  await withShares(page, stack);
  await page.screenshot({ path: path.join(folder, "page-live.png"), fullPage: true });

  const broken = stack.config().replace("values: [hello, world]", "values: []");
  await stack.save(broken);
  await seen(page, "Not live: the file is refused");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.screenshot({ path: path.join(folder, "page-refused.png"), clip: { x: 0, y: 0, width: 900, height: 480 } });

  const large = await Stack.start(t);
  const fleet = new Fleet();
  t.after(() => fleet.close());
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 900, height: 700 });
  await page.goto(large.url);
  await fleet.connect(large.xds, 500, "user-agents");
  await seen(page, "Live on 500 of 500 Envoys");
  fleet.refuses = true;
  await large.save(large.config().replace("[hello, world]", "[hello, mars]"));
  await seen(page, "450 Envoys run what is served");
  await page.screenshot({ path: path.join(folder, "page-fleet.png"), clip: { x: 0, y: 0, width: 900, height: 480 } });
});
