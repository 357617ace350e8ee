/**
 * The office's list of townships while an administrator changes it. It is changed as a whole, and what is written stands in
 * this window alone until it is saved: it outlives going to another page and the lock, and the browser asks before it closes.
 */
import { useAct, type MapPlace } from "@qingfeng/kit";
import { core, onChange } from "@qingfeng/kit/session";
import { computed, onUnmounted, ref, shallowRef } from "vue";

export const TOWNSHIPS_MAX = 40;
const written = ref<MapPlace[] | null>(null);
/** The office's list as the change began with it. */
const begun = shallowRef("");

const plain = ({ name, column, row }: MapPlace): MapPlace => ({ name, column, row });
const asText = (list: MapPlace[]) => JSON.stringify(list.map(plain));
const fetchList = async () => (await core.field.listTownships({})).townships.map(plain);

export function useTownships() {
  const loading = useAct();
  const saving = useAct();
  /** The office's list is another than the one that was begun with. */
  const overtaken = ref(false);
  const changed = computed(() => written.value !== null && asText(written.value) !== begun.value);

  function begin(list: MapPlace[]) {
    written.value = list;
    begun.value = asText(list);
    overtaken.value = false;
    saving.error.value = null;
  }
  const look = () =>
    loading.run(async () => {
      const list = await fetchList();
      if (changed.value) overtaken.value = asText(list) !== begun.value;
      else begin(list);
    });
  const startAnew = () => loading.run(async () => begin(await fetchList()));
  const save = () =>
    saving.run(async () => {
      await core.desk.setTownships({ townships: written.value! });
      begin(await fetchList());
    });

  const ask = (event: BeforeUnloadEvent) => changed.value && event.preventDefault();
  window.addEventListener("beforeunload", ask);
  onUnmounted(() => window.removeEventListener("beforeunload", ask));
  onChange(["items"], look);
  void look();
  return { list: written, changed, overtaken, loading, saving, startAnew, save };
}
