import { editionsOfKey } from "../facts/product-keys.ts";
import { secretKindOf } from "../passwords/secret-settings.ts";
import type { UnattendManifest } from "./manifest.ts";
import type { Password, Secret } from "./secret.ts";
import type { RawValues } from "./topics/settings.ts";

export interface ManifestWithoutSecrets {
  readonly manifest: UnattendManifest;
  /** Environment variables that hold the secrets when the answer file is written. */
  readonly variables: readonly string[];
}

/** The manifest with references to environment variables in the place of secrets; empty passwords stay. */
export function withoutSecrets(manifest: UnattendManifest): ManifestWithoutSecrets {
  const variables = new Set<string>();
  const refer = (name: string): { env: string } => {
    const env = `ADK_${name.toUpperCase().replace(/[^A-Z\d]+/g, "_")}`;
    variables.add(env);
    return { env };
  };
  const secret = (value: Secret, name: string): Secret =>
    typeof value === "string" && value !== "" ? refer(name) : value;
  const password = (value: Password, name: string): Password => {
    if (typeof value === "object" && "plainText" in value) return { ...value, value: secret(value.value, name) };
    return secret(value, name);
  };
  const result: UnattendManifest = { ...manifest };
  const { administratorPassword, users, autologon, domain, windows, settings } = manifest;
  if (administratorPassword !== undefined) {
    result.administratorPassword = password(administratorPassword, "ADMINISTRATOR_PASSWORD");
  }
  if (users) {
    result.users = users.map((user) => {
      return user.password === undefined
        ? user
        : { ...user, password: password(user.password, `PASSWORD_${user.name}`) };
    });
  }
  if (autologon?.password !== undefined) {
    result.autologon = { ...autologon, password: password(autologon.password, `PASSWORD_${autologon.user}`) };
  }
  if (domain && "join" in domain) {
    result.domain = {
      ...domain,
      account: { ...domain.account, password: secret(domain.account.password, "DOMAIN_PASSWORD") },
    };
  } else if (domain && "provisioning" in domain) {
    result.domain = { provisioning: secret(domain.provisioning, "DOMAIN_PROVISIONING") };
  }
  if (windows) {
    const { key, activationKey } = windows;
    result.windows = {
      ...windows,
      ...(key !== undefined && !isPublished(key) ? { key: secret(key, "PRODUCT_KEY") } : {}),
      ...(activationKey !== undefined ? { activationKey: secret(activationKey, "ACTIVATION_KEY") } : {}),
    };
  }
  if (settings) {
    const bare = (values: RawValues, path: string) => withoutValues(values, path, (name) => refer(name).env);
    result.settings = settings.map((section) => ({ ...section, values: bare(section.values, "") }));
  }
  return { manifest: result, variables: [...variables] };
}

function isPublished(key: Secret): boolean {
  return typeof key === "string" && editionsOfKey(key).length > 0;
}

/** @param refer gives the variable for a secret that is named by its path */
function withoutValues(values: RawValues, parent: string, refer: (name: string) => string): RawValues {
  const entries = Object.entries(values).map(([name, value]): [string, RawValues[string]] => {
    const path = parent === "" ? name : `${parent}/${name}`;
    if (Array.isArray(value)) {
      return [name, value.map((item, i) => withoutValues(item, `${path}/${i + 1}`, refer))];
    }
    if (typeof value === "object") return [name, withoutValues(value, path, refer)];
    return [name, isSecret(path, String(value)) ? { "@env": refer(path) } : value];
  });
  return Object.fromEntries(entries);
}

function isSecret(path: string, value: string): boolean {
  return secretKindOf(path) !== undefined && value !== "" && editionsOfKey(value).length === 0;
}
