// The sheet that asks where: a known place or coordinates.

import { el, icon } from "./dom.js";

const sheet = document.getElementById("place-sheet");
const form = document.getElementById("place-form");
const wrong = document.getElementById("place-wrong");
let answer = () => {};

export function offerPlaces(points) {
  const show = ({ name, lat, lon }) =>
    el("button", "", { onclick: () => finish([lat, lon]) }, icon("pin"), name);
  document.getElementById("place-presets").replaceChildren(...points.map(show));
}

function finish(point) {
  answer(point ? { point } : null);
  sheet.close();
}

const number = (text) => (text.trim() ? Number(text.trim().replace(",", ".")) : NaN);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const lat = number(form.elements.lat.value);
  const lon = number(form.elements.lon.value);
  wrong.hidden = Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  if (wrong.hidden) finish([lat, lon]);
});
form.querySelector("[data-close]").addEventListener("click", () => finish(null));
sheet.addEventListener("close", () => answer(null));

/** The content of a location message, or null when the sheet is put away. */
export function choosePlace() {
  form.reset();
  wrong.hidden = true;
  sheet.showModal();
  return new Promise((done) => {
    answer = done;
  });
}
