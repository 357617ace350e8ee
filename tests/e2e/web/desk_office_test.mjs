// An office from nothing on the desk's screens: made by its first administrator, who then lets people in and out.
//
//   node --test tests/e2e/web/desk_office_test.mjs        QF_BUILD = the build folder; default build/web
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { deskSteps, PIN } from "./desk_steps.mjs";
import { lookAtDesk } from "./look.mjs";
import { openDesk, World } from "./world.mjs";

const shares = [];
/** Name, column, row. */
const TOWNSHIPS = [
  ["清河镇", 2, 1],
  ["柳林镇", 3, 1],
  ["石桥乡", 1, 2],
  ["东山乡", 4, 2],
  ["南湖镇", 2, 3],
  ["祁连山裕固族乡", 6, 3],
];
let world, desk, page, at, server;

async function host(store) {
  desk.complaints.length = 0;
  const { url } = await world.ask({ host: store, profile: "desk", language: "zh_CN.UTF-8" });
  await page.goto(url);
}
const arrived = () => page.getByText("都已送达").waitFor({ timeout: 60_000 });

before(async () => {
  world = await World.open(process.env.QF_BUILD ?? "build/web", "--bare");
  desk = await openDesk();
  page = desk.page;
  at = deskSteps(page);
  server = await world.ask({ server: "init" });
  await host("admin");
});
after(async () => {
  await desk?.browser.close();
  await world?.close();
});

test("an empty store offers to enrol, or to make an office", async () => {
  await at.heading("登记本设备");
  await lookAtDesk(page, "empty");
  await at.press("新建办公室");
  await at.heading("新建办公室");
  await lookAtDesk(page, "setup");
});

test("what is missing or wrong is said, and nothing is made", async () => {
  await at.press("新建办公室");
  await at.here("请选择 qingfengd init 写出的 server.request");
  await at.here("请写明服务器地址");
  await page.getByRole("button", { name: /服务器的请求文件/ }).and(page.locator(":focus")).waitFor();
  await page.locator("input[type=file]").setInputFiles({ name: "server.request", mimeType: "", buffer: Buffer.alloc(9000) });
  await at.here("这不是 qingfengd init 写出的");
  await page.locator("input[type=file]").setInputFiles({ name: "server.request", mimeType: "", buffer: Buffer.from("no") });
  await at.fill("服务器地址", server.address);
  await at.newPin();
  await at.press("新建办公室");
  await at.here("这不是 qingfengd init 写出的");
  await page.getByRole("button", { name: /服务器的请求文件/ }).and(page.locator(":focus")).waitFor();
  assert.equal(await page.getByText("MALFORMED").count(), 0, "it is said once, where it is wrong");
  await lookAtDesk(page, "setup-refused");
});

test("the office is made; each share is shown once and asked back from the paper", async () => {
  await page.locator("input[type=file]").setInputFiles(server.request);
  await at.fill("您的姓名", "赵管理");
  await at.press("新建办公室");
  for (const n of [1, 2, 3]) {
    shares.push(await at.copyShare(n));
    if (n === 1) await lookAtDesk(page, "share");
    await at.press("已抄好");
    if (n === 1) {
      assert.ok(!(await page.locator("body").innerText()).includes(shares[0][0]), "the share is off the screen");
      await at.fill(/从纸上抄/, "0000");
      await at.press("核对");
      await at.here("与显示的不一样");
      await lookAtDesk(page, "share-asked");
      await at.press("再显示一次");
      assert.deepEqual(await at.copyShare(1), shares[0]);
      await at.press("已抄好");
    }
    await at.proveShare(n, shares[n - 1]);
  }
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]));
  for (const line of shares.flat()) assert.ok(!kept.includes(line), "no share is kept by the page");
});

