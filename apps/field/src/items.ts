import { ItemState, Reason, toHex, type Item } from "@qingfeng/client";
import { isLost, sayMoment, useWords } from "@qingfeng/kit";
import { core, syncView } from "@qingfeng/kit/session";

/** Under which heading of the home screen a report stands: `unread` before all others. */
export type Group = "unread" | "trouble" | "toSend" | "sent";

const PAGE = 500;
const TO_SEND = [ItemState.FILED, ItemState.PLACED];

/** True once the log has proven it. */
export const isProven = (state: ItemState): boolean => !TO_SEND.includes(state) && !isLost(state);
/** It was proven, but not all of it can arrive: a file is missing or damaged here. */
export const lacksFile = (item: Pick<Item, "state" | "reason">): boolean => isProven(item.state) && item.reason !== Reason.UNSPECIFIED;
/** It, or a file of it, will not arrive by itself: it can be written anew. */
export const inTrouble = (item: Pick<Item, "state" | "reason">): boolean => isLost(item.state) || lacksFile(item);

/** Everything that was filed here and holds `search`, the newest first: what asks for a look may be the oldest. */
export async function allItems(search = ""): Promise<Item[]> {
  const items: Item[] = [];
  for (let more = true; more; ) {
    const page = await core.field.listItems({ pageSize: PAGE, afterItemId: items.at(-1)?.itemId, search });
    items.push(...page.items);
    more = page.more && page.items.length > 0;
  }
  return items;
}

/**
 * The reports, by id, about which something was said that will not arrive by itself. An item that is a message does not tell
 * its report, so the reports are asked, and only when there is such a message.
 */
export async function reportsOfLost(items: Item[]): Promise<Set<string>> {
  const lost = new Set(items.filter((item) => item.kind === "message" && isLost(item.state)).map((item) => toHex(item.itemId)));
  const found = new Set<string>();
  if (!lost.size) return found;
  for (const { itemId } of items.filter((item) => item.kind === "report" && item.messages > 0)) {
    const { messages } = await core.field.listMessages({ itemId });
    if (messages.some((each) => lost.has(toHex(each.itemId)))) found.add(toHex(itemId));
  }
  return found;
}

/** It, a file of it or something that was said about it will not arrive by itself. `lost` is what reportsOfLost gave. */
export const needsLook = (report: Pick<Item, "itemId" | "state" | "reason">, lost: Set<string>): boolean =>
  inTrouble(report) || lost.has(toHex(report.itemId));

/** Under which heading `report` stands once everything in it is read; the heading's icon has the same name. */
export function standingOf(report: Pick<Item, "itemId" | "state" | "reason">, lost = new Set<string>()): Exclude<Group, "unread"> {
  if (needsLook(report, lost)) return "trouble";
  return TO_SEND.includes(report.state) ? "toSend" : "sent";
}
/** Under which heading `report` stands. */
export const groupOf = (report: Pick<Item, "itemId" | "state" | "reason" | "unread">, lost: Set<string>): Group =>
  report.unread ? "unread" : standingOf(report, lost);

/**
 * How far something is, in words: "on its way, today 14:05". Nothing is on its way while the server cannot be reached or takes
 * nothing.
 */
export function useItemWords() {
  const { t, locale } = useWords();
  const word = (item: Pick<Item, "state" | "reason">): string => {
    if (lacksFile(item)) return "item.lacksFile";
    const rests = syncView.value.waiting !== Reason.UNSPECIFIED;
    if (rests && item.state === ItemState.PLACED) return "state.FILED";
    return rests && item.state === ItemState.PROVEN ? "item.filesWait" : `state.${ItemState[item.state]}`;
  };
  return (item: Pick<Item, "state" | "reason" | "filedAtUs" | "receivedAtUs">): string => {
    const at = isProven(item.state) ? item.receivedAtUs : item.filedAtUs;
    return t(word(item), { when: sayMoment(at, locale.value) });
  };
}
