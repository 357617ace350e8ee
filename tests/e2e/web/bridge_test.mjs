// The field app in a WebView: the same pages, their core behind a port instead of a server of this machine. From an
// invitation to a receipt; then the bridge itself, in a real browser.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { join } from "node:path";

import { headingHasFocus } from "./look.mjs";
import { WebView } from "./webview.mjs";
import { openPhone, World } from "./world.mjs";

const BUILD = process.env.QF_BUILD ?? "build/web";
const PIN = "amber-river-lantern";
const CANCEL = 4, MESSAGE = 5; // prettier-ignore
let world;

before(async () => (world = await World.open(BUILD)));
after(() => world?.close());

for (const binary of [true, false]) {
  describe(`over a port that carries ${binary ? "binary" : "text alone"}`, () => {
    const name = binary ? "陈一" : "陈二";
    let phone, page, view;
    before(async () => {
      phone = await openPhone();
      page = phone.page;
      view = await WebView.open(page, BUILD, join(world.folder, name), { binary });
      await page.goto(view.origin);
    });
    after(async () => {
      await view?.close();
      await phone?.browser.close();
    });

    const button = (text) => page.getByRole("button", { name: text, exact: true });
    const fill = (label, text) => page.getByLabel(label).fill(text);
    const here = (text) => page.getByText(text).first().waitFor();

    test("the device is enrolled, and certified by the office's desk", async () => {
      await headingHasFocus(page, "登记本设备");
      // The reader of QR codes runs under the WebView's policy too, which lets a page fetch nothing.
      const { qr } = await world.ask({ invite: name });
      await button("扫二维码").click();
      const [chooser] = await Promise.all([page.waitForEvent("filechooser"), button("选一张二维码图片").click()]);
      await chooser.setFiles(qr);
      await here("邀请来自办公室的服务器");
      await fill("新口令", "123456");
      await fill("再输入一遍", "123456");
      await button("登记").click();
      await here("PIN_WEAK"); // a reason, out of the Status of an END
      await fill("新口令", PIN);
      await fill("再输入一遍", PIN);
      await button("登记").click();
      await headingHasFocus(page, "登记好了");
      await button("开始使用").click();
      const provisional = page.getByRole("heading", { name: "等待办公室认证" });
      await provisional.waitFor();
      // The enrolment goes by itself, and the certificate comes by itself once the desk has it.
      for (let tries = 0; tries < 30 && (await provisional.count()) > 0; tries++) {
        await world.run("admin", "sync");
        await page.waitForTimeout(1_000);
      }
      await provisional.waitFor({ state: "detached", timeout: 30_000 });
    });

    test("a report is written, outlives a reload within its autosave, is filed, and has its receipt", async () => {
      await button("写举报").click();
      await page.getByRole("button", { name: /违反了哪一条/ }).click();
      await page.getByRole("searchbox").fill("贿赂 代表");
      await button("不准贿赂代表").click();
      await fill("发生了什么", "三月十五日晚在饭店宴请代表。");
      await page.getByText("补充细节").click();
      await fill("标题", "宴请代表");
      await page.reload(); // the bridge begins anew
      assert.equal(await page.getByLabel("发生了什么").inputValue(), "三月十五日晚在饭店宴请代表。");
      await button("提交举报").click();
      await headingHasFocus(page, "宴请代表");
      await here(/已收到，有回执/);
      await page.getByText("回执原文").click();
      await here("c2sp.org/tlog-proof");
    });

    test("the office's desk has it", async () => {
      await world.run("manager", "sync");
      const { arrivals } = await world.run("manager", "desk", "register");
      assert.equal(arrivals.at(-1).report.what, "三月十五日晚在饭店宴请代表。");
      assert.equal(arrivals.length, binary ? 1 : 2);
    });

    test("the browser had nothing to complain about, and nothing went over a network", async () => {
      assert.deepEqual(phone.complaints, []);
      const fetched = await page.evaluate(() => performance.getEntriesByType("resource").map((each) => each.name));
      assert.deepEqual(fetched.filter((each) => !each.startsWith(view.origin)), []);
    });

    test("credit bounds what is under way, an aborted stream is cancelled, a deadline ends a call", async () => {
      await page.goto(`${view.origin}/probe.html`);
      const heardMessages = () => view.heard.filter((kind) => kind === MESSAGE).length;
      const before = heardMessages();
      await page.evaluate(async () => {
        const { appPort, bridgeTransport, coreOver } = await import("/client.js");
        globalThis.core = coreOver(bridgeTransport(appPort(), { window: 8 }));
        globalThis.stop = new AbortController();
        globalThis.stream = core.event.echoStream({ count: 1_000_000 }, { signal: stop.signal })[Symbol.asyncIterator]();
        for (let index = 0; index < 20; index++) await stream.next();
      });
      await page.waitForTimeout(300); // what comes beyond the bound, comes in this time
      assert.equal(heardMessages() - before, 19 + 8, "the reader's 19 credits and the window"); // the 20th is still in hand
      const cancelled = view.said.filter((kind) => kind === CANCEL).length;
      const reasons = await page.evaluate(async () => {
        const ended = (call) => call.then(() => "none", (error) => error.reasonName); // prettier-ignore
        stop.abort();
        const aborted = ended(stream.next());
        const late = (async () => { for await (const _ of core.event.watch({}, { timeoutMs: 100 })); })(); // prettier-ignore
        return [await aborted, await ended(late)];
      });
      assert.deepEqual(reasons, ["CANCELLED", "DEADLINE"]);
      assert.equal(view.said.filter((kind) => kind === CANCEL).length - cancelled, 2);
      assert.equal((await page.evaluate(() => core.event.echo({ text: "风" }))).text, "风");
    });

    test("the app closes its core while the page is busy: the page says so", async () => {
      await page.goto(view.origin);
      await headingHasFocus(page, "清风");
      assert.equal(await view.host.close(), 0);
      await here("没有应答");
    });
  });
}
