/**
 * Messages that were begun and not sent, by what they are about. In this page's memory alone, since they say what a report is
 * about: they outlast another view, and go with the lock and with the page. So the browser asks before it closes or reloads the
 * page, and whoever writes one uses the store.
 *
 *   const text = useUnsent(() => props.id);      a v-model; "" forgets it
 */
import { computed, reactive, watch } from "vue";

import { core } from "./core.js";
import { session } from "./live.js";
import { isUnlocked } from "./sync.js";

// Well below the shortest time after which a host locks.
const TELL_USE_MS = 20_000;

const texts = reactive(new Map<string, string>());
let toldUseAtMs = -Infinity;

watch(
  () => isUnlocked(session.value?.state),
  (open) => open || texts.clear(),
);
addEventListener("beforeunload", (event) => texts.size > 0 && event.preventDefault());

/** The host sees calls, and writing makes none: without one it would lock under the hands of whoever writes for long. */
function tellUse() {
  if (performance.now() - toldUseAtMs < TELL_USE_MS) return;
  toldUseAtMs = performance.now();
  void core.vault.getSession({}).catch(() => undefined);
}

function write(about: string, text: string) {
  if (text) texts.set(about, text);
  else texts.delete(about);
  tellUse();
}

export const useUnsent = (about: () => string) =>
  computed({ get: () => texts.get(about()) ?? "", set: (text) => write(about(), text) });
