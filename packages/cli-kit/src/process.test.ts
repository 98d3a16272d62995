import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("./testing/main.ts", import.meta.url));

/** Runs the demo program as a process; `whenReady` is called with its first bytes on the stream. */
function start(args: string[], stdout: "pipe" | number = "pipe") {
  const child = spawn(process.execPath, ["--conditions=@adk/source", program, ...args], {
    stdio: ["pipe", stdout, "pipe"],
    env: { PATH: process.env.PATH },
  });
  const text = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => {
    text.stdout += chunk;
  });
  child.stderr!.on("data", (chunk) => {
    text.stderr += chunk;
  });
  const ended = new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on("close", (exitCode) => resolve({ exitCode, ...text }));
  });
  const waiting = () => new Promise<void>((resolve) => child.stderr!.once("data", () => resolve()));
  return { child, ended, waiting };
}

describe("signals", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("the first %s ends after the clean-up", async (signal) => {
    const { child, ended, waiting } = start(["demo", "wait", "patient"]);
    await waiting();
    child.kill(signal);
    const { exitCode, stderr } = await ended;
    expect(exitCode).toBe(130);
    expect(stderr).toBe("waiting\ncleaned up\nadk: error[CANCELLED] The operation was cancelled.\n");
  });

  test("the second ends at once", async () => {
    const { child, ended, waiting } = start(["demo", "wait", "stubborn"]);
    await waiting();
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(child.exitCode).toBe(null);
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ exitCode: 130, stderr: "waiting\n" });
  });

  test("reading standard input can be interrupted", async () => {
    const { child, ended } = start(["demo", "echo", "-", "--progress", "none"]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill("SIGINT");
    expect((await ended).exitCode).toBe(130);
  });
});

describe("pipes", () => {
  test("all of a large output arrives before the process ends", async () => {
    const { ended } = start(["demo", "rows", "200000"]);
    const { exitCode, stdout } = await ended;
    expect(exitCode).toBe(1);
    expect(stdout.split("\n")).toHaveLength(200_002);
    expect(stdout).toMatch(/199999 {2}\\Windows\\System32\\199999\.dll\n$/);
  });

  test("no colours and no bar", async () => {
    const { ended } = start(["demo", "work", "10"]);
    expect(await ended).toEqual({ exitCode: 0, stdout: "worked\n", stderr: "" });
  });

  test("a reader that goes away drops text and keeps the exit code", async () => {
    const { child, ended } = start(["demo", "rows", "200000"]);
    child.stdout!.once("data", () => child.stdout!.destroy());
    expect(await ended).toMatchObject({ exitCode: 1, stderr: "" });
  });

  test("a reader that goes away ends a stream of bytes quietly", async () => {
    const { child, ended } = start(["demo", "stream"]);
    child.stdout!.once("data", () => child.stdout!.destroy());
    expect(await ended).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test("standard input comes through as bytes", async () => {
    const { child, ended } = start(["demo", "echo", "-"]);
    child.stdin!.end("hello");
    expect(await ended).toEqual({ exitCode: 0, stdout: "hello", stderr: "" });
  });
});

test.runIf(process.platform === "linux")("a full device is told", async () => {
  const full = openSync("/dev/full", "w");
  for (const args of [
    ["demo", "rows", "2"],
    ["demo", "stream"],
  ]) {
    const { exitCode, stderr } = await start(args, full).ended;
    expect(exitCode).toBe(4);
    expect(stderr).toContain("adk: error[DISK_FULL]");
  }
  expect((await start(["--help"], full).ended).exitCode).toBe(4);
});

test("an error in a callback is told as a bug", async () => {
  const { exitCode, stderr } = await start(["demo", "uncaught"]).ended;
  expect(exitCode).toBe(4);
  expect(stderr).toMatch(/^adk: error\[INTERNAL\] RangeError: in a callback\n.*This is a bug in adk/);
});
