// Moments as people say them. All moments of the contract are microseconds since 1970 as bigint; 0 = none.

export const microsToDate = (us: bigint): Date => new Date(Number(us / 1000n));
export const dateToMicros = (date: Date): bigint => BigInt(date.getTime()) * 1000n;

const dayOf = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
const DAY_MS = 86_400_000;

/** "today 14:05", "yesterday 09:30", "12 March 14:05", with the year when it is another one. */
export function sayMoment(us: bigint, locale: string, now = new Date()): string {
  const at = microsToDate(us);
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
  const days = Math.round((dayOf(at) - dayOf(now)) / DAY_MS);
  if (days === 0 || days === -1) {
    return `${new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day")} ${clock}`;
  }
  const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return `${new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year }).format(at)} ${clock}`;
}

/** "15 March 2026": a day that stands in a document. */
export const sayDay = (date: Date, locale: string): string => new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(date);

/** What an <input type="datetime-local"> holds, in the device's own time zone; "" for 0. */
export function toLocalInput(us: bigint): string {
  if (us === 0n) return "";
  const at = microsToDate(us);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function fromLocalInput(text: string): bigint {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? 0n : dateToMicros(at);
}

/** "1:05", "1:00:00": how long something plays. */
export function sayDuration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const last = String(seconds % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${last}` : `${minutes}:${last}`;
}
