// Camera, pictures, sound, files and signatures at the field app: from the device to the office's desk.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { headingHasFocus, lookAt } from "./look.mjs";
import { photograph, tracesIn, videoOf } from "./media.mjs";
import { Person } from "./person.mjs";
import { openPhone, World } from "./world.mjs";

const BUILD = process.env.QF_BUILD ?? "build/web";
let world, phone, page, me, invitation;
const path = (name) => join(world.folder, name);

before(async () => {
  world = await World.open(BUILD);
  invitation = await world.ask({ invite: "赵六" });
  const maker = await openPhone();
  await videoOf(maker.page, invitation.qr, path("camera.y4m"));
  for (const name of ["IMG_20260315_203000.jpg", "kept.jpg"]) await photograph(maker.page, path(name));
  await maker.browser.close();
  phone = await openPhone({ camera: path("camera.y4m") });
  page = phone.page;
  me = new Person(page);
  // Addresses of memory that are still open, and what camera and microphone gave.
  await page.addInitScript(() => {
    globalThis.openUrls = 0;
    globalThis.streams = [];
    const { mediaDevices } = navigator;
    const { getUserMedia } = mediaDevices;
    mediaDevices.getUserMedia = async (wanted) => {
      const stream = await getUserMedia.call(mediaDevices, wanted);
      globalThis.streams.push(stream);
      return stream;
    };
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (what) => (globalThis.openUrls++, createObjectURL.call(URL, what));
    URL.revokeObjectURL = (what) => (globalThis.openUrls--, revokeObjectURL.call(URL, what));
  });
  const { url } = await world.ask({ host: "pc", language: "zh_CN.UTF-8" });
  await page.goto(url);
});
after(async () => {
  await phone?.browser.close();
  await world?.close();
});

const choose = async (way, ...files) => {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), me.button(way).click()]);
  await chooser.setFiles(files);
};
const drawn = (label) =>
  page.waitForFunction((name) => document.querySelector(`[role=img][aria-label="${name}"] canvas`)?.width > 10, label);

test("without permission the scanner says so and reads a picture of the code instead", async () => {
  await headingHasFocus(page, "登记本设备");
  await me.button("扫二维码").click();
  await me.here("没有使用摄像头的许可");
  await choose("选一张二维码图片", path("kept.jpg"));
  await me.here("没有能读出的二维码");
  await lookAt(page, "scan-denied");
  await choose("选一张二维码图片", invitation.qr);
  await me.here("邀请来自办公室的服务器");
});

test("with it the camera reads the invitation, and the device is enrolled", async () => {
  await page.reload();
  await phone.context.grantPermissions(["camera", "microphone"]);
  await me.button("扫二维码").click();
  await me.here("邀请来自办公室的服务器");
  assert.equal(await page.getByLabel("邀请").inputValue(), invitation.invitation);
  assert.equal(await page.locator("video").count(), 0, "the camera is off");
  await me.choosePin();
  await me.button("开始使用").click();
  await headingHasFocus(page, "清风");
  await page.getByText("都已送达").waitFor();
  await world.run("admin", "sync");
  await page.getByRole("heading", { name: "等待办公室认证" }).waitFor({ state: "detached", timeout: 60_000 });
});

test("pictures lose place and time unless asked, what cannot go in says why, and a reload keeps what is in", async () => {
  await me.beginReport("送礼");
  await choose("选图片", path("IMG_20260315_203000.jpg"));
  await drawn("图片 1.jpg");
  writeFileSync(path("IMG_1.heic"), Buffer.concat([Buffer.from("\0\0\0\x18ftypheic"), randomBytes(500)]));
  writeFileSync(path("large.bin"), Buffer.alloc(65 << 20));
  writeFileSync(path("名单.txt"), "送礼名单");
  await choose("选文件", ...["large.bin", "IMG_1.heic", "名单.txt"].map(path));
  await me.here("最多 67 MB");
  await me.here("去不掉里面的地点和时间");
  await me.here("名单.txt");
  await lookAt(page, "files-obstacles");
  await me.button("提交举报").click();
  await page.waitForFunction(() => document.activeElement?.id === "attachments");
  await me.button("返回").click();
  await page.getByRole("dialog", { name: "还有内容没有存好" }).waitFor();
  await lookAt(page, "leave-files");
  await me.button("留在本页").click();
  await me.here("最多 67 MB");
  for (let left = 2; left > 0; left--) {
    await me.button("不添加").first().click();
    assert.equal(await page.evaluate(() => document.activeElement.id), "attachments", "the focus is not lost with the button");
  }
  await me.details();
  await page.getByLabel("保留图片是在哪里、什么时候拍的").check();
  await choose("选图片", path("kept.jpg"));
  await me.here("保留了拍摄地点和时间");
  await page.reload();
  await drawn("图片 1.jpg");
  await drawn("kept.jpg");
});

