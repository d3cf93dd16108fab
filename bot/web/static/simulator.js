// The desk: several phones side by side, one clock, everybody's talks.

import { Refusal, addResident, follow, lines, moveClock, phones, send } from "./api.js";
import { ClockFace } from "./clock.js";
import { el, icon, narrow, popover } from "./dom.js";
import { Phone } from "./phone.js";
import { offerPlaces } from "./place.js";
import { remember, remembered } from "./memory.js";
import { has, t } from "./words.js";

const KINDS = ["warga", "kader", "opd", "koordinator"];
const NOTICE_MS = 4500;

class Desk {
  constructor() {
    this.root = document.getElementById("desk");
    this.tabs = document.getElementById("tabs");
    this.people = new Map();
    this.talks = new Map();
    this.pending = new Set();
    this.read = new Map(remembered("read", []));
    this.phones = [];
    this.active = null;
    this.last = 0;
  }

  async open() {
    const [everybody, snapshot] = await Promise.all([phones(), lines(0)]);
    this.defaultRegion = everybody.default_region;
    this.regions = everybody.regions;
    for (const one of everybody.phones) this.people.set(one.contact, one);
    offerPlaces(await fetch("/static/pins.json").then((answer) => answer.json()));
    this.clock = new ClockFace(everybody.zone, (jump) => this.jump(jump));
    this.absorb(snapshot);
    const alreadyRead = this.read.size > 0;
    for (const [contact, talk] of this.talks) if (!alreadyRead) this.read.set(contact, talk.at(-1).id);
    this.layOut();
    this.wire();
    setInterval(() => this.showTime(), 1000);
    follow(this.last, (news) => this.take(news), (problem) => this.report(problem));
  }

  // --- people and talks ---

  person(contact) {
    return this.people.get(contact);
  }

  peopleOf(kind) {
    return [...this.people.values()].filter((one) => one.kind === kind);
  }

  talkOf(contact) {
    return this.talks.get(contact) ?? [];
  }

  unreadOf(contact) {
    const seen = this.read.get(contact) ?? 0;
    return this.talkOf(contact).filter((line) => line.outbound && line.id > seen).length;
  }

  /** Keeps what is new; gives back the lines that were not known before. */
  absorb(snapshot) {
    this.last = Math.max(this.last, snapshot.last);
    this.pending = new Set(snapshot.pending);
    this.clock.set(snapshot.now, snapshot.moved);
    return snapshot.lines.filter((line) => this.keep(line));
  }

  keep(line) {
    if (!this.people.has(line.contact)) return false;
    const talk = this.talks.get(line.contact) ?? [];
    this.talks.set(line.contact, talk);
    if (talk.some((known) => known.id === line.id)) return false;
    talk.push(line);
    talk.sort((a, b) => a.id - b.id);
    return true;
  }

  async take(snapshot) {
    if (snapshot.lines.some((line) => !this.people.has(line.contact))) await this.refreshPeople();
    for (const line of this.absorb(snapshot)) this.showLine(line);
    for (const phone of this.phones) phone.showState();
    this.changed();
  }

  async refreshPeople() {
    for (const one of (await phones()).phones) this.people.set(one.contact, one);
  }

  showLine(line) {
    const shown = this.phones.filter((phone) => phone.contact === line.contact);
    for (const phone of shown) phone.add(line);
    if (!shown.length && line.outbound) this.phones.find((phone) => phone.kind === this.person(line.contact).kind)?.call(line.contact);
  }

  async deliver(contact, messages) {
    const { lines: kept } = await send(contact, messages);
    for (const line of kept) this.pending.add(line.external_id);
    for (const line of kept.filter((one) => this.keep(one))) this.showLine(line);
  }

  // --- the row of phones ---

  layOut() {
    const asked = remembered("phones", []).filter((contact) => this.people.has(contact));
    for (const kind of KINDS) {
      const wanted = asked.filter((contact) => this.person(contact).kind === kind);
      const first = this.firstOf(kind);
      const shown = wanted.length ? wanted : first ? [first.contact] : [];
      shown.forEach((contact, n) => this.place(new Phone(this, kind, contact, { removable: n > 0 })));
    }
    if (!this.phones.length) this.root.append(el("p", "nobody", {}, t("web.nobody")));
    this.activate(this.phones[0]);
  }

  firstOf(kind) {
    const people = this.peopleOf(kind);
    const newest = (one) => this.talkOf(one.contact).at(-1)?.id ?? 0;
    const near = (one) => Number(one.region === this.defaultRegion);
    return [...people].sort((a, b) => newest(b) - newest(a) || near(b) - near(a))[0];
  }

