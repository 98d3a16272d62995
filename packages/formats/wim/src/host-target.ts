/**
 * The target of a link on this host: `C:\x` without its drive, below `root` where it counts from the root of the image. The
 * root itself is `C:\`; wimlib writes `C:`.
 */
export function hostTarget(target: string, root: string): string {
  const path = target.replaceAll("\\", "/");
  if (path.startsWith("//")) return path;
  const absolute = /^[A-Za-z]:(\/.*)?$|^(\/.*)$/.exec(path);
  if (!absolute) return path;
  const below = absolute[1] ?? absolute[2] ?? "/";
  return below === "/" && root !== "" ? root : root + below;
}
