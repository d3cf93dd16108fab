// What can be attached: own or made-up photos, a voice note, a place, a sticker, a contact.

import { upload } from "./api.js";
import { el, icon } from "./dom.js";
import { PHOTOS, STICKERS, contactBlob, drawPhoto, drawSticker, photoBlob, stickerBlob, voiceBlob } from "./made.js";
import { choosePlace } from "./place.js";
import { t } from "./words.js";

const TINTS = { camera: "#2c5a86", photo: "#2b6b52", voice: "#b4532a", pin: "#8a3a6b", sticker: "#c9852b", contact: "#5d6b3a" };

const kindOf = (type) => ["image", "audio", "video"].indexOf(type.split("/")[0]);

/** Stores a file and gives back the attachment that stands for it. */
export async function attachmentOf(blob, kind, caption = "") {
  const stored = await upload(blob);
  return { kind, ref: stored.ref, media_type: stored.media_type, size: stored.size, caption };
}

export const attachFile = (file) => {
  const kind = ["photo", "voice", "video"][kindOf(file.type)] ?? "document";
  return attachmentOf(file, kind, kind === "document" ? file.name.slice(0, 120) : "");
};

function tile(name, label, onclick) {
  const made = el("button", "tile", { onclick }, icon(name), label);
  made.querySelector(".icon").style.setProperty("--tint", TINTS[name]);
  return made;
}

function heading(label, back) {
  return el("h3", "", {}, el("button", "tiny", { ariaLabel: t("web.back"), onclick: back }, icon("down")), label);
}

/** Fills `box`. `give` takes a promise of a message's content; `pick` opens the person's own files. */
export function fillTray(box, { give, pick }) {
  const main = () =>
    box.replaceChildren(
      el("div", "tiles", {},
        tile("camera", t("web.tray.own"), pick),
        tile("photo", t("web.tray.example"), photos),
        tile("voice", t("web.kind.voice"), () => give(voice())),
        tile("pin", t("web.kind.point"), () => give(choosePlace())),
        tile("sticker", t("web.kind.sticker"), stickers),
        tile("contact", t("web.kind.contact"), () => {
          const name = t("web.contact_name");
          give(attachmentOf(contactBlob(name), "contact", name).then((file) => ({ attachments: [file] })));
        }),
      ),
    );
  const voice = async () => ({ attachments: [await attachmentOf(await voiceBlob(), "voice")] });
  const gallery = (label, names, draw, take, className) =>
    box.replaceChildren(
      heading(label, main),
      el("div", "tiles", {}, ...names.map((name) => el("button", `tile ${className}`, { onclick: () => give(take(name)) }, draw(name), t(`web.${className}.${name}`)))),
    );
  const photos = () =>
    gallery(t("web.tray.example"), Object.keys(PHOTOS), (name) => drawPhoto(name),
      async (name) => ({ attachments: [await attachmentOf(await photoBlob(name), "photo")] }), "photo_of");
  const stickers = () =>
    gallery(t("web.kind.sticker"), Object.keys(STICKERS), (name) => drawSticker(name),
      async (name) => ({ attachments: [await attachmentOf(await stickerBlob(name), "sticker", t(`web.sticker.${name}`))] }), "sticker");
  main();
}
