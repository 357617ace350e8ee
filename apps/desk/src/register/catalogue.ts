/** The office's catalogue of violations, as lists and reports speak of it. */
import { Stage, type Violation } from "@qingfeng/client";
import { useWords, type Choice } from "@qingfeng/kit";
import { core, useLive } from "@qingfeng/kit/session";
import { computed } from "vue";

const banOf = (id: string) => id.split(".").slice(0, 2).join(".");

export function useCatalogue() {
  const { t, locale } = useWords();
  const { value } = useLive([], async () => (await core.field.listViolations({})).violations);
  const text = (each: Violation) => (locale.value === "zh-CN" ? each.textZh : each.textEn);
  const name = (id: string) => {
    const found = value.value?.find((each) => each.id === id);
    return found ? text(found) : id;
  };
  /** Each ban with its don'ts, the whole ban first; and no choice at all. */
  const choices = computed<Choice[]>(() => [
    { value: "", text: t("register.anyViolation"), group: "" },
    ...(value.value ?? []).map((each) => ({
      value: each.id,
      text: each.level === "ban" ? t("register.wholeBan", { ban: text(each) }) : text(each),
      group: name(banOf(each.id)),
    })),
  ]);
  const stage = (of: Stage) => t(`stage.${Stage[of]}`);
  const stages = computed(() =>
    Object.values(Stage)
      .filter((each): each is Stage => typeof each === "number")
      .map((each) => ({ value: each, text: each ? stage(each) : t("register.anyStage") })),
  );
  return { name, choices, stage, stages };
}
