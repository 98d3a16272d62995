import { main } from "@adk/cli-kit/main";
import { program } from "./program.ts";

await main(program);
