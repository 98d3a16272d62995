/** What the fields of a message of Protocol Buffers hold, by their numbers: whole numbers, and bytes. */
export type ProtobufFields = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

/** Reads a message without its schema. @throws Error where it is none */
export function readProtobuf(bytes: Uint8Array): ProtobufFields {
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error("a number ends behind the message");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new Error("a number is too long");
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const [field, wireType] = [Math.floor(tag / 8), tag % 8];
    if (wireType !== 0 && wireType !== 2) throw new Error(`wire type ${wireType} of field ${field}`);
    let value: bigint | Uint8Array = varint();
    if (wireType === 2) {
      const end = at + Number(value);
      if (end > bytes.length) throw new Error(`field ${field} ends behind the message`);
      value = bytes.subarray(at, end);
      at = end;
    }
    const values = fields.get(field);
    if (values) values.push(value);
    else fields.set(field, [value]);
  }
  return fields;
}

/** Messages in a repeated field. */
export function protobufMessages(fields: ProtobufFields, field: number): ProtobufFields[] {
  return protobufBytes(fields, field).map(readProtobuf);
}

/** Texts in a repeated field. */
export function protobufTexts(fields: ProtobufFields, field: number): string[] {
  return protobufBytes(fields, field).map((bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes));
}

/** Whole numbers in a repeated field, packed or not. */
export function protobufNumbers(fields: ProtobufFields, field: number): number[] {
  return (fields.get(field) ?? []).flatMap((value) => {
    if (typeof value === "bigint") return [Number(value)];
    const packed: number[] = [];
    for (let at = 0; at < value.length; ) {
      let end = at;
      while ((value[end] ?? 0) >= 0x80) end++;
      // One number, as the field of a message of its own.
      packed.push(...protobufNumbers(readProtobuf(Uint8Array.of(8, ...value.subarray(at, end + 1))), 1));
      at = end + 1;
    }
    return packed;
  });
}

function protobufBytes(fields: ProtobufFields, field: number): Uint8Array[] {
  return (fields.get(field) ?? []).map((value) => {
    if (typeof value === "bigint") throw new Error(`field ${field} is a number`);
    return value;
  });
}
