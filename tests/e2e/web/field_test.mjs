// The field app in a browser, over the real core and the real server: from an invitation to the office's answer.
//
//   node --test tests/e2e/web/field_test.mjs        QF_BUILD = the build folder; default build/web
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { headingHasFocus, lookAt, saidInSight } from "./look.mjs";
import { Person, PIN } from "./person.mjs";
import { openPhone, World } from "./world.mjs";

// Where the button that files stands on a phone of 740 px: a thumb's flick away.
const SHORT_FORM_PX = 1_110;
const BUILD = process.env.QF_BUILD ?? "build/web";
let world, phone, page, me, button, fill, here, home, unlock;

before(async () => {
  world = await World.open(BUILD);
  phone = await openPhone();
  page = phone.page;
  me = new Person(page);
  ({ button, fill, here } = me);
  home = () => me.home();
  unlock = (pin) => me.unlock(pin);
  const { url } = await world.ask({ host: "pc", language: "zh_CN.UTF-8" });
  await page.goto(url);
});
after(async () => {
  await phone?.browser.close();
  await world?.close();
});

test("an invitation is pasted, a weak PIN refused, the device enrolled", async () => {
  await headingHasFocus(page, "登记本设备");
  await lookAt(page, "enrol");
  await fill("邀请", "QF-INVITE-NONE");
  await here("读不出这份邀请");
  const { invitation } = await world.ask({ invite: "王五" });
  await fill("邀请", invitation);
  await here("邀请来自办公室的服务器");
  await fill("新口令", "123456");
  await fill("再输入一遍", "123456");
  await button("登记").click();
  await here("PIN_WEAK");
  await lookAt(page, "enrol-refused");
  await fill("新口令", PIN);
  await fill("再输入一遍", PIN);
  await button("登记").click();
  await headingHasFocus(page, "登记好了");
  await here("您的口令有多安全");
  await page.locator("p[lang=zh-CN]", { hasText: "如果有人拿到本机" }).waitFor(); // the page's language, not that in which the program was started
  await lookAt(page, "enrolled");
  assert.ok(!page.url().includes("QF"), "the invitation is in no address");
  await button("开始使用").click();
  await headingHasFocus(page, "清风");
  await lookAt(page, "home-provisional");
});

test("the administrator's desk certifies the device, and the note goes by itself", async () => {
  await page.getByText("都已送达").waitFor();
  await world.run("admin", "sync");
  await page.getByRole("heading", { name: "等待办公室认证" }).waitFor({ state: "detached", timeout: 60_000 });
  await lookAt(page, "home-empty");
});

test("a report is written, outlives a reload in the middle, and is filed", async () => {
  await button("写举报").click();
  await headingHasFocus(page, "写举报");
  await button("提交举报").click();
  await here("请从目录里选一条");
  await here("请写发生了什么");
  await lookAt(page, "report-refused");
  await page.getByRole("button", { name: /违反了哪一条/ }).click();
  await page.getByRole("searchbox").fill("贿赂 代表");
  await lookAt(page, "choice");
  await page.keyboard.press("Escape");
  assert.match(await page.evaluate(() => document.activeElement.textContent), /请选择/, "the focus comes back");
  await page.getByRole("button", { name: /违反了哪一条/ }).click();
  await page.getByRole("searchbox").fill("贿赂 代表");
  await button("不准贿赂代表").click();
  await page.getByText("请从目录里选一条").waitFor({ state: "detached" });
  await here("请写发生了什么");
  await fill("发生了什么", "三月十五日晚在饭店宴请代表。");
  assert.equal(await page.locator(".wrong").count(), 0, "what was put right is not wrong any more");
  await me.title("宴请代表");
  await page.getByLabel("时间", { exact: true }).fill("三月十五日晚");
  // At once, within the half second of the autosave.
  await page.reload();
  assert.equal(await page.getByLabel("发生了什么").inputValue(), "三月十五日晚在饭店宴请代表。");
  assert.equal(await page.getByLabel("时间", { exact: true }).inputValue(), "三月十五日晚");
  await here("不准贿赂代表");
  await fill("地点", "城关饭店");
  await fill("乡镇", "城关镇");
  await page.getByLabel("换届的哪个阶段").selectOption({ label: "公示" });
  await button("添加一人").click();
  await page.keyboard.type("张三");
  await fill("职务", "副镇长");
  await page.getByLabel("我当场看到，并且当场作了处置").check();
  await page.getByLabel("制止的时间").fill("2026-03-15T20:30");
  await fill("由谁处置", "监督员");
  await here("已保存在本机");
  await lookAt(page, "report");
  await button("提交举报").click();
  await headingHasFocus(page, "宴请代表");
  await here(/已收到，有回执/);
  await here("谁也不能悄悄改动或抽走");
});

