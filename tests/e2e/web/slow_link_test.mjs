// A slow, far and broken network between the field app and the office (relay.mjs): the page tells what has arrived and what
// has not, stays usable, says "received" only when that is proven, and sends nothing twice that is there.
//
//   node --test tests/e2e/web/slow_link_test.mjs        QF_BUILD = the build folder; default build/web
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { headingHasFocus, lookAt } from "./look.mjs";
import { Person } from "./person.mjs";
import { Relay } from "./relay.mjs";
import { openPhone, World } from "./world.mjs";

const FILE_BYTES = 120_000;
const SLOW = { bytesPerSecond: 8_000, delayMs: 400 };
// Where the page is looked at while something is under way: the link has to be slower than any browser.
const FAR = { ...SLOW, delayMs: 4_000 };
const NARROW = { ...SLOW, bytesPerSecond: 2_000 };
const MINUTE_MS = 60_000;
let relay, world, phone, page, me;
const path = (name) => join(world.folder, name);

before(async () => {
  relay = await Relay.open();
  world = await World.open(process.env.QF_BUILD ?? "build/web", "--ports", relay.ports);
  phone = await openPhone();
  page = phone.page;
  me = new Person(page);
  const { url } = await world.ask({ host: "phone", language: "zh_CN.UTF-8" });
  await page.goto(url);
  await me.unlock();
  await headingHasFocus(page, "清风");
});
after(async () => {
  await phone?.browser.close();
  await world?.close();
  await relay?.close();
});

/** Files a report with a file of that name. */
async function fileWith(title, name) {
  writeFileSync(path(name), randomBytes(FILE_BYTES));
  await me.beginReport(title);
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), me.button("选文件").click()]);
  await chooser.setFiles(path(name));
  await me.button(`移除 ${name}`).waitFor();
  await me.file(title);
}
/** From the home screen: no Exchange is under way any more whose answer what is filed next would have to wait for. */
async function settled() {
  await me.button("立即同步").click();
  await page.locator("button[aria-disabled=true]").waitFor({ state: "detached" });
  await me.here("都已送达");
}
const main = () => page.getByRole("main").innerText();
const open = (title) => page.getByRole("link", { name: title }).click();
/** What the page says of how much of the file has gone, as often as that changes, until it says that it is there. */
async function progressOf() {
  const said = [];
  for (const end = Date.now() + MINUTE_MS; Date.now() < end; await page.waitForTimeout(100)) {
    const text = await main();
    const now = /已送出 .+，共 .+/.exec(text)?.[0];
    if (now && now !== said.at(-1)) said.push(now);
    if (/^已送达$/m.test(text)) return said;
  }
  throw new Error(`the file does not arrive: ${said.join("; ")}`);
}
async function atDesk(title, name) {
  await world.run("manager", "sync");
  const { arrivals } = await world.run("manager", "desk", "register");
  const found = arrivals.filter(({ report }) => report.title === title);
  assert.equal(found.length, 1, `${title} is there once`);
  if (!name) return;
  await world.run("manager", "desk", "open-attachment", found[0].record_id, name, "--to", path(`desk-${name}`));
  assert.ok(readFileSync(path(`desk-${name}`)).equals(readFileSync(path(name))), "every byte is right");
}

test("on a far and slow link: the report first, then its file, told in words as it goes", async () => {
  relay.become(FAR);
  const before = relay.up;
  await fileWith("慢网", "慢.bin");
  assert.doesNotMatch(await main(), /已收到/, "nothing can be proven yet");
  await me.here("还没有回执");
  relay.become(SLOW);
  await me.here(/已收到，有回执，.*附件还在路上/, { timeout: MINUTE_MS });
  assert.ok(relay.up - before < FILE_BYTES / 2, "the file did not hold the report up");
  await me.here(/已送出 .+，共 /);
  await lookAt(page, "item-slow");
  const said = await progressOf();
  assert.ok(said.length >= 4, `it went on before one's eyes: ${said.join("; ")}`);
  assert.ok(relay.up - before >= FILE_BYTES, "not said before it was so");
  await me.here(/已收到，有回执，[^；]*$/);
  relay.become();
  await atDesk("慢网", "慢.bin");
});