  place(phone) {
    this.root.querySelector(".nobody")?.remove();
    const after = this.phones.findLastIndex((other) => KINDS.indexOf(other.kind) <= KINDS.indexOf(phone.kind));
    this.phones.splice(after + 1, 0, phone);
    this.root.insertBefore(phone.root, this.root.children[after + 1] ?? null);
  }

  remove(phone) {
    this.phones = this.phones.filter((other) => other !== phone);
    phone.root.remove();
    if (this.active === phone) this.activate(this.phones[0]);
    this.changed();
  }

  activate(phone) {
    this.active = phone;
    for (const other of this.phones) other.root.classList.toggle("active", other === phone);
    phone?.toEnd();
    this.changed();
  }

  async addResident(region) {
    const person = await addResident(region);
    this.people.set(person.contact, person);
    const phone = new Phone(this, "warga", person.contact, { removable: true });
    this.place(phone);
    this.activate(phone);
    phone.root.scrollIntoView({ inline: "nearest", behavior: "smooth" });
    if (!narrow.matches) phone.composer.input.focus();
  }

  /** What is in sight is read; badges, tabs and what the browser remembers follow. */
  changed() {
    if (!this.clock) return;
    for (const phone of this.phones) {
      const inSight = !document.hidden && (!narrow.matches || phone === this.active);
      const newest = this.talkOf(phone.contact).at(-1)?.id;
      if (inSight && newest) this.read.set(phone.contact, newest);
    }
    this.phones.forEach((phone, n) => phone.showUnread(this.unreadElsewhere(phone, n)));
    this.drawTabs();
    this.showTime();
    remember("read", [...this.read]);
    remember("phones", this.phones.map((phone) => phone.contact));
  }

  /** Unread messages of people of the same kind who have no phone on the desk; counted at the first of the kind. */
  unreadElsewhere(phone, n) {
    if (this.phones.findIndex((other) => other.kind === phone.kind) !== n) return 0;
    const shown = new Set(this.phones.map((other) => other.contact));
    const absent = this.peopleOf(phone.kind).filter((one) => !shown.has(one.contact));
    return absent.reduce((sum, one) => sum + this.unreadOf(one.contact), 0);
  }

  drawTabs() {
    const tabs = this.phones.map((phone, n) => {
      const unread = this.unreadOf(phone.contact) + this.unreadElsewhere(phone, n);
      const label = phone.kind === "warga" && n > 0 ? phone.person.name : t(`web.tab.${phone.kind}`);
      const tab = el("button", "", { role: "tab", onclick: () => this.activate(phone) }, label, unread ? el("span", "badge", {}, String(unread)) : null);
      tab.setAttribute("aria-selected", String(phone === this.active));
      return tab;
    });
    const plus = el("button", "plus", { ariaLabel: t("web.add_resident"), onclick: () => this.addResident(this.defaultRegion).catch((problem) => this.report(problem)) }, icon("plus"));
    this.tabs.replaceChildren(...tabs, plus);
  }

  // --- the bar ---

  wire() {
    for (const button of document.querySelectorAll("[data-try]")) {
      button.addEventListener("click", () => this.phones.find((phone) => phone.kind === "warga")?.composer.fill(button.textContent));
    }
    const menu = document.getElementById("add-menu");
    const close = popover(document.getElementById("add-resident"), menu, () => menu.replaceChildren(el("h3", "", {}, t("web.add_where")), ...this.regions.map(row)));
    const row = ({ code, name }) => el("button", "", { role: "menuitem", onclick: () => (close(), this.addResident(code).catch((problem) => this.report(problem))) }, icon("plus"), name);
    document.addEventListener("visibilitychange", () => this.changed());
    narrow.addEventListener("change", () => this.changed());
  }

  showTime() {
    this.clock.show();
    for (const phone of this.phones) phone.showTime(this.clock.now);
  }

  async jump(jump) {
    try {
      await this.take(await moveClock({ ...jump, after: this.last }));
      this.notice(t("web.clock.now", { now: this.clock.words }));
    } catch (problem) {
      this.report(problem);
    }
  }

  notice(text, bad = false) {
    const box = document.getElementById("notice");
    box.textContent = text;
    box.classList.toggle("bad", bad);
    box.hidden = false;
    clearTimeout(this.hiding);
    this.hiding = setTimeout(() => (box.hidden = true), NOTICE_MS);
  }

  report(problem) {
    if (!(problem instanceof Refusal)) throw problem;
    const key = `web.error.${problem.message}`;
    this.notice(t(has(key) ? key : "web.error.failed"), true);
  }
}

const desk = new Desk();
desk.open().catch((problem) => desk.report(problem));
