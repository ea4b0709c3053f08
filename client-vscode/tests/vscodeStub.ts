/**
 * A stand-in for VS Code, with as much of it as the client uses. Tests set the state in `world` and
 * read what the client made of it.
 *
 *     vi.mock("vscode", () => import("./vscodeStub"));
 */

import type * as vscode from "vscode";

import { fake } from "./samples";
import {
  EventEmitter,
  FileType,
  type Listener,
  type MarkdownString,
  type RelativePattern,
  type ThemeColor,
  UIKind,
  Uri,
} from "./vscodeValues";

export * from "./vscodeValues";

/** A watcher that a test makes report what happens in a folder. */
export class FakeWatcher {
  readonly created = new EventEmitter<Uri>();
  readonly changed = new EventEmitter<Uri>();
  readonly deleted = new EventEmitter<Uri>();
  readonly onDidCreate = this.created.event;
  readonly onDidChange = this.changed.event;
  readonly onDidDelete = this.deleted.event;
  disposed = false;
  constructor(
    readonly place: RelativePattern,
    readonly ignoresChanges: boolean,
  ) {}
  dispose(): void {
    this.disposed = true;
  }
}

/** A quick pick that remembers what was done with it, and lets a test play the user. */
export class FakeQuickPick {
  title = "";
  placeholder = "";
  value = "";
  busy = false;
  shown = false;
  items: readonly vscode.QuickPickItem[] = [];
  selectedItems: readonly vscode.QuickPickItem[] = [];
  private active: readonly vscode.QuickPickItem[] = [];
  private readonly accepted = new EventEmitter<void>();
  private readonly hidden = new EventEmitter<void>();
  private readonly activeChanged = new EventEmitter<readonly vscode.QuickPickItem[]>();
  private readonly valueChanged = new EventEmitter<string>();

  readonly onDidAccept = this.accepted.event;
  readonly onDidHide = this.hidden.event;
  readonly onDidChangeActive = this.activeChanged.event;
  readonly onDidChangeValue = this.valueChanged.event;

  get activeItems(): readonly vscode.QuickPickItem[] {
    return this.active;
  }

  set activeItems(items: readonly vscode.QuickPickItem[]) {
    this.active = items;
    this.activeChanged.fire(items);
  }

  show(): void {
    this.shown = true;
  }

  hide(): void {
    if (!this.shown) return;
    this.shown = false;
    this.hidden.fire();
  }

  dispose(): void {}

  /** The user goes to an item with the keys. */
  goTo(label: RegExp): void {
    const item = this.items.find((candidate) => label.test(candidate.label));
    if (!item) throw new Error(`No item is like ${String(label)}.`);
    this.activeItems = [item];
  }

  type(text: string): void {
    this.value = text;
    this.valueChanged.fire(text);
  }

  accept(): void {
    this.selectedItems = this.active;
    this.accepted.fire();
  }
}

export class FakeStatusBarItem {
  text = "";
  name = "";
  tooltip: MarkdownString | undefined;
  accessibilityInformation: vscode.AccessibilityInformation | undefined;
  command = "";
  backgroundColor: ThemeColor | undefined;
  visible = false;
  constructor(readonly id: string) {}
  show(): void {
    this.visible = true;
  }
  hide(): void {
    this.visible = false;
  }
  dispose(): void {}
}

/** The view of a tree, which a test shows and hides. */
export class FakeTreeView {
  visible = true;
  message: string | undefined;
  selection: readonly unknown[] = [];
  private readonly visibility = new EventEmitter<{ visible: boolean }>();
  readonly onDidChangeVisibility = this.visibility.event;
  constructor(
    readonly id: string,
    readonly options: { treeDataProvider: vscode.TreeDataProvider<unknown> },
  ) {}
  show(visible: boolean): void {
    this.visible = visible;
    this.visibility.fire({ visible });
  }
  dispose(): void {}
}

/** A terminal that remembers the lines that were run in it. */
export class FakeTerminal {
  readonly lines: string[] = [];
  /** Those of them that were typed without knowing whether the shell was ready. */
  readonly typed: string[] = [];
  readonly state: { shell: string | undefined; isInteractedWith: boolean };
  /** What runs, or ran last, of those that were run where the shell was known to be ready. */
  execution: object | undefined;
  shellIntegration: { executeCommand(line: string): object } | undefined;
  shown = false;

