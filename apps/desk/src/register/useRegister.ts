/**
 * The arrivals that pass the filters, newest first, as many as were asked for so far. What is there is kept up to date in
 * place, and goes when it passes no more. New ones wait (`waiting`) until they are asked for, or come at once if `mayMove`
 * says that nobody is reading further down: what a person reads does not move.
 */
import { QingfengError, Reason, type Arrival, type ListArrivalsResponse } from "@qingfeng/client";
import { core, onChange } from "@qingfeng/kit/session";
import { computed, ref, shallowRef, watch } from "vue";

import { idOf } from "./arrivals.js";
import { filters, toRequest } from "./filters.js";

const PAGE = 100;
const PAGE_MAX = 1_000;
const TYPING_MS = 250;

/** `rows` as `page`, the newest that pass now, says they are: what it reaches and does not hold passes no more. */
export function brought(rows: Arrival[], page: ListArrivalsResponse): Arrival[] {
  const now = new Map(page.arrivals.map((arrival) => [idOf(arrival), arrival]));
  return rows.flatMap((row) => now.get(idOf(row)) ?? (row.position < page.nextBeforePosition ? [row] : []));
}

export function useRegister(mayMove: () => boolean, arrived: (count: number) => void) {
  const rows = shallowRef<Arrival[]>([]);
  const held = shallowRef<Arrival[]>([]);
  const total = ref(0n);
  const loaded = ref(false);
  const busy = ref(false);
  const error = shallowRef<QingfengError | null>(null);
  let next = 0n; // where to go on; 0 = nowhere
  let anew = true; // the next page replaces what is there, which is seen until then
  let run = 0; // of the filters in force: what an older run still answers is dropped

  async function ask(more: { beforePosition?: bigint; pageSize: number }): Promise<ListArrivalsResponse | null> {
    const mine = run;
    try {
      const page = await core.desk.listArrivals({ ...toRequest(filters), ...more });
      if (mine !== run) return null;
      error.value = null;
      total.value = page.total;
      return page;
    } catch (cause) {
      const failed = QingfengError.from(cause);
      if (mine === run && failed.reason !== Reason.LOCKED) error.value = failed;
      return null;
    }
  }

  /** Goes on below; a search that has to read many texts may give pages with nothing in them. */
  async function more(): Promise<void> {
    if (busy.value || (!anew && next === 0n)) return;
    busy.value = true;
    const mine = run;
    let page: ListArrivalsResponse | null;
    do {
      page = await ask({ beforePosition: next, pageSize: PAGE });
      if (page) {
        rows.value = anew ? page.arrivals : [...rows.value, ...page.arrivals];
        next = page.nextBeforePosition;
        anew = false;
      }
    } while (page && page.arrivals.length === 0 && next > 0n);
    if (mine !== run) return;
    loaded.value = loaded.value || page !== null;
    busy.value = false;
  }

  async function begin(): Promise<void> {
    run++;
    held.value = [];
    next = 0n;
    anew = true;
    loaded.value = busy.value = false;
    await more();
  }

  async function refresh(): Promise<void> {
    if (!loaded.value || rows.value.length === 0) return begin();
    const page = await ask({ pageSize: Math.min(PAGE_MAX, rows.value.length + PAGE) });
    if (!page) return;
    const top = rows.value[0].position;
    rows.value = brought(rows.value, page);
    const fresh = page.arrivals.filter((arrival) => arrival.position > top);
    const count = fresh.length - held.value.length;
    held.value = fresh;
    if (count > 0) arrived(count);
    if (mayMove()) showHeld();
  }

  /** Puts what waits on top. */
  function showHeld() {
    rows.value = [...held.value, ...rows.value];
    held.value = [];
  }

  onChange(["arrivals", "messages", "cases"], () => void refresh());
  watch(filters, (_now, _before, tidy) => {
    const timer = setTimeout(() => void begin(), TYPING_MS);
    tidy(() => clearTimeout(timer));
  });
  void begin();
  const waiting = computed(() => held.value.length);
  return { rows, waiting, total, loaded, busy, error, more, begin, showHeld };
}
