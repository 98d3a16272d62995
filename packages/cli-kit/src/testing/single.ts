import * as z from "zod";
import type { DefineCommands } from "../index.ts";

export const commands: DefineCommands = (single) => {
  single.argument("[files...]", "files").run(async (context, files: string[]) => {
    context.output(
      { files },
      { schema: z.object({ files: z.array(z.string()) }), render: (_, out) => out.line(files.join("+")) },
    );
  });
};
