// Drag a bubble to the right to quote it, as people do on a phone.

const FAR = 52;

export function swipeable(whole, quote) {
  let start = null;
  const rest = () => {
    whole.style.transform = "";
    start = null;
  };
  whole.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") start = { x: event.clientX, y: event.clientY };
  });
  whole.addEventListener("pointermove", (event) => {
    if (!start) return;
    const along = event.clientX - start.x;
    if (Math.abs(event.clientY - start.y) > 24) return rest();
    if (along > 8) whole.style.transform = `translateX(${Math.min(along, FAR + 14)}px)`;
  });
  whole.addEventListener("pointerup", (event) => {
    if (start && event.clientX - start.x > FAR) quote();
    rest();
  });
  whole.addEventListener("pointercancel", rest);
}
