// What this browser remembers between visits. Where storage is closed, nothing is remembered and nothing breaks.

const place = (name) => `kentongan.simulator.${name}`;

export function remembered(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(place(name))) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(place(name), JSON.stringify(value));
  } catch {
    // A private window or a full disk: the page works all the same.
  }
}
