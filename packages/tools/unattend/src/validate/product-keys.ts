import { childElements, childText, textOf, type XmlElement } from "../document/tree.ts";
import { editionsOfKey, productKeyProblem } from "../facts/product-keys.ts";
import { type Checker, contentOf } from "./checker.ts";
import { isPlaceholder } from "./placeholders.ts";
import { error, info, type Rules, warning } from "./rule.ts";

/** Rules of product keys and of the image that is chosen. */
export const PRODUCT_KEYS: Rules<"form" | "generation" | "edition" | "choice" | "image" | "generic"> = {
  form: error(
    "product-key",
    "The product key cannot be one.",
    "Setup stops with 'The unattend answer file contains an invalid product key'. Keys are five groups of five characters.",
  ),
  generation: warning(
    "product-key-generation",
    "The product key is of another generation of Windows.",
    "Keys of Windows 8 and Server 2012 and later have one N, older keys have none.",
  ),
  edition: warning(
    "product-key-edition",
    "The product key is for another edition or version than the image.",
    "Setup stops when the key matches none of the images, or installs the edition of the key.",
  ),
  choice: info(
    "image-choice",
    "Neither a product key nor an image is chosen.",
    "Where the media has several editions, Setup asks which one.",
  ),
  image: warning(
    "image-metadata",
    "The image is chosen by something that is no key of an image.",
    "MetaData takes /IMAGE/INDEX, /IMAGE/NAME or /IMAGE/DESCRIPTION.",
  ),
  generic: info(
    "product-key-generic",
    "The product key only chooses the edition.",
    "Such a key, as Microsoft publishes it for everyone, does not activate Windows; a key to activate with goes to Shell-Setup/ProductKey.",
  ),
};

const METADATA_KEYS = ["/IMAGE/INDEX", "/IMAGE/NAME", "/IMAGE/DESCRIPTION"];
/** Windows 8 and Windows Server 2012. */
const FIRST_WITH_N = 9200;

export function checkProductKeys(checker: Checker): void {
  const setup = checker.settings("Microsoft-Windows-Setup", "UserData/ProductKey/Key", "windowsPE");
  const shell = checker.settings("Microsoft-Windows-Shell-Setup", "ProductKey", "specialize");
  const image = imageName(checker);
  for (const element of setup) checkKey(checker, element, image, true);
  for (const element of shell) checkKey(checker, element, image, false);
  checkMetaData(checker);
}

function checkKey(checker: Checker, element: XmlElement, image: string | undefined, chooses: boolean): void {
  const key = checker.valueOf(element);
  if (key === undefined || isPlaceholder(key)) return;
  const place = contentOf(element);
  if (/^[X-]+$/i.test(key) || /^[[<(].*[\])>]$/.test(key)) {
    checker.report(PRODUCT_KEYS.form, place, "This stands for a product key: put one in.", { severity: "warning" });
    return;
  }
  if (/^0{5}(?:-0{5}){4}$/.test(key)) {
    // Setup is said to ask for the edition then; the files that have it are in wide use.
    checker.report(PRODUCT_KEYS.form, place, "A key of zeros is none: Setup asks for the edition.", {
      severity: "info",
    });
    return;
  }
  const problem = productKeyProblem(key);
  if (problem !== undefined) {
    const why = {
      form: "it is not five groups of five characters",
      alphabet: "it has characters that no key has",
      "n-count": "it has more than one N",
    }[problem];
    checker.report(PRODUCT_KEYS.form, place, `This cannot be a product key: ${why}.`);
    return;
  }
  const hasN = key.toUpperCase().includes("N");
  if (checker.target && hasN !== checker.target.build >= FIRST_WITH_N) {
    const message = hasN ? "a key of Windows 8 or later" : "a key of Windows 7, Server 2008 R2 or older";
    checker.report(PRODUCT_KEYS.generation, place, `This is ${message}, and the target is ${checker.target.title}.`);
  }
  checkEdition(checker, place, key, image, chooses);
}

