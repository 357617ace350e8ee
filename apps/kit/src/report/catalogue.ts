/** The office's catalogue of violations and the stages of a round, as forms, lists and reports speak of them. */
import { Stage, type Violation } from "@qingfeng/client";
import { computed } from "vue";

import { useWords, type Choice } from "../index.js";
import { core, useLive } from "../session/index.js";

const banOf = (id: string) => id.split(".").slice(0, 2).join(".");
const STAGES = Object.values(Stage).filter((each): each is Stage => typeof each === "number");

export function useCatalogue() {
  const { t, locale } = useWords();
  const { value, error, look } = useLive([], async () => (await core.field.listViolations({})).violations);
  const text = (each: Violation) => (locale.value === "zh-CN" ? each.textZh : each.textEn);
  const name = (id: string) => {
    const found = value.value?.find((each) => each.id === id);
    return found ? text(found) : id;
  };
  /** Each ban with its don'ts, the whole ban first. */
  const violations = computed<Choice[]>(() =>
    (value.value ?? []).map((each) => ({
      value: each.id,
      text: each.level === "ban" ? t("kit.report.wholeBan", { ban: text(each) }) : text(each),
      group: name(banOf(each.id)),
    })),
  );
  const stage = (of: Stage) => t(`kit.stage.${Stage[of]}`);
  /** In the order of the round; first the one that nobody knows. */
  const stages = computed(() => STAGES.map((value) => ({ value, text: stage(value) })));
  return { name, violations, stage, stages, error, look };
}
