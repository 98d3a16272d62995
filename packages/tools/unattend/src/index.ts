/** Answer files for Windows Setup: checked, edited, explained and written. */

// The settings that are known; catalogues of Windows System Image Manager.
export { builtinCatalog } from "./catalog/builtin.ts";
export { type Catalog, type CatalogComponent, type CatalogSetting, findSetting } from "./catalog/catalog.ts";
export { type ClgFile, type ClgHeader, clgHeader, parseClg, writeClg } from "./catalog/clg/clg.ts";
export { type ClgCatalog, clgCatalog } from "./catalog/clg/clg-catalog.ts";
export { type CatalogChange, diffCatalogs } from "./catalog/describe-catalog.ts";
export { openCatalog } from "./catalog/open-catalog.ts";
// The partition tables that Setup would make.
export {
  type DiskProblem,
  type DiskSimulation,
  type SimulatedDisk,
  type SimulatedPartition,
  simulateDisks,
} from "./disk/simulate.ts";
// The document: lossless, with places and paths.
export { AnswerFile, type ComponentSection, type ParseOptions, type PassSection } from "./document/answer-file.ts";
export type { TextEncodingInfo } from "./document/encoding.ts";
export type { LineIndex, TextRange } from "./document/line-index.ts";
export { findSettings, getValue, parseSettingPath, pathOf, type SettingPath } from "./document/setting-path.ts";
export { type SettingValue, walkLeaves } from "./document/setting-values.ts";
export {
  attributeOf,
  childElements,
  childText,
  firstChild,
  textOf,
  UNATTEND_NAMESPACE,
  WCM_NAMESPACE,
  type XmlAttribute,
  type XmlElement,
  type XmlNode,
  type XmlProblem,
} from "./document/tree.ts";
// Edits: each gives a new document.
export { addItem } from "./edit/add-item.ts";
export { type Conversion, type ConvertOptions, convertFile } from "./edit/convert-file.ts";
export { diffFiles, type SettingChange, settingChange } from "./edit/diff-files.ts";
export { type FormatOptions, formatFile } from "./edit/format-file.ts";
export { mergeFiles } from "./edit/merge-files.ts";
export { type EditOptions, removeSetting, setValue } from "./edit/set-value.ts";
// What an answer file will do, and what is known of a setting.
export { type DescribedDisks, describeDisks } from "./explain/describe-disks.ts";
export { type Explanation, explainSetting } from "./explain/explain-setting.ts";
export { type AnswerFileSearch, type Drive, findAnswerFile, type SearchPlace } from "./explain/find-answer-file.ts";
export { timelineOf } from "./explain/timeline.ts";
export type { Timeline, TimelineStep } from "./explain/timeline-schema.ts";
// Values that settings can have, and the Windows versions.
export { findLocale, findTimeZone, inputLocaleOf, readInputLocale } from "./facts/locales.ts";
export { editionsOfKey, keyOfEdition, type PublishedKey, productKeyProblem } from "./facts/product-keys.ts";
export { parseRelease, RELEASES, type Release } from "./facts/releases.ts";
// Logs of Setup.
export { explainLogs, type LogExplanation } from "./logs/explain-log.ts";
export { parseSetupLog, type SetupLogEntry } from "./logs/setup-log.ts";
// Manifests: an answer file as people think of it.
export { fromManifest, type SecretSources } from "./manifest/from-manifest.ts";
export { type UnattendManifest, unattendJsonSchema, unattendSchema } from "./manifest/manifest.ts";
export { ManifestDocument } from "./manifest/manifest-document.ts";
export { parseManifest, readManifest } from "./manifest/manifest-file.ts";
export { findPreset, PRESETS, type Preset } from "./manifest/presets.ts";
export { type ManifestOfFile, toManifest } from "./manifest/to-manifest.ts";
export type { RawItem, RawValue, RawValues } from "./manifest/topics/settings.ts";
export { type ManifestWithoutSecrets, withoutSecrets } from "./manifest/without-secrets.ts";
// Passwords and keys.
export { type FoundSecret, findSecrets } from "./passwords/audit-secrets.ts";
export { hidePassword, type PasswordElement, revealPassword } from "./passwords/hidden-password.ts";
export { hidePasswords, type RewrittenPasswords, revealPasswords } from "./passwords/rewrite-passwords.ts";
// A page for review.
export { answerFilePage, type PageInput } from "./report/answer-file-page.ts";
// Distribution shares and configuration sets.
export { checkConfigurationSet, createConfigurationSet, type ShareRoot } from "./share/configuration-set.ts";
export { addDriver, addOem, addPackage, checkShare, createShare } from "./share/distribution-share.ts";
// Validation.
export { RULES } from "./validate/families.ts";
export { type FixedFile, fixFile } from "./validate/fix-file.ts";
export type { Rule, Severity } from "./validate/rule.ts";
export { toSarif } from "./validate/sarif.ts";
export { hasErrors, type ValidateOptions, validate } from "./validate/validate.ts";
export { type AnswerFinding, type AnswerFix, answerFinding, type Verdict, verdict } from "./validate/verdict.ts";