test("the bundle is saved, the server installed with it, and the desk is the administrator's", async () => {
  await at.heading("交给服务器的文件");
  await lookAtDesk(page, "bundle");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "保存 office.bundle" }).click();
  const bundle = join(world.folder, "office.bundle");
  await (await download).saveAs(bundle);
  await world.ask({ server: "install", bundle });
  await at.press("开始使用");
  await at.heading("设备");
  await arrived();
  await at.row("赵管理").getByText("已认证").waitFor({ timeout: 60_000 });
  await lookAtDesk(page, "devices-first");
});

test("the administrator lists the townships and places them on the map; what is wrong is said where it is", async () => {
  await at.go("设置");
  await page.getByRole("link", { name: "修改名单" }).click();
  await at.heading("乡镇名单");
  await at.here("还没有名单");
  const place = async (n, name, column, row) => {
    await at.press("加一个乡镇");
    const township = page.getByRole("group", { name: `第 ${n} 个乡镇` });
    await township.getByLabel("名称").fill(name);
    await township.getByLabel("列").selectOption(`${column}`);
    await township.getByLabel("行").selectOption(`${row}`);
  };
  for (const [index, each] of TOWNSHIPS.entries()) await place(index + 1, ...each);
  await place(TOWNSHIPS.length + 1, "新丰镇", ...TOWNSHIPS[0].slice(1));
  await at.press("保存，发给所有设备");
  await at.here("一格只能有一个乡镇");
  const last = page.getByRole("group", { name: `第 ${TOWNSHIPS.length + 1} 个乡镇` }).getByLabel("列");
  assert.ok(await last.evaluate((line) => line === document.activeElement), "the focus goes to what is wrong");
  await lookAtDesk(page, "townships-refused");
  await page.getByRole("button", { name: "去掉新丰镇" }).click();
  await at.press("保存，发给所有设备");
  await at.here("已保存，同步后发到所有设备");
  await arrived();
  await page.reload();
  await at.heading("乡镇名单");
  await page.getByRole("button", { name: TOWNSHIPS[2][0], exact: true }).click();
  const third = page.getByRole("group", { name: "第 3 个乡镇" }).getByLabel("名称");
  assert.ok(await third.evaluate((line) => line === document.activeElement), "a tile leads to its name");
  await page.getByRole("button", { name: "把石桥乡往上移一位" }).click();
  await at.go("设备");
  await at.go("设置");
  await page.getByRole("link", { name: "修改名单" }).click();
  assert.equal(await page.getByLabel("名称").nth(1).inputValue(), TOWNSHIPS[2][0], "what was begun is still there");
  await lookAtDesk(page, "townships");
  await at.press("放弃修改");
  await page.getByRole("button", { name: "放弃修改" }).waitFor({ state: "detached" });
  assert.equal(await page.getByLabel("名称").nth(1).inputValue(), TOWNSHIPS[1][0]);
  await at.go("设置");
  await at.here(`名单上有 ${TOWNSHIPS.length} 个乡镇`);
});

test("an invitation is a QR code and a text; who enrols with it is certified by itself, live", async () => {
  await at.go("设备");
  await at.press("发出邀请");
  await at.heading("发出邀请");
  await lookAtDesk(page, "invite");
  const invitation = await at.invite("线索主管", "钱主管");
  assert.match(invitation, /^QF1:/);
  const picture = page.getByRole("img", { name: "邀请的二维码" });
  assert.ok(await picture.evaluate((image) => image.complete && image.naturalWidth > 100));
  await lookAtDesk(page, "invited");
  assert.ok(!page.url().includes("QF1"), "the invitation is in no address");
  await arrived();
  await at.go("设备");
  await at.row("钱主管").getByText("已邀请").waitFor();
  await world.ask({ join: "manager", invitation });
  await at.row("钱主管").getByText("已认证").waitFor({ timeout: 60_000 });
});

