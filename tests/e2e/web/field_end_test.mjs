// How a phone's store ends, on its screen: revoked by the office, or erased by its owner. Nothing that was filed is lost by
// the first, and the second asks.
//
//   node --test tests/e2e/web/field_end_test.mjs        QF_BUILD = the build folder; default build/web
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { headingHasFocus, lookAt } from "./look.mjs";
import { Person } from "./person.mjs";
import { openPhone, World } from "./world.mjs";

const OFFLINE = "在饭店宴请代表二十人";
let world, phone, page, me;

/** The files of a store, those in folders too, but the one that says which process has it. */
const left = (store) =>
  readdirSync(join(world.folder, store), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "lock")
    .map((entry) => entry.name);

async function host(store) {
  const { url } = await world.ask({ host: store, language: "zh_CN.UTF-8" });
  await page.goto(url);
  await me.unlock();
  await headingHasFocus(page, "清风");
}

before(async () => {
  world = await World.open(process.env.QF_BUILD ?? "build/web");
  phone = await openPhone();
  page = phone.page;
  me = new Person(page);
  const { invitation } = await world.ask({ invite: "赵六" });
  await world.ask({ join: "own", invitation });
  await world.run("admin", "sync");
  await world.run("own", "sync");
});
after(async () => {
  await phone?.browser.close();
  await world?.close();
});

test("a phone that was revoked while it was offline sends what it had filed, and then says that it is empty", async () => {
  await host("phone");
  const { devices } = await world.run("admin", "devices");
  const device = devices.find((each) => each.person?.name === "phone");
  await world.ask({ server: "stop" });
  await me.beginReport("断网时的举报", OFFLINE);
  await me.file("断网时的举报");
  await world.run("admin", "revoke", device.device_key);
  await world.ask({ server: "start" });
  await world.run("admin", "sync");
  await page.getByRole("heading", { level: 1, name: "数据已清除" }).waitFor({ timeout: 180_000 });
  await lookAt(page, "ended");
  assert.deepEqual(left("phone"), []);
  await world.run("manager", "sync");
  const { arrivals } = await world.run("manager", "desk", "register", "--search", OFFLINE);
  assert.equal(arrivals.length, 1, "the office has what was filed");
});

test("erasing it oneself stops at what has not arrived, and goes on when that is said", async () => {
  await host("own");
  await world.ask({ server: "stop" });
  await me.beginReport("没有送达");
  await me.file("没有送达");
  await me.home();
  await page.getByRole("link", { name: "设置" }).click();
  await headingHasFocus(page, "设置");
  await me.button("清除本设备").click();
  await lookAt(page, "wipe-sure");
  const dialog = page.locator("dialog[open]");
  await dialog.getByRole("button", { name: "清除", exact: true }).click();
  await dialog.getByRole("alert").waitFor();
  await lookAt(page, "wipe-refused");
  assert.notDeepEqual(left("own"), []);
  await dialog.getByRole("checkbox").check();
  await dialog.getByRole("button", { name: "清除", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "数据已清除" }).waitFor({ timeout: 180_000 });
  assert.deepEqual(left("own"), []);
});

test("the browser had nothing to complain about: no policy was broken", () => {
  assert.deepEqual(phone.complaints, []);
});
