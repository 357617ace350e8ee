import { nextTick, onMounted, watchEffect, type Ref } from "vue";

import { useWords } from "./i18n.js";

/**
 * Makes `heading` (an h1 with tabindex -1) the heading of its screen: it takes the focus when the screen opens, so that a
 * screen reader begins there, and names the browser's tab.
 */
export function useHeading(heading: Ref<HTMLElement | undefined>, title: () => string): void {
  const { t } = useWords();
  watchEffect(() => (document.title = `${title()} · ${t("app")}`));
  onMounted(() => nextTick(() => heading.value?.focus()));
}
