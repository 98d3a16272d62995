import type { StackProfile } from "../stacks/stack-profile.ts";
import { NumberedTexts } from "./numbered-texts.ts";
import { Callstack, Frame, InternedData, InternedString, Mapping } from "./perfetto-fields.ts";
import { type CodeStacks, functionName } from "./profile-source.ts";
import { ProtobufWriter } from "./protobuf-writer.ts";

/** Stacks as Perfetto interns them: a sample names a stack by its number, and what the stack is stands once before it. */
export class PerfettoFrames {
  readonly #profile: StackProfile;
  readonly #stacks: CodeStacks;
  readonly #knownStacks: Uint8Array;
  readonly #knownFrames: Uint8Array;
  readonly #functions = new NumberedTexts([""]);
  readonly #modules = new NumberedTexts([""]);

  constructor(profile: StackProfile, stacks: CodeStacks) {
    this.#profile = profile;
    this.#stacks = stacks;
    this.#knownStacks = new Uint8Array(stacks.count);
    this.#knownFrames = new Uint8Array(profile.frames.size);
  }

  /** @param number of the stack @returns the stack's identifier, and what has to be told before, if anything */
  callstack(number: number): { readonly id: number; readonly interned: ProtobufWriter | undefined } {
    const id = number + 1;
    if (this.#knownStacks[number] === 1) return { id, interned: undefined };
    this.#knownStacks[number] = 1;
    const interned = new ProtobufWriter();
    const frames: number[] = [];
    for (let at = number; at >= 0; at = this.#stacks.parentOf(at)) frames.push(this.#frame(at, interned));
    const callstack = new ProtobufWriter().uint(Callstack.IID, id);
    // From the outermost inwards.
    for (const frame of frames.reverse()) callstack.uint(Callstack.FRAME_IDS, frame);
    return { id, interned: interned.message(InternedData.CALLSTACKS, callstack) };
  }

  #frame(stack: number, interned: ProtobufWriter): number {
    const frame = this.#stacks.frameOf(stack);
    const id = frame + 1;
    if (this.#knownFrames[frame] === 1) return id;
    this.#knownFrames[frame] = 1;
    const { module } = this.#profile.frames.place(frame);
    const name = functionName(this.#profile, frame);
    const functionId = this.#intern(this.#functions, name, InternedData.FUNCTION_NAMES, interned);
    const known = this.#modules.size;
    const mappingId = this.#intern(this.#modules, module || "?", InternedData.MAPPING_PATHS, interned);
    if (mappingId === known) {
      // A mapping has the number of its path.
      const mapping = new ProtobufWriter().uint(Mapping.IID, mappingId).uint(Mapping.PATH_STRING_IDS, mappingId);
      interned.message(InternedData.MAPPINGS, mapping);
    }
    const message = new ProtobufWriter().uint(Frame.IID, id).uint(Frame.FUNCTION_NAME_ID, functionId);
    // Frames are told apart by their functions: addresses are not kept.
    message.uint(Frame.MAPPING_ID, mappingId).uint(Frame.REL_PC, 0);
    interned.message(InternedData.FRAMES, message);
    return id;
  }

  #intern(texts: NumberedTexts, text: string, field: number, interned: ProtobufWriter): number {
    const known = texts.size;
    const id = texts.number(text);
    if (id === known) {
      interned.message(field, new ProtobufWriter().uint(InternedString.IID, id).text(InternedString.STR, text));
    }
    return id;
  }
}
