// What a person does at the field app, in the words of its screens.
import { headingHasFocus } from "./look.mjs";

export const PIN = "amber-river-lantern";

export class Person {
  constructor(page) {
    this.page = page;
  }

  button = (name) => this.page.getByRole("button", { name, exact: true });
  fill = (name, text) => this.page.getByLabel(name).fill(text);
  /** Waits until that text is on the screen. */
  here = (text, options) => this.page.getByText(text).first().waitFor(options);

  async home() {
    await this.button("返回").click();
    await headingHasFocus(this.page, "清风");
  }
  async unlock(pin = PIN) {
    await this.fill("口令", pin);
    await this.button("打开").click();
  }
  async choosePin(pin = PIN) {
    await this.fill("新口令", pin);
    await this.fill("再输入一遍", pin);
    await this.button("登记").click();
  }
  async enrol(invitation) {
    await this.fill("邀请", invitation);
    await this.choosePin();
    await this.button("开始使用").click();
    await headingHasFocus(this.page, "清风");
  }
  async chooseViolation(name) {
    await this.page.getByRole("button", { name: /违反了哪一条/ }).click();
    await this.button(name).click();
  }
  /** Unfolds what a report may say beyond what it needs. */
  async details() {
    const folded = this.page.locator("details.details:not([open]) > summary");
    await this.page.locator("details.details").waitFor();
    if (await folded.count()) await folded.click();
  }
  async title(title) {
    await this.details();
    await this.fill("标题", title);
  }
  /** A new report with what every report needs, and a title. */
  async beginReport(title, what = `${title}。`) {
    await this.button("写举报").click();
    await this.chooseViolation("不准贿赂代表");
    await this.fill("发生了什么", what);
    await this.title(title);
  }
  async deleteDraft() {
    await this.button("删除草稿").click();
    await this.button("确定删除").click();
    await headingHasFocus(this.page, "清风");
  }
  async file(title) {
    await this.button("提交举报").click();
    await headingHasFocus(this.page, title);
  }
}
