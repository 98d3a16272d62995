/** A message of Setup that tells of a mistake in an answer file. */
export interface KnownMessage {
  /** Stable. */
  readonly id: string;
  /** Found one behind the other; not one pattern, so that a long text takes no longer than it has to. */
  readonly parts: readonly RegExp[];
  readonly cause: string;
  readonly fix: string;
  /** Words that are harmless in entries that are no errors. */
  readonly onlyErrors?: true;
  /** The setting that it is about, where the message itself does not say: the end of a path. */
  readonly setting?: string;
}

const FOR_PASS =
  /could not parse or process (?:the )?unattend answer file(?: \[(?<file>[^\]\n]{0,400})\])? for pass \[(?<pass>\w{1,40})\]/i;

/**
 * Messages as users report them, in public issue threads and Microsoft's pages. The groups `pass`, `component`, `setting`,
 * `line`, `column`, `file` and `value` say what the message names.
 */
export const KNOWN_MESSAGES: readonly KnownMessage[] = [
  {
    id: "setting-does-not-exist",
    parts: [FOR_PASS, /component or (?:non-list )?setting/i, /does not exist/i],
    cause: "A component or setting of this pass is not there in this Windows: a wrong name, architecture or version.",
    fix: "Validate the file for this Windows: adk unattend validate FILE --target RELEASE.",
  },
  {
    id: "settings-cannot-be-applied",
    parts: [FOR_PASS, /cannot be applied/i, /component \[(?<component>[^\]\n]{1,200})\]/i],
    cause: "The component refused its settings: a bad value, a command that failed, a join or a name that was refused.",
    fix: "Look at the settings of this component, and in the log for the lines before this one.",
  },
  {
    id: "invalid-at-line",
    parts: [/answer file/i, /is invalid/i, /line (?<line>\d{1,7}),? column (?<column>\d{1,7})/i],
    cause: "The file is no well-formed answer file at this place.",
    fix: "Correct the XML there; `adk unattend validate` shows all such places at once.",
  },
  {
    id: "error-while-searching",
    parts: [/internal error while loading or searching for an unattend answer file/i],
    cause: "Setup could not read the file that it found: broken XML, odd quotes, or a path that is too long.",
    fix: "Validate the file; keep it in the root of the medium as Autounattend.xml.",
  },
  {
    id: "invalid-product-key",
    parts: [/answer file contains an invalid product key/i],
    cause: "The product key is not one of this medium.",
    fix: "Use the key of an edition that install.wim has: adk unattend list keys.",
    setting: "UserData/ProductKey/Key",
  },
  {
    id: "key-fits-no-image",
    parts: [/product key entered does not match any of the Windows images/i],
    cause:
      "No image of install.wim is of the edition that the key selects, or InstallFrom names an image of another edition.",
    fix: "Let key and image agree, or leave the key out and give the image by name.",
    setting: "UserData/ProductKey/Key",
  },
  {
    id: "password-not-decoded",
    parts: [/\[Shell Unattend\].{0,80}Failed to decode password|0x8030000b/i],
    cause: "A hidden password has the wrong encoding or the wrong element's name behind it.",
    fix: "adk unattend secrets FILE shows which; adk unattend hide FILE writes them as Setup expects.",
    setting: "Password/Value",
  },
  {
    id: "password-too-simple",
    parts: [/EnableLocalUserAccount.{0,80}0x8c5|0x800708c5/i],
    cause: "A password does not meet the policy for passwords of this image.",
    fix: "Choose a longer password with several kinds of characters.",
    setting: "AdministratorPassword/Value",
  },
  {
    id: "several-editions",
    parts: [/Failed to deserialize settings|0x00221006/i],
    cause: "The settings could not be read: a bad answer file, or one that fits several images.",
    fix: "Say which image is meant (InstallFrom/MetaData), and validate the file.",
  },
  {
    id: "package-not-installed",
    parts: [/Failed unattend install|0x80073713/i],
    cause: "A package of <servicing> was refused while the image was serviced.",
    fix: "Its version and architecture must be those of the image; `action` must fit its state.",
  },
  {
    id: "foreign-element",
    parts: [/element 'unattend'/i, /has invalid child element '(?<value>[^'\n]{1,100})'/i],
    cause: "An element stands in the answer file's namespace that does not belong there.",
    fix: 'Give it a namespace of its own (xmlns="...").',
  },
  {
    id: "command-failed",
    onlyErrors: true,
    parts: [/RunSynchronous|SynchronousCommand/i, /failed|error|exit code \[?(?:0x)?0*[1-9a-f]/i],
    cause: "A command of the answer file ended with an error; in specialize this ends the installation.",
    fix: "Let the command exit with 0, and send its output to a file to see why it failed.",
    setting: "RunSynchronousCommand",
  },
  {
    id: "domain-join-failed",
    onlyErrors: true,
    parts: [/\[DJOIN\.EXE\]|NetJoinDomain|UnattendJoin/i, /failed|error/i],
    cause: "The computer did not join the domain: no network, no name resolution, or refused credentials.",
    fix: "Check name servers and credentials; joining can also be prepared with djoin /provision.",
    setting: "Identification/JoinDomain",
  },
  {
    id: "computer-name-refused",
    onlyErrors: true,
    parts: [/computer ?name/i, /invalid|not valid|failed/i],
    cause: "The computer name is not possible: more than 15 bytes, or characters that no name has.",
    fix: "Use letters, digits and hyphens, at most 15.",
    setting: "ComputerName",
  },
];
