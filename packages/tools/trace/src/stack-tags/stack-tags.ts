import { AdkError, wildcardMatcher } from "@adk/core";
import type { CodePlace } from "../symbols/symbolizer.ts";
import { parseXml, type XmlElement } from "../xml-document.ts";

/** A name for functions: what the samples whose stacks they are in were at. */
export interface StackTag {
  /** Names of the tags around it too: `Network\TCP Send`. */
  readonly name: string;
  /** Of several tags of a stack the one with the largest counts. */
  readonly priority: number;
  /** A hint names the frame that its function was called by, or that it called, too. */
  readonly hint: "callee" | "caller" | undefined;
  /** Of the frame that a hint names, only the module. */
  readonly onlyModule: boolean;
}

interface Entrypoint {
  readonly tag: StackTag;
  readonly module: (name: string) => boolean;
  readonly method: (name: string) => boolean;
}

/** The tags of a `.stacktags` file of Windows Performance Analyzer. */
export class StackTags {
  readonly #entrypoints: readonly Entrypoint[];
  /** All tags that have functions, in the order of the file. */
  readonly tags: readonly StackTag[];

  private constructor(entrypoints: readonly Entrypoint[]) {
    this.#entrypoints = entrypoints;
    this.tags = [...new Set(entrypoints.map(({ tag }) => tag))];
  }

  /** @throws AdkError `TRACE_BAD_XML`, `STACK_TAGS_NO_TAGS` where the root is no `<Tag>` */
  static parse(bytes: Uint8Array, file?: string): StackTags {
    const root = parseXml(bytes, file);
    if (root.name !== "Tag") {
      throw new AdkError("STACK_TAGS_NO_TAGS", "This is no file of stack tags.", {
        file,
        expected: "<Tag>",
        found: `<${root.name}>`,
      });
    }
    return new StackTags([...entrypointsOf(root, [])]);
  }

  /** The tag of a function: the one with the largest priority, of equal ones the first in the file. */
  tagOf({ module, function: name }: Pick<CodePlace, "module" | "function">): StackTag | undefined {
    let best: StackTag | undefined;
    for (const { tag, module: isModule, method } of this.#entrypoints) {
      if ((best === undefined || tag.priority > best.priority) && isModule(module) && method(name)) best = tag;
    }
    return best;
  }
}

const TAGS: ReadonlySet<string> = new Set(["Tag", "HintTag"]);

function* entrypointsOf(element: XmlElement, path: readonly string[]): Generator<Entrypoint> {
  const { Name = "", Priority, HintOperator, OnlyShowModule } = element.attributes;
  const names = Name === "" ? path : [...path, Name];
  const isHint = element.name === "HintTag";
  const tag: StackTag = {
    name: names.join("\\"),
    priority: Number.parseInt(Priority ?? "", 10) || 0,
    hint: isHint ? (/^caller$/i.test(HintOperator ?? "") ? "caller" : "callee") : undefined,
    onlyModule: /^(true|1)$/i.test(OnlyShowModule ?? ""),
  };
  for (const child of element.children) {
    if (TAGS.has(child.name)) yield* entrypointsOf(child, names);
    else if (child.name === "Entrypoint") {
      const { Module = "*", Method = "*" } = child.attributes;
      yield { tag, module: wildcardMatcher(Module), method: wildcardMatcher(Method) };
    }
  }
}
