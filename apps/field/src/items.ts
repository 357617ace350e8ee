import { ItemState, type Item } from "@qingfeng/client";
import { sayMoment, useWords } from "@qingfeng/kit";

export type Group = "toSend" | "sent" | "trouble";

const TO_SEND = [ItemState.FILED, ItemState.PLACED];
const TROUBLE = [ItemState.REFUSED, ItemState.DAMAGED, ItemState.UNSPECIFIED];

/** Under which heading an item stands. */
export function groupOf(state: ItemState): Group {
  if (TO_SEND.includes(state)) return "toSend";
  return TROUBLE.includes(state) ? "trouble" : "sent";
}

/** True once the log has proven it. */
export const isProven = (state: ItemState): boolean => groupOf(state) === "sent";

/** How far an item is, in words: "on its way, today 14:05". */
export function useItemWords() {
  const { t, locale } = useWords();
  return (item: Pick<Item, "state" | "filedAtUs" | "receivedAtUs">): string => {
    const at = isProven(item.state) ? item.receivedAtUs : item.filedAtUs;
    return t(`state.${ItemState[item.state]}`, { when: sayMoment(at, locale.value) });
  };
}
