// Times as people say them, in the browser's own zone.

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const FULL = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });

export const timeOf = (at) => TIME.format(new Date(at));
export const fullTime = (at) => FULL.format(new Date(at));
export const dayKey = (at) => new Date(at).toDateString();

export function dayOf(at) {
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (dayKey(at) === today.toDateString()) return "Today";
  return dayKey(at) === yesterday.toDateString() ? "Yesterday" : DAY.format(new Date(at));
}

/** "09:41", with the day unless it is today. */
export function when(at) {
  return dayOf(at) === "Today" ? timeOf(at) : `${dayOf(at)} ${timeOf(at)}`;
}
