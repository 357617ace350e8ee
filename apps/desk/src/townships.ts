/**
 * Township names that this desk has already met, to offer after the office's own where one is asked for: a filter finds a
 * name only as it was written.
 */
import { core } from "@qingfeng/kit/session";

const ARRIVALS_MAX = 1_000;

const inOrder = (names: (string | undefined)[]) =>
  [...new Set(names.map((name) => name?.trim() ?? ""))].filter(Boolean).sort((one, other) => one.localeCompare(other, "zh-CN"));

/** Those of the newest reports. */
export const townshipsReported = async (): Promise<string[]> =>
  inOrder((await core.desk.listArrivals({ pageSize: ARRIVALS_MAX })).arrivals.map(({ report }) => report?.township));

/** Those of the people who have, or were invited to have, a device. */
export const townshipsOfPeople = async (): Promise<string[]> =>
  inOrder((await core.desk.listDevices({})).devices.map(({ person }) => person?.township));
