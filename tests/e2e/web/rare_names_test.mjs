// Names with characters that few machines have a font for: the program brings one, and a page loads what it needs of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { headingHasFocus, lookAt } from "./look.mjs";
import { Person } from "./person.mjs";
import { openPhone, World } from "./world.mjs";

const BUILD = process.env.QF_BUILD ?? "build/web";
// Extension A, C, E and G, each with the file that holds it.
const RARE = { 㛃: "36", 䶮: "4d", 𫖯: "2b5", 𬭎: "2cb", 𰻞: "30e" };
const NAME = Object.keys(RARE).join("");
let world, phone, page, me;
const loaded = [];

before(async () => {
  world = await World.open(BUILD);
  phone = await openPhone();
  page = phone.page;
  page.on("request", (request) => {
    const [, block] = /\/fonts\/(\w+)\.woff2$/.exec(request.url()) ?? [];
    if (block) loaded.push(block);
  });
  me = new Person(page);
  const { url } = await world.ask({ host: "pc", language: "zh_CN.UTF-8" });
  await page.goto(url);
});
after(async () => {
  await phone?.browser.close();
  await world?.close();
});

/** How many glyphs of the first element there come from a font that the page brought, and how many from the machine's. */
async function glyphsOf(selector) {
  const browser = await phone.context.newCDPSession(page);
  for (const domain of ["DOM", "CSS"]) await browser.send(`${domain}.enable`);
  const { root } = await browser.send("DOM.getDocument");
  const { nodeId } = await browser.send("DOM.querySelector", { nodeId: root.nodeId, selector });
  const { fonts } = await browser.send("CSS.getPlatformFontsForNode", { nodeId });
  await browser.detach();
  const count = (brought) => fonts.filter((font) => font.isCustomFont === brought).reduce((sum, font) => sum + font.glyphCount, 0);
  return { brought: count(true), own: count(false) };
}

test("ordinary text loads nothing of it", async () => {
  const { invitation } = await world.ask({ invite: "王五" });
  await me.enrol(invitation);
  await me.beginReport("村委会选举前送礼");
  await me.here("已保存在本机");
  assert.deepEqual(loaded, []);
});

test("a rare name is drawn with it, while it is typed and once it is filed, from the files of its characters alone", async () => {
  const title = `${NAME}送礼`;
  await me.title(title);
  await page.evaluate(() => document.fonts.ready);
  assert.deepEqual(loaded.sort(), Object.values(RARE).sort());
  await me.file(title);
  assert.deepEqual(await glyphsOf("h1"), { brought: Object.keys(RARE).length, own: 2 });
  await lookAt(page, "item-rare-name");
});

test("the licence stands beside the files, and no policy was broken", async () => {
  const text = await page.evaluate(async () => (await fetch("/fonts/ARPHICPL.TXT")).text());
  assert.match(text, /ARPHIC PUBLIC LICENSE/);
  assert.deepEqual(phone.complaints, []);
});
