/** How far something is that was filed here (client/v1 Item.state, MessageInfo.state), where every app asks the same. */
import { ItemState } from "@qingfeng/client";

const LOST = [ItemState.REFUSED, ItemState.DAMAGED, ItemState.UNSPECIFIED];

/** It will not arrive by itself: refused by the server, damaged here, or nothing is known of it. */
export const isLost = (state: ItemState): boolean => LOST.includes(state);
