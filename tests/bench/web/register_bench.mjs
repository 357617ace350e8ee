// S10 at the screen: the register of a desk with 100,000 reports in a browser. Opened, a report opened, searched, scrolled by
// wheel and by keys from the top, and once more with 20,000 rows in the list; every frame of the page is timed while that goes
// on, and how many of them had to wait for rows. The last line is one of JSON.
//
//   QF_BUILD=build/release node tests/bench/web/register_bench.mjs [reports=100000] [repeats=15]
//
// The build needs qingfeng_cli, qingfengd and bench_register_store. Makes a store of some 900 MB below /tmp; some minutes.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { deskSteps, PIN } from "../../e2e/web/desk_steps.mjs";
import { openDesk, World } from "../../e2e/web/world.mjs";

const BUILD = process.env.QF_BUILD ?? "build/release";
const REPORTS = process.argv[2] ?? "100000";
const NAMED = Math.ceil(Number(REPORTS) / 5_000); // 慕容雪, in register_fill.h
const REPEATS = Number(process.argv[3] ?? 15);
const SCROLL_MS = 10_000;
const DEEP_ROWS = 20_000;
const DEEP_MS_MAX = 60_000;
const WHEEL_EVERY_MS = 16; // a wheel that is turned without a pause
const WHEEL_PX = 240;

const at = (all, share) => [...all].sort((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))];
const spread = (all) => ({ p50: at(all, 0.5), p95: at(all, 0.95), worst: Math.max(...all), n: all.length });

/** In the page: the time between each two frames, and from an action to the frame that shows what it asked for. */
function instrument(named) {
  globalThis.frames = [];
  let last = performance.now();
  const tick = (now) => {
    const list = document.querySelector("[role=list][aria-label]")?.parentElement;
    const waits = list && list.scrollTop + list.clientHeight > list.scrollHeight - 2;
    globalThis.frames.push({ ms: now - last, waits });
    last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  globalThis.rows = () => document.querySelectorAll("[role=listitem] a.title");
  globalThis.there = {
    register: () => globalThis.rows().length > 0,
    report: () => document.querySelector("#timeline") !== null,
    help: () => location.pathname === "/help",
    found: () => document.querySelector(".state")?.innerText.includes(`列出 ${named} 份`),
  };
  globalThis.timed = (act, what) =>
    new Promise((told) => {
      const began = performance.now();
      act();
      const shown = () => setTimeout(() => told({ began, at: performance.now(), ms: performance.now() - began }));
      const look = () => requestAnimationFrame(globalThis.there[what]() ? shown : look);
      look();
    });
  globalThis.lastAsked = () => performance.getEntriesByType("resource").findLast(({ name }) => name.includes("ListArrivals")).startTime;
}

async function framesOf(page, act) {
  await page.evaluate(() => void (globalThis.frames.length = 0));
  await act();
  const frames = await page.evaluate(() => globalThis.frames.slice(1));
  return { ...spread(frames.map(({ ms }) => ms)), waited: frames.filter(({ waits }) => waits).length };
}

async function byWheel(page) {
  const box = await page.getByRole("list", { name: "举报" }).locator("..").boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (const end = Date.now() + SCROLL_MS; Date.now() < end; await page.waitForTimeout(WHEEL_EVERY_MS)) {
    await page.mouse.wheel(0, WHEEL_PX);
  }
}
const last = (page) => page.evaluate(() => Math.max(...[...document.querySelectorAll("[data-index]")].map((row) => Number(row.dataset.index))));

/** To the end of what is there, again and again, until that is deep in the register. */
async function goDeep(page) {
  await page.locator("a.title[tabindex='0']").first().focus();
  const end = Date.now() + DEEP_MS_MAX;
  while ((await last(page)) < Math.min(DEEP_ROWS, Number(REPORTS) - 1)) {
    if (Date.now() > end) throw new Error(`the list ends at row ${await last(page)}`);
    await page.keyboard.press("End");
  }
}
async function byKeys(page) {
  await page.locator("a.title[tabindex='0']").first().focus();
  for (const end = Date.now() + SCROLL_MS; Date.now() < end; ) await page.keyboard.press("ArrowDown");
}

/** For a name that few reports hold: from the call, which waits until nobody types any more, to the list. */
async function search(page) {
  const input = page.getByLabel("搜索内容、消息和姓名");
  await input.fill("");
  await page.waitForFunction(() => globalThis.there.register() && !globalThis.there.found());
  await input.focus();
  return page.evaluate(async () => {
    performance.clearResourceTimings();
    const { at } = await globalThis.timed(() => document.execCommand("insertText", false, "慕容雪"), "found");
    return at - globalThis.lastAsked();
  });
}

async function repeat(what) {
  const all = [];
  for (let n = 0; n < REPEATS; n++) all.push(await what());
  return spread(all);
}

const world = await World.open(BUILD);
const screen = await openDesk();
try {
  const { page } = screen;
  const desk = deskSteps(page);
  await world.run("phone", "report", "--violation", "ban.canvassing.bribe", "--what", "第一份");
  await world.run("phone", "sync");
  await world.run("manager", "sync");
  await world.ask({ server: "stop" });
  execFileSync(join(BUILD, "tests/bench/client/bench_register_store"), [join(world.folder, "manager"), PIN, REPORTS]);
  await page.addInitScript(instrument, NAMED);
  await page.goto((await world.ask({ host: "manager", profile: "desk", language: "zh_CN.UTF-8" })).url);
  await desk.unlock();
  await page.waitForFunction(() => globalThis.there.register());
  const go = (place) =>
    page.evaluate((to) => globalThis.timed(() => document.querySelector(`nav a[href$="/${to}"]`).click(), to), place);
  const openRegister = async () => {
    await go("help");
    return (await go("register")).ms;
  };
  const openReport = async () => {
    await openRegister();
    return (await page.evaluate(() => globalThis.timed(() => globalThis.rows()[3].click(), "report"))).ms;
  };
  const figures = {
    opened_ms: await repeat(openRegister),
    report_opened_ms: await repeat(openReport),
    searched_ms: await repeat(async () => (await openRegister(), search(page))),
  };
  await page.getByLabel("搜索内容、消息和姓名").fill("");
  await page.waitForFunction(() => globalThis.there.register() && !globalThis.there.found());
  figures.wheel_frame_ms = await framesOf(page, () => byWheel(page));
  figures.rows_after_wheel = await last(page);
  await openRegister();
  figures.keys_frame_ms = await framesOf(page, () => byKeys(page));
  figures.rows_after_keys = await last(page);
  figures.going_deep_frame_ms = await framesOf(page, () => goDeep(page));
  figures.deep_wheel_frame_ms = await framesOf(page, () => byWheel(page));
  figures.rows_deep = await last(page);
  const round = (_, value) => (typeof value === "number" ? Math.round(value * 10) / 10 : value);
  console.log(JSON.stringify(figures, round));
} finally {
  await screen.browser.close();
  await world.close();
}
