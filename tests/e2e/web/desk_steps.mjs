// What a person does at a desk's screen, in the words of the screen (zh-CN).
import { headingHasFocus } from "./look.mjs";

export const PIN = "amber-river-lantern";
const SHARE_LINES = 6;

export function deskSteps(page) {
  const button = (name) => page.getByRole("button", { name, exact: true });
  const fill = (name, text) => page.getByLabel(name).fill(text);
  const here = (text) => page.getByText(text).first().waitFor();
  const steps = {
    button,
    fill,
    here,
    press: (name) => button(name).click(),
    heading: (name) => headingHasFocus(page, name),
    row: (name) => page.getByRole("row").filter({ hasText: name }),
    dialog: () => page.locator("dialog[open]"),

    async go(place) {
      // Who is there already stays, and keeps the focus.
      const there = page.getByRole("heading", { level: 1, name: place, exact: true });
      if (await there.isVisible()) return;
      await page.getByRole("navigation").getByRole("link", { name: place }).click();
      await steps.heading(place);
    },
    async newPin(pin = PIN) {
      await fill("新口令", pin);
      await fill("再输入一遍", pin);
    },
    async unlock(pin = PIN) {
      await steps.heading("已锁定");
      await fill("口令", pin);
      await steps.press("打开");
      await page.getByRole("navigation").waitFor();
    },
    /** Opens one device by its person's name. */
    async device(name) {
      await steps.go("设备");
      await page.getByRole("link", { name, exact: true }).click();
      await steps.heading(name);
    },
    /** Makes an invitation on screen; its text. */
    async invite(role, name) {
      await steps.go("设备");
      await steps.press("发出邀请");
      await steps.heading("发出邀请");
      await page.getByLabel("身份").selectOption({ label: role });
      await fill("姓名", name);
      await steps.press("生成邀请");
      await steps.heading("邀请已生成");
      return page.getByRole("region", { name: "邀请的文字" }).innerText();
    },
    /** Reads the share that is shown, as onto paper: its six lines. */
    async copyShare(n) {
      await steps.heading(`恢复包：第 ${n} 份，共 3 份`);
      const lines = await page.getByRole("main").getByRole("listitem").locator("code").allInnerTexts();
      if (lines.length !== SHARE_LINES) throw new Error(`a share has ${lines.length} lines`);
      return lines;
    },
    /** Answers the question for one line of it. */
    async proveShare(n, lines) {
      await steps.heading(`核对第 ${n} 份`);
      const asked = page.getByLabel(/从纸上抄第 \d 行/);
      const label = await page.locator("label").innerText();
      await asked.fill(lines[Number(/第 (\d) 行/.exec(label)[1]) - 1].toLowerCase());
      await steps.press("核对");
    },
    async typeShare(title, lines) {
      const group = page.getByRole("group", { name: title });
      for (const [index, line] of lines.entries()) await group.getByLabel(`第 ${index + 1} 行`, { exact: true }).fill(line);
    },
  };
  return steps;
}
