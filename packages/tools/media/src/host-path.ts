/** A path of a drop-in's command line: on hosts that are not Windows, `mnt\Windows` is `mnt/Windows`. */
export function hostPath(path: string): string {
  return process.platform === "win32" ? path : path.replaceAll("\\", "/").replace(/(.)\/+$/, "$1");
}
