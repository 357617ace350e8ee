/**
 * Township names that this desk has already met, to offer where one is asked for: a filter finds a name only as it was
 * written. There is no list of the office's yet.
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
