import { groups as build } from "@adk/build/cli";
import type { Program } from "@adk/cli-kit/main";
import { groups as image } from "@adk/image/cli";
import { groups as media } from "@adk/media/cli";
import { groups as trace } from "@adk/trace/cli";
import { groups as unattend } from "@adk/unattend/cli";

/** The umbrella: the groups of all tool packages, in the order in which the help lists them. */
export const program: Program = {
  name: "adk",
  summary: "Prepare, examine and build Windows images without Windows.",
  manifest: new URL("../package.json", import.meta.url),
  groups: [
    {
      name: "inspect",
      summary: "Recognise any file that the kit knows and tell what it is",
      load: () => import("./inspect.ts"),
    },
    ...image,
    ...media,
    ...build,
    ...unattend,
    ...trace,
  ],
  recognise: "adk inspect",
  examples: [
    ["adk inspect install.wim", "what is this file?"],
    ["adk wim info install.wim --json", "images of a WIM file, for a script"],
    ["adk wim verify install.wim && echo good", "exit code 1 says that something is damaged"],
  ],
  docs: "the folder docs of the repository",
};
