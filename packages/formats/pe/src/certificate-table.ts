import { DerReader, Tag } from "./der.ts";
import { Directory } from "./optional-header.ts";
import type { PeFile } from "./pe-file.ts";

const HEADER_SIZE = 8;
const ALIGNMENT = 8;
const MOST_ENTRIES = 64;
/** Type of an entry that holds a PKCS #7 SignedData (WIN_CERT_TYPE_PKCS_SIGNED_DATA): the only one in use. */
export const PKCS_SIGNED_DATA = 2;

/** An entry of the certificate table (WIN_CERTIFICATE). */
export interface CertificateEntry {
  /** Of its header in the file. */
  readonly offset: number;
  readonly revision: number;
  readonly type: number;
  /** Without the header and the padding behind the value. */
  readonly bytes: Uint8Array;
}

/** The signatures as they are stored; empty where the file has none. */
export function readCertificateTable(pe: PeFile): Promise<CertificateEntry[]> {
  return pe.readPart<CertificateEntry[]>([], ({ bytes }, findings) => {
    const directory = pe.directory(Directory.SECURITY);
    if (!directory) return [];
    const entries: CertificateEntry[] = [];
    const end = directory.address + directory.size;
    let at = directory.address;
    while (at + HEADER_SIZE <= end && entries.length < MOST_ENTRIES) {
      const length = bytes.u32(at);
      if (length < HEADER_SIZE || at + length > bytes.size || at + length > end) {
        findings.error("PE_BAD_CERTIFICATE_TABLE", "An entry of the certificate table reaches beyond it.", {
          file: bytes.name,
          offset: at,
        });
        break;
      }
      entries.push({
        offset: at,
        revision: bytes.u16(at + 4),
        type: bytes.u16(at + 6),
        bytes: withoutPadding(bytes.view(at + HEADER_SIZE, length - HEADER_SIZE)),
      });
      at += Math.ceil(length / ALIGNMENT) * ALIGNMENT;
    }
    return entries;
  });
}

/** Many tools count the padding into the length; the value's own length tells where it ends. */
function withoutPadding(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== Tag.SEQUENCE) return bytes;
  try {
    return new DerReader(bytes).next().bytes;
  } catch {
    return bytes;
  }
}
