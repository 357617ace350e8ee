// What is not simply sent, on the phone's screen: a quota that is used up, a device that is paused, a file that is damaged on the
// disk, a report that the log refuses, a store whose bytes are wrong. Each is said, holds nothing else back, and loses nothing.
//
//   node --test tests/e2e/web/trouble_test.mjs        QF_BUILD = the build folder; default build/web
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { headingHasFocus, lookAt } from "./look.mjs";
import { Person } from "./person.mjs";
import { openPhone, World } from "./world.mjs";

const MINUTE_MS = 60_000;
let world, phone, page, me;
const path = (...names) => join(world.folder, ...names);

before(async () => {
  world = await World.open(process.env.QF_BUILD ?? "build/web");
  phone = await openPhone();
  page = phone.page;
  me = new Person(page);
  await host();
});
after(async () => {
  await phone?.browser.close();
  await world?.close();
});

async function host() {
  const { url } = await world.ask({ host: "phone", language: "zh_CN.UTF-8" });
  await page.goto(url);
  await me.unlock();
  await headingHasFocus(page, "清风");
}
async function file(title, name) {
  await me.beginReport(title);
  if (name) {
    writeFileSync(path(name), randomBytes(200_000));
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), me.button("选文件").click()]);
    await chooser.setFiles(path(name));
    await me.button(`移除 ${name}`).waitFor();
  }
  await me.file(title);
}
async function syncNow() {
  await me.button("立即同步").click();
}
const open = (title) => page.getByRole("link", { name: title }).click();
const main = () => page.getByRole("main").innerText();
/** Other bytes in the middle of a file. */
function damage(name) {
  const disk = openSync(name, "r+");
  writeSync(disk, randomBytes(64), 0, 64, Math.floor(statSync(name).size / 2));
  closeSync(disk);
}
async function titlesAtDesk() {
  await world.run("manager", "sync");
  const { arrivals } = await world.run("manager", "desk", "register");
  return arrivals.map(({ report }) => report.title);
}

test("a quota that is used up is said, and the report goes when it can", async () => {
  await world.ask({ server: "stop" });
  await world.ask({ server: "start", config: { records_per_day: 1 } });
  await file("额度之后");
  await me.home();
  await syncNow(); // the pause after the last failed try may be longer than a test waits
  await me.here("额度已用完", { timeout: MINUTE_MS });
  await me.here("明天自动继续");
  assert.doesNotMatch(await main(), /都已送达/);
  await lookAt(page, "home-quota");
  await world.ask({ server: "stop" });
  await world.ask({ server: "start", config: { records_per_day: 1000 } });
  await syncNow();
  await me.here("都已送达", { timeout: MINUTE_MS });
  assert.deepEqual(await titlesAtDesk(), ["额度之后"]);
});

test("a device that is paused keeps what is filed, says so, and sends it when it is let in again", async () => {
  const { devices } = await world.run("admin", "devices");
  const { device_key: key } = devices.find((each) => each.person?.name === "phone");
  await world.run("admin", "revoke", "--mode", "lock", key);
  await world.run("admin", "sync");
  await file("暂停时写的");
  await me.home();
  await syncNow(); // or it may still be pausing after a try that failed
  await me.here(/暂时发不出去：/, { timeout: MINUTE_MS });
  await lookAt(page, "home-paused");
  await world.run("admin", "certify", key, "--yes");
  await world.run("admin", "sync");
  await syncNow();
  await me.here("都已送达", { timeout: MINUTE_MS });
  assert.ok((await titlesAtDesk()).includes("暂停时写的"));
});

test("a file that is damaged on the disk is named, and holds neither its report nor other files back", async () => {
  await world.ask({ server: "stop" });
  const kept = new Set(readdirSync(path("phone", "blobs")));
  await file("坏附件", "坏.bin");
  const [sealed] = readdirSync(path("phone", "blobs")).filter((name) => !kept.has(name));
  damage(path("phone", "blobs", sealed));
  await me.home();
  await file("好附件", "好.bin");
  await me.home();
  await world.ask({ server: "start" });
  await syncNow();
  await open("好附件");
  await page.getByText("已送达", { exact: true }).waitFor({ timeout: MINUTE_MS });
  await me.home();
  await page.getByRole("heading", { name: /需要您看一下/ }).waitFor();
  await me.here("其余都已送达");
  await lookAt(page, "home-damaged");
  await open("坏附件");
  await me.here(/已收到，有回执/);
  await me.here("这个附件在本机上已损坏，送不出去");
  await lookAt(page, "item-damaged");
  const titles = await titlesAtDesk();
  assert.ok(titles.includes("坏附件") && titles.includes("好附件"), "the texts are in the office");
  assert.ok(readdirSync(path("phone", "blobs")).includes(sealed), "what is left of it stays");
  await me.home();
});

test("what was refused is written again as a draft, with a press", async () => {
  await open("坏附件");
  await me.button("另存为新草稿").click();
  await headingHasFocus(page, "写举报");
  assert.equal(await page.getByLabel("标题").inputValue(), "坏附件");
  assert.equal(await page.getByLabel("发生了什么").inputValue(), "坏附件。");
  await lookAt(page, "report-copied");
  await me.file("坏附件");
  await me.here(/已收到，有回执/);
  await me.home();
});

test("a store with wrong bytes does not open, says so, and is left as it is", async () => {
  await world.ask({ host: null });
  phone.complaints.length = 0; // refused connections, as they must be
  const store = path("phone", "store");
  const size = statSync(store).size;
  for (let at = 4096 + 100; at < size; at += 4096) {
    const disk = openSync(store, "r+");
    writeSync(disk, randomBytes(16), 0, 16, at);
    closeSync(disk);
  }
  const left = readFileSync(store);
  const { url } = await world.ask({ host: "phone", language: "zh_CN.UTF-8" });
  await page.goto(url);
  await me.unlock();
  await me.here("存储损坏");
  await me.here("请原样保留文件夹");
  await lookAt(page, "store-damaged");
  assert.ok(readFileSync(store).equals(left), "nothing was written over it");
});

test("the browser had nothing to complain about: no policy was broken", () => {
  assert.deepEqual(phone.complaints, []);
});
