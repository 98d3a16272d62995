// `npm run fuzz`: mutates valid samples of every format for much longer than the tests do. ADK_FUZZ_EXECUTIONS sets how long.
import { run } from "./lib/process.mjs";

const EXECUTIONS = "200000";

const env = { ADK_FUZZ_EXECUTIONS: process.env.ADK_FUZZ_EXECUTIONS ?? EXECUTIONS };
const { ok } = await run("turbo", ["run", "fuzz", "--continue", ...process.argv.slice(2)], { live: true, env });
process.exitCode = ok ? 0 : 1;
