// The register at a desk in a browser, over the real programs: a phone's report arrives live at two windows, is found,
// opened, seen, answered, and its case opened; by keyboard too, and without a word of it in an address.
//
//   node --test tests/e2e/web/register_test.mjs        QF_BUILD = the build folder; default build/web
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { headingHasFocus, lookAtDesk } from "./look.mjs";
import { openDesk, World } from "./world.mjs";

const BUILD = process.env.QF_BUILD ?? "build/web";
const PIN = "amber-river-lantern";
let world, screen, page, second, picture;

before(async () => {
  world = await World.open(BUILD);
  screen = await openDesk();
  page = screen.page;
  picture = join(world.folder, "宴会.jpg");
  await page.setContent("<h1 style='background:linear-gradient(90deg,teal,gold)'>福满楼</h1>");
  await page.screenshot({ path: picture, type: "jpeg" });
  // As an editor of Chinese Windows writes it: 二桌，四千元 in GBK.
  writeFileSync(join(world.folder, "账.txt"), Buffer.from("b6fed7c0a3accbc4c7a7d4aa0d0a", "hex"));
  writeFileSync(join(world.folder, "方案.pdf"), "%PDF-1.4 not a real one\n");
  const { url } = await world.ask({ host: "manager", profile: "desk", language: "zh_CN.UTF-8" });
  await page.goto(url);
});
after(async () => {
  await screen?.browser.close();
  await world?.close();
});

const button = (name, on = page) => on.getByRole("button", { name });
const rows = (on = page) => on.getByRole("listitem").filter({ has: on.locator("a.title") });
const row = (title, on = page) => rows(on).filter({ hasText: title });

/** In the page: is a picture at that address? */
const isThere = (url) =>
  new Promise((told) => {
    const image = new Image();
    image.onload = () => told(true);
    image.onerror = () => told(false);
    image.src = url;
  });

async function file(title, ...words) {
  await world.run("phone", "report", "--violation", "ban.canvassing.bribe", "--township", "城关镇", "--title", title, ...words);
  await world.run("phone", "sync");
}

test("the desk opens with an empty register that says what comes", async () => {
  await page.getByLabel("口令").fill(PIN);
  await button("打开").click();
  await headingHasFocus(page, "举报");
  await page.getByText("还没有举报").waitFor();
  await lookAtDesk(page, "register-empty");
  second = await screen.context.newPage();
  await second.goto(new URL("/register", page.url()).href);
  await headingHasFocus(second, "举报");
});

test("a phone's report with files arrives live in both windows", async () => {
  const what = ["--what", "三月十五日晚在福满楼宴请代表二十人。", "--urgent", "--stage", "public-notice", "--person", "张三; 副镇长; 镇政府"];
  const files = [picture, join(world.folder, "账.txt"), join(world.folder, "方案.pdf")].flatMap((path) => ["--attach", path]);
  await file("宴请代表", ...what, ...files);
  for (const window of [page, second]) {
    await row("宴请代表", window).waitFor({ timeout: 60_000 });
    await row("宴请代表", window).getByText("紧急").waitFor();
  }
  await file("突击提拔", "--what", "一周内提拔三名干部。");
  await row("突击提拔").waitFor({ timeout: 60_000 });
  assert.match(await rows().first().innerText(), /突击提拔/, "the newest is first");
  await lookAtDesk(page, "register");
});

test("a word of two characters finds it, also in the reporter's name; no word is in an address", async () => {
  await page.keyboard.press("/");
  await page.keyboard.type("福满");
  await row("突击提拔").waitFor({ state: "detached" });
  await row("宴请代表").waitFor();
  const township = page.getByRole("combobox", { name: "乡镇" });
  await township.pressSequentially("关");
  await page.getByRole("option", { name: "城关镇" }).waitFor();
  await lookAtDesk(page, "register-township");
  await page.getByRole("option", { name: "城关镇" }).click();
  await row("宴请代表").waitFor();
  await township.fill("别的镇");
  await page.getByText("没有符合条件的举报").waitFor();
  await lookAtDesk(page, "register-nothing");
  await page.getByLabel("紧急", { exact: true }).check();
  assert.equal(new URL(page.url()).search, "?urgent=1");
  await button("清除条件").click();
  await row("突击提拔").waitFor();
  await page.getByLabel("搜索内容、消息和姓名").fill("pho");
  await row("突击提拔").waitFor();
  await button("清除条件").click();
  await page.getByLabel("未编入线索").check();
  await page.reload();
  assert.ok(await page.getByLabel("未编入线索").isChecked(), "the address keeps what is no content");
  await Promise.all([page.waitForResponse(/ListArrivals/), page.getByLabel("未编入线索").uncheck()]);
});

