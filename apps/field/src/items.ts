import { ItemState, Reason, type Item } from "@qingfeng/client";
import { sayMoment, useWords } from "@qingfeng/kit";

export type Group = "toSend" | "sent" | "trouble";

const TO_SEND = [ItemState.FILED, ItemState.PLACED];
const TROUBLE = [ItemState.REFUSED, ItemState.DAMAGED, ItemState.UNSPECIFIED];

/** True once the log has proven it. */
export const isProven = (state: ItemState): boolean => !TO_SEND.includes(state) && !TROUBLE.includes(state);
/** It was proven, but not all of it can arrive: a file is missing or damaged here. */
export const lacksFile = (item: Pick<Item, "state" | "reason">): boolean => isProven(item.state) && item.reason !== Reason.UNSPECIFIED;

/** Under which heading an item stands. */
export function groupOf(item: Pick<Item, "state" | "reason">): Group {
  if (TO_SEND.includes(item.state)) return "toSend";
  return isProven(item.state) && !lacksFile(item) ? "sent" : "trouble";
}

/** How far an item is, in words: "on its way, today 14:05". */
export function useItemWords() {
  const { t, locale } = useWords();
  return (item: Pick<Item, "state" | "reason" | "filedAtUs" | "receivedAtUs">): string => {
    const at = isProven(item.state) ? item.receivedAtUs : item.filedAtUs;
    return t(lacksFile(item) ? "item.lacksFile" : `state.${ItemState[item.state]}`, { when: sayMoment(at, locale.value) });
  };
}