  constructor(
    shell: string | undefined,
    integrated = true,
    readonly creationOptions: Record<string, unknown> = {},
  ) {
    this.state = { shell, isInteractedWith: false };
    if (integrated) this.integrate();
  }

  /** The shell is ready, and tells so. */
  integrate(): void {
    this.shellIntegration = {
      executeCommand: (line) => {
        this.lines.push(line);
        this.execution = { line };
        return this.execution;
      },
    };
  }

  sendText(text: string): void {
    this.lines.push(text);
    this.typed.push(text);
    this.state.isInteractedWith = true;
  }

  show(): void {
    this.shown = true;
  }
}

interface ExecutionEnd {
  readonly terminal: FakeTerminal;
  readonly execution?: object | undefined;
  readonly exitCode?: number | undefined;
}

/** A progress on the screen. */
export interface FakeProgress {
  readonly options: unknown;
  readonly reports: unknown[];
  readonly cancelled: EventEmitter<void>;
  ended: boolean;
}

interface FakeEditor {
  document: { uri: Uri; languageId: string };
}

interface FakeFolder {
  uri: Uri;
  name: string;
  index: number;
}

function events() {
  return {
    trusted: new EventEmitter<void>(),
    editor: new EventEmitter<FakeEditor | undefined>(),
    folders: new EventEmitter<{ removed: readonly { uri: Uri }[] }>(),
    configuration: new EventEmitter<{ affectsConfiguration(key: string): boolean }>(),
    extensions: new EventEmitter<void>(),
    executionStarted: new EventEmitter<{ terminal: FakeTerminal }>(),
    executionEnded: new EventEmitter<ExecutionEnd>(),
    terminalOpened: new EventEmitter<FakeTerminal>(),
    terminalClosed: new EventEmitter<FakeTerminal>(),
    terminalReady: new EventEmitter<{
      terminal: FakeTerminal;
      shellIntegration: FakeTerminal["shellIntegration"];
    }>(),
    documentClosed: new EventEmitter<{ uri: Uri }>(),
  };
}

/** What a test sees and sets. `reset` gives each test a new one. */
export const world = {
  trusted: true,
  folders: [] as FakeFolder[],
  editor: undefined as FakeEditor | undefined,
  configuration: {} as Record<string, unknown>,
  extensions: {} as Record<string, { isActive: boolean; exports?: unknown }>,
  quickPicks: [] as FakeQuickPick[],
  watchers: [] as FakeWatcher[],
  statusItems: [] as FakeStatusBarItem[],
  treeViews: [] as FakeTreeView[],
  /** What the user picks from lists, in their order, by the labels; nothing leaves. */
  picks: [] as (readonly string[] | undefined)[],
  /** The lists that were shown, with their options. */
  pickLists: [] as {
    items: readonly vscode.QuickPickItem[];
    options: vscode.QuickPickOptions;
  }[],
  languageItems: [] as Record<string, unknown>[],
  commands: new Map<string, (given?: unknown) => unknown>(),
  terminal: undefined as FakeTerminal | undefined,
  progress: [] as FakeProgress[],
  /** The options of the terminals that were opened. */
  openedTerminals: [] as Record<string, unknown>[],
  /** These terminals, in the same order. */
  newTerminals: [] as FakeTerminal[],
  messages: [] as string[],
  /** What was asked in dialogs, which are among the messages, too. */
  dialogs: [] as vscode.MessageOptions[],
  /** The button that the user presses on a message, by part of its text. */
  buttons: {} as Record<string, string>,
  /** What the user writes into the boxes that ask for a line, in their order; nothing leaves. */
  inputs: [] as (string | undefined)[],
  /** The boxes that were shown. */
  inputBoxes: [] as vscode.InputBoxOptions[],
  /** The commands that were run, with their arguments. */
  executed: [] as unknown[][],
  /** The settings that were written: name, value, level. */
  written: [] as unknown[][],
  /** What a level of the settings says of a key, as `inspect` tells it. */
  inspected: {} as Record<string, object>,
  shownDocuments: [] as string[],
  files: new Set<string>(),
  directories: new Set<string>(),
  events: events(),

  reset(): void {
    world.trusted = true;
    world.folders = [];
    world.editor = undefined;
    world.configuration = {};
    world.extensions = {};
    world.quickPicks = [];
    world.watchers = [];
    world.statusItems = [];
    world.treeViews = [];
    world.picks = [];
    world.pickLists = [];
    world.languageItems = [];
    world.commands = new Map();
    world.terminal = undefined;
    world.progress = [];
    world.openedTerminals = [];
    world.newTerminals = [];
    world.messages = [];
    world.dialogs = [];
    world.buttons = {};
    world.inputs = [];
    world.inputBoxes = [];
    world.executed = [];
    world.written = [];
    world.inspected = {};
    world.shownDocuments = [];
    world.files = new Set();
    world.directories = new Set();
    world.events = events();
  },

  /** The user changes one setting. */
  change(name: string): void {
    world.events.configuration.fire({ affectsConfiguration: (key) => key === name });
  },

  addFolder(path: string): vscode.WorkspaceFolder {
    const name = path.split("/").at(-1) ?? "";
    const folder = { uri: Uri.file(path), name, index: world.folders.length };
    world.folders.push(folder);
    return fake<vscode.WorkspaceFolder>(folder);
  },

  openEditor(path: string, languageId: string): void {
    world.editor = { document: { uri: Uri.file(path), languageId } };
    world.events.editor.fire(world.editor);
  },
};

