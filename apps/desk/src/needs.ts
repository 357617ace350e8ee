/**
 * What a form needs before it is sent. What is lacking is said where it is lacking, until it is given, and the first of it
 * gets the focus.
 *
 *   const { wrong, complete } = useNeeds({
 *     heard: { lacks: () => (heard.value.trim() ? "" : t("grant.typeFirst")), at: () => field.value },
 *   });
 *   if (!complete()) return;                        // <TextField ref="field" :wrong="wrong.heard" …>
 */
import { computed, nextTick, ref, type ComputedRef } from "vue";

export interface Need {
  /** What is lacking, in words; "" when nothing is. */
  lacks: () => string;
  /** What shows it. */
  at: () => { focus(): void } | undefined;
}

export function useNeeds<Name extends string>(needs: Record<Name, Need>) {
  /** The form was sent once. */
  const asked = ref(false);
  const names = Object.keys(needs) as Name[];
  const lacking = () => Object.fromEntries(names.map((name) => [name, needs[name].lacks()])) as Record<Name, string>;
  const wrong: ComputedRef<Partial<Record<Name, string>>> = computed(() => (asked.value ? lacking() : {}));

  /** True if nothing is lacking. */
  function complete(): boolean {
    asked.value = true;
    const first = names.find((name) => needs[name].lacks());
    // Once it is marked, so that a screen reader reads the mark with it.
    if (first !== undefined) void nextTick(() => needs[first].at()?.focus());
    return first === undefined;
  }
  return { asked, wrong, complete };
}
