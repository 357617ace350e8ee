// A server that shows one log to some and another to the rest: keys and all, it was made two of. What was filed before one
// of them is not in the other. A desk and a phone that meet both keep the proof, say so, and lose nothing.
//
//   node --test tests/e2e/web/two_logs_test.mjs        QF_BUILD = the build folder; default build/web
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { deskSteps } from "./desk_steps.mjs";
import { headingHasFocus, lookAt, lookAtDesk } from "./look.mjs";
import { Person } from "./person.mjs";
import { openDesk, openPhone, World } from "./world.mjs";

const TITLE = "只在一边";
const MINUTE_MS = 60_000;
let world, desk, phone;

async function file(title) {
  await world.run("phone", "report", "--violation", "ban.canvassing.bribe", "--title", title, "--what", `${title}。`);
  await world.run("phone", "sync");
}
async function registered() {
  const { arrivals } = await world.run("manager", "desk", "register");
  return arrivals.map(({ report }) => report.title).sort();
}

before(async () => {
  world = await World.open(process.env.QF_BUILD ?? "build/web");
  [desk, phone] = [await openDesk(), await openPhone()];
  await file("在两边");
  await world.run("manager", "sync");
  await world.ask({ server: "split" });
  // Here a report arrives, and a receipt is given for it …
  await file(TITLE);
  await world.run("manager", "sync");
  assert.deepEqual(await registered(), [TITLE, "在两边"].sort());
  // … of which the other knows nothing. Its log goes on, and becomes the longer one.
  await world.ask({ server: "other" });
  for (const name of ["甲", "乙", "丙", "丁", "戊", "己"]) await world.ask({ invite: name });
});
after(async () => {
  await desk?.browser.close();
  await phone?.browser.close();
  await world?.close();
});

test("a desk that has seen the one does not read on in the other; an administrator begins a new term", async () => {
  const page = desk.page;
  const at = deskSteps(page);
  await page.goto((await world.ask({ host: "manager", profile: "desk", language: "zh_CN.UTF-8" })).url);
  await at.unlock();
  await at.heading("举报");
  await page.getByRole("link", { name: TITLE }).waitFor();
  await at.go("日志");
  await page.getByRole("heading", { name: "服务器退回到了旧的日志" }).waitFor({ timeout: MINUTE_MS });
  await world.run("admin", "restart", "--cause", "two servers");
  await world.run("admin", "sync");
});

test("then the desk alarms: it says what does not fit, what to do, and keeps the proof", async () => {
  const page = desk.page;
  const at = deskSteps(page);
  await page.getByRole("navigation").getByRole("link", { name: /警报 1/ }).waitFor({ timeout: 2 * MINUTE_MS });
  await at.go("警报");
  await at.here("FORK");
  await page.getByText("技术细节（英文）").click();
  await page.locator("details p[lang=en]").waitFor();
  await lookAtDesk(page, "alarms");
  await at.go("举报");
  await page.getByRole("link", { name: TITLE }).waitFor();
  assert.deepEqual(desk.complaints, []);
});

test("the phone says it on its first screen, and gives the report again", async () => {
  const page = phone.page;
  const me = new Person(page);
  await page.goto((await world.ask({ host: "phone", language: "zh_CN.UTF-8" })).url);
  await me.unlock();
  await headingHasFocus(page, "清风");
  await page.getByRole("heading", { name: "服务器的证明或答复对不上" }).waitFor({ timeout: 2 * MINUTE_MS });
  await page.getByRole("heading", { name: "已送达，有回执" }).waitFor({ timeout: 2 * MINUTE_MS });
  await me.here("都已送达", { timeout: 2 * MINUTE_MS });
  await lookAt(page, "home-evidence");
  assert.deepEqual(phone.complaints, []);
});

test("both reports are in the register, once", async () => {
  await world.ask({ host: null });
  await world.run("manager", "sync");
  assert.deepEqual(await registered(), [TITLE, "在两边"].sort());
});
