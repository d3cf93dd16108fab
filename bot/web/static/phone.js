// One phone: whose it is, the talk on it, and the place to write.

import { drawLine, settle, tick } from "./bubble.js";
import { Composer } from "./composer.js";
import { el, fresh, icon, part, popover, still } from "./dom.js";
import { swipeable } from "./swipe.js";
import { dayOf, t, timeOf, zoneOf } from "./words.js";

const NEAR_END = 120;

export class Phone {
  /** `desk` is the page: it knows everybody, keeps the talks and sends what is written. */
  constructor(desk, kind, contact, { removable = false } = {}) {
    this.desk = desk;
    this.kind = kind;
    this.root = part("phone");
    this.root.dataset.kind = kind;
    this.find = (selector) => this.root.querySelector(selector);
    this.talk = this.find(".talk");
    this.drawn = new Map();
    this.composer = new Composer(this.find(".composer"), {
      deliver: (messages) => desk.deliver(this.contact, messages),
      report: (problem) => desk.report(problem),
    });
    this.keepAtEnd();
    this.closeMenu = popover(this.find(".who"), this.find(".owner .menu"), () => this.fillMenu());
    this.find(".close").hidden = !removable;
    this.find(".close").addEventListener("click", () => desk.remove(this));
    this.find(".elsewhere").addEventListener("click", () => this.show(this.calling));
    this.show(contact);
  }

  /** Photos grow when they have loaded; whoever was at the end stays there. */
  keepAtEnd() {
    this.atEnd = true;
    this.talk.addEventListener("scroll", () => {
      this.atEnd = this.talk.scrollHeight - this.talk.scrollTop - this.talk.clientHeight < NEAR_END;
    }, { passive: true });
    const stay = () => this.atEnd && this.toEnd();
    new ResizeObserver(stay).observe(this.talk);
    this.talk.addEventListener("load", stay, true);
  }

  toEnd(behavior = "instant") {
    this.talk.scrollTo({ top: this.talk.scrollHeight, behavior: still.matches ? "instant" : behavior });
  }

  get person() {
    return this.desk.person(this.contact);
  }

  /** Hands the phone to somebody: their talk is drawn anew. */
  show(contact) {
    this.contact = contact;
    const { name, role, place, zone } = this.person;
    this.root.setAttribute("aria-label", t("web.phone_of", { name, role }));
    this.find(".avatar").replaceChildren(icon(this.kind));
    this.find(".who-name").textContent = name;
    this.find(".who-role").replaceChildren(el("b", "", {}, role), place ? ` · ${place}` : "");
    this.find(".who-role").title = place;
    this.find(".zone").textContent = zoneOf(new Date(), zone);
    this.find(".elsewhere").hidden = true;
    this.redraw();
    this.toEnd();
    this.desk.changed();
  }

  redraw() {
    this.drawn.clear();
    this.lastDay = "";
    this.talk.replaceChildren();
    const lines = this.desk.talkOf(this.contact);
    if (!lines.length) this.talk.append(this.start());
    for (const line of lines) this.append(line);
    this.showState();
  }

  /** What stands there before the first line: who this is and what can be tried. */
  start() {
    const person = this.person;
    const tries = this.kind === "warga" ? [1, 2, 3].map((n) => t(`web.tries.${n}`)) : [];
    const hints = tries.map((text) => el("button", "", { onclick: () => this.composer.fill(text) }, text));
    return el("div", "start", {},
      el("span", "avatar", { ariaHidden: "true" }, icon(this.kind)), el("strong", "", {}, person.name),
      el("p", "", {}, t(`web.start.${this.kind}`)), hints.length ? el("div", "hints", {}, ...hints) : null);
  }

  add(line) {
    const last = [...this.drawn.keys()].at(-1) ?? 0;
    if (line.id < last) return this.redraw();
    const near = this.atEnd;
    this.find(".start")?.remove();
    this.append(line, true);
    this.showState();
    if (near || !line.outbound) this.toEnd("smooth");
  }

