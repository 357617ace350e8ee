import { QingfengError, Reason, type Locale } from "@qingfeng/client";
import { useWords } from "./i18n.js";

/** An error as a person reads it: the kit's own words for a program that does not answer, the registry's for the rest. */
export function useFailure() {
  const { t, speak } = useWords();
  return (error: QingfengError): { sentence: string; remedy: string } => {
    if (error.unanswered) return { sentence: t("kit.gone.sentence"), remedy: t("kit.gone.remedy") };
    const said = error.says(speak() as Locale);
    const wait = Math.ceil(error.retryAfterMs / 1000);
    if (error.reason === Reason.PIN_WAIT && wait > 0) return { sentence: said.sentence, remedy: t("kit.waitSeconds", wait) };
    return { sentence: said.sentence || t("kit.failed"), remedy: said.remedy };
  };
}
