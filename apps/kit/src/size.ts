const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

/** "19 bytes", "312 kB", "1.4 MB", in the language's own way. */
export function saySize(bytes: number | bigint, locale: string): string {
  let size = Number(bytes);
  let unit = 0;
  for (; size >= 1000 && unit < UNITS.length - 1; unit++) size /= 1000;
  const maximumFractionDigits = unit > 1 && size < 10 ? 1 : 0;
  const unitDisplay = unit === 0 ? "long" : "short"; // a short "byte" has no plural
  return new Intl.NumberFormat(locale, { style: "unit", unit: UNITS[unit], unitDisplay, maximumFractionDigits }).format(size);
}
