import * as z from "zod";
import { strict } from "./fields.ts";

/** Elements of the XML data that the writer sets by itself. */
const OWN =
  /^(NAME|DESCRIPTION|FLAGS|DISPLAYNAME|DISPLAYDESCRIPTION|DIRCOUNT|FILECOUNT|TOTALBYTES|HARDLINKBYTES|CREATIONTIME|LASTMODIFICATIONTIME)(\/|$)/;

const propertyPath = z
  .string()
  .regex(/^[A-Z][A-Z0-9_.-]*(\/[A-Z][A-Z0-9_.-]*)*$/i, 'Expected names of elements: "WINDOWS/EDITIONID".')
  .refine((path) => !OWN.test(path.toUpperCase()), { error: "This property has a key of its own, or is counted." });

/** What the image is called: WIM files keep it in their XML data. */
export const imageSchema = strict({
  name: z.string().min(1, "An image needs a name.").describe("How DISM and Setup name the image: `/ImageName`."),
  description: z.string().optional(),
  flags: z
    .string()
    .regex(/^[A-Za-z0-9]+$/, 'Expected an edition id: "Professional".')
    .optional()
    .describe("Edition id, as `Professional`."),
  displayName: z.string().optional().describe("What Setup shows in its list of editions."),
  displayDescription: z.string().optional(),
  properties: z
    .record(propertyPath, z.string())
    .optional()
    .describe("Further elements of the XML data by their path: `WINDOWS/EDITIONID: Professional`."),
});
export type ImageDescription = z.output<typeof imageSchema>;
