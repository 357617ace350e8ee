// Two tabs of the field app in one browser: what is saved in one shows in the other, what is typed is never taken away, a reload
// in the middle keeps everything, and the lock is of both.
//
//   node --test tests/e2e/web/tabs_test.mjs        QF_BUILD = the build folder; default build/web
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { headingHasFocus } from "./look.mjs";
import { Person } from "./person.mjs";
import { openPhone, World } from "./world.mjs";

let world, phone, first, second, here, there;

before(async () => {
  world = await World.open(process.env.QF_BUILD ?? "build/web");
  phone = await openPhone();
  first = phone.page;
  here = new Person(first);
  await first.goto((await world.ask({ host: "phone", language: "zh_CN.UTF-8" })).url);
  await here.unlock();
  await headingHasFocus(first, "清风");
  await here.beginReport("两个标签页");
  await here.here("已保存在本机");
  second = await phone.context.newPage();
  there = new Person(second);
  await second.goto(first.url());
  await headingHasFocus(second, "写举报");
});
after(async () => {
  await phone?.browser.close();
  await world?.close();
});

const what = (page) => page.getByLabel("发生了什么");
const where = (page) => page.getByLabel("地点");
const shows = (page, label, text) =>
  page.waitForFunction(
    ([name, value]) => [...document.querySelectorAll("label")].some(
      (each) => each.textContent.trim().startsWith(name) && document.getElementById(each.htmlFor)?.value === value),
    [label, text],
  );

test("what is typed in one tab shows in the other, and leaves its focus and caret alone", async () => {
  await where(second).focus();
  await what(first).fill("三月十五日晚宴请。");
  await shows(second, "发生了什么", "三月十五日晚宴请。");
  assert.ok(await where(second).evaluate((field) => field === document.activeElement));
});

test("typed in both at once: nobody's words vanish under their fingers, and both end alike", async () => {
  await what(second).focus();
  const other = what(first).fill("第一个标签页写的。");
  await second.keyboard.type("，第二个标签页接着写", { delay: 60 });
  await other;
  assert.match(await what(second).inputValue(), /，第二个标签页接着写/, "it is still there");
  await there.here("已保存在本机");
  const last = await what(second).inputValue();
  await shows(first, "发生了什么", last);
});

test("a file that is put in and removed in one shows in the other; a reload in the middle keeps it all", async () => {
  writeFileSync(join(world.folder, "账.txt"), "二桌，四千元\n");
  const [chooser] = await Promise.all([first.waitForEvent("filechooser"), here.button("选文件").click()]);
  await chooser.setFiles(join(world.folder, "账.txt"));
  await there.button("移除 账.txt").waitFor();
  await where(second).fill("福满楼二楼");
  await second.reload(); // within the half second of the autosave
  assert.equal(await where(second).inputValue(), "福满楼二楼");
  await there.button("移除 账.txt").waitFor();
  await shows(first, "地点", "福满楼二楼");
});

test("locked in one, locked in both; unlocked in one, both are where they were", async () => {
  await what(second).fill("锁定之前写的。");
  await there.here("已保存在本机");
  const draft = second.url();
  await here.home();
  await first.getByRole("link", { name: "设置" }).click();
  await here.button("立即锁定").click();
  for (const page of [first, second]) {
    await page.getByRole("heading", { name: "已锁定" }).waitFor();
    assert.doesNotMatch(await page.locator("body").innerText(), /锁定之前|福满楼/);
  }
  await here.unlock();
  await headingHasFocus(second, "写举报");
  assert.equal(second.url(), draft);
  assert.equal(await what(second).inputValue(), "锁定之前写的。");
});

test("filed in one, the other says where it went, and files nothing twice", async () => {
  await first.goto(second.url());
  await headingHasFocus(first, "写举报");
  await there.file("两个标签页");
  await here.here("这份草稿不在这里了");
  await here.home();
  await first.getByRole("link", { name: "两个标签页" }).waitFor();
  await there.here(/已收到，有回执/);
  await world.run("manager", "sync");
  const { arrivals } = await world.run("manager", "desk", "register");
  assert.deepEqual(arrivals.map(({ report }) => report.what), ["锁定之前写的。"]);
});

test("the browser had nothing to complain about: no policy was broken", () => {
  assert.deepEqual(phone.complaints, []);
});
