import { AdkError } from "@adk/core";
import { checkTrust, type Trust, type TrustOptions } from "./certificate-chain.ts";
import { DerReader, Tag, textOf } from "./der.ts";
import { Oid } from "./object-identifiers.ts";
import type { SignedData, SignerInfo } from "./signed-data.ts";
import { type SignerVerdict, verifySigner } from "./signer.ts";
import { readTimestamps, type Timestamp } from "./timestamp.ts";

/** What is told about the signature of a file or a catalog. */
export interface Signature {
  /** What is contained is what its signer signed. Who the signer is, `trust` tells if it was asked. */
  readonly signer: SignerVerdict;
  readonly timestamps: readonly Timestamp[];
  /** Name and address of the program, as the signer wrote them. */
  readonly programName: string;
  readonly moreInfo: string;
  readonly trust: Trust;
}

/**
 * Verifies the first signer, which is the only one that Windows' signatures have.
 *
 * @throws AdkError `PE_NO_SIGNER`, and what is thrown for parts that cannot be parsed
 */
export function readSignature(data: SignedData, options: TrustOptions): Signature {
  const [info] = data.signers;
  if (!info || !data.content)
    throw new AdkError("PE_NO_SIGNER", "The signature has no signer, or nothing that is signed.");
  const signer = verifySigner(info, data.contentType, data.content.content, data.certificates);
  const timestamps = readTimestamps(info, data.certificates);
  return { signer, timestamps, ...readOpusInfo(info), trust: trustOf(signer, timestamps, options) };
}

/** At the time of a timestamp that is itself trusted, else now. */
function trustOf(signer: SignerVerdict, timestamps: readonly Timestamp[], options: TrustOptions): Trust {
  if (!options.roots) return { checked: false };
  if (!signer.valid) return { checked: true, trusted: false, reason: signer.problem ?? "" };
  const stamp = timestamps.find((each) => {
    const trust = checkTrust(each.signer.chain, each.time, "time-stamping", options);
    return each.valid && trust.checked && trust.trusted;
  });
  return checkTrust(signer.chain, stamp?.time ?? new Date(), "code-signing", options);
}

/** SpcSpOpusInfo: programName [0] of SpcString, moreInfo [1] of SpcLink. */
function readOpusInfo({ attributes }: SignerInfo): { programName: string; moreInfo: string } {
  const [opus] = attributes.get(Oid.SPC_OPUS_INFO) ?? [];
  let programName = "";
  let moreInfo = "";
  for (const part of opus ? DerReader.of(opus).rest() : []) {
    const [text] = DerReader.of(part).rest();
    if (!text) continue;
    // A string or link is Unicode under [0], ASCII or an address under others.
    const value = part.tag === 0xa0 && text.tag === 0x80 ? textOf({ ...text, tag: Tag.BMP_STRING }) : textOf(text);
    if (part.tag === 0xa0) programName = value;
    else moreInfo = value;
  }
  return { programName, moreInfo };
}
