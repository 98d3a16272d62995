import { AdkError, decodeUtf16, encodeUtf16, type Finding } from "@adk/core";
import { xmlLibrary } from "@adk/core/xml";

/**
 * The XML data of a file: what the images are called and what they hold. The document is kept as it was read, unknown
 * elements and their order included; properties are read and changed in place.
 */
export class XmlData {
  readonly #document: XmlNode[];
  /** The images by number, for look-up; of several with one number the first counts. */
  readonly #images = new Map<number, ImageProperties>();

  private constructor(document: XmlNode[]) {
    this.#document = document;
    for (const image of this.images) if (!this.#images.has(image.index)) this.#images.set(image.index, image);
  }

  static empty(): XmlData {
    return new XmlData([{ WIM: [] }]);
  }

  /**
   * @param bytes UTF-16LE with a byte order mark
   * @throws AdkError `WIM_BAD_XML`
   */
  static parse(bytes: Uint8Array, file?: string, offset?: number): XmlData {
    const text = decodeUtf16(bytes).replace(/^\uFEFF/, "");
    let document: XmlNode[];
    try {
      document = new (xmlLibrary().XMLParser)(XML_OPTIONS).parse(text);
    } catch (cause) {
      throw new AdkError("WIM_BAD_XML", "The XML data of the file cannot be read.", { file, offset, cause });
    }
    if (!child(document, "WIM")) {
      throw new AdkError("WIM_BAD_XML", "The XML data has no <WIM> element.", { file, offset });
    }
    return new XmlData(document);
  }

  copy(): XmlData {
    return new XmlData(structuredClone(this.#document));
  }

  write(): Uint8Array {
    return encodeUtf16(`\uFEFF${new (xmlLibrary().XMLBuilder)(XML_OPTIONS).build(this.#document)}`);
  }

  /** An encrypted ESD says so here; its data cannot be read without a key. */
  get isEncrypted(): boolean {
    const esd = child(this.#root, "ESD");
    return esd !== undefined && child(content(esd), "ENCRYPTED") !== undefined;
  }

  /** Bytes of the file before the XML data. */
  set totalBytes(bytes: number) {
    setText(this.#root, "TOTALBYTES", String(bytes), 0);
  }

  /** The images by their INDEX attribute, which their order may contradict. */
  get images(): ImageProperties[] {
    const nodes = this.#root.filter((node) => nameOf(node) === "IMAGE");
    return nodes.map((node) => new ImageProperties(node)).sort((a, b) => a.index - b.index);
  }

  image(index: number): ImageProperties | undefined {
    return this.#images.get(index);
  }

  /** Adds an image behind the others, with the properties of another one if given. */
  addImage(index: number, like?: ImageProperties): ImageProperties {
    const node: XmlNode = like ? like.copyNode() : { IMAGE: [] };
    node[":@"] = { ...node[":@"], INDEX: String(index) };
    const root = this.#root;
    const last = root.findLastIndex((each) => nameOf(each) === "IMAGE");
    const place = last >= 0 ? last + 1 : root.findIndex((each) => nameOf(each) === "TOTALBYTES") + 1;
    root.splice(place, 0, node);
    const added = new ImageProperties(node);
    this.#images.set(index, added);
    return added;
  }

  /** Keeps only these images, numbered in this order. */
  selectImages(indexes: readonly number[]): void {
    const kept = indexes.map((index, i): XmlNode => {
      const node: XmlNode = this.image(index)?.copyNode() ?? { IMAGE: [] };
      node[":@"] = { ...node[":@"], INDEX: String(i + 1) };
      return node;
    });
    const root = this.#root;
    const place = root.findIndex((node) => nameOf(node) === "IMAGE");
    const others = root.filter((node) => nameOf(node) !== "IMAGE");
    others.splice(place < 0 ? others.length : place, 0, ...kept);
    root.splice(0, root.length, ...others);
    this.#images.clear();
    for (const image of this.images) this.#images.set(image.index, image);
  }

  /** Images of the lookup table that the XML data does not describe, and the reverse. */
  compare(imageCount: number, file?: string): Finding[] {
    const described = new Set(this.#images.keys());
    const findings: Finding[] = [];
    for (let index = 1; index <= imageCount; index++) {
      if (described.delete(index)) continue;
      const message = `The XML data does not describe image ${index}.`;
      findings.push({ severity: "warning", code: "WIM_XML_IMAGE_MISSING", message, where: { file } });
    }
    for (const index of described) {
      const message = `The XML data describes image ${index}, which the file does not have.`;
      findings.push({ severity: "warning", code: "WIM_XML_IMAGE_UNKNOWN", message, where: { file } });
    }
    return findings;
  }

  get #root(): XmlNode[] {
    const root = child(this.#document, "WIM");
    return root ? content(root) : [];
  }
}

/** The properties of one image. A path names nested elements: `WINDOWS/VERSION/BUILD`. */
export class ImageProperties {
  readonly #node: XmlNode;

  constructor(node: XmlNode) {
    this.#node = node;
  }

  /** From 1; 0 where the document has no number. */
  get index(): number {
    const text = this.#node[":@"]?.INDEX ?? "";
    return /^\d{1,9}$/.test(text) ? Number(text) : 0;
  }

  get name(): string {
    return this.get("NAME") ?? "";
  }

  get description(): string {
    return this.get("DESCRIPTION") ?? "";
  }

  /** The text of an element, or undefined where there is none. */
  get(path: string): string | undefined {
    const node = descend(this.#node, path);
    return node && textOf(node);
  }

  /** Whether the element at a path holds other elements. */
  hasElements(path: string): boolean {
    const node = descend(this.#node, path);
    return node !== undefined && content(node).some((each) => !/^[#?]/.test(nameOf(each)));
  }

  /** The texts of all elements at a path: `WINDOWS/LANGUAGES/LANGUAGE`. */
  getAll(path: string): string[] {
    const slash = path.lastIndexOf("/");
    const parent = slash < 0 ? this.#node : descend(this.#node, path.slice(0, slash));
    const last = path.slice(slash + 1);
    if (!parent) return [];
    return content(parent)
      .filter((node) => nameOf(node) === last)
      .map(textOf);
  }

  /** The texts of the elements that hold no others, by their paths, in the order of the document. */
  get texts(): Map<string, string[]> {
    const texts = new Map<string, string[]>();
    const pending = [{ node: this.#node, path: "" }];
    for (let next = pending.pop(); next; next = pending.pop()) {
      const { node, path } = next;
      const children = content(node).filter((each) => !/^[#?]/.test(nameOf(each)));
      for (const each of children.reverse()) {
        pending.push({ node: each, path: path === "" ? nameOf(each) : `${path}/${nameOf(each)}` });
      }
      if (children.length > 0 || path === "") continue;
      const same = texts.get(path);
      if (same) same.push(textOf(node));
      else texts.set(path, [textOf(node)]);
    }
    return texts;
  }

  /** A count or size; 0 where the element is missing or no number. */
  getNumber(path: string): number {
    const value = Number(this.get(path) ?? 0);
    return Number.isSafeInteger(value) && value >= 0 ? value : 0;
  }

  /** A time that is stored as HIGHPART and LOWPART: a FILETIME, or undefined. */
  getTime(name: "CREATIONTIME" | "LASTMODIFICATIONTIME"): bigint | undefined {
    const high = Number(this.get(`${name}/HIGHPART`));
    const low = Number(this.get(`${name}/LOWPART`));
    if (!Number.isInteger(high) || !Number.isInteger(low)) return undefined;
    return (BigInt.asUintN(32, BigInt(high)) << 32n) | BigInt.asUintN(32, BigInt(low));
  }

  setTime(name: "CREATIONTIME" | "LASTMODIFICATIONTIME", filetime: bigint): void {
    const hex = (value: bigint) => `0x${value.toString(16).toUpperCase().padStart(8, "0")}`;
    this.set(`${name}/HIGHPART`, hex(filetime >> 32n));
    this.set(`${name}/LOWPART`, hex(filetime & 0xffff_ffffn));
  }

  /** Sets the text of an element; missing elements of the path are made. An undefined value removes the element. */
  set(path: string, value: string | undefined): void {
    const names = path.split("/");
    const last = names.pop() as string;
    let nodes = content(this.#node);
    for (const name of names) {
      let node = child(nodes, name);
      if (!node) {
        if (value === undefined) return;
        node = { [name]: [] };
        nodes.push(node);
      }
      nodes = content(node);
    }
    if (value !== undefined) setText(nodes, last, value);
    else {
      const at = nodes.findIndex((node) => nameOf(node) === last);
      if (at >= 0) nodes.splice(at, 1);
    }
  }

  copyNode(): XmlNode {
    return structuredClone(this.#node);
  }
}

/** One node in the parser's ordered form: `{ NAME: [children] }`, `{ "#text": "..." }`, attributes under `:@`. */
type XmlNode = { [name: string]: XmlNode[] | string | undefined } & { ":@"?: Record<string, string> };

const XML_OPTIONS = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // Numeric character references, which the parser leaves alone otherwise.
  htmlEntities: true,
  // Kept as they are.
  cdataPropName: "#cdata",
  commentPropName: "#comment",
} as const;

function nameOf(node: XmlNode): string {
  for (const key of Object.keys(node)) if (key !== ":@") return key;
  return "";
}

function content(node: XmlNode): XmlNode[] {
  const value = node[nameOf(node)];
  return Array.isArray(value) ? value : [];
}

function child(nodes: XmlNode[], name: string): XmlNode | undefined {
  return nodes.find((node) => nameOf(node) === name);
}

function descend(node: XmlNode, path: string): XmlNode | undefined {
  let found: XmlNode | undefined = node;
  for (const name of path.split("/")) found = found && child(content(found), name);
  return found;
}

function textOf(node: XmlNode): string {
  return content(node).map(ownText).join("");
}

function ownText(node: XmlNode): string {
  const text = node["#text"];
  if (typeof text === "string") return text;
  return nameOf(node) === "#cdata" ? textOf(node) : "";
}

function setText(nodes: XmlNode[], name: string, text: string, place = nodes.length): void {
  const value: XmlNode[] = [{ "#text": text }];
  const existing = child(nodes, name);
  if (existing) existing[name] = value;
  else nodes.splice(place, 0, { [name]: value });
}
