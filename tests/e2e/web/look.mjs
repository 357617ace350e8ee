// What every screen is held to: no violation that axe finds, nothing wider than the screen at 200 % text, the focus on the
// new view's heading; and its picture in both languages, light and dark, for a person to look at (build/screens).
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";

const SCREENS = fileURLToPath(new URL("../../../build/screens/", import.meta.url));
mkdirSync(SCREENS, { recursive: true });

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function axe(page, name) {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  const told = violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
  assert.deepEqual(told, [], `axe on ${name}`);
}

/** At 200 % text: how wide the page is, and what hides a part of its own text. */
function atDoubleText() {
  document.documentElement.style.fontSize = "200%";
  const wider = [...document.querySelectorAll("dialog[open]")].map((each) => each.scrollWidth - each.clientWidth);
  const width = document.documentElement.scrollWidth + Math.max(0, ...wider);
  const hides = (each) => /hidden|clip/.test(getComputedStyle(each).overflow) && !each.classList.contains("unseen");
  const cut = [...document.body.querySelectorAll("*")]
    .filter((each) => hides(each) && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1))
    .map((each) => `${each.tagName}.${each.className}`);
  document.documentElement.style.fontSize = "";
  return { width, cut };
}

async function fitsAtDoubleText(page, name) {
  const { width, cut } = await page.evaluate(atDoubleText);
  assert.ok(width <= page.viewportSize().width, `${name} is ${width} px wide at 200 % text`);
  assert.deepEqual(cut, [], `${name} cuts text at 200 %`);
}

/** What a toast with that text hides, if it is on the screen whole; else undefined. */
function hiddenBy(text) {
  const toast = [...document.querySelectorAll(".toast")].find((each) => each.textContent.includes(text));
  const at = toast?.getBoundingClientRect();
  if (!at || at.height < 20 || at.top < 0 || at.bottom > innerHeight || at.left < 0 || at.right > innerWidth) return undefined;
  const below = (each) => each.left < at.right && each.right > at.left && each.top < at.bottom && each.bottom > at.top;
  const pressed = [...(toast.closest("dialog") ?? document).querySelectorAll("button, a, summary")];
  return pressed.filter((each) => below(each.getBoundingClientRect())).map((each) => each.textContent.trim());
}

/** That text is said in sight, and hides no button and no link. */
export async function saidInSight(page, text) {
  await page.locator(".toast").filter({ hasText: text }).waitFor();
  await page.waitForTimeout(250); // it moves out of the way of what has come since
  assert.deepEqual(await page.evaluate(hiddenBy, text), [], `"${text}" is on the screen and hides nothing`);
}

async function look(page, name, language) {
  // A sheet lies over what is seen; the page behind it, as long as it may be, is on nobody's screen.
  const fullPage = (await page.locator("dialog[open]").count()) === 0;
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.evaluate(() => scrollTo(0, 0)); // the bar stays in sight: lower down it lies over something
    await axe(page, `${name} ${language} ${scheme}`);
    await page.locator(".toast").waitFor({ state: "detached" }); // what was just said belongs to no picture
    await page.screenshot({ path: `${SCREENS}${name}-${language}-${scheme}.png`, fullPage });
  }
  await page.emulateMedia({ colorScheme: "light" });
  await fitsAtDoubleText(page, name);
}

/** Looks at the screen that is open, in both languages. It stays as it is: the page hears of the choice as of another tab's. */
export async function lookAt(page, name) {
  for (const language of ["en", "zh-CN"]) {
    await inLanguage(page, language);
    await look(page, name, language);
  }
}

const DESK_SIZES = [{ width: 1024, height: 768 }, { width: 1440, height: 900 }];

/** The same at the two sizes that a desk is made for. */
export async function lookAtDesk(page, name) {
  for (const size of DESK_SIZES) {
    await page.setViewportSize(size);
    await lookAt(page, `desk-${name}-${size.width}`);
  }
}

async function inLanguage(page, language) {
  await page.evaluate((to) => {
    sessionStorage.setItem("qingfeng.locale", to);
    const otherTab = new BroadcastChannel("qingfeng.kept");
    otherTab.postMessage({ name: "locale", value: to });
    otherTab.close();
  }, language);
  await page.locator(`html[lang="${language}"]`).waitFor();
}

/** The focus is on the heading of the view that has just opened. */
export async function headingHasFocus(page, text) {
  await page.getByRole("heading", { level: 1, name: text }).waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === "H1");
  const focused = await page.evaluate(() => document.activeElement.textContent);
  assert.equal(focused.trim(), text);
}
