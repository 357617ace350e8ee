import { QingfengError } from "@qingfeng/client";
import { ref, shallowRef } from "vue";

/**
 * What a person asked for by a button or a form: one at a time, `busy` meanwhile, and how it failed.
 *
 *   const { busy, error, run } = useAct();
 *   if (await run(() => core.vault.lock({}))) announce(t("locked"));
 *
 * `run` is true once it went well; false if it failed (`error`) or the one before is still under way.
 */
export function useAct() {
  const busy = ref(false);
  const error = shallowRef<QingfengError | null>(null);
  async function run(act: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    error.value = null;
    try {
      await act();
      return true;
    } catch (cause) {
      error.value = QingfengError.from(cause);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, error, run };
}