function checkEdition(
  checker: Checker,
  place: ReturnType<typeof contentOf>,
  key: string,
  image: string | undefined,
  chooses: boolean,
): void {
  const known = editionsOfKey(key);
  if (known.length === 0) return;
  const editions = known.map(({ edition }) => edition);
  if (image !== undefined && !editions.some((edition) => fits(edition, image))) {
    const message = `The key is for ${editions.join(", ")}; the image is ${JSON.stringify(image)}.`;
    checker.report(PRODUCT_KEYS.edition, place, message);
  }
  if (checker.target && !editions.some((edition) => isServer(edition) === checker.target?.server)) {
    checker.report(
      PRODUCT_KEYS.edition,
      place,
      `The key is for ${editions.join(", ")}; the target is ${checker.target.title}.`,
    );
  }
  if (!chooses && known.every(({ kind }) => kind === "generic")) {
    checker.report(
      PRODUCT_KEYS.generic,
      place,
      `The key of ${editions[0]} chooses an edition; it does not activate Windows.`,
    );
  }
}

function isServer(edition: string): boolean {
  return /\bserver\b/i.test(edition);
}

/** Whether an image's name can be of an edition: client or server, and the words that tell editions apart. */
function fits(edition: string, image: string): boolean {
  if (isServer(edition) !== /server/i.test(image)) return false;
  const words = [
    "datacenter",
    "standard",
    "essentials",
    "enterprise",
    "education",
    "home",
    "pro",
    "workstations",
    "ultimate",
  ];
  const of = (name: string) => {
    const plain = name
      .toLowerCase()
      .replace(/server(?=standard|datacenter)/g, "")
      .replace("professional", "pro");
    return words.filter((word) => new RegExp(`\\b${word}`).test(plain));
  };
  const wanted = of(image);
  const years = /\b20\d\d(?: r2)?\b/i;
  const year = years.exec(image)?.[0];
  const own = years.exec(edition)?.[0];
  if (year !== undefined && own !== undefined && year.toLowerCase() !== own.toLowerCase()) return false;
  return wanted.length === 0 || wanted.every((word) => of(edition).includes(word));
}

function imageName(checker: Checker): string | undefined {
  for (const item of checker.settings("Microsoft-Windows-Setup", "ImageInstall/OSImage/InstallFrom/MetaData")) {
    const value = childText(item, "Value");
    if (childText(item, "Key")?.toUpperCase() === "/IMAGE/NAME" && value && !isPlaceholder(value)) return value;
  }
  return undefined;
}

function checkMetaData(checker: Checker): void {
  for (const item of checker.settings("Microsoft-Windows-Setup", "ImageInstall/OSImage/InstallFrom/MetaData")) {
    const key = childElements(item, "Key")[0];
    const name = key && textOf(key).trim();
    if (key === undefined || !name || isPlaceholder(name)) continue;
    if (!METADATA_KEYS.includes(name.toUpperCase())) {
      checker.report(
        PRODUCT_KEYS.image,
        contentOf(key),
        `MetaData has no key ${JSON.stringify(name)}; there are ${METADATA_KEYS.join(", ")}.`,
      );
    }
    const value = childElements(item, "Value")[0];
    const text = checker.valueOf(value);
    if (
      value &&
      text !== undefined &&
      name.toUpperCase() === "/IMAGE/INDEX" &&
      !/^[1-9]\d{0,3}$/.test(text) &&
      !isPlaceholder(text)
    ) {
      checker.report(
        PRODUCT_KEYS.image,
        contentOf(value),
        `/IMAGE/INDEX is the number of an image, counted from 1, not ${JSON.stringify(text)}.`,
      );
    }
  }
  const setups = checker.components("Microsoft-Windows-Setup", "windowsPE");
  const install = checker.settings("Microsoft-Windows-Setup", "ImageInstall/OSImage", "windowsPE");
  const keys = checker.settings("Microsoft-Windows-Setup", "UserData/ProductKey/Key");
  const from = checker.settings("Microsoft-Windows-Setup", "ImageInstall/OSImage/InstallFrom");
  if (setups.length > 0 && install[0] && keys.length === 0 && from.length === 0) {
    checker.report(
      PRODUCT_KEYS.choice,
      install[0],
      "Neither a product key nor InstallFrom tells which edition to install.",
    );
  }
}
