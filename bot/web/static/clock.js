// The clock everybody on the page lives by, and the buttons that move it.

import { narrow } from "./dom.js";
import { dayOf, shortDayOf, timeOf, zoneOf } from "./words.js";

export class ClockFace {
  constructor(zone, jump) {
    this.zone = zone;
    this.ahead = 0;
    this.face = document.getElementById("clock-face");
    this.panel = document.getElementById("clock-panel");
    if (!this.panel) return; // with a real channel the clock stands as it is
    this.face.addEventListener("click", () => this.fold(!this.panel.classList.contains("open")));
    document.addEventListener("pointerdown", (event) => {
      if (!event.target.closest(".clock")) this.fold(false);
    });
    for (const button of this.panel.querySelectorAll("[data-move]")) {
      button.addEventListener("click", async () => {
        button.disabled = true;
        await jump({ [button.dataset.move]: Number(button.dataset.by ?? 1) });
        button.disabled = false;
        this.fold(false);
      });
    }
  }

  fold(open) {
    this.panel.classList.toggle("open", open);
    this.face.setAttribute("aria-expanded", String(open));
  }

  /** Follows the service's clock, `now` in ISO form; `moved` tells that it is ahead of the real one. */
  set(now, moved) {
    this.ahead = Date.parse(now) - Date.now();
    document.getElementById("clock-moved").hidden = !moved;
    this.face.classList.toggle("is-moved", moved);
  }

  get now() {
    return new Date(Date.now() + this.ahead);
  }

  get words() {
    return `${dayOf(this.now, this.zone)}, ${timeOf(this.now, this.zone)} ${zoneOf(this.now, this.zone)}`;
  }

  show() {
    const time = document.getElementById("clock-now");
    const words = narrow.matches ? `${shortDayOf(this.now, this.zone)} ${timeOf(this.now, this.zone)}` : this.words;
    if (time.textContent !== words) time.textContent = words;
    time.dateTime = this.now.toISOString();
  }
}
