/**
 * The township names that this device has already met: in its newest reports and its other drafts, the newest first. A name
 * that is chosen is spelled as before, so the office finds all reports of a township under one.
 */
import { toHex } from "@qingfeng/client";
import { core } from "@qingfeng/kit/session";

const REPORTS_MAX = 30;

/** `draftId` is the draft that asks: what is being written in it is no name yet. */
export async function townshipsMet(draftId: Uint8Array): Promise<string[]> {
  const [{ drafts }, { items }] = await Promise.all([core.field.listDrafts({}), core.field.listItems({ pageSize: REPORTS_MAX })]);
  const filed = items.filter((item) => item.kind === "report").map(({ itemId }) => core.field.getItem({ itemId }));
  const others = drafts.filter((draft) => toHex(draft.draftId) !== toHex(draftId));
  const names = [...others, ...(await Promise.all(filed))].map(({ report }) => report?.township.trim() ?? "");
  return [...new Set(names)].filter(Boolean);
}
