/**
 * Lines of a recovery share as people copy them by hand (common/sealing/paper_text.h): capital or small letters, I and L
 * read as 1, O as 0, and spaces and hyphens wherever they stand.
 */
const symbols = (line: string) => line.toUpperCase().replace(/[\s-]/g, "").replace(/[IL]/g, "1").replace(/O/g, "0");

export const sameLine = (printed: string, typed: string): boolean => symbols(printed) === symbols(typed);