async function showMessage(
  message: string,
  ...given: (string | vscode.MessageOptions)[]
): Promise<string | undefined> {
  world.messages.push(message);
  const buttons = given.filter((part) => typeof part === "string");
  world.dialogs.push(...given.filter((part) => typeof part !== "string"));
  const pressed = Object.entries(world.buttons).find(([part]) => message.includes(part))?.[1];
  if (pressed !== undefined && !buttons.includes(pressed)) {
    throw new Error(`There is no button ${pressed}, but ${buttons.join(", ")}.`);
  }
  return pressed;
}

export const window = {
  get activeTextEditor() {
    return world.editor;
  },
  onDidChangeActiveTextEditor: (listener: Listener<unknown>) => world.events.editor.event(listener),
  get activeTerminal() {
    return world.terminal;
  },
  onDidStartTerminalShellExecution: (listener: Listener<{ terminal: FakeTerminal }>) =>
    world.events.executionStarted.event(listener),
  onDidEndTerminalShellExecution: (listener: Listener<ExecutionEnd>) =>
    world.events.executionEnded.event(listener),
  onDidOpenTerminal: (listener: Listener<FakeTerminal>) =>
    world.events.terminalOpened.event(listener),
  onDidCloseTerminal: (listener: Listener<FakeTerminal>) =>
    world.events.terminalClosed.event(listener),
  onDidChangeTerminalShellIntegration: (
    listener: Listener<{
      terminal: FakeTerminal;
      shellIntegration: FakeTerminal["shellIntegration"];
    }>,
  ) => world.events.terminalReady.event(listener),
  createTerminal: (options: Record<string, unknown>) => {
    world.openedTerminals.push(options);
    const terminal = new FakeTerminal(undefined);
    world.newTerminals.push(terminal);
    return terminal;
  },
  createTreeView: (id: string, options: FakeTreeView["options"]) => {
    const view = new FakeTreeView(id, options);
    world.treeViews.push(view);
    return view;
  },
  showQuickPick: async (
    given: readonly vscode.QuickPickItem[] | Promise<readonly vscode.QuickPickItem[]>,
    options: vscode.QuickPickOptions,
  ) => {
    const items = await given;
    world.pickLists.push({ items, options });
    const labels = world.picks.shift();
    if (!labels) return undefined;
    const picked = items.filter(({ label }) => labels.includes(label));
    if (picked.length < labels.length) throw new Error(`There is not all of ${labels.join(", ")}.`);
    return options.canPickMany ? picked : picked[0];
  },
  withProgress: async (
    options: unknown,
    task: (
      progress: { report(state: unknown): void },
      token: { onCancellationRequested: (listener: Listener<void>) => unknown },
    ) => Promise<void>,
  ) => {
    const shown: FakeProgress = {
      options,
      reports: [],
      cancelled: new EventEmitter(),
      ended: false,
    };
    // VS Code asks its window first, and reports do not wait for that.
    await Promise.resolve();
    world.progress.push(shown);
    await task(
      { report: (state) => shown.reports.push(state) },
      { onCancellationRequested: shown.cancelled.event },
    );
    shown.ended = true;
  },
  showInformationMessage: showMessage,
  showWarningMessage: showMessage,
  showErrorMessage: showMessage,
  showInputBox: async (options: vscode.InputBoxOptions) => {
    world.inputBoxes.push(options);
    return world.inputs.shift();
  },
  showTextDocument: async (uri: Uri) => void world.shownDocuments.push(uri.toString()),
  createQuickPick: () => {
    const picker = new FakeQuickPick();
    world.quickPicks.push(picker);
    return picker;
  },
  createStatusBarItem: (id: string) => {
    const item = new FakeStatusBarItem(id);
    world.statusItems.push(item);
    return item;
  },
};

