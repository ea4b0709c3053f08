/** The contract with the server, as ARCHITECTURE.md states it in "Between client and server". */

/** An environment or a base interpreter. Paths are native, not URIs. */
export interface EnvironmentInfo {
  readonly prefix: string;
  readonly executable: string;
  readonly binDir: string;
  /** What made it or what it is: "venv", "virtualenv", "uv", "conda", "pyenv", "system", … */
  readonly kind: string;
  /** "3.12.1", or "" where the files do not tell. */
  readonly version: string;
  readonly name: string;
  /** What the status bar shows: "Python 3.12.1 (.venv)". */
  readonly label: string;
  /** The prefix, relative to the folder or with `~`. */
  readonly description: string;
  readonly isBase: boolean;
  readonly inWorkspace: boolean;
  readonly broken: boolean;
  readonly externallyManaged: boolean;
  readonly problems: readonly string[];
  readonly selected: boolean;
}

/** What one project uses, and why: a workspace folder, or a folder inside one. */
export interface ProjectStatus {
  /** The folder's URI. */
  readonly project: string;
  readonly environment: EnvironmentInfo | null;
  /** Whether the user chose it. */
  readonly explicit: boolean;
  /** Whether another extension uses it, or a setting of another extension names it. */
  readonly named: boolean;
  /** A sentence that says why it is this one. */
  readonly reason: string;
  readonly hasRequirements: boolean;
}

/** What one workspace folder uses. */
export interface EnvironmentStatus extends ProjectStatus {
  /** The workspace folder's URI. */
  readonly folder: string;
  /** The projects inside it that have an environment of their own. */
  readonly projects: readonly ProjectStatus[];
}

/** One installed package. */
export interface PackageInfo {
  readonly name: string;
  readonly version: string;
  /** In bytes, as its RECORD tells; null where it does not. */
  readonly size: number | null;
  readonly editable: boolean;
  /** "" for an index, else the address or path that it was installed from. */
  readonly origin: string;
  /** What Pinwise would suggest for this Python; null where that is not known. */
  readonly latest: string | null;
  readonly outdated: boolean;
  /** The installed packages that need it. */
  readonly requiredBy: readonly string[];
  /** Whether a line of the project asks for it. */
  readonly askedFor: boolean;
  readonly summary: string;
}

export interface PackageDetails extends PackageInfo {
  readonly licence: string;
  readonly homepage: string;
  readonly requires: readonly string[];
  readonly location: string;
  /** How many it has. */
  readonly files: number;
  /** What installed it: "pip", "uv", or "". */
  readonly installer: string;
  readonly installedAt: string;
}

/** What a requirement may go on with. */
export interface RequirementItem {
  /** The whole of it after the choice. */
  readonly text: string;
  readonly label: string;
  /** A few words behind the label, or "". */
  readonly detail: string;
}

/**
 * Which environment a command is about: without `prefix`, the one that the folder uses, or the
 * project of `file` in it.
 */
export interface EnvironmentTarget {
  readonly folder?: string;
  readonly file?: string;
  readonly prefix?: string;
}

/** How an index that asked for credentials can be given them. */
export interface SignIn {
  /** Names the index for a person. */
  readonly label: string;
  /** What the keyring knows the index as. */
  readonly service: string;
  /** The user that the configuration names, or "". */
  readonly user: string;
  /** The absolute path of the command, or "" where storing a password there would not help. */
  readonly keyring: string;
  /** A sentence that says what helps instead, or "". */
  readonly advice: string;
}

