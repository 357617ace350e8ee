// The log on the desk's screens, the keys of the office, a duty officer's desk, and the desk itself: settings, lock, end.
//
//   node --test tests/e2e/web/desk_log_test.mjs        QF_BUILD = the build folder; default build/web
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { deskSteps, PIN } from "./desk_steps.mjs";
import { headingHasFocus, lookAtDesk, saidInSight } from "./look.mjs";
import { openDesk, World } from "./world.mjs";

let world, desk, page, at, duty;

async function host(store) {
  const { url } = await world.ask({ host: store, profile: "desk", language: "zh_CN.UTF-8" });
  await page.goto(url);
}
const arrived = () => page.getByText("都已送达").waitFor({ timeout: 60_000 });

before(async () => {
  world = await World.open(process.env.QF_BUILD ?? "build/web");
  desk = await openDesk();
  page = desk.page;
  at = deskSteps(page);
  const { invitation } = await world.ask({ invite: "周值班", role: "duty-officer" });
  duty = await world.ask({ join: "duty", invitation });
  await world.run("admin", "sync");
  await world.run("phone", "report", "--violation", "ban.canvassing.bribe", "--title", "宴请代表", "--what", "在福满楼宴请代表。");
  await world.run("phone", "sync");
  await world.run("duty", "sync");
  await host("duty");
});
after(async () => {
  await desk?.browser.close();
  await world?.close();
});

test("a duty officer's desk without keys says what it waits for, and opens no report", async () => {
  await at.unlock();
  await at.heading("举报");
  await page.getByRole("heading", { name: "等待办公室的密钥" }).waitFor();
  await at.here(duty.fingerprint);
  await page.getByRole("link", { name: "打不开的举报" }).waitFor({ timeout: 60_000 });
  await lookAtDesk(page, "register-no-keys");
});

test("a case manager's desk grants keys only for the fingerprint that was read aloud", async () => {
  await host("manager");
  await at.unlock();
  await at.go("设备");
  await at.row("周值班").getByText("还没有授予密钥").waitFor({ timeout: 60_000 });
  await at.device("周值班");
  await lookAtDesk(page, "device");
  assert.ok(!(await page.locator("main").innerText()).includes(duty.fingerprint), "nor is it on the way there");
  await at.press("授予密钥");
  await at.heading("授予密钥");
  assert.ok(!(await page.locator("main").innerText()).includes(duty.fingerprint), "the fingerprint is not shown where it is typed");
  await at.fill("听到的指纹", "00000 11111 22222 33333 44444");
  await at.press("授予密钥");
  await at.here("FINGERPRINT");
  await lookAtDesk(page, "grant-refused");
  await at.fill("听到的指纹", duty.fingerprint.replaceAll(" ", ""));
  await at.press("授予密钥");
  await at.heading("周值班");
  await arrived();
  await page.getByText("还没有授予密钥").waitFor({ state: "detached", timeout: 60_000 });
  const { session } = await world.run("duty", "sync").then(() => world.run("duty", "session"));
  assert.ok(!session.waiting_for_keys, "the duty officer's desk holds the keys");
});

test("with keys the duty officer opens the report and answers it, and the reporter reads the answer", async () => {
  await host("duty");
  await at.unlock();
  const report = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: "宴请代表" }) });
  await report.getByText("待处理").waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: "宴请代表" }).click();
  await headingHasFocus(page, "宴请代表");
  await at.fill("答复举报人", "收到，请补充楼层。");
  await at.press("发送");
  await page.getByText(/^本工作台 · /).waitFor({ timeout: 60_000 });
  await world.run("phone", "sync");
  assert.ok(JSON.stringify(await world.run("phone", "inbox", "宴请代表")).includes("收到，请补充楼层。"));
  await at.go("举报");
  await report.getByText("待处理").waitFor({ state: "detached" });
  await host("manager");
  await at.unlock();
});

test("a new office key is made when it is asked for twice", async () => {
  await at.go("设备");
  await at.press("换新的办公室密钥");
  await lookAtDesk(page, "new-key");
  await at.dialog().getByRole("button", { name: "生成并公布" }).click();
  await saidInSight(page, "第 2 把密钥已在途中");
  await at.dialog().waitFor({ state: "detached" });
});

test("keys of the keyboard lead to the places, and not while somebody types", async () => {
  await page.keyboard.press("g");
  await page.keyboard.press("l");
  await at.heading("日志");
  await page.keyboard.press("?");
  await lookAtDesk(page, "keys");
  await page.keyboard.press("Escape");
  await page.getByLabel("导出文件的路径").focus();
  await page.keyboard.type("gd?");
  assert.equal(await page.getByLabel("导出文件的路径").inputValue(), "gd?");
  await page.getByLabel("导出文件的路径").fill("");
  const skip = page.getByRole("link", { name: "跳到正文" });
  await skip.focus();
  assert.ok((await skip.boundingBox()).y >= 0, "the way past the navigation is seen when it has the focus");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
});

