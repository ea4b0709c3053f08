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

/** What one workspace folder uses, and why. */
export interface EnvironmentStatus {
  /** The folder's URI. */
  readonly folder: string;
  readonly environment: EnvironmentInfo | null;
  /** Whether the user chose it. */
  readonly explicit: boolean;
  /** A sentence that says why it is this one. */
  readonly reason: string;
  readonly hasRequirements: boolean;
}

/** The server's commands that this client calls: the argument and the answer of each. */
export interface ServerCommands {
  "pinwise.createEnvironment": {
    argument: { folder?: string; name?: string; base?: string };
    answer: EnvironmentInfo | null;
  };
  "pinwise.installRequirements": {
    argument: { folder?: string; files?: readonly string[] };
    answer: { installed: boolean };
  };
  "pinwise.selectEnvironment": {
    argument: { folder?: string; path: string | null };
    answer: EnvironmentInfo | null;
  };
  "pinwise.listEnvironments": {
    argument: { folder?: string; token?: string };
    answer: readonly EnvironmentInfo[];
  };
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
  "pinwise/environmentFound": { readonly token: string; readonly environment: EnvironmentInfo };
}

export type NotificationMethod = keyof Notifications;

/** The `initializationOptions`. */
export interface InitializationOptions {
  readonly trusted: boolean;
  readonly settings: unknown;
  readonly environmentStatus: boolean;
}