export const workspace = {
  get isTrusted() {
    return world.trusted;
  },
  get workspaceFolders() {
    return world.folders;
  },
  fs: {
    stat: async (uri: Uri) => {
      if (world.directories.has(uri.path)) return { type: FileType.Directory };
      if (!world.files.has(uri.path)) throw new Error(`${uri.path} does not exist.`);
      return { type: FileType.File };
    },
    readDirectory: async (uri: Uri) =>
      [...world.files]
        .filter((path) => path.startsWith(`${uri.path}/`))
        .map((path) => [path.slice(uri.path.length + 1).split("/")[0], FileType.File]),
  },
  asRelativePath: (uri: Uri) => {
    const folder = workspace.getWorkspaceFolder(uri);
    return folder ? uri.path.slice(folder.uri.path.length + 1) || uri.path : uri.path;
  },
  openTextDocument: async (uri: Uri) => ({
    uri,
    languageId: uri.path.endsWith(".txt") ? "pip-requirements" : "plaintext",
  }),
  getWorkspaceFolder: (uri: Uri) =>
    world.folders.find((folder) => `${uri.path}/`.startsWith(`${folder.uri.path}/`)),
  registerTextDocumentContentProvider: () => ({ dispose: () => {} }),
  onDidCloseTextDocument: (listener: Listener<{ uri: Uri }>) =>
    world.events.documentClosed.event(listener),
  onDidGrantWorkspaceTrust: (listener: Listener<void>) => world.events.trusted.event(listener),
  onDidChangeWorkspaceFolders: (listener: Listener<{ removed: readonly { uri: Uri }[] }>) =>
    world.events.folders.event(listener),
  createFileSystemWatcher: (place: RelativePattern, _creation: boolean, changes: boolean) => {
    const watcher = new FakeWatcher(place, changes);
    world.watchers.push(watcher);
    return watcher;
  },
  onDidChangeConfiguration: (listener: Listener<{ affectsConfiguration(key: string): boolean }>) =>
    world.events.configuration.event(listener),
  getConfiguration: (section?: string) => ({
    get: (key: string, fallback?: unknown) => {
      const name = section === undefined ? key : `${section}.${key}`;
      return name in world.configuration ? world.configuration[name] : fallback;
    },
    inspect: (key: string) => world.inspected[`${section}.${key}`],
    update: async (key: string, value: unknown, target: unknown) =>
      void world.written.push([`${section}.${key}`, value, target]),
  }),
};

export const env = { shell: "/bin/bash", uiKind: UIKind.Desktop, remoteName: undefined };

export const languages = {
  match: (_selector: unknown, document: { languageId: string }) =>
    document.languageId === "pip-requirements" ? 10 : 0,
  createLanguageStatusItem: (id: string) => {
    const item: Record<string, unknown> = { id };
    item["dispose"] = () => world.languageItems.splice(world.languageItems.indexOf(item), 1);
    world.languageItems.push(item);
    return item;
  },
};

export const extensions = {
  getExtension: (id: string) => world.extensions[id],
  onDidChange: (listener: Listener<void>) => world.events.extensions.event(listener),
};

export const commands = {
  registerCommand: (id: string, run: (given?: unknown) => unknown) => {
    if (world.commands.has(id)) throw new Error(`The command ${id} is registered twice.`);
    world.commands.set(id, run);
    return { dispose: () => world.commands.delete(id) };
  },
  executeCommand: async (...call: unknown[]) => void world.executed.push(call),
};