test("a file that is removed can be brought back, until the page is left", async () => {
  await me.button("移除 图片 1.jpg").click();
  assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), "恢复");
  await page.keyboard.press("Enter");
  await drawn("图片 1.jpg");
  await me.button("移除 名单.txt").click();
  await me.here("离开本页时移除：名单.txt");
  await me.home();
  await page.getByText("送礼").first().click();
  await drawn("图片 1.jpg");
  assert.equal(await page.locator("li", { hasText: "名单.txt" }).count(), 0);
});

test("the camera takes a picture and a recording is listened to and put in; nothing of either stays behind", async () => {
  await me.button("拍照").click();
  await me.button("拍下来").click();
  await page.locator("dialog").getByText("已拍 1 张").first().waitFor();
  await lookAt(page, "camera");
  await me.button("关闭").click();
  await drawn("图片 3.jpg");
  await me.button("录音").click();
  await lookAt(page, "sound");
  await me.button("开始录音").click();
  await page.waitForFunction(() => document.querySelector("meter")?.value > 0.05);
  await page.getByText(/^0:(0[2-9]|[1-5]\d)$/).waitFor(); // a busy machine skips a second
  await lookAt(page, "sound-recording");
  await me.button("停止").click();
  await me.button("播放 录音 4.webm").click();
  await page.waitForFunction(() => document.querySelector("audio")?.readyState >= 2);
  await me.button("关闭").click();
  await me.button("查看 图片 1.jpg").click();
  await page.waitForFunction(() => document.querySelector("dialog[open] canvas")?.width === 800);
  await lookAt(page, "picture");
  await me.button("关闭").click();
  assert.equal(await page.evaluate(() => globalThis.openUrls), 0);
  assert.ok(await page.getByRole("button", { name: "提交举报" }).isVisible());
  await lookAt(page, "files");
});

/** Dark pixels below the statement of the picture that is open: what was signed. */
const ink = () =>
  page.evaluate(() => {
    const canvas = document.querySelector("dialog[open] canvas");
    const from = Math.round(canvas.height / 4);
    const { data } = canvas.getContext("2d").getImageData(0, from, canvas.width, canvas.height - from);
    return data.filter((value, at) => at % 4 === 0 && value < 80).length;
  });
const stroke = async (...points) => {
  const { x, y, width, height } = await page.getByRole("dialog").locator("svg.paper").boundingBox();
  for (const [index, [across, down]] of points.entries()) {
    await page.mouse.move(x + across * width, y + down * height);
    if (index === 0) await page.mouse.down();
  }
  await page.mouse.up();
};
const signedAs = async (name) => {
  await me.button("加入举报").click();
  await drawn(name);
  await me.button(`查看 ${name}`).click();
  await page.waitForFunction(() => document.querySelector("dialog[open] canvas")?.width === 800);
  assert.ok((await ink()) > 500, `${name} holds a signature`);
  await me.button("关闭").click();
};

test("a statement is signed by hand, or by typing a name, rare characters and all; both are pictures of the report", async () => {
  await me.button("签名").click();
  await me.button("加入举报").click();
  await me.here("请先手写签名");
  await stroke([0.1, 0.6], [0.2, 0.2], [0.3, 0.7], [0.4, 0.3]);
  await stroke([0.5, 0.3], [0.6, 0.7], [0.7, 0.4]);
  await stroke([0.8, 0.1], [0.8, 0.9]);
  await me.button("撤销上一笔").click();
  await page.getByRole("img", { name: "已写 2 笔" }).waitFor();
  await lookAt(page, "sign");
  await signedAs("签名 5.png");
  await me.button("签名").click();
  await page.getByLabel("改为输入姓名").focus();
  await page.keyboard.press("Space");
  await me.fill("您的姓名", "赵䶮");
  await lookAt(page, "sign-typed");
  await signedAs("签名 6.png");
  const fonts = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name.split("/").pop()));
  assert.ok(fonts.includes("4d.woff2"), "the character was drawn by the font that has it");
});

