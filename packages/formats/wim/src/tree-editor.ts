import { AdkError, checkName, childPath, compareNames, FileAttribute, splitPath } from "@adk/core";
import { type Dentry, isStoredDirectory, newDentry } from "./dentry.ts";
import { DirectoryIndex, DirectoryIndexes } from "./directory-index.ts";
import { NO_SECURITY } from "./security-data.ts";

/** What an update does to one entry. */
export interface UpdateChange {
  readonly change: "add" | "replace" | "delete" | "rename";
  readonly path: string;
  /** Of a renamed entry, its path before. */
  readonly from?: string;
}

/** An entry of the tree, with the directories that lead to it, the root first. */
interface Place {
  readonly dentry: Dentry;
  readonly parents: readonly Dentry[];
  readonly path: string;
}

/**
 * Changes the tree of an image. Paths are written either way and looked up without regard to case; reparse points are not
 * followed. After an error the tree is half changed: it is to be thrown away.
 */
export class TreeEditor {
  readonly changes: UpdateChange[] = [];
  readonly #root: Dentry;
  readonly #image: string;
  readonly #time: bigint;
  readonly #indexes = new DirectoryIndexes();

  /**
   * @param image what errors call it
   * @param time FILETIME of directories that are made
   */
  constructor(root: Dentry, image: string, time: bigint) {
    this.#root = root;
    this.#image = image;
    this.#time = time;
  }

  /**
   * Puts an entry, with all that is below it, at a path; directories above are made. A directory is merged into one that is
   * there, whose own properties stay. A file replaces one that is there, and has its name, its short name, and its security
   * descriptor unless it has one itself.
   *
   * @throws AdkError `UPDATE_BAD_PATH`, `IS_A_DIRECTORY`, `NOT_A_DIRECTORY`
   */
  add(dentry: Dentry, target: string): void {
    const names = this.#split(target);
    const name = names.pop();
    if (name === undefined) {
      if (!isStoredDirectory(dentry))
        throw this.#error("IS_A_DIRECTORY", "A file cannot take the place of the root.", "/");
      this.#put(this.#root, "/", dentry.children ?? []);
      return;
    }
    const { dentry: directory, path } = this.#makeDirectories(names);
    this.#checkNewName(name, target);
    if (dentry.name !== name) dentry.shortName = "";
    dentry.name = name;
    this.#put(directory, path, [dentry]);
  }