  append(line, isFresh = false) {
    const { zone } = this.person;
    const day = dayOf(new Date(line.at), zone);
    const previous = this.talk.querySelector(".line:last-of-type");
    this.find(".typing")?.remove();
    const whole = drawLine(line, { ...this.scene, zone });
    if (day !== this.lastDay) this.talk.append(el("div", "day", {}, day));
    else if (previous?.classList.contains("mine") === !line.outbound) whole.classList.add("follows");
    this.lastDay = day;
    if (isFresh) whole.classList.add("fresh");
    swipeable(whole, () => this.composer.reply(line));
    this.talk.append(whole);
    this.drawn.set(line.id, { line, whole });
    if (!line.outbound) this.settleBefore(line);
  }

  settleBefore(answer) {
    for (const { line, whole } of this.drawn.values()) {
      if (line.outbound && line.id < answer.id) settle(whole, line.external_id === answer.reply_to ? answer.choice : null);
    }
  }

  get scene() {
    const lineOf = (externalId) => this.desk.talkOf(this.contact).find((line) => line.external_id === externalId);
    return {
      find: lineOf,
      quote: (line) => this.composer.reply(line),
      choose: (line, button) => this.choose(line, button),
      point: (line) => this.pointAt(line),
    };
  }

  choose(line, button) {
    const message = { id: fresh(), choice: button.id, label: button.label, reply_to: line.external_id };
    this.desk.deliver(this.contact, [message]).catch((problem) => this.desk.report(problem));
  }

  pointAt(line) {
    const bubble = this.drawn.get(line.id)?.whole.querySelector(".bubble");
    if (!bubble) return;
    bubble.scrollIntoView({ block: "center", behavior: still.matches ? "instant" : "smooth" });
    bubble.classList.remove("pointed");
    requestAnimationFrame(() => bubble.classList.add("pointed"));
  }

  /** Ticks, the dots of somebody writing, and the line under the name: all from what is still unhandled. */
  showState() {
    let waiting = false;
    for (const { line, whole } of this.drawn.values()) {
      if (line.outbound) continue;
      const pending = this.desk.pending.has(line.external_id);
      tick(whole, !pending);
      waiting ||= pending;
    }
    this.find(".state").textContent = t(waiting ? "web.typing" : "web.service");
    const dots = this.find(".typing");
    if (waiting && !dots) {
      this.talk.append(part("typing"));
      if (this.atEnd) this.toEnd("smooth");
    } else if (!waiting) dots?.remove();
  }

  showTime(now) {
    const { zone } = this.person;
    this.find(".status time").textContent = timeOf(now, zone);
  }

  /** A message for somebody who shares this phone's place on the desk. */
  call(contact) {
    if (!this.desk.talkOf(this.contact).length && this.composer.untouched) return this.show(contact);
    this.calling = contact;
    const { name, place } = this.desk.person(contact);
    this.find(".elsewhere span").textContent = t("web.elsewhere", { name: this.kind === "opd" ? place : name });
    this.find(".elsewhere").hidden = false;
  }

  showUnread(count) {
    const badge = this.find(".who .badge");
    badge.hidden = !count;
    badge.textContent = count;
    badge.ariaLabel = t("web.unread", { n: count });
  }

  fillMenu() {
    const rows = [];
    for (const [region, people] of byRegion(this.desk.peopleOf(this.kind))) rows.push(el("h3", "", {}, region), ...people.map((one) => this.menuRow(one)));
    this.find(".owner .menu").replaceChildren(...rows);
  }

  menuRow(one) {
    const unread = this.desk.unreadOf(one.contact);
    const pick = () => (this.closeMenu(), this.show(one.contact));
    const row = el("button", "", { onclick: pick, role: "menuitemradio", ariaChecked: String(one.contact === this.contact) },
      el("span", "who-words", {}, el("span", "who-name", {}, one.name), el("small", "", {}, one.place)),
      unread ? el("span", "badge", {}, String(unread)) : one.contact === this.contact ? icon("check") : null);
    return row;
  }
}

function byRegion(people) {
  const groups = new Map();
  for (const one of people) groups.set(one.region_name, [...(groups.get(one.region_name) ?? []), one]);
  return groups;
}
