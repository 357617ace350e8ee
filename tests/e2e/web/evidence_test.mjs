// Sound, video and what cannot be shown, at the desk: played from memory alone, with nothing of them on the browser's disk, and
// nothing that a reporter sends is ever run.
//
//   node --test tests/e2e/web/evidence_test.mjs        QF_BUILD = the build folder; default build/web
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { deskSteps } from "./desk_steps.mjs";
import { headingHasFocus, lookAtDesk } from "./look.mjs";
import { openDesk, World } from "./world.mjs";

const files = mkdtempSync(join(tmpdir(), "qf-evidence-")); // as they are on the reporter's phone
// What browser and office write from here on is below one folder, which is looked through.
process.env.TMPDIR = mkdtempSync(join(tmpdir(), "qf-traces-"));
const RAN = "globalThis.ran = true; fetch('/ran')";
const HOSTILE = {
  "图.svg": `<svg xmlns="http://www.w3.org/2000/svg" onload="${RAN}"><script>${RAN}</script></svg>`,
  "页.html": `<!doctype html><body onload="${RAN}"><img src="x" onerror="${RAN}">`,
  "假.wav": `<!--RIFFWAVE--><script>${RAN}</script>`.replace("<!--RIFF", "RIFF<!--"),
  "未知.bin": "\u0000\u0001\u0002" + `<script>${RAN}</script>`,
};
const canaries = [];
let world, screen, page, desk;

before(async () => {
  screen = await openDesk();
  page = screen.page;
  desk = deskSteps(page);
  writeFileSync(join(files, "谈话.wav"), wav(3));
  const video = await moving();
  canaries.push(video.subarray(video.length / 2, video.length / 2 + 24));
  writeFileSync(join(files, "现场.webm"), video);
  for (const [name, text] of Object.entries(HOSTILE)) writeFileSync(join(files, name), text);
  world = await World.open(process.env.QF_BUILD ?? "build/web");
  const attach = readdirSync(files).flatMap((name) => ["--attach", join(files, name)]);
  await world.run("phone", "report", "--violation", "ban.canvassing.bribe", "--what", "录音和录像", "--title", "证据", ...attach);
  await world.run("phone", "sync");
  await world.run("manager", "sync");
  await page.goto((await world.ask({ host: "manager", profile: "desk", language: "zh_CN.UTF-8" })).url);
  await desk.unlock();
  await page.getByRole("link", { name: "证据" }).click();
  await headingHasFocus(page, "证据");
});
after(async () => {
  await screen?.browser.close();
  await world?.close();
  for (const folder of [files, process.env.TMPDIR]) rmSync(folder, { recursive: true, force: true });
});

/** So many seconds of noise. */
function wav(seconds) {
  const sound = randomBytes(8_000 * seconds);
  canaries.push(sound.subarray(1_000, 1_024));
  const head = Buffer.alloc(44);
  head.write("RIFF\0\0\0\0WAVEfmt ");
  head.writeUInt32LE(36 + sound.length, 4);
  head.writeUInt32LE(16, 16);
  for (const [at, value] of [[20, 1], [22, 1], [32, 1], [34, 8]]) head.writeUInt16LE(value, at);
  for (const at of [24, 28]) head.writeUInt32LE(8_000, at);
  head.write("data", 36);
  head.writeUInt32LE(sound.length, 40);
  return Buffer.concat([head, sound]);
}

/** Two seconds of a picture that moves, recorded by the browser. */
async function moving() {
  const base64 = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    const draw = canvas.getContext("2d");
    const paint = setInterval(() => {
      draw.fillStyle = `hsl(${Math.random() * 360} 80% 50%)`;
      draw.fillRect(Math.random() * 200, Math.random() * 100, 100, 50);
    }, 40);
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/webm" });
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const ended = new Promise((end) => (recorder.onstop = end));
    recorder.start();
    setTimeout(() => recorder.stop(), 2_000);
    await ended;
    clearInterval(paint);
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  });
  return Buffer.from(base64, "base64");
}

const card = (name) => page.getByRole("listitem").filter({ hasText: name });
const look = (name) => page.getByRole("button", { name: `查看 ${name}` });
const hide = (name) => page.getByRole("button", { name: `收起 ${name}` }).click();

/** Opens it, plays it, and gives back where its bytes were. */
async function play(name, tag) {
  await look(name).click({ timeout: 60_000 });
  const player = card(name).locator(tag);
  await player.waitFor();
  assert.equal(await player.getAttribute("aria-label"), name);
  await player.evaluate((each) => ((each.muted = true), each.play()));
  await page.waitForFunction((kind) => document.querySelector(kind).currentTime > 0.3, tag);
  return player.getAttribute("src");
}
const isGone = (url) => page.evaluate((from) => fetch(from).then(() => false, () => true), url);

/** Files below `folder` that hold any of what was played. */
function traces(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => canaries.some((canary) => readFileSync(path).includes(canary)));
}

test("sound is played from memory, and its bytes are gone when it is closed", async () => {
  const url = await play("谈话.wav", "audio");
  assert.match(url, /^blob:/);
  await lookAtDesk(page, "report-sound");
  await hide("谈话.wav");
  assert.ok(await isGone(url));
});

test("video too", async () => {
  const url = await play("现场.webm", "video");
  assert.match(url, /^blob:/);
  assert.ok(await page.locator("video").evaluate((video) => video.videoWidth > 0));
  await lookAtDesk(page, "report-video");
  await page.getByRole("link", { name: "返回" }).click();
  await headingHasFocus(page, "举报");
  assert.ok(await isGone(url), "leaving the page closes it");
  await page.getByRole("link", { name: "证据" }).click();
});

test("nothing of either is on the browser's disk or in the store's files", () => {
  const control = join(process.env.TMPDIR, "control");
  writeFileSync(control, canaries[0]);
  assert.deepEqual(traces(process.env.TMPDIR), [control], "the control alone");
  assert.equal(traces(files).length, 2, "the control: the reporter's files hold it");
  rmSync(control);
});

test("pages and drawings are shown as the text that they are, or not at all, and never run", async () => {
  for (const name of ["图.svg", "页.html"]) {
    await look(name).click();
    assert.equal(await card(name).locator("pre").innerText(), HOSTILE[name]);
    await hide(name);
  }
  await card("未知.bin").getByText(/这里不显示这种文件（application\/octet-stream）/).waitFor();
  assert.equal(await look("未知.bin").count(), 0);
  await look("假.wav").click();
  await card("假.wav").getByText("它不是它所说的那种文件").waitFor();
  await lookAtDesk(page, "report-hostile");
  assert.equal(await page.evaluate(() => globalThis.ran), undefined);
});

test("what is not shown leaves the store only past a warning, as bytes and under its own name", async () => {
  await page.getByRole("button", { name: "存到磁盘… 未知.bin" }).click();
  await page.getByText("离开清风的保护").waitFor();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "我明白，存到磁盘" }).click();
  const download = await saved;
  assert.equal(download.suggestedFilename(), "未知.bin");
  assert.ok(readFileSync(await download.path()).equals(readFileSync(join(files, "未知.bin"))));
});

test("the browser had nothing to complain about: no policy was broken", () => {
  const broken = screen.complaints.filter((each) => !/blob:/.test(each)); // addresses that are gone, as they must be
  assert.deepEqual(broken, []);
});
