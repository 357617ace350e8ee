// A climate supervisor visits a township without a network: what was stopped on the spot is noted and filed there, and arrives
// at the desk once, with role and township; the answer comes back.
//
//   node --test tests/e2e/web/supervisor_test.mjs        QF_BUILD = the build folder; default build/web
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Person } from "./person.mjs";
import { openPhone, World } from "./world.mjs";

const MINUTE_MS = 60_000;
const TITLE = "派发购物卡";
let world, phone, page, me;

before(async () => {
  world = await World.open(process.env.QF_BUILD ?? "build/web");
  phone = await openPhone();
  page = phone.page;
  me = new Person(page);
});
after(async () => {
  await phone?.browser.close();
  await world?.close();
});

test("the phone is enrolled at the office, whose list of townships it takes along", async () => {
  const { invitation } = await world.ask({ invite: "陈立", role: "supervisor" });
  const list = join(world.folder, "townships");
  writeFileSync(list, "清河镇 2 1\n石桥乡 1 2\n");
  await world.run("admin", "set-townships", list);
  await world.run("admin", "sync");
  await page.goto((await world.ask({ host: "supervisor", language: "zh_CN.UTF-8" })).url);
  await me.enrol(invitation);
  await page.getByText("都已送达").waitFor();
  await world.run("admin", "sync");
  await page.getByRole("heading", { name: "等待办公室认证" }).waitFor({ state: "detached", timeout: MINUTE_MS });
  await page.getByRole("link", { name: "设置" }).click();
  await me.here("风气监督员");
  await me.home();
});

test("on the spot, without a network: two presses note the moment, and the report is filed and kept", async () => {
  await world.ask({ server: "stop" });
  await me.button("当场发现，当场处置").click();
  await me.button("刚刚制止了").click();
  await me.here(/已记下制止的时间：今天/);
  await me.chooseViolation("不准贿赂代表");
  await me.fill("发生了什么", "会场门口派发购物卡，已当场收回十张。");
  await me.title(TITLE);
  await me.button("在图上选").click();
  await me.button("清河镇").click();
  await me.fill("由谁处置", "陈立");
  await me.file(TITLE);
  await me.here(/待送达/, { timeout: MINUTE_MS });
});

test("with the network it arrives once, from a supervisor, of that township", async () => {
  await world.ask({ server: "start" });
  await me.here(/已收到，有回执/, { timeout: 3 * MINUTE_MS });
  await world.run("manager", "sync");
  const { arrivals } = await world.run("manager", "desk", "register");
  assert.equal(arrivals.length, 1);
  const { report, reporter } = arrivals[0];
  assert.equal(report.township, "清河镇");
  assert.equal(report.on_the_spot.by, "陈立");
  assert.ok(Math.abs(Date.now() - Number(report.on_the_spot.stopped_at_us) / 1000) < 5 * MINUTE_MS);
  assert.equal(reporter.name, "陈立");
  const { devices } = await world.run("admin", "devices");
  assert.equal(devices.find((each) => each.device_key === reporter.device).role, "ROLE_SUPERVISOR");
});

test("the answer comes back, and stands first until it was read", async () => {
  await me.home();
  const { arrivals } = await world.run("manager", "desk", "register");
  await world.run("manager", "desk", "reply", arrivals[0].record_id, "购物卡请封存，明天来取。");
  await world.run("manager", "sync");
  await page.getByRole("heading", { name: "办公室有新消息" }).waitFor({ timeout: MINUTE_MS });
  await page.getByRole("link", { name: TITLE }).click();
  await me.here("购物卡请封存，明天来取。");
  await me.home();
  await page.getByRole("heading", { name: /已送达，有回执/ }).waitFor();
  assert.deepEqual(phone.complaints, []);
});
