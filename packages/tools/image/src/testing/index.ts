/** For tests of packages that change images: a small Windows and drivers for it. */
export { network, storage } from "./driver-images.ts";
export { SIGNER_NAME } from "./driver-packages.ts";
export { makeWindows } from "./windows-image.ts";
