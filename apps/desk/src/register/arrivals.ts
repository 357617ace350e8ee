/** Arrivals as the screens speak of them. */
import { Reason, reasonTexts, toHex, type Arrival } from "@qingfeng/client";
import { sayMoment, useWords } from "@qingfeng/kit";

/** Its record in lists and addresses. */
export const idOf = (arrival: Arrival): string => toHex(arrival.recordId);

export interface Badge {
  name: "urgent" | "fresh" | "unanswered" | "late" | "notYetCertified" | "files" | "case";
  text: string;
  /** It asks for somebody. */
  warn: boolean;
}

/** Nobody of the office has answered it or put it into a case; a desk that cannot open it cannot tell. */
const isFresh = ({ messages, unanswered, caseNumber, problem }: Arrival): boolean =>
  messages === unanswered && caseNumber === 0n && problem === Reason.UNSPECIFIED;

export function useArrivalWords() {
  const { t, locale, speak } = useWords();
  const when = (us: bigint) => (us ? sayMoment(us, locale.value) : "");
  const files = (arrival: Arrival) =>
    arrival.filesHere < arrival.files
      ? t("arrival.filesComing", { here: arrival.filesHere, all: arrival.files })
      : t("arrival.files", arrival.files);
  return {
    when,
    title: (arrival: Arrival) =>
      arrival.problem ? t("arrival.unreadable") : arrival.report?.title || arrival.report?.what.slice(0, 60) || t("arrival.untitled"),
    reporter: (arrival: Arrival) =>
      [arrival.reporter?.name, arrival.reporter?.unit].filter(Boolean).join(" · ") || t("arrival.unnamed"),
    problem: (reason: Reason) => reasonTexts[speak()][Reason[reason]]?.sentence || Reason[reason],
    badges: (arrival: Arrival): Badge[] =>
      [
        arrival.urgent && { name: "urgent" as const, text: t("arrival.urgent"), warn: true },
        isFresh(arrival) && { name: "fresh" as const, text: t("arrival.fresh"), warn: false },
        arrival.unanswered > 0 && { name: "unanswered" as const, text: t("arrival.unanswered", arrival.unanswered), warn: true },
        arrival.late && { name: "late" as const, text: t("arrival.late"), warn: true },
        arrival.notYetCertified && { name: "notYetCertified" as const, text: t("arrival.notYetCertified"), warn: true },
        arrival.files > 0 && { name: "files" as const, text: files(arrival), warn: false },
        arrival.caseNumber > 0n && { name: "case" as const, text: t("arrival.case", { number: arrival.caseNumber }), warn: false },
      ].filter((badge): badge is Badge => badge !== false),
  };
}
