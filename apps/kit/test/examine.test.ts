import { create, FindingSchema, Reason, reasonTexts, Seen } from "@qingfeng/client";
import { flushPromises, mount } from "@vue/test-utils";
import { expect, test, vi } from "vitest";

import { kitI18n } from "../src/i18n.js";
import ExamineSection from "../src/session/ExamineSection.vue";
import { valueNames } from "./messages.js";

const examine = vi.fn();
vi.mock("../src/session/core.js", () => ({ core: { vault: { examine: () => examine() } } }));

const words = { "zh-CN": kitI18n({ "zh-CN": {}, en: {} }, "zh-CN"), en: kitI18n({ "zh-CN": {}, en: {} }, "en") };
type Part = Parameters<typeof create<typeof FindingSchema>>[1];
/** What the section says of one finding. */
async function said(finding: Part, locale: keyof typeof words = "en"): Promise<string> {
  examine.mockResolvedValue({ findings: [create(FindingSchema, { subject: "server", ...finding })] });
  const section = mount(ExamineSection, { global: { plugins: [words[locale]] } });
  await section.get("button").trigger("click");
  await flushPromises();
  const text = section.get("li").text();
  section.unmount();
  return text;
}

test("whatever was seen is said in the page's language alone", async () => {
  for (const name of valueNames(Seen).filter((each) => each !== "UNSPECIFIED")) {
    const finding = { seen: Seen[name as keyof typeof Seen], count: 2n, withFiles: 1n, atUs: 1_773_554_580_000_000n, reason: Reason.CLOCK };
    expect(await said(finding, "zh-CN")).not.toMatch(/[a-z]{3}/i);
    expect(await said(finding, "en")).not.toMatch(/[\u4e00-\u9fff]/);
  }
});

test("a finding has its numbers, and what is wrong the remedy of its reason", async () => {
  expect(await said({ ok: true, seen: Seen.DISK_FREE, count: 12_000_000n })).toMatch(/: well *12 MB free$/);
  expect(await said({ seen: Seen.RECEIPTS_MISSING, count: 1n, reason: Reason.STORE_DAMAGED })).toContain("1 item left the outbox");
  const failing = await said({ seen: Seen.SERVER_FAILING, reason: Reason.UNREACHABLE }, "zh-CN");
  expect(failing).toContain("上次连通：还没有");
  expect(failing).toContain(reasonTexts["zh-CN"].UNREACHABLE.sentence);
  expect(failing).toContain(reasonTexts["zh-CN"].UNREACHABLE.remedy);
});

test("what keeps an item from arriving is looked for in the list of items", async () => {
  expect(await said({ seen: Seen.OUTBOX_UNDELIVERED, count: 3n }, "zh-CN")).toContain("各项的原因");
});