test("the desk gets them all: clean pictures, the one that was to be kept as it was, and the sound", async () => {
  await me.file("送礼");
  await page.getByText("已送达", { exact: true }).nth(5).waitFor();
  await lookAt(page, "item-files");
  await world.run("manager", "sync");
  const { arrivals } = await world.run("manager", "desk", "register");
  const record = arrivals[0].record_id;
  const fetched = async (name) => {
    const to = path(`desk-${name}`);
    await world.run("manager", "desk", "open-attachment", record, name, "--to", to);
    return to;
  };
  assert.deepEqual(tracesIn(path("IMG_20260315_203000.jpg")).length, 3, "the control: it had them");
  assert.deepEqual(tracesIn(await fetched("图片 1.jpg")), []);
  assert.deepEqual(tracesIn(await fetched("图片 3.jpg")), []);
  assert.equal(tracesIn(await fetched("kept.jpg")).length, 3);
  assert.deepEqual(tracesIn(await fetched("签名 5.png")), []);
  assert.equal(readFileSync(await fetched("录音 4.webm")).subarray(0, 4).toString("hex"), "1a45dfa3");
});

test("a recording that is left in its middle is not lost: by Esc, or by the browser's way back", async () => {
  await me.home();
  await me.beginReport("录音");
  const begin = async () => {
    await me.button("录音").click();
    await me.button("开始录音").dblclick(); // as an impatient finger does
    await page.getByText("0:01").waitFor();
  };
  await begin();
  await page.keyboard.press("Escape");
  await me.button("移除 录音 1.webm").waitFor();
  await begin();
  await page.goBack();
  await me.button("移除 录音 2.webm").waitFor();
  await page.getByRole("heading", { level: 1, name: "写举报" }).waitFor();
  const live = () => globalThis.streams.flatMap((each) => each.getTracks()).filter((each) => each.readyState === "live").length;
  assert.equal(await page.evaluate(live), 0, "no microphone is open");
});

test("a server that dies in the middle of large files gets the rest when it is back, and every byte is right", async () => {
  await me.home();
  const names = ["a.bin", "b.bin"];
  for (const name of names) writeFileSync(path(name), randomBytes(60 << 20));
  await me.beginReport("大文件");
  await world.ask({ server: "stop" });
  await choose("选文件", ...names.map(path));
  await page.getByRole("button", { name: /^移除/ }).nth(1).waitFor({ timeout: 60_000 });
  await me.file("大文件");
  await me.here("待送达");
  await me.home();
  let dead = false;
  const death = world.ask({ server: "start", dies_at_bytes: 20 << 20 }).then(() => (dead = true));
  for (; !dead; await page.waitForTimeout(500)) await me.button("立即同步").click(); // until it listens
  await death;
  await page.getByRole("link", { name: /大文件/ }).click();
  await me.here(/已送出 .+，共 /, { timeout: 120_000 });
  await lookAt(page, "item-sending");
  await world.ask({ server: "start" });
  await me.home();
  await me.button("立即同步").click();
  await page.getByRole("link", { name: /大文件/ }).click();
  await page.getByText("已送达", { exact: true }).nth(1).waitFor({ timeout: 120_000 });
  await world.run("manager", "sync");
  const { arrivals } = await world.run("manager", "desk", "register");
  const { record_id: record } = arrivals.find(({ report }) => report.title === "大文件");
  for (const name of names) {
    await world.run("manager", "desk", "open-attachment", record, name, "--to", path(`desk-${name}`));
    assert.ok(readFileSync(path(`desk-${name}`)).equals(readFileSync(path(name))), name);
  }
});

test("files wait for a word where their owner wants so, and reports do not", async () => {
  await me.home();
  await page.getByRole("link", { name: "设置" }).click();
  await me.here("本机剩余空间");
  await page.getByLabel("发送照片、录音和文件").selectOption({ label: "只在我按“立即同步”时发送" });
  await page.reload();
  await me.here("流量与存储");
  assert.equal(await page.getByLabel("发送照片、录音和文件").inputValue(), "asked", "it is kept in the store");
  await lookAt(page, "settings-data");
  await me.home();
  writeFileSync(path("later.bin"), randomBytes(300_000));
  await me.beginReport("文件稍后");
  await choose("选文件", path("later.bin"));
  await page.getByRole("button", { name: /^移除/ }).waitFor();
  await me.file("文件稍后");
  await me.home();
  await me.here("文字已送达，附件待送达");
  await me.button("立即同步").click();
  await me.here("都已送达");
  await page.locator("button[aria-disabled=true]").waitFor({ state: "detached" });
});

test("the browser had nothing to complain about: no policy was broken", () => {
  assert.deepEqual(phone.complaints, []);
});