test("the desk reads what was typed and answers; the page shows the answer by itself", async () => {
  await world.run("manager", "sync");
  const { arrivals } = await world.run("manager", "desk", "register");
  assert.equal(arrivals.length, 1);
  const { report, reporter, record_id: record } = arrivals[0];
  assert.equal(report.what, "三月十五日晚在饭店宴请代表。");
  assert.equal(report.violation, "ban.canvassing.bribe");
  assert.equal(report.stage, "STAGE_PUBLIC_NOTICE");
  assert.equal(report.people[0].name, "张三");
  assert.equal(report.on_the_spot.by, "监督员");
  assert.ok(reporter, "the report is named");
  await world.run("manager", "desk", "reply", record, "请补充饭店的名称。");
  await world.run("manager", "sync");
  await page.getByText("请补充饭店的名称。").waitFor({ timeout: 60_000 });
  await page.getByLabel("写给办公室").fill("城关饭店二楼。");
  await home();
  await page.getByRole("link", { name: "宴请代表" }).click();
  assert.equal(await page.getByLabel("写给办公室").inputValue(), "城关饭店二楼。", "what was begun is still there");
  await button("发送").click();
  await here("城关饭店二楼。");
  await page.getByRole("listitem").filter({ hasText: "城关饭店二楼。" }).getByText(/已收到，有回执/).waitFor();
  assert.equal(await page.getByLabel("写给办公室").inputValue(), "");
  await page.getByText("回执原文").click();
  await here("c2sp.org/tlog-proof");
  await lookAt(page, "item");
  await world.run("manager", "sync");
  const { arrivals: now } = await world.run("manager", "desk", "register");
  assert.equal(now[0].messages, 2);
});

test("a short report is filed with five taps, on little more than one screen", async () => {
  await home();
  await page.evaluate(() => {
    globalThis.taps = 0;
    addEventListener("pointerdown", () => globalThis.taps++, true);
  });
  await button("写举报").click();
  await headingHasFocus(page, "写举报");
  const { y, height } = await button("提交举报").boundingBox();
  assert.ok(y + height <= SHORT_FORM_PX, `the form ends ${y + height} px down`);
  await me.chooseViolation("不准贿赂代表");
  await page.getByLabel("发生了什么").click();
  await page.keyboard.insertText("代表收了红包。");
  await button("提交举报").click();
  await headingHasFocus(page, "代表收了红包。");
  assert.equal(await page.evaluate(() => globalThis.taps), 5);
  await here(/已收到，有回执/);
});

/** The office's answer to the first report. */
async function answer(text) {
  await world.run("manager", "sync");
  const { arrivals } = await world.run("manager", "desk", "register");
  const { record_id: record } = arrivals.find(({ report }) => report.title === "宴请代表");
  await world.run("manager", "desk", "reply", record, text);
  await world.run("manager", "sync");
}

test("what the office writes while one is elsewhere stands first on the home screen, until it was read", async () => {
  await home();
  await answer("还请补充在场的人。");
  await page.getByRole("heading", { level: 2, name: "办公室有新消息" }).waitFor({ timeout: 60_000 });
  assert.match(await page.getByRole("heading", { level: 2 }).first().innerText(), /办公室有新消息/, "before everything else");
  await here("1 条新消息");
  await lookAt(page, "home-unread");
  await page.getByRole("link", { name: "宴请代表" }).click();
  await here("还请补充在场的人。");
  await home();
  await page.getByRole("heading", { level: 2, name: /已送达，有回执/ }).waitFor();
  assert.equal(await page.getByRole("heading", { level: 2, name: "办公室有新消息" }).count(), 0);
});

