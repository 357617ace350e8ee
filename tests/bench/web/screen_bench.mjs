// How the field app feels on a slow phone: Chromium's CPU slowed to a quarter, as against the full one and, for typing,
// against a bare page with one text field in the same browser. Medians; the last line is one of JSON.
//
//   QF_BUILD=build/release node tests/bench/web/screen_bench.mjs [repeats=7]
import { Person } from "../../e2e/web/person.mjs";
import { openPhone, World } from "../../e2e/web/world.mjs";

const REPEATS = Number(process.argv[2] ?? 7);
const TEXT = "三月十五日晚在饭店宴请代表，送了两条烟。";
const SLOWER = 4;

const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
const p95 = (all) => [...all].sort((a, b) => a - b)[Math.ceil(all.length * 0.95) - 1];

async function reloads(page, shown) {
  const [paints, lists] = [[], []];
  for (let n = 0; n < REPEATS; n++) {
    await page.reload();
    await shown();
    const { paint, list } = await page.evaluate(() => ({
      paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
      list: performance.now(),
    }));
    paints.push(paint);
    lists.push(list);
  }
  return { first_paint_ms: median(paints), list_shown_ms: median(lists) };
}

/** From a key to the frame after what it changed. */
async function typing(page, field) {
  await field.click();
  await page.evaluate(() => {
    globalThis.latencies = [];
    addEventListener("input", ({ timeStamp }) => requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => globalThis.latencies.push(performance.now() - timeStamp);
      port2.postMessage(0);
    }), true);
  });
  for (const letter of TEXT.repeat(3)) {
    await page.keyboard.insertText(letter);
    await page.waitForTimeout(60);
  }
  const all = await page.evaluate(() => globalThis.latencies);
  return { key_to_frame_ms: median(all), key_to_frame_p95_ms: p95(all) };
}

const world = await World.open(process.env.QF_BUILD ?? "build/release");
const phone = await openPhone();
try {
  const { page } = phone;
  const me = new Person(page);
  const { invitation } = await world.ask({ invite: "王五" });
  await page.goto((await world.ask({ host: "pc", language: "zh_CN.UTF-8" })).url);
  await me.enrol(invitation);
  await me.beginReport("测量");
  await me.here("已保存在本机");
  const report = page.url();
  await me.home();
  const cdp = await phone.context.newCDPSession(page);
  const figures = {};
  for (const rate of [1, SLOWER]) {
    await cdp.send("Emulation.setCPUThrottlingRate", { rate });
    await page.goto(new URL("/", report).href);
    const opening = await reloads(page, () => page.getByText("测量").first().waitFor());
    await page.goto(report);
    figures[`cpu_${rate}x_slower`] = { ...opening, ...(await typing(page, page.getByLabel("发生了什么"))) };
  }
  const bare = await phone.context.newPage();
  await (await phone.context.newCDPSession(bare)).send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await bare.setContent("<textarea></textarea>");
  figures.bare_page = await typing(bare, bare.locator("textarea"));
  const round = (_, value) => (typeof value === "number" ? Math.round(value) : value);
  console.log(JSON.stringify(figures, round));
} finally {
  await phone.browser.close();
  await world.close();
}