test("an administrator's desk leads to no report and shows none, by an address either", async () => {
  await host("admin");
  await at.unlock();
  await at.heading("设备");
  const places = await page.getByRole("navigation").getByRole("link").allInnerTexts();
  assert.deepEqual(places.map((each) => each.trim()), ["设备", "日志", "警报", "设置", "帮助"]);
  await page.goto(new URL("/register", page.url()).href);
  await at.here("本工作台的身份不看举报");
  assert.ok(!(await page.locator("body").innerText()).includes("phone"), "who reported is not told");
  await lookAtDesk(page, "register-administrator");
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await at.heading("举报");
});

test("the log is checked with its figures, exported, and the export checked; a file that is there is not overwritten", async () => {
  await at.go("日志");
  await at.press("开始核验");
  await at.here("核验通过");
  await lookAtDesk(page, "log");
  assert.match(await page.getByLabel("新文件").inputValue(), /^清风日志-\d{4}-\d{2}-\d{2}\.qfx$/, "a name is suggested");
  await at.fill("新文件", "");
  await at.press("导出");
  await page.getByLabel("新文件").and(page.locator(":focus")).waitFor();
  await at.here("请写出文件名");
  const file = join(world.folder, "log.qfx");
  await at.fill("新文件", file);
  await at.press("导出");
  await at.here(/已导出 \d+ 条/);
  assert.ok(existsSync(file));
  await at.press("导出");
  await at.here("FILE_EXISTS");
  await at.fill("导出文件的路径", file);
  await at.press("开始核验");
  await at.here("核验通过");
  await at.fill("导出文件的路径", join(world.folder, "none"));
  await at.press("开始核验");
  await at.here("FILE_MISSING");
});

test("an export that somebody changed does not hold, and what is wrong is said", async () => {
  const bytes = readFileSync(join(world.folder, "log.qfx"));
  bytes[bytes.length - 40] ^= 1;
  const changed = join(world.folder, "changed.qfx");
  writeFileSync(changed, bytes);
  await at.fill("导出文件的路径", changed);
  await at.press("开始核验");
  await page.getByRole("heading", { name: "核验不通过" }).waitFor();
  await at.here(/有 \d+ 条都对得上/);
  await page.getByText("技术细节（英文）").click();
  await page.locator("details p[lang=en]").waitFor(); // the evidence, as the core wrote it down
  await lookAtDesk(page, "log-verify-failed");
});

test("a server that came back from an older copy: a new term is begun on screen, and its refill ended", async () => {
  await arrived();
  await world.ask({ server: "backup" });
  await at.invite("信息员", "丢失者");
  await arrived();
  await world.ask({ server: "restore" });
  await at.go("日志");
  await at.press("立即同步");
  await page.getByRole("heading", { name: "服务器退回到了旧的日志" }).waitFor({ timeout: 60_000 });
  await lookAtDesk(page, "log-rolled-back");
  await at.press("启用新一期日志");
  await at.here("请写明原因");
  await page.getByLabel("原因").and(page.locator(":focus")).waitFor();
  await at.fill("原因", "从备份恢复");
  await at.press("启用新一期日志");
  await at.here("启用新一期日志？");
  await lookAtDesk(page, "restart-sure");
  await at.dialog().getByRole("button", { name: "启用新一期日志" }).click();
  await at.here("保留的条目");
  await page.getByRole("heading", { name: "服务器退回到了旧的日志" }).waitFor({ state: "detached", timeout: 60_000 });
  await arrived();
  await at.press("结束补录");
  await at.dialog().getByRole("button", { name: "结束补录" }).click();
  await at.dialog().waitFor({ state: "detached" });
  await arrived();
  await at.go("设备");
  await at.row("丢失者").getByText("已邀请").waitFor();
});

test("alarms and help", async () => {
  await at.go("警报");
  await at.here("没有需要留意的事");
  await lookAtDesk(page, "alarms-none");
  await at.go("帮助");
  await lookAtDesk(page, "help");
});

test("the device is examined, its PIN changed, the keys turned off", async () => {
  await at.go("设置");
  await at.press("开始检查");
  await at.here("一切正常");
  await lookAtDesk(page, "settings");
  await at.fill("现在的口令", PIN);
  await at.newPin(`${PIN}-2`);
  await at.press("更改口令");
  await saidInSight(page, "口令已更改");
  await page.getByLabel("使用快捷键").uncheck();
  await page.locator("h1").click();
  await page.keyboard.press("g");
  await page.keyboard.press("h");
  await at.heading("设置");
  await at.press("锁定");
  await at.unlock(`${PIN}-2`);
});

test("the store is erased, its keys first", async () => {
  await at.go("设置");
  await at.press("清除本设备");
  await lookAtDesk(page, "wipe-sure");
  await at.dialog().getByRole("button", { name: "清除", exact: true }).click();
  await at.heading("数据已清除");
  await lookAtDesk(page, "ended");
  assert.deepEqual(desk.complaints, []);
});