test("an answer that comes into a tab behind another is not read by that", async () => {
  await page.getByRole("link", { name: "宴请代表" }).click();
  await headingHasFocus(page, "宴请代表");
  await page.evaluate(() => Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" }));
  await answer("谢谢，已经记下。");
  await page.getByText("谢谢，已经记下。").waitFor({ timeout: 60_000 });
  await home();
  await page.getByRole("heading", { level: 2, name: "办公室有新消息" }).waitFor();
  await page.getByRole("link", { name: "宴请代表" }).click();
  await here("谢谢，已经记下。");
  await page.evaluate(() => {
    delete document.visibilityState;
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await home();
  await page.getByRole("heading", { level: 2, name: /已送达，有回执/ }).waitFor();
  assert.equal(await page.getByRole("heading", { level: 2, name: "办公室有新消息" }).count(), 0);
});

test("with the server down a report is kept and says so; when it is back it goes by itself", async () => {
  await world.ask({ server: "stop" });
  await button("写举报").click();
  await page.getByRole("button", { name: /违反了哪一条/ }).click();
  await button("不准突击提拔调整干部").click();
  await fill("发生了什么", "突击提拔三名干部。");
  await me.title("突击提拔");
  const township = page.getByRole("combobox", { name: "乡镇" });
  await township.pressSequentially("关");
  await page.getByRole("option", { name: "城关镇" }).waitFor();
  await page.keyboard.press("ArrowDown");
  await lookAt(page, "township");
  await page.keyboard.press("Enter");
  assert.equal(await township.inputValue(), "城关镇");
  await button("提交举报").click();
  await headingHasFocus(page, "突击提拔");
  await here("还没有回执");
  await here(/待送达/, { timeout: 60_000 });
  assert.doesNotMatch(await page.getByRole("main").innerText(), /在路上/, "nothing is on its way to a server that is down");
  await lookAt(page, "item-waiting");
  await home();
  await button("立即同步").click();
  await here("连不上服务器");
  await page.getByRole("heading", { name: /待送达/ }).waitFor();
  await lookAt(page, "home-offline");
  await world.ask({ server: "start" });
  // The pause before the next try is at most twice as long as the server was away.
  await page.getByRole("heading", { name: /待送达/ }).waitFor({ state: "detached", timeout: 180_000 });
  await here("都已送达");
});

test("two presses from the home screen note when something was stopped on the spot", async () => {
  await button("当场发现，当场处置").click();
  await headingHasFocus(page, "写举报");
  await button("刚刚制止了").click();
  await here("已保存在本机");
  await here(/已记下制止的时间：今天/);
  assert.match(await page.evaluate(() => document.activeElement.textContent), /已记下/, "the button is gone, and the focus stays there");
  await lookAt(page, "report-on-the-spot");
  await me.details();
  const stopped = await page.getByLabel("制止的时间").inputValue();
  assert.ok(Math.abs(Date.now() - new Date(stopped).getTime()) < 120_000);
  await page.reload();
  await here(/已记下制止的时间：今天/);
  await page.waitForFunction((at) => [...document.querySelectorAll("input")].some((each) => each.value === at), stopped);
  await me.deleteDraft();
  await saidInSight(page, "草稿已删除");
});

test("a township is pressed on the office's map, which comes by itself", async () => {
  await button("写举报").click();
  await headingHasFocus(page, "写举报");
  await me.details();
  assert.equal(await button("在图上选").count(), 0, "there is no list yet");
  const list = join(world.folder, "townships");
  writeFileSync(list, "# 示意图\n清河镇 2 1\n柳林镇 3 1\n石桥乡 1 2\n东山乡 6 2\n南湖镇 2 3\n开发区\n");
  await world.run("admin", "set-townships", list);
  await world.run("admin", "sync");
  await button("在图上选").click({ timeout: 60_000 });
  await lookAt(page, "township-map");
  await button("石桥乡").click();
  const township = page.getByRole("combobox", { name: "乡镇" });
  assert.equal(await township.inputValue(), "石桥乡");
  await township.fill("开发");
  await page.getByRole("option", { name: "开发区" }).click();
  await here("已保存在本机");
  await me.deleteDraft();
});

test("own reports are searched by what they say", async () => {
  await fill("在自己的举报里找", "三名干部");
  await page.getByRole("heading", { name: /找到的/ }).waitFor();
  await here("突击提拔");
  await page.getByText("宴请代表").waitFor({ state: "detached" });
  await lookAt(page, "search");
  await fill("在自己的举报里找", "没有这样的话");
  await here("没有找到");
  await fill("在自己的举报里找", "");
  await here("宴请代表");
});

test("a draft is listed, and deleted only when confirmed", async () => {
  await button("写举报").click();
  await me.title("写错了");
  await home();
  await here("写错了");
  await lookAt(page, "home");
  await page.getByText("写错了").click();
  await headingHasFocus(page, "写举报");
  assert.equal(await page.getByLabel("标题").inputValue(), "写错了", "what is filled in is not folded away");
  await button("删除草稿").click();
  await lookAt(page, "report-delete");
  await button("关闭").click();
  await me.deleteDraft();
  await page.getByText("写错了").waitFor({ state: "detached" });
});

test("a draft in which nothing was written leaves nothing behind", async () => {
  for (const way of ["写举报", "当场发现，当场处置"]) {
    await button(way).click();
    await headingHasFocus(page, "写举报");
    await home();
    await page.getByRole("heading", { level: 2 }).first().waitFor();
    assert.equal(await page.getByText("未写标题的草稿").count(), 0);
  }
});

test("settings: PIN changed, locked, wrong PINs wait, and the address survives the lock", async () => {
  await page.getByRole("link", { name: "帮助" }).click();
  await headingHasFocus(page, "帮助");
  await lookAt(page, "help");
  await home();
  await page.getByRole("link", { name: "设置" }).click();
  await headingHasFocus(page, "设置");
  await lookAt(page, "settings");
  await page.getByLabel("文字大小").selectOption({ label: "最大" });
  await page.getByLabel("颜色").selectOption({ label: "深色" });
  await page.reload();
  const look = await page.evaluate(() => {
    const { fontSize } = getComputedStyle(document.documentElement);
    return [fontSize, getComputedStyle(document.body).backgroundColor, document.documentElement.scrollWidth, localStorage.length];
  });
  assert.deepEqual(look, ["24px", "rgb(18, 22, 20)", 360, 0]);
  await lookAt(page, "settings-largest-dark");
  await page.getByLabel("文字大小").selectOption({ label: "标准" });
  await page.getByLabel("颜色").selectOption({ label: "跟随浏览器" });
  await button("更改口令").click();
  await headingHasFocus(page, "更改口令");
  await lookAt(page, "pin");
  await fill("现在的口令", PIN);
  await fill("新口令", `${PIN}-2`);
  await button("更改口令").click();
  await here("请输入口令");
  assert.ok(await page.getByLabel("再输入一遍").evaluate((line) => line === document.activeElement), "the focus goes to what is missing");
  await fill("再输入一遍", `${PIN}-2`);
  await button("更改口令").click();
  await headingHasFocus(page, "设置");
  await saidInSight(page, "口令已更改");
  await button("立即锁定").click();
  await headingHasFocus(page, "已锁定");
  await page.getByText("宴请代表").waitFor({ state: "detached" });
  await lookAt(page, "locked");
  await unlock(PIN);
  await here("PIN_WRONG");
  for (let tries = 0; tries < 10 && !(await page.getByText(/请等 \d+ 秒/).first().isVisible()); tries++) {
    await unlock("wrong-wrong-wrong");
    await page.waitForTimeout(1_000);
  }
  await here(/请等 \d+ 秒/);
  await lookAt(page, "locked-waits");
  await page.waitForFunction(() => !/请等 \d+ 秒/.test(document.querySelector("main").innerText), null, { timeout: 120_000 });
  await unlock(`${PIN}-2`);
  await headingHasFocus(page, "清风");
  await here("宴请代表");
});

test("the program ends: the page says so; started again, its new address lets the browser in, and everything is there", async () => {
  await world.ask({ host: null });
  await here("没有应答");
  await page.getByText("宴请代表").waitFor({ state: "detached" });
  await lookAt(page, "gone");
  phone.complaints.length = 0; // refused connections, as they must be
  const { url } = await world.ask({ host: "pc", language: "zh_CN.UTF-8" });
  await page.goto(url);
  await headingHasFocus(page, "已锁定");
  await unlock(`${PIN}-2`);
  await here("宴请代表");
});

test("left alone for a minute the store locks by itself, though sync and live updates go on", async () => {
  await world.ask({ host: null });
  const { url } = await world.ask({ host: "pc", language: "zh_CN.UTF-8", lock_minutes: 1 });
  await page.goto(url);
  await unlock(`${PIN}-2`);
  await headingHasFocus(page, "清风");
  phone.complaints.length = 0;
  await page.getByRole("heading", { name: "已锁定" }).waitFor({ timeout: 80_000 });
  assert.equal(await page.getByText("宴请代表").count(), 0);
});

test("the browser had nothing to complain about: no policy was broken", () => {
  assert.deepEqual(phone.complaints, []);
});