test("by keys alone: down the list, into a report, its picture seen, and back", async () => {
  await row("宴请代表").waitFor();
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("j");
  await page.waitForFunction(() => document.activeElement?.textContent === "突击提拔");
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.activeElement?.textContent === "宴请代表");
  await page.keyboard.press("Enter");
  await headingHasFocus(page, "宴请代表");
  await page.getByText("三月十五日晚在福满楼宴请代表二十人。").waitFor();
  await page.getByText("不准贿赂代表").waitFor();
  const view = button("查看 宴会.jpg");
  await view.waitFor({ timeout: 60_000 });
  await view.focus();
  await page.keyboard.press("Enter");
  const image = page.getByRole("img", { name: /宴会/ });
  await image.waitFor();
  await page.waitForFunction(() => document.querySelector("img.picture")?.naturalWidth > 0);
  const address = await image.getAttribute("src");
  assert.match(address, /^blob:/);
  assert.equal(await page.evaluate(isThere, address), true);
  await button("旋转").click();
  await button("放大").click();
  await lookAtDesk(page, "report-picture");
  assert.equal(await page.locator("a[download]").count(), 0, "nothing leads out of the store by itself");
  await button("收起 宴会.jpg").click();
  assert.equal(await page.evaluate(isThere, address), false, "what was shown is gone");
  screen.complaints.length = 0; // that it is not there
});

test("text is shown, what could carry a program is not, and the disk is reached only past a warning", async () => {
  await button("查看 账.txt").click();
  await page.getByText("二桌，四千元").waitFor();
  await page.getByText(/这里不显示这种文件（application\/pdf）/).waitFor();
  assert.equal(await button("查看 方案.pdf").count(), 0);
  await button("存到磁盘… 方案.pdf").click();
  await page.getByText("离开清风的保护").waitFor();
  await lookAtDesk(page, "report-save");
  const download = page.waitForEvent("download");
  await button("我明白，存到磁盘").click();
  assert.equal((await download).suggestedFilename(), "方案.pdf");
});

test("the answer that was begun is kept while one looks elsewhere, is sent, and is read on the phone", async () => {
  await page.getByLabel("答复举报人").fill("请补充饭店的楼层。");
  await page.getByRole("link", { name: "返回" }).click();
  await headingHasFocus(page, "举报");
  await row("宴请代表").getByRole("link").click();
  assert.equal(await page.getByLabel("答复举报人").inputValue(), "请补充饭店的楼层。");
  const question = page.waitForEvent("dialog");
  await page.evaluate(() => void setTimeout(() => location.reload()));
  assert.equal((await question).type(), "beforeunload", "a reload would lose it, so it is asked about");
  await (await question).dismiss();
  assert.equal(await page.getByLabel("答复举报人").inputValue(), "请补充饭店的楼层。");
  await button("发送").click();
  await page.getByRole("listitem").filter({ hasText: "请补充饭店的楼层。" }).waitFor();
  assert.equal(await page.getByLabel("答复举报人").inputValue(), "");
  await page.getByText(/^本工作台 · /).waitFor({ timeout: 60_000 });
  await world.run("phone", "sync");
  const { messages } = await world.run("phone", "inbox", "宴请代表");
  assert.ok(JSON.stringify(messages).includes("请补充饭店的楼层。"));
  await world.run("phone", "reply", "宴请代表", "二楼牡丹厅。");
  await world.run("phone", "sync");
  await page.getByText("二楼牡丹厅。").waitFor({ timeout: 60_000 });
  await lookAtDesk(page, "report");
});

test("a report that came while one reads further waits until it is asked for", async () => {
  await page.getByRole("link", { name: "返回" }).click();
  await row("宴请代表").getByText("1 条消息未答复").waitFor();
  await row("宴请代表").getByRole("link").focus();
  await file("送礼", "--what", "送了两条烟。");
  await button("显示新到的 1 份").waitFor({ timeout: 60_000 });
  assert.equal(await row("送礼").count(), 0);
  await button("显示新到的 1 份").click();
  await page.waitForFunction(() => document.activeElement?.textContent === "送礼");
});

test("two reports become a case, which both windows and the cases show", async () => {
  await second.getByLabel("未编入线索").check();
  await row("送礼", second).waitFor();
  await page.keyboard.press("x");
  await page.getByLabel("选中：宴请代表").check();
  await button("把 2 份举报编入线索").click();
  await page.locator("dialog[open]").getByRole("button", { name: "编入线索", exact: true }).click();
  await row("送礼").getByText("第 1 号线索").waitFor({ timeout: 60_000 });
  await row("宴请代表", second).waitFor({ state: "detached", timeout: 60_000 });
  await row("突击提拔", second).waitFor();
  await second.getByLabel("未编入线索").uncheck();
  await row("宴请代表", second).getByText("第 1 号线索").waitFor();
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await headingHasFocus(page, "问题线索");
  await page.getByRole("link", { name: /2 份举报/ }).waitFor();
  await lookAtDesk(page, "cases");
  await page.getByRole("link", { name: /2 份举报/ }).click();
  await page.getByText("只看编入第 1 号线索的举报").waitFor();
  await row("送礼").waitFor();
  assert.equal(await rows().count(), 2);
});

test("the lock takes everything off both windows", async () => {
  await button("锁定").click();
  for (const window of [page, second]) {
    await window.getByRole("heading", { name: "已锁定" }).waitFor();
    assert.equal(await window.getByText("宴请代表").count(), 0);
  }
});

test("the browser had nothing to complain about: no policy was broken", () => {
  assert.deepEqual(screen.complaints, []);
});
