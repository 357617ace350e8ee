/**
 * Messages that were begun and not sent, by what they are about. In this page's memory alone, since they say what a report is
 * about: they outlast another view, and go with the lock and with the page. Whoever closes the page meanwhile is asked first.
 *
 *   const text = useUnsent(() => props.id);      a v-model; "" forgets it
 */
import { computed, reactive, watch } from "vue";

import { session } from "./live.js";
import { isUnlocked } from "./sync.js";

const texts = reactive(new Map<string, string>());
const ask = (event: BeforeUnloadEvent) => event.preventDefault();

watch(
  () => isUnlocked(session.value?.state),
  (open) => open || texts.clear(),
);
watch(
  () => [...texts.values()].some((text) => text.trim() !== ""),
  (any) => (any ? window.addEventListener("beforeunload", ask) : window.removeEventListener("beforeunload", ask)),
);

export const useUnsent = (about: () => string) =>
  computed({
    get: () => texts.get(about()) ?? "",
    set: (text) => void (text ? texts.set(about(), text) : texts.delete(about())),
  });