test("a second administrator waits until two shares of the recovery kit are brought together", async () => {
  const invitation = await at.invite("管理员", "孙管理");
  await at.here("用恢复包的两份来认证");
  await arrived();
  const { fingerprint } = await world.ask({ join: "second", invitation });
  await at.go("设备");
  await at.row("孙管理").getByText("已登记，待认证").waitFor({ timeout: 60_000 });
  await at.device("孙管理");
  await at.here(fingerprint);
  await lookAtDesk(page, "device-provisional");
  await at.press("认证设备");
  await at.heading("认证设备");
  await lookAtDesk(page, "certify");
  await at.press("认证设备");
  await at.here("请先核对指纹");
  await page.getByRole("checkbox", { name: /持有人读出/ }).and(page.locator(":focus")).waitFor();
  await page.getByLabel("持有人读出的指纹与上面一致").check();
  await at.typeShare("恢复包，第 1 份", shares[0]);
  await at.typeShare("恢复包，第 2 份", shares[0]);
  await at.press("认证设备");
  await at.here("SHARES");
  await at.typeShare("恢复包，第 2 份", shares[2]);
  await at.press("认证设备");
  await at.heading("孙管理");
  await page.getByRole("definition").filter({ hasText: "已认证" }).waitFor({ timeout: 60_000 });
});

test("a phone that was let in is paused, then to be erased, which one administrator alone cannot do", async () => {
  const invitation = await at.invite("信息员", "李秀英");
  await arrived();
  await world.ask({ join: "phone", invitation });
  await at.go("设备");
  await at.row("李秀英").getByText("已认证").waitFor({ timeout: 60_000 });
  await at.device("李秀英");
  await at.press("停用设备");
  await at.heading("停用设备");
  await page.getByRole("radio", { name: "暂停" }).check();
  await at.press("停用设备");
  await at.dialog().getByRole("button", { name: "停用设备" }).click();
  await at.heading("李秀英");
  await page.getByRole("definition").filter({ hasText: "暂停" }).waitFor({ timeout: 60_000 });
  await at.press("停用设备");
  await at.heading("停用设备");
  assert.equal(await page.getByRole("radio", { name: "暂停" }).count(), 0);
  await page.getByLabel("立即清除").check();
  await lookAtDesk(page, "revoke");
  await at.press("停用设备");
  await at.here("确定停用？");
  await lookAtDesk(page, "revoke-sure");
  await at.dialog().getByRole("button", { name: "停用设备" }).click();
  await at.heading("李秀英");
  await page.getByText("立即清除还等第二名管理员同意").waitFor({ timeout: 60_000 });
  await at.press("同意立即清除");
  await at.dialog().getByRole("button", { name: "同意立即清除" }).click();
  await at.here("STATE");
  await lookAtDesk(page, "approve-refused");
  await page.keyboard.press("Escape");
  await arrived();
});

test("the second administrator approves at another desk", async () => {
  await host("second");
  await at.unlock();
  await at.here("（本工作台看不到姓名）"); // of who was let in before
  await at.device("李秀英");
  await at.press("同意立即清除");
  await at.dialog().getByRole("button", { name: "同意立即清除" }).click();
  await page.getByText("第二名管理员已同意立即清除").waitFor({ timeout: 60_000 });
  await arrived();
});

test("filters show what fits, and say so when nothing does", async () => {
  await at.go("设备");
  await lookAtDesk(page, "devices");
  assert.equal(await page.getByRole("row").count(), 5);
  await page.getByLabel("身份").selectOption({ label: "管理员" });
  assert.equal(await page.getByRole("row").count(), 3);
  await page.getByLabel("身份").selectOption({ label: "全部身份" });
  await at.fill("搜索姓名、单位或指纹", "秀英");
  assert.equal(await page.getByRole("row").count(), 2);
  await page.getByLabel("状态").selectOption({ label: "登记可疑" });
  await at.here("没有符合的设备");
  await lookAtDesk(page, "devices-none");
});

test("the lock of the header locks, and the browser had nothing to complain about", async () => {
  await at.press("锁定");
  await at.unlock(PIN);
  assert.deepEqual(desk.complaints, []);
});
