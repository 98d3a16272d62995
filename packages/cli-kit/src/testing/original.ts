import type { RunDropIn } from "../index.ts";

export const dropIn: RunDropIn = async (argv, context) => {
  context.stdout.text(`[${argv.join("|")}]`);
  return 87;
};
