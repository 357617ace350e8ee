// What a browser's profile holds after a visit: nothing that was typed or shown. The profile is one that lasts, as a person's is,
// and is searched whole once the browser has ended.
//
//   node --test tests/e2e/web/profile_test.mjs        QF_BUILD = the build folder; default build/web
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

import { headingHasFocus } from "./look.mjs";
import { Person, PIN } from "./person.mjs";
import { World } from "./world.mjs";

const TITLE = "县界会馆宴请代表";
const WHAT = "三月十五日晚在县界会馆宴请代表。";
const WHO = "欧阳若山";
let world, folder;

before(async () => {
  world = await World.open(process.env.QF_BUILD ?? "build/web");
  folder = join(world.folder, "profile");
});
after(() => world?.close());

/** A visit with that profile, from the launch address to the end of the browser. */
async function visit(store, profile, size, stay) {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const context = await chromium.launchPersistentContext(folder, { executablePath, args: ["--no-sandbox"], locale: "zh-CN", viewport: size });
  const page = context.pages()[0];
  page.setDefaultTimeout(60_000);
  await page.goto((await world.ask({ host: store, profile, language: "zh_CN.UTF-8" })).url);
  await new Person(page).unlock();
  await stay(page, new Person(page));
  await context.close();
}

/** The files of the profile that hold `text`, as browsers write it. */
function holding(text) {
  const forms = [Buffer.from(text), Buffer.from(text, "utf16le")];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .filter((name) => forms.some((form) => readFileSync(join(folder, name)).includes(form)));
}

test("a report is filed at the phone, opened at the desk", async () => {
  await visit("phone", "field", { width: 360, height: 740 }, async (page, me) => {
    await headingHasFocus(page, "清风");
    await me.beginReport(TITLE, WHAT);
    await me.button("添加一人").click();
    await page.keyboard.type(WHO);
    await me.file(TITLE);
    await me.here(/已收到/);
  });
  await visit("manager", "desk", { width: 1440, height: 900 }, async (page) => {
    await page.getByRole("link", { name: TITLE }).click();
    await headingHasFocus(page, TITLE);
    await page.getByText(WHAT).waitFor();
  });
});

test("the control: the profile keeps titles, and what stands in one is found", () => {
  assert.ok(holding("清风工作台").length > 0, "the desk's own name is in the history");
});

for (const [what, text] of Object.entries({ title: TITLE, "what happened": WHAT, "person concerned": WHO, PIN })) {
  test(`nothing of it is the ${what}`, () => assert.deepEqual(holding(text), []));
}