  /** @throws AdkError `UPDATE_BAD_PATH`, `PATH_NOT_FOUND` unless `force`, `IS_A_DIRECTORY` unless `recursive` */
  delete(path: string, { recursive = false, force = false } = {}): void {
    const place = this.#find(this.#split(path));
    if (!place) {
      if (force) return;
      throw this.#error("PATH_NOT_FOUND", "The image has no such path.", path, "With --force it is no error.");
    }
    const parent = this.#parentOf(place);
    if (isStoredDirectory(place.dentry) && !recursive) {
      throw this.#error(
        "IS_A_DIRECTORY",
        "A directory is deleted only with all that it holds.",
        path,
        "Add --recursive.",
      );
    }
    this.#tell("delete", place.dentry, place.path);
    this.#setChildren(
      parent,
      (parent.children ?? []).filter((child) => child !== place.dentry),
    );
  }

  /**
   * Renames or moves an entry. A file that has the new name is replaced with `force`.
   *
   * @throws AdkError `UPDATE_BAD_PATH`, `PATH_NOT_FOUND`, `NOT_A_DIRECTORY`, `ALREADY_EXISTS`, `UPDATE_INTO_ITSELF`
   */
  rename(from: string, to: string, { force = false } = {}): void {
    const place = this.#find(this.#split(from));
    if (!place) throw this.#error("PATH_NOT_FOUND", "The image has no such path.", from);
    const { dentry } = place;
    const oldParent = this.#parentOf(place);
    const names = this.#split(to);
    const name = names.pop();
    if (name === undefined) throw this.#error("ALREADY_EXISTS", "Nothing can take the place of the root.", to);
    this.#checkNewName(name, to);
    const target = this.#find(names);
    if (!target) throw this.#error("PATH_NOT_FOUND", "The image has no such directory to move to.", to);
    if (!isStoredDirectory(target.dentry)) throw this.#notDirectory(target.path);
    if (target.dentry === dentry || target.parents.includes(dentry)) {
      throw this.#error("UPDATE_INTO_ITSELF", "A directory cannot be moved into itself.", to);
    }
    const existing = this.#indexes.find(target.dentry, name);
    if (existing && existing !== dentry) {
      const path = childPath(target.path, existing.name);
      if (isStoredDirectory(existing) || isStoredDirectory(dentry)) {
        throw this.#error("ALREADY_EXISTS", "The image has an entry of this name already.", path);
      }
      if (!force)
        throw this.#error("ALREADY_EXISTS", "The image has a file of this name already.", path, "Add --force.");
      this.delete(path);
    }
    if (target.dentry === oldParent && dentry.name === name) return;
    this.changes.push({ change: "rename", path: childPath(target.path, name), from: place.path });
    this.#setChildren(
      oldParent,
      (oldParent.children ?? []).filter((child) => child !== dentry),
    );
    if (dentry.name !== name) dentry.shortName = "";
    dentry.name = name;
    this.#insert(target.dentry, [dentry]);
  }

  /** Merges entries into a directory. */
  #put(directory: Dentry, path: string, entries: readonly Dentry[]): void {
    const find = (name: string) => this.#indexes.find(directory, name);
    const replaced = new Map<Dentry, Dentry>();
    const added: Dentry[] = [];
    // Names that are there as they are written come first: one that differs in case must not take their place.
    const isExact = (entry: Dentry) => find(entry.name)?.name === entry.name;
    for (const entry of [...entries.filter(isExact), ...entries.filter((each) => !isExact(each))]) {
      const existing = find(entry.name);
      if (!existing || replaced.has(existing)) {
        added.push(entry);
        this.#tell("add", entry, childPath(path, entry.name));
        continue;
      }
      const existingPath = childPath(path, existing.name);
      if (isStoredDirectory(existing)) {
        if (!isStoredDirectory(entry)) {
          throw this.#error("IS_A_DIRECTORY", "A file cannot take the place of a directory.", existingPath);
        }
        this.#put(existing, existingPath, entry.children ?? []);
        continue;
      }
      if (isStoredDirectory(entry)) throw this.#notDirectory(existingPath);
      entry.name = existing.name;
      entry.shortName = existing.shortName;
      if (entry.securityId === NO_SECURITY) entry.securityId = existing.securityId;
      replaced.set(existing, entry);
      this.changes.push({ change: "replace", path: existingPath });
    }
    if (replaced.size > 0) {
      this.#setChildren(
        directory,
        (directory.children ?? []).map((child) => replaced.get(child) ?? child),
      );
    }
    if (added.length > 0) this.#insert(directory, added);
  }

  /** Adds entries whose names are free. A short name that is not is given up: Windows makes a new one when it needs one. */
  #insert(directory: Dentry, entries: readonly Dentry[]): void {
    const children = [...(directory.children ?? []), ...entries].sort((a, b) => compareNames(a.name, b.name));
    const taken = new DirectoryIndex(children);
    for (const entry of entries) {
      if (entry.shortName !== "" && taken.find(entry.shortName) !== entry) entry.shortName = "";
    }
    this.#setChildren(directory, children);
  }

  #makeDirectories(names: readonly string[]): Pick<Place, "dentry" | "path"> {
    let dentry = this.#root;
    let path = "/";
    for (const name of names) {
      let child = this.#indexes.find(dentry, name);
      if (!child) {
        this.#checkNewName(name, childPath(path, name));
        child = newDentry(name, FileAttribute.DIRECTORY, this.#time);
        child.children = [];
        this.#put(dentry, path, [child]);
      }
      path = childPath(path, child.name);
      if (!isStoredDirectory(child)) throw this.#notDirectory(path);
      dentry = child;
    }
    return { dentry, path };
  }

  #find(names: readonly string[]): Place | undefined {
    const parents: Dentry[] = [];
    let dentry = this.#root;
    let path = "/";
    for (const name of names) {
      const child = this.#indexes.find(dentry, name);
      if (!child) return undefined;
      parents.push(dentry);
      path = childPath(path, child.name);
      dentry = child;
    }
    return { dentry, parents, path };
  }

  #parentOf({ parents, path }: Place): Dentry {
    const parent = parents.at(-1);
    if (!parent) throw this.#error("UPDATE_BAD_PATH", "The root can be neither deleted nor renamed.", path);
    return parent;
  }

  #setChildren(directory: Dentry, children: Dentry[]): void {
    directory.children = children;
    this.#indexes.forget(directory);
  }

  /** Notes a change of an entry and of all below it. */
  #tell(change: "add" | "delete", top: Dentry, topPath: string): void {
    const pending: [Dentry, string][] = [[top, topPath]];
    for (let next = pending.pop(); next; next = pending.pop()) {
      const [dentry, path] = next;
      this.changes.push({ change, path });
      for (const child of (dentry.children ?? []).toReversed()) pending.push([child, childPath(path, child.name)]);
    }
  }

  #split(path: string): string[] {
    const names = splitPath(path);
    if (names.includes(".") || names.includes("..")) {
      throw this.#error("UPDATE_BAD_PATH", "A path in an image has no . or .. in it.", path);
    }
    return names;
  }

  /** What the user names anew must be a name that Windows can use; names that come with a source are kept as they are. */
  #checkNewName(name: string, path: string): void {
    const problem = checkName(name);
    if (problem !== "illegal-character" && problem !== "too-long") return;
    const why = problem === "too-long" ? "is too long" : "has a character that Windows does not allow";
    throw this.#error("UPDATE_BAD_PATH", `A name of the path ${why}.`, path);
  }

  #notDirectory(path: string): AdkError {
    return this.#error("NOT_A_DIRECTORY", "What is there is no directory.", path);
  }

  #error(code: string, message: string, path: string, hint?: string): AdkError {
    const kind = code === "UPDATE_BAD_PATH" ? "usage" : "input";
    return new AdkError(code, message, { kind, file: this.#image, found: path, hint });
  }
}
