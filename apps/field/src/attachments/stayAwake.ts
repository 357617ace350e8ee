import { noteUse } from "@qingfeng/client";
import { core } from "@qingfeng/kit/session";
import { onUnmounted } from "vue";

// Well below the shortest time after which a host locks.
const EVERY_MS = 20_000;

/**
 * While it is `on` the store is in use, although nobody touches the screen: a lock would end the recording and lose it.
 * The recorder's own bound is the bound of this.
 */
export function stayAwake(): (on: boolean) => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  function use() {
    noteUse();
    void core.vault.getSession({}).catch(() => undefined);
  }
  const set = (on: boolean) => {
    clearInterval(timer);
    timer = on ? setInterval(use, EVERY_MS) : undefined;
  };
  onUnmounted(() => set(false));
  return set;
}