test("while a file is under way the home screen says so, and a draft is written and kept", async () => {
  relay.become(NARROW);
  await me.home();
  await fileWith("在路上", "路.bin");
  await me.here(/附件还在路上/, { timeout: MINUTE_MS });
  await me.home();
  await me.here("文字已送达，附件还在路上");
  await me.here(/附件还有 /);
  assert.doesNotMatch(await main(), /都已送达/);
  await lookAt(page, "home-slow");
  await me.beginReport("同时写的");
  await me.here("已保存在本机", { timeout: 2_000 });
  await page.reload();
  assert.equal(await page.getByLabel("标题").inputValue(), "同时写的");
  await me.home();
  assert.doesNotMatch(await main(), /都已送达/, "it is still under way");
});

test("cut in the middle: it says what is there; afterwards only the rest is sent", async () => {
  relay.become(SLOW);
  const before = relay.up;
  relay.cutAfter(40_000);
  await open("在路上");
  await me.here(/已送出 .+，共 /);
  await me.home();
  await me.here("连不上服务器", { timeout: MINUTE_MS });
  await open("在路上");
  await lookAt(page, "item-cut");
  relay.become(SLOW);
  await progressOf();
  assert.ok(relay.up - before < FILE_BYTES * 1.3, `${relay.up - before} bytes went up`);
  relay.become();
  await atDesk("在路上", "路.bin");
});

test("an answer that is lost proves nothing: the report stays on its way, and is in the office once", async () => {
  await me.home();
  await settled();
  relay.become({ silent: "down" });
  const before = relay.up;
  await me.beginReport("回音丢了");
  await me.file("回音丢了");
  await me.here(/在路上，/);
  while (relay.up - before < 300) await page.waitForTimeout(100);
  await page.waitForTimeout(2_000);
  assert.doesNotMatch(await main(), /已收到/);
  relay.become({ closed: true });
  relay.become();
  await me.here(/已收到，有回执/, { timeout: MINUTE_MS });
  await atDesk("回音丢了");
});

test("a network that swallows everything is called one that does not answer, and is left behind by itself", async () => {
  await me.home();
  await settled();
  relay.become({ silent: "both" });
  await me.beginReport("没有声音");
  await me.file("没有声音");
  await me.home();
  await me.here(/还有 1 件/);
  await me.here("连不上服务器", { timeout: 2 * MINUTE_MS });
  assert.doesNotMatch(await main(), /都已送达/);
  await lookAt(page, "home-silent");
  relay.become();
  await me.here("都已送达", { timeout: 2 * MINUTE_MS });
  await atDesk("没有声音");
});

test("what was filed while another is still on its way has not gone out: it is taken back, put right and filed anew", async () => {
  await settled();
  relay.become({ silent: "both" });
  await me.beginReport("先写的");
  await me.file("先写的");
  await me.here(/在路上，/);
  await me.home();
  await me.beginReport("写错的", "收了五千元。");
  await me.file("写错的");
  await lookAt(page, "item-filed");
  await me.button("撤回修改").click();
  await headingHasFocus(page, "写举报");
  assert.equal(await page.getByLabel("标题").inputValue(), "写错的", "nothing that was said is folded away");
  await me.fill("发生了什么", "收了两千元。");
  await me.file("写错的");
  relay.become();
  await me.here(/已收到，有回执/, { timeout: 2 * MINUTE_MS });
  assert.equal(await me.button("撤回修改").count(), 0, "it is the office's now");
  await atDesk("写错的");
  const { arrivals } = await world.run("manager", "desk", "register");
  assert.ok(arrivals.some(({ report }) => report.what === "收了两千元。"));
});

test("the browser had nothing to complain about: no policy was broken", () => {
  assert.deepEqual(phone.complaints, []);
});
