import { CorrectionSchema, create, type Correction } from "@qingfeng/client";
import { kitI18n } from "@qingfeng/kit";
import { mount } from "@vue/test-utils";
import { expect, test } from "vitest";
import { defineComponent, h, nextTick, reactive } from "vue";

import CorrectionFields from "../src/components/CorrectionFields.vue";
import SpotMoments from "../src/components/SpotMoments.vue";
import en from "../src/messages/en.json";

const plugins = () => [kitI18n({ "zh-CN": {}, en }, "en")];

test("a slip on the box takes nothing away: both moments come back with the next press", async () => {
  const draft = reactive<{ spot?: Correction }>({ spot: create(CorrectionSchema, { stoppedAtUs: 7n, correctedAtUs: 9n, by: "me" }) });
  const set = (spot?: Correction) => (draft.spot = spot);
  const page = mount(defineComponent(() => () => h(CorrectionFields, { noted: false, modelValue: draft.spot, "onUpdate:modelValue": set })), {
    global: { plugins: plugins() },
  });
  await page.get("input[type=checkbox]").setValue(false);
  expect(draft.spot).toBeUndefined();
  await page.get("input[type=checkbox]").setValue(true);
  expect([draft.spot?.stoppedAtUs, draft.spot?.correctedAtUs, draft.spot?.by]).toEqual([7n, 9n, "me"]);
});

test("the moment of a press is noted, said where the button was, and has the focus", async () => {
  const spot = reactive(create(CorrectionSchema));
  const page = mount(SpotMoments, { props: { modelValue: spot }, attachTo: document.body, global: { plugins: plugins() } });
  await page.findAll("button")[0].trigger("click");
  await nextTick();
  expect(Math.abs(Number(spot.stoppedAtUs / 1000n) - Date.now())).toBeLessThan(60_000);
  expect(document.activeElement?.textContent).toMatch(/Noted as stopped: today/);
  expect(page.findAll("button")).toHaveLength(1);
  page.unmount();
});
