// The page's words (they come with the page, from the catalogue) and the ways to show times.

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const book = read("words");
export const lang = document.documentElement.lang;

/** The words of a key; {named} places are filled from `values`. */
export function t(key, values = {}) {
  return (book[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export const has = (key) => key in book;

const formats = new Map();

function format(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(lang, { timeZone: zone, ...options }));
  return formats.get(key);
}

export const timeOf = (at, zone) => format(zone, { hour: "2-digit", minute: "2-digit", hour12: false }).format(at);
export const dayOf = (at, zone) => format(zone, { weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(at);
export const shortDayOf = (at, zone) => format(zone, { weekday: "short", day: "numeric", month: "short" }).format(at);

/** The zone by the name people use for it, such as WITA. */
export function zoneOf(at, zone) {
  const parts = format(zone, { hour: "2-digit", timeZoneName: "short" }).formatToParts(at);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}