/** The server's commands that this client calls: the argument and the answer of each. */
export interface ServerCommands {
  "pinwise.createEnvironment": {
    /** Made in the project of `file`, where the folder holds several. */
    argument: { folder?: string; file?: string; name?: string; base?: string };
    answer: EnvironmentInfo | null;
  };
  "pinwise.installRequirements": {
    argument: { folder?: string; file?: string; files?: readonly string[] };
    answer: { installed: boolean };
  };
  "pinwise.selectEnvironment": {
    /** `file` says which project is meant, where the folder holds several. */
    argument: { folder?: string; file?: string; path: string | null };
    answer: EnvironmentInfo | null;
  };
  "pinwise.listEnvironments": {
    argument: { folder?: string; file?: string; token?: string };
    answer: readonly EnvironmentInfo[];
  };
  "pinwise.environmentStatus": {
    argument: { folder?: string; file?: string };
    answer: EnvironmentStatus;
  };
  /** What another extension uses; `chosenNow` where the user chose it there this moment. */
  "pinwise.followEnvironment": {
    argument: { folder: string; path: string | null; by: string; chosenNow: boolean };
    answer: EnvironmentStatus;
  };
  "pinwise.recreateEnvironment": {
    argument: EnvironmentTarget & { install?: boolean };
    answer: EnvironmentInfo | null;
  };
  "pinwise.deleteEnvironment": {
    argument: { folder?: string; prefix: string };
    answer: { deleted: boolean };
  };
  "pinwise.listPackages": { argument: EnvironmentTarget; answer: readonly PackageInfo[] };
  "pinwise.showPackage": {
    argument: EnvironmentTarget & { name: string };
    answer: PackageDetails | null;
  };
  "pinwise.completeRequirement": {
    argument: { folder?: string; text: string };
    answer: { items: readonly RequirementItem[] };
  };
  "pinwise.installPackages": {
    argument: EnvironmentTarget & { requirements: readonly string[]; upgrade?: boolean };
    answer: { done: boolean };
  };
  "pinwise.uninstallPackages": {
    argument: EnvironmentTarget & { names: readonly string[] };
    answer: { done: boolean };
  };
  "pinwise.syncEnvironment": {
    argument: EnvironmentTarget & { files?: readonly string[]; uninstall?: boolean };
    answer: { done: boolean };
  };
  "pinwise.freeze": { argument: EnvironmentTarget & { uri?: string }; answer: { text: string } };
  /** `command` is null without a shell, or where `refused` says in a sentence why there is none. */
  "pinwise.activationCommand": {
    argument: EnvironmentTarget & { shell?: string; deactivate?: boolean };
    answer: {
      command: string | null;
      environment: { set: Record<string, string>; prepend: Record<string, string> };
      refused: string;
    };
  };
  "pinwise.compile": { argument: { uri: string }; answer: { changed: boolean } };
  "pinwise.retry": { argument: object; answer: null };
  "pinwise.signIn": { argument: { uri: string; index: string }; answer: SignIn | null };
  /** `file` is the project's file that says offline, "" where the user's settings do. */
  "pinwise.workOnline": { argument: { uri: string }; answer: { file: string } | null };
  "pinwise.manageTrust": { argument: object; answer: null };
  "pinwise.openGuide": { argument: { section?: string }; answer: { page: string } | null };
}

export type ServerCommand = keyof ServerCommands;

/** One of LSP's `FileEvent`s. */
export interface FileChange {
  readonly uri: string;
  /** Created, changed, deleted. */
  readonly type: 1 | 2 | 3;
}

/** The notifications between the two, by their method. */
export interface Notifications {
  "workspace/didChangeWatchedFiles": { readonly changes: readonly FileChange[] };
  "pinwise/didChangeTrust": { readonly trusted: boolean };
  "pinwise/environmentStatus": EnvironmentStatus;
  /** The address of the page that tells more, or "". */
  "pinwise/networkNotice": { readonly page: string };
  /** What is known of the packages of an environment changed, or what is newer than they. */
  "pinwise/packagesChanged": { readonly prefix: string };
  "pinwise/environmentFound": { readonly token: string; readonly environment: EnvironmentInfo };
  /** Sentences about what a search did not look at to the end. */
  "pinwise/placesSkipped": { readonly token: string; readonly messages: readonly string[] };
}

export type NotificationMethod = keyof Notifications;

/** What the server asks of this client alone, by the method. */
export interface ClientRequests {
  /** Whether the user agrees to lose something. */
  "pinwise/confirm": {
    params: { readonly message: string; readonly detail: string; readonly action: string };
    answer: boolean;
  };
}

/** The `initializationOptions`. */
export interface InitializationOptions {
  readonly trusted: boolean;
  readonly settings: unknown;
  readonly environmentStatus: boolean;
  /** Whether the client shows what the commands about the network answer. */
  readonly networkDialogs: boolean;
  /** Whether the client asks what the server wants to have confirmed. */
  readonly modalQuestions: boolean;
}
