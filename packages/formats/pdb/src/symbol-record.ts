/** Kinds of symbol records (CodeView, `SYM_ENUM_e`) that name code or data. */
const SymbolKind = {
  END: 0x0006,
  THUNK32: 0x1102,
  LPROC32: 0x110f,
  GPROC32: 0x1110,
  PUB32: 0x110e,
  LPROC32_ID: 0x1146,
  GPROC32_ID: 0x1147,
  LPROC32_DPC: 0x1155,
  LPROC32_DPC_ID: 0x1156,
} as const;

/** Bit of a public symbol's flags: it is code. */
const PUBLIC_CODE = 1;
const PUBLIC_FUNCTION = 2;

/** Offsets from the start of a record, of which 0 is its length and 2 its kind. */
const PUBLIC_FLAGS = 4;
const PUBLIC_OFFSET = 8;
const PUBLIC_SECTION = 12;
const PUBLIC_NAME = 14;
const PROCEDURE_SIZE = 16;
const PROCEDURE_OFFSET = 32;
const PROCEDURE_SECTION = 36;
const PROCEDURE_NAME = 39;
const THUNK_OFFSET = 16;
const THUNK_SECTION = 20;
const THUNK_LENGTH = 22;
const THUNK_NAME = 25;

/** Visits the records of a stream; what does not end inside `bytes` is passed over. @param from offset of the first one */
export function visitRecords(
  bytes: Uint8Array,
  from: number,
  to: number,
  visit: (view: DataView, kind: number, start: number, end: number) => void,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const last = Math.min(to, bytes.length);
  for (let start = from, end = 0; start + 4 <= last; start = end) {
    // The length counts all that follows it.
    end = start + 2 + view.getUint16(start, true);
    if (end < start + 4 || end > last) return;
    visit(view, view.getUint16(start + 2, true), start, end);
  }
}

/** Takes each symbol: where it lies, bytes of code or 0 where they are not told, whether it is code, and where its name begins. */
export type SymbolVisitor = (
  section: number,
  offset: number,
  size: number,
  isCode: boolean,
  nameAt: number,
  recordEnd: number,
) => void;

/**
 * Visits the functions, thunks and public symbols among records; every other kind, and what does not end inside `bytes`, is passed over.
 *
 * @param from offset of the first record
 */
export function visitSymbols(bytes: Uint8Array, from: number, to: number, visit: SymbolVisitor): void {
  visitRecords(bytes, from, to, (view, kind, at, next) => {
    switch (kind) {
      case SymbolKind.PUB32: {
        if (next - at < PUBLIC_NAME) break;
        const flags = view.getUint32(at + PUBLIC_FLAGS, true);
        const isCode = (flags & (PUBLIC_CODE | PUBLIC_FUNCTION)) !== 0;
        const [section, offset] = [view.getUint16(at + PUBLIC_SECTION, true), view.getUint32(at + PUBLIC_OFFSET, true)];
        visit(section, offset, 0, isCode, at + PUBLIC_NAME, next);
        break;
      }
      case SymbolKind.GPROC32:
      case SymbolKind.LPROC32:
      case SymbolKind.GPROC32_ID:
      case SymbolKind.LPROC32_ID:
      case SymbolKind.LPROC32_DPC:
      case SymbolKind.LPROC32_DPC_ID: {
        if (next - at < PROCEDURE_NAME) break;
        const section = view.getUint16(at + PROCEDURE_SECTION, true);
        const offset = view.getUint32(at + PROCEDURE_OFFSET, true);
        visit(section, offset, view.getUint32(at + PROCEDURE_SIZE, true), true, at + PROCEDURE_NAME, next);
        break;
      }
      case SymbolKind.THUNK32: {
        if (next - at < THUNK_NAME) break;
        const section = view.getUint16(at + THUNK_SECTION, true);
        const offset = view.getUint32(at + THUNK_OFFSET, true);
        visit(section, offset, view.getUint16(at + THUNK_LENGTH, true), true, at + THUNK_NAME, next);
        break;
      }
    }
  });
}
