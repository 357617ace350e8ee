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

async function fitsAtDoubleText(page, name) {
  const width = await page.evaluate(() => {
    document.documentElement.style.fontSize = "200%";
    const widest = document.documentElement.scrollWidth;
    document.documentElement.style.fontSize = "";
    return widest;
  });
  assert.ok(width <= 360, `${name} is ${width} px wide at 200 % text`);
}

async function look(page, name, language) {
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    await axe(page, `${name} ${language} ${scheme}`);
    await page.screenshot({ path: `${SCREENS}${name}-${language}-${scheme}.png`, fullPage: true });
  }
  await page.emulateMedia({ colorScheme: "light" });
  await fitsAtDoubleText(page, name);
}

/** Looks at the screen that is open. With `again`, which brings it back after a reload, in English too. */
export async function lookAt(page, name, again) {
  await look(page, name, "zh-CN");
  if (!again) return;
  await inLanguage(page, "en");
  await again();
  await look(page, name, "en");
  await inLanguage(page, "zh-CN");
  await again();
}

async function inLanguage(page, language) {
  await page.evaluate((to) => localStorage.setItem("qingfeng.locale", to), language);
  await page.reload();
}

/** The focus is on the heading of the view that has just opened. */
export async function headingHasFocus(page, text) {
  await page.getByRole("heading", { level: 1, name: text }).waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === "H1");
  const focused = await page.evaluate(() => document.activeElement.textContent);
  assert.equal(focused.trim(), text);
}
