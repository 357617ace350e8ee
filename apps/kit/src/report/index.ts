/** A report as both apps speak of it: what it says, and the catalogue that it is written from. */
export { useCatalogue } from "./catalogue.js";
export { default as ReportText } from "./ReportText.vue";
export { default as TownshipField } from "./TownshipField.vue";
