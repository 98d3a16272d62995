import { AdkError, type Guid, isGuid, parseGuid } from "@adk/core";
import { RegType, textData, textOf, textsData, textsOf } from "@adk/registry";
import { type DeviceData, deviceToBytes, parseDevice } from "./device.ts";
import { elementFormat } from "./element-type.ts";

/** What an element says, by the format in its id. */
export type ElementValue =
  | { readonly format: "device"; readonly device: DeviceData }
  | { readonly format: "string"; readonly text: string }
  | { readonly format: "object"; readonly id: Guid }
  | { readonly format: "objects"; readonly ids: readonly Guid[] }
  | { readonly format: "integer"; readonly number: bigint }
  | { readonly format: "boolean"; readonly on: boolean }
  | { readonly format: "integers"; readonly numbers: readonly bigint[] }
  /** Data that is not what its id says. */
  | { readonly format: "bytes"; readonly bytes: Uint8Array };

/** The data of an element as the registry holds it. */
export interface ElementData {
  /** A `RegType`. */
  readonly type: number;
  readonly data: Uint8Array;
}

const REG_TYPES: Readonly<Record<ElementValue["format"], number>> = {
  device: RegType.BINARY,
  string: RegType.SZ,
  object: RegType.SZ,
  objects: RegType.MULTI_SZ,
  integer: RegType.BINARY,
  boolean: RegType.BINARY,
  integers: RegType.BINARY,
  bytes: RegType.BINARY,
};

/** Takes data by the element's id; what does not fit stays bytes. */
export function elementValue(id: number, { type, data }: ElementData): ElementValue {
  const format = elementFormat(id);
  if (format === undefined || type !== REG_TYPES[format]) return { format: "bytes", bytes: data };
  switch (format) {
    case "device":
      if (data.length >= 16) return { format, device: parseDevice(data) };
      break;
    case "string":
      return { format, text: textOf(data) };
    case "object": {
      const text = textOf(data);
      if (isGuid(text)) return { format, id: parseGuid(text) };
      break;
    }
    case "objects": {
      const texts = textsOf(data);
      if (texts.every(isGuid)) return { format, ids: texts.map(parseGuid) };
      break;
    }
    case "integer":
      if (data.length >= 1 && data.length <= 8) return { format, number: littleEndian(data) };
      break;
    case "boolean":
      if (data.length === 1 && data[0]! <= 1) return { format, on: data[0] === 1 };
      break;
    case "integers":
      if (data.length % 8 === 0) return { format, numbers: numbersOf(data) };
  }
  return { format: "bytes", bytes: data };
}

/** The data that Windows writes: integers of 8 bytes, GUIDs in braces. */
export function elementData(value: ElementValue): ElementData {
  return { type: REG_TYPES[value.format], data: dataOf(value) };
}

function dataOf(value: ElementValue): Uint8Array {
  switch (value.format) {
    case "device":
      return deviceToBytes(value.device);
    case "string":
      return textData(value.text);
    case "object":
      return textData(`{${value.id}}`);
    case "objects":
      return textsData(value.ids.map((id) => `{${id}}`));
    case "integer":
      return integerBytes([value.number]);
    case "boolean":
      return Uint8Array.of(value.on ? 1 : 0);
    case "integers":
      return integerBytes(value.numbers);
    case "bytes":
      return value.bytes;
  }
}

/** @throws AdkError `BCD_WRONG_FORMAT` if a value has not the format that the id says */
export function checkFormat(id: number, { format }: ElementValue): void {
  const expected = elementFormat(id);
  if (format === "bytes" || format === expected) return;
  throw new AdkError("BCD_WRONG_FORMAT", "The element's id says another format.", {
    kind: "usage",
    expected,
    found: format,
  });
}

/** Of 1 to 8 bytes: stores of Windows PE leave out high zeros. */
function littleEndian(data: Uint8Array): bigint {
  let number = 0n;
  for (let i = data.length - 1; i >= 0; i--) number = (number << 8n) | BigInt(data[i]!);
  return number;
}

function numbersOf(data: Uint8Array): bigint[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: data.length / 8 }, (_, i) => view.getBigUint64(i * 8, true));
}

function integerBytes(numbers: readonly bigint[]): Uint8Array {
  const data = new Uint8Array(numbers.length * 8);
  const view = new DataView(data.buffer);
  numbers.forEach((number, i) => {
    view.setBigUint64(i * 8, BigInt.asUintN(64, number), true);
  });
  return data;
}
