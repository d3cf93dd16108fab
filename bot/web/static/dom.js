// Small makers of page parts. Whatever a person wrote goes in as text, never as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element with a class, properties and children (strings become text). */
export function el(tag, className = "", props = {}, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (tag === "button") made.type = "button";
  for (const [name, value] of Object.entries(props)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function icon(name, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A fresh copy of a part that came with the page. */
export const part = (id) => document.getElementById(`part-${id}`).content.firstElementChild.cloneNode(true);

/** A reference no other message has. Works without https, where randomUUID is missing. */
export function fresh() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const narrow = matchMedia("(max-width: 760px)");
export const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Opens `box` under `opener`; a click elsewhere or Escape closes it again. */
export function popover(opener, box, fill = () => {}) {
  const close = () => {
    box.hidden = true;
    opener.setAttribute("aria-expanded", "false");
  };
  opener.addEventListener("click", () => {
    if (!box.hidden) return close();
    fill();
    box.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    box.querySelector("button")?.focus({ preventScroll: true, focusVisible: false });
  });
  document.addEventListener("pointerdown", (event) => {
    if (!box.hidden && !box.contains(event.target) && !opener.contains(event.target)) close();
  });
  for (const side of [box, opener]) {
    side.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || box.hidden) return;
      close();
      opener.focus();
    });
  }
  return close;
}
