// Without a mouse and without eyes: a report is filed at the phone, found, opened, answered and put into a case at the desk, and a
// device let in, by keys alone; what a screen reader would hear - roles, names, what is announced - is held on the way.
//
//   node --test tests/e2e/web/keyboard_test.mjs        QF_BUILD = the build folder; default build/web
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { headingHasFocus } from "./look.mjs";
import { PIN } from "./person.mjs";
import { openDesk, openPhone, World } from "./world.mjs";

const TABS_MAX = 60;
let world, screen, page;

/** Two screens, one after the other: the phone's and the desk's. */
async function sit(openScreen, store, profile) {
  await screen?.browser.close();
  screen = await openScreen();
  page = screen.page;
  // A mouse is not there: whatever is pressed with one fails the test.
  await page.addInitScript(() => {
    globalThis.spoken = [];
    addEventListener("pointerdown", () => globalThis.spoken.push("A MOUSE"), true);
    new MutationObserver(() => {
      // Behind an open sheet nothing is read aloud.
      const text = (document.querySelector("dialog[open]") ?? document).querySelector("[aria-live] p")?.textContent;
      if (text && text !== globalThis.spoken.at(-1)) globalThis.spoken.push(text);
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  await page.goto((await world.ask({ host: store, profile, language: "zh_CN.UTF-8" })).url);
  await headingHasFocus(page, "已锁定");
  await reach("textbox", "口令");
  await page.keyboard.type(PIN);
  await page.keyboard.press("Enter");
}
before(async () => {
  world = await World.open(process.env.QF_BUILD ?? "build/web");
});
after(async () => {
  await screen?.browser.close();
  await world?.close();
});

/** Tab by Tab to what has that role and name; every stop on the way has a name and is seen to have the focus. */
async function reach(role, name) {
  return reachIt(page.getByRole(role, { name }), `${role} ${name}`);
}
async function reachIt(wanted, told) {
  for (let tabs = 0; tabs < TABS_MAX; tabs++) {
    await page.keyboard.press("Tab");
    const focused = page.locator(":focus");
    if ((await focused.count()) === 0) continue; // the browser's own end of the page
    assert.notEqual(await focused.evaluate(outline), "none", `the focus is seen on ${await focused.evaluate((at) => at.outerHTML)}`);
    assert.match(await focused.ariaSnapshot(), /"|: \S/, "it has a name or a text");
    if ((await focused.and(wanted).count()) > 0) return focused;
  }
  throw new Error(`no way by Tab to ${told}`);
}
const outline = (element) => {
  const { outlineStyle, boxShadow } = getComputedStyle(element);
  return outlineStyle === "none" && boxShadow === "none" ? "none" : "seen";
};
async function press(role, name) {
  await reach(role, name);
  await page.keyboard.press("Enter");
}
async function write(name, text) {
  await reach("textbox", name);
  await page.keyboard.insertText(text);
}
/** What was announced, at any time since the page was loaded. */
const heard = (text) => page.waitForFunction((what) => globalThis.spoken.some((each) => each.includes(what)), text, { timeout: 60_000 });
const tree = () => page.locator("body").ariaSnapshot();

test("at the phone a report is written and filed", async () => {
  await sit(openPhone, "phone", "field");
  await headingHasFocus(page, "清风");
  await press("button", "写举报");
  await headingHasFocus(page, "写举报");
  await press("button", /违反了哪一条/);
  await page.getByRole("dialog", { name: "违反了哪一条" }).waitFor();
  assert.equal(await page.getByRole("searchbox").and(page.locator(":focus")).count(), 1, "the search has the focus");
  await page.keyboard.insertText("贿赂 代表");
  await press("button", "不准贿赂代表");
  assert.ok(await page.getByRole("button", { name: /违反了哪一条.*不准贿赂代表/ }).and(page.locator(":focus")).isVisible(), "and it comes back, with what was chosen in its name");
  await write(/发生了什么/, "在福满楼宴请代表。");
  await reachIt(page.locator("summary"), "补充细节");
  await page.keyboard.press("Enter");
  await write("标题", "宴请代表");
  await reach("button", "提交举报");
  const said = await tree();
  for (const line of ['heading "写举报" [level=1]', 'textbox "发生了什么 (必填)"', "checkbox \"紧急，先发送\"", 'button "提交举报"']) {
    assert.ok(said.includes(line), `${line} is in the tree:\n${said}`);
  }
  await page.keyboard.press("Enter");
  await headingHasFocus(page, "宴请代表");
  await heard("举报已提交，已在本机存好");
  await page.getByRole("status").filter({ hasText: "已收到，有回执" }).waitFor({ timeout: 60_000 });
});

test("what is missing is said, and the focus is where it is missing", async () => {
  await press("button", "返回");
  await headingHasFocus(page, "清风");
  await press("button", "写举报");
  await headingHasFocus(page, "写举报");
  await press("button", "提交举报");
  const field = page.getByRole("button", { name: /违反了哪一条/ });
  await field.and(page.locator(":focus")).waitFor();
  assert.match(await field.evaluate((each) => document.getElementById(each.getAttribute("aria-describedby")).textContent), /请从目录里选一条/);
});

test("at the desk it arrives with a word, is found, opened and answered", async () => {
  await sit(openDesk, "manager", "desk");
  await headingHasFocus(page, "举报");
  await page.getByRole("link", { name: "宴请代表" }).waitFor({ timeout: 60_000 });
  const said = await tree();
  for (const line of ["navigation", "list \"举报\"", 'checkbox "选中：宴请代表"', 'link "宴请代表"', "searchbox \"搜索内容、消息和姓名\""]) {
    assert.ok(said.includes(line), `${line} is in the tree:\n${said}`);
  }
  await page.keyboard.press("/");
  await page.keyboard.insertText("福满");
  await heard("找到 1 份");
  await reach("link", "宴请代表");
  await page.keyboard.press("Enter");
  await headingHasFocus(page, "宴请代表");
  await write("答复举报人", "请补充楼层。");
  await press("button", "发送");
  await heard("同步后送达举报人");
  await page.getByRole("listitem").filter({ hasText: "请补充楼层。" }).waitFor();
});

test("it becomes a case, in a dialog that keeps the focus and gives it back", async () => {
  await press("button", "编入线索");
  const dialog = page.getByRole("dialog", { name: "把 1 份举报编入线索" });
  await dialog.waitFor();
  for (let tabs = 0; tabs < 6; tabs++) {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest("dialog") !== null), true);
  }
  await press("button", "编入线索");
  await heard("第 1 号线索");
  await dialog.waitFor({ state: "detached" });
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await headingHasFocus(page, "问题线索");
  await press("link", /1 份举报/);
  await headingHasFocus(page, "举报");
});

test("a device is let in: invited at the administrator's desk, certified, and the lock at the end", async () => {
  await sit(openDesk, "admin", "desk");
  await page.getByRole("navigation").waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await headingHasFocus(page, "设备");
  await page.getByRole("columnheader", { name: "持有人" }).waitFor();
  assert.match(await tree(), /region "设备"[\s\S]*columnheader "持有人"/);
  await press("button", "发出邀请");
  await headingHasFocus(page, "发出邀请");
  await reach("combobox", "身份");
  await page.keyboard.press("ArrowDown");
  await write(/姓名/, "李秀英");
  await press("button", "生成邀请");
  await headingHasFocus(page, "邀请已生成");
  const invitation = await page.getByRole("region", { name: "邀请的文字" }).innerText();
  await page.getByText("都已送达").waitFor({ timeout: 60_000 });
  await world.ask({ join: "new", invitation });
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await headingHasFocus(page, "设备");
  await page.getByRole("row").filter({ hasText: "李秀英" }).getByText("已认证").waitFor({ timeout: 60_000 });
  await press("button", "锁定");
  await headingHasFocus(page, "已锁定");
});

test("no mouse was there, and the browser had nothing to complain about", async () => {
  assert.ok(!(await page.evaluate(() => globalThis.spoken)).includes("A MOUSE"));
  assert.deepEqual(screen.complaints, []);
});
