// The place to write: text, a quote, attachments, and several messages kept back to go out together.

import { el, fresh, icon, popover } from "./dom.js";
import { gist } from "./bubble.js";
import { attachFile, fillTray } from "./tray.js";
import { t } from "./words.js";

const empty = { text: "", attachments: [], point: null };
const takesCaption = (message) => message.attachments?.some((file) => ["photo", "video"].includes(file.kind));

export class Composer {
  /** `deliver(messages)` resolves when they are kept; `report(problem)` shows why something failed. */
  constructor(form, { deliver, report }) {
    this.form = form;
    this.deliver = deliver;
    this.report = report;
    this.queue = [];
    this.staged = null;
    this.quote = null;
    this.busy = false;
    this.preparing = null;
    this.input = form.querySelector("textarea");
    this.file = form.querySelector("input[type=file]");
    this.wire();
    this.draw();
  }

  get untouched() {
    return !this.input.value && !this.queue.length && !this.staged;
  }

  wire() {
    const tray = this.form.querySelector(".tray");
    const pick = () => this.file.click();
    const give = (content) => (this.closeTray(), this.take(content));
    this.closeTray = popover(this.form.querySelector(".attach"), tray, () => fillTray(tray, { give, pick }));
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.send()));
    this.form.querySelector(".stack").addEventListener("click", () => this.stack());
    this.form.querySelector(".quoted-draft button").addEventListener("click", () => this.reply(null));
    this.input.addEventListener("input", () => this.draw());
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    });
    this.file.addEventListener("change", () => {
      const [file] = this.file.files;
      this.file.value = "";
      this.closeTray();
      if (file) this.take(attachFile(file).then((kept) => ({ attachments: [kept] })));
    });
  }

  /** Something attached: a photo waits for its caption, the rest goes out at once unless others are waiting. */
  async take(promise) {
    this.preparing = promise;
    try {
      const content = await promise;
      if (!content) return;
      if (takesCaption(content)) {
        if (this.staged) this.stack();
        this.staged = content;
        this.input.focus();
      } else if (this.queue.length) this.queue.push(this.sealed(content));
      else await this.out([this.sealed(content)]);
    } catch (problem) {
      this.report(problem);
    }
    if (this.preparing === promise) this.preparing = null;
    this.draw();
  }

  fill(text) {
    this.input.value = text;
    this.input.focus();
    this.draw();
  }

  reply(line) {
    this.quote = line;
    this.draw();
    if (line) this.input.focus();
  }

  sealed(content) {
    const message = { id: fresh(), ...empty, ...content, reply_to: this.quote?.external_id ?? null };
    this.quote = null;
    return message;
  }

  /** What stands in the composer as one message, or null. */
  written() {
    const text = this.input.value.trim();
    if (!text && !this.staged) return null;
    const attachments = this.staged?.attachments.map((file) => ({ ...file, caption: text })) ?? [];
    this.staged = null;
    this.input.value = "";
    return this.sealed(attachments.length ? { attachments } : { text });
  }

  stack() {
    const message = this.written();
    if (message) this.queue.push(message);
    this.draw();
    this.input.focus();
  }

  async send() {
    if (this.busy) return;
    await this.preparing?.catch(() => null); // its own `take` tells what went wrong
    const message = this.written();
    const messages = message ? [...this.queue, message] : this.queue;
    this.queue = [];
    this.draw();
    if (messages.length) await this.out(messages);
  }

  /** Nothing is lost when it cannot be sent: it waits in the queue under the same ids. */
  async out(messages) {
    this.busy = true;
    try {
      await this.deliver(messages);
    } catch (problem) {
      this.queue = [...messages, ...this.queue];
      this.report(problem);
    }
    this.busy = false;
    this.draw();
  }

  draw() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight + 2, 132)}px`;
    this.input.placeholder = this.staged ? t("web.write_caption") : t("web.write");
    const ready = !this.untouched;
    this.form.querySelector(".send").disabled = !ready;
    this.form.querySelector(".stack").disabled = !this.input.value.trim() && !this.staged;
    const quoted = this.form.querySelector(".quoted-draft");
    quoted.hidden = !this.quote;
    if (this.quote) quoted.firstElementChild.textContent = gist(this.quote);
    this.drawQueue();
  }

  drawQueue() {
    const list = this.form.querySelector(".queue");
    const chip = (label, drop) => el("li", "", {}, el("span", "", {}, label), el("button", "tiny", { ariaLabel: t("web.drop"), onclick: () => (drop(), this.draw()) }, icon("close")));
    const label = (message) => gist({ ...message, files: message.attachments });
    const chips = this.queue.map((message) => chip(label(message), () => (this.queue = this.queue.filter((other) => other !== message))));
    if (this.staged) chips.push(chip(label(this.staged), () => (this.staged = null)));
    if (this.queue.length) chips.push(el("li", "note", {}, t("web.queued", { n: this.queue.length + (this.staged || this.input.value.trim() ? 1 : 0) })));
    list.hidden = !chips.length;
    list.replaceChildren(...chips);
  }
}
