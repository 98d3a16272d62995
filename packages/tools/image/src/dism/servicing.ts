import { AdkError, equalNames } from "@adk/core";
import { editImage } from "../servicing/edit-image.ts";
import { editRegistry, type RegistryEdits } from "../servicing/registry-edits.ts";
import { removeAppx } from "../servicing/remove-appx.ts";
import { applySettings, imageSettings } from "../servicing/settings.ts";
import { readWinPe, type WinPeSettings } from "../windows/win-pe.ts";
import {
  renderAppx,
  renderCapabilities,
  renderEdition,
  renderFeatureInfo,
  renderFeatures,
  renderHealth,
  renderIntl,
  renderPackageInfo,
  renderPackages,
  renderTargetEditions,
} from "./render-servicing.ts";
import type { ServicingVerb } from "./servicing-commands.ts";
import { serviceDrivers } from "./servicing-drivers.ts";
import { readPart, type ServicingContext, type ServicingRequest } from "./servicing-request.ts";
import { wrongUsage } from "./wrong-usage.ts";

/** Does what is asked for, and tells of it. @throws AdkError, Win32Error */
export async function service(request: ServicingRequest, context: ServicingContext): Promise<void> {
  const { say } = context;
  const { format, packageName, featureName, value } = request;
  switch (request.verb) {
    case "packages":
      return say(
        renderPackages(
          (await readPart(request, context, "packages")).filter(({ visible }) => visible),
          format,
        ),
      );
    case "packageInfo":
      return say(
        renderPackageInfo(named(await readPart(request, context, "packages"), ({ identity }) => identity, packageName)),
      );
    case "features": {
      const features = await readPart(request, context, "features");
      return say(
        renderFeatures(
          features.filter((each) => packageName === "" || equalNames(each.package, packageName)),
          format,
        ),
      );
    }
    case "featureInfo":
      return say(
        renderFeatureInfo(named(await readPart(request, context, "features"), ({ name }) => name, featureName)),
      );
    case "capabilities":
      return say(renderCapabilities(await readPart(request, context, "capabilities"), format));
    case "appx":
      return say(renderAppx(await readPart(request, context, "appx"), format));
    case "removeAppx":
      return change(request, context, async (edits, session) => {
        await removeAppx(session, edits, [packageName]);
      });
    case "drivers":
    case "driverInfo":
    case "addDriver":
    case "removeDriver":
    case "exportDriver":
    case "applyUnattend":
      return serviceDrivers(request.verb, request, context);
    case "edition":
      return say(renderEdition((await readPart(request, context, "edition")).editionId ?? ""));
    case "targetEditions":
      return say(renderTargetEditions((await readPart(request, context, "edition")).targetEditions ?? []));
    case "intl":
      return say(renderIntl(await readPart(request, context, "languages")));
    case "health":
      return say(renderHealth(await readPart(request, context, "health")));
    case "setTimeZone":
      return set(request, context, { timeZone: value });
    case "setSystemLocale":
      return set(request, context, { systemLocale: value });
    case "setScratchSpace":
      return set(request, context, { scratchSpace: Number(value) });
    case "setTargetPath":
      return set(request, context, { targetPath: value });
    case "peSettings":
    case "scratchSpace":
    case "targetPath":
      return say(renderWinPe(await readWinPe(request.image), request.verb));
  }
}

async function change(
  { image }: ServicingRequest,
  { report, signal, onProgress }: ServicingContext,
  edit: (edits: RegistryEdits, session: Parameters<typeof removeAppx>[0]) => Promise<void>,
): Promise<void> {
  const { findings } = await editImage(image, (session) => editRegistry(session, (edits) => edit(edits, session)), {
    signal,
    onProgress,
  });
  report(findings);
}

async function set(request: ServicingRequest, context: ServicingContext, given: object): Promise<void> {
  const settings = imageSettings.safeParse(given);
  if (!settings.success) throw wrongUsage.badArgument(request.value, Object.keys(given)[0] ?? "");
  await change(request, context, (edits) => applySettings(edits, settings.data));
}

function named<Each>(list: readonly Each[], name: (each: Each) => string, wanted: string): Each {
  const found = list.find((each) => equalNames(name(each), wanted));
  if (found) return found;
  throw new AdkError("IMAGE_NO_SUCH_NAME", "The image has nothing of this name.", { kind: "usage", found: wanted });
}

function renderWinPe({ scratchSpace, targetPath }: WinPeSettings, verb: ServicingVerb): string {
  const space = `Scratch Space : ${scratchSpace}MB\n`;
  const path = `Target Path : ${targetPath}\n`;
  return verb === "scratchSpace" ? space : verb === "targetPath" ? path : `${space}${path}`;
}
